/**
 * Exports `formatFiles`: the files of a package as their owner's own prettier would write them. With its worker, the
 * only file that imports prettier.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Options } from "prettier";
import { UsageError } from "../base/usage-error.js";
import type { GeneratedFile } from "./package.js";

type Prettier = typeof import("prettier");

export interface FormatOptions {
  /** The absolute folder that the files are meant for. Prettier looks up its configuration from there. */
  readonly output: string;
  /** False returns the files as they are. Default true. */
  readonly format?: boolean;
  /** Texts that an earlier run formatted, and where those of this run go. Default: every text is formatted. */
  readonly known?: FormattedTexts;
  /** Counts files. */
  onProgress?(done: number, total: number): void;
}

/** Formatted texts, by a hash of all that they follow from. */
export interface FormattedTexts {
  get(hash: string): string | undefined;
  set(hash: string, formatted: string): void;
}

/** A text for prettier. Plain data where its options hold no plugin: workers receive it as a message. */
export interface FormatJob {
  /** As the package has it; for messages. */
  readonly path: string;
  readonly text: string;
  readonly options: Options;
}

/** What a worker answers. */
export type FormatReply = { readonly formatted: string } | { readonly error: string };

/** So many characters of new text are worth the start of workers, which takes as long as formatting them. */
const muchText = 300_000;
const maxWorkers = 8;

/**
 * The files in the given order, each formatted by prettier with the options that its configuration files and
 * `.editorconfig` have for the file's path, or its defaults where there are none, so that the owner's `prettier --check`
 * passes. A file that prettier has no parser for stays as it is.
 * @throws UsageError if prettier cannot read its configuration
 * @throws Error that names the file, if prettier cannot format it
 */
export async function formatFiles(
  files: readonly GeneratedFile[],
  { output, format = true, known, onProgress }: FormatOptions,
): Promise<readonly GeneratedFile[]> {
  if (!format) return files;
  const prettier = await import("prettier");
  await prettier.clearConfigCache(); // a process that watches sees new configuration, too
  const texts = files.map(({ text }) => text);
  const keys = new Map<FormatJob, { readonly index: number; readonly hash: string | undefined }>();
  let done = 0;
  for (const [index, { path, text }] of files.entries()) {
    const options = await optionsOf(prettier, output, path);
    const hash = options && hashOf(prettier, { path, text, options });
    const before = hash === undefined ? undefined : known?.get(hash);
    if (options && before === undefined) keys.set({ path, text, options }, { index, hash });
    else done++;
    if (hash !== undefined && before !== undefined) {
      texts[index] = before;
      known?.set(hash, before);
    }
  }
  onProgress?.(done, files.length);
  await formatJobs([...keys.keys()], (job, formatted) => {
    const { index, hash } = keys.get(job) ?? {};
    if (index !== undefined) texts[index] = formatted;
    if (hash !== undefined) known?.set(hash, formatted);
    onProgress?.(++done, files.length);
  });
  return files.map((file, index) => ({ ...file, text: texts[index] ?? file.text }));
}

/** Undefined for a file that prettier has no parser for. */
async function optionsOf(
  prettier: Prettier,
  output: string,
  path: string,
): Promise<Options | undefined> {
  const filepath = join(output, path);
  const found = await prettier
    .resolveConfig(filepath, { editorconfig: true })
    .catch((error: unknown) => {
      throw new UsageError(
        `Prettier cannot read its configuration for ${path}: ${messageOf(error)}`,
        "`format: false` leaves files unformatted.",
      );
    });
  // Line endings are those of the files that a package is written with.
  const options: Options = { ...found, filepath, endOfLine: "lf" };
  if (options.parser !== undefined) return options;
  // It gives the same text as prettier's default for TypeScript, in less time. A plugin may have another one.
  if (path.endsWith(".ts") && !hasPlugins(options)) return { ...options, parser: "babel-ts" };
  const { inferredParser } = await prettier.getFileInfo(filepath, {
    plugins: options.plugins ?? [],
    resolveConfig: false,
    withNodeModules: true,
  });
  return inferredParser === null ? undefined : { ...options, parser: inferredParser };
}

const hasPlugins = ({ plugins = [] }: Options): boolean => plugins.length > 0;

/** Undefined where the text also follows from plugins, of which only the names are known. */
function hashOf({ version }: Prettier, { text, options }: FormatJob): string | undefined {
  if (hasPlugins(options)) return undefined;
  const hash = createHash("sha256").update(JSON.stringify([version, options]));
  return hash.update("\n").update(text).digest("hex");
}

/** @param formatted is called for each job once, in any order */
async function formatJobs(
  jobs: readonly FormatJob[],
  formatted: (job: FormatJob, text: string) => void,
): Promise<void> {
  const bySize = [...jobs].sort((a, b) => b.text.length - a.text.length);
  // Plugins may be functions, which no message can carry.
  const portable = bySize.filter(({ options }) => !hasPlugins(options));
  const size = portable.reduce((sum, { text }) => sum + text.length, 0);
  const worker = fileURLToPath(new URL("./format-worker.js", import.meta.url));
  const inWorkers = size > muchText && canStart(worker) ? portable : [];
  if (inWorkers.length > 0) await runWorkers(worker, inWorkers, formatted);
  const here = inWorkers.length > 0 ? bySize.filter(({ options }) => hasPlugins(options)) : bySize;
  for (const job of here) formatted(job, await formatText(job));
}

/**
 * The worker is compiled: beside TypeScript sources, as in tests, there is none. And a process whose program was an
 * argument starts no thread from a file, as threads inherit `--input-type`.
 */
const canStart = (worker: string): boolean =>
  existsSync(worker) && !process.execArgv.some((flag) => flag.startsWith("--input-type"));

/** Formats in this thread. @throws Error that names the file */
export async function formatText({ path, text, options }: FormatJob): Promise<string> {
  const { format } = await import("prettier");
  try {
    return await format(text, options);
  } catch (error) {
    throw new Error(`Prettier cannot format ${path}: ${messageOf(error)}`, { cause: error });
  }
}

/** Hands out the jobs one by one, in their order: largest first, no worker waits long for the last one. */
async function runWorkers(
  file: string,
  jobs: readonly FormatJob[],
  formatted: (job: FormatJob, text: string) => void,
): Promise<void> {
  const count = Math.min(availableParallelism(), maxWorkers, jobs.length);
  const workers = Array.from({ length: count }, () => new Worker(file));
  const queue = jobs.values();
  try {
    await Promise.all(
      workers.map(async (worker) => {
        for (const job of queue) formatted(job, await ask(worker, job));
      }),
    );
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function ask(worker: Worker, job: FormatJob): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void =>
      reject(new Error(`Prettier cannot format ${job.path}: ${messageOf(error)}`));
    const exited = (code: number): void => fail(`its thread ended with code ${code}`);
    worker.once("error", fail).once("exit", exited);
    worker.once("message", (reply: FormatReply) => {
      worker.off("error", fail).off("exit", exited);
      if ("formatted" in reply) resolve(reply.formatted);
      else reject(new Error(reply.error));
    });
    worker.postMessage(job);
  });
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

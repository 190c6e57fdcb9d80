/**
 * Exports `formatFiles`: the files of a package as their owner's own prettier would write them. It finds the options of
 * each file, and which texts are new; `format-text.ts` and `format-pool.ts` format them.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Options } from "prettier";
import { messageOf } from "../base/message-of.js";
import { UsageError } from "../base/usage-error.js";
import { endPool, startFormatting, startPool, type Pool } from "./format-pool.js";
import { formatText, hasPlugins, type FormatJob } from "./format-text.js";
import type { FormattedTexts } from "./formatted-texts.js";
import type { GeneratedFile } from "./package.js";

type Prettier = typeof import("prettier");

export interface FormatOptions {
  /** The absolute folder that the files are meant for. Prettier looks up its configuration from there. */
  readonly output: string;
  /** False returns the files as they are. Default true. */
  readonly format?: boolean;
  /** Texts that an earlier run formatted, and where those of this run go. Default: every text is formatted. */
  readonly known?: FormattedTexts;
  /** Workers that were started before. Default: some are started, and ended, where there is much new text. */
  readonly pool?: Pool | undefined;
  /** Counts files. */
  onProgress?(done: number, total: number): void;
}

/** So many characters of new text are worth the start of workers, which takes as long as formatting them. */
const muchText = 300_000;

/**
 * The files in the given order, each formatted by prettier with the options that its configuration files and
 * `.editorconfig` have for the file's path, or its defaults where there are none, so that the owner's `prettier --check`
 * passes. A file that prettier has no parser for stays as it is.
 * @param files may be made one by one: threads format the first while the others are made
 * @throws UsageError if prettier cannot read its configuration
 * @throws Error that names the file, if prettier cannot format it
 */
export async function formatFiles(
  files: Iterable<GeneratedFile>,
  { output, format = true, known, pool, onProgress }: FormatOptions,
): Promise<readonly GeneratedFile[]> {
  if (!format) return [...files];
  const prettier = await import("prettier");
  await prettier.clearConfigCache(); // a process that watches sees new configuration, too
  const done: GeneratedFile[] = [];
  const keys = new Map<FormatJob, { readonly index: number; readonly hash: string | undefined }>();
  const take = (job: FormatJob, text: string): void => {
    const { index = -1, hash } = keys.get(job) ?? {};
    keys.delete(job);
    done[index] = { path: job.path, text };
    if (hash !== undefined) known?.set(hash, text);
    report();
  };
  let hasAll = false;
  const report = (): void => {
    if (hasAll) onProgress?.(done.length - keys.size, done.length);
  };
  const early = pool && startFormatting(pool, take);
  for (const file of files) {
    const options = await optionsOf(prettier, output, file.path);
    const job = options && { ...file, options };
    const hash = job && hashOf(prettier, job);
    const before = hash === undefined ? undefined : textBefore(hash, file.text, known);
    done.push(before === undefined ? file : { ...file, text: before });
    if (!job || before !== undefined) continue;
    keys.set(job, { index: done.length - 1, hash });
    if (!early || hasPlugins(options)) continue;
    early.add(job);
    await nextTurn(); // threads that are done get their next batch
  }
  hasAll = true;
  report();
  // Plugins may be functions, which no message can carry.
  const here = [...keys.keys()].filter(({ options }) => hasPlugins(options));
  for (const job of here) take(job, await formatText(job));
  await (early ? early.end() : formatTogether([...keys.keys()], take));
  return done;
}

/** Threads start where that takes less time than it saves. */
async function formatTogether(
  jobs: readonly FormatJob[],
  take: (job: FormatJob, text: string) => void,
): Promise<void> {
  const size = jobs.reduce((sum, { text }) => sum + text.length, 0);
  const pool = startPool(size > muchText ? undefined : 0);
  try {
    const formatting = startFormatting(pool, take);
    jobs.forEach((job) => formatting.add(job));
    await formatting.end();
  } finally {
    await endPool(pool);
  }
}

/** The text as an earlier run, or the build of this tool, formatted it. */
function textBefore(
  hash: string,
  source: string,
  known: FormattedTexts | undefined,
): string | undefined {
  const cached = known?.get(hash);
  const before =
    shippedTexts().get(hash) ??
    (cached !== undefined && hasSameWords(source, cached) ? cached : undefined);
  if (before !== undefined) known?.set(hash, before);
  return before;
}

/** What prettier may add, remove or replace. */
const layout = /[\s,;|()'"`\\_*~-]+/g;

/** A cache is on a disk that others may write to: code that its source does not have is not taken from it. */
const hasSameWords = (source: string, formatted: string): boolean =>
  source.replace(layout, "") === formatted.replace(layout, "");

/** Written by `scripts/format-runtime.mjs`, as a Map has it. The path holds from `dist/emit` and from the sources. */
const shippedFile = new URL("../../dist/emit/formatted-runtime.json", import.meta.url);
let shipped: ReadonlyMap<string, string> | undefined;

/**
 * The runtime's files with prettier's default options, which the build formats once: they are the same in every package.
 * None before the first build.
 */
function shippedTexts(): ReadonlyMap<string, string> {
  if (shipped) return shipped;
  try {
    shipped = new Map(JSON.parse(readFileSync(shippedFile, "utf8")) as [string, string][]);
  } catch {
    shipped = new Map();
  }
  return shipped;
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

/** Undefined where the text also follows from plugins, of which only the names are known. */
function hashOf({ version }: Prettier, { path, text, options }: FormatJob): string | undefined {
  if (hasPlugins(options)) return undefined;
  // Of the path, only the extension matters once there is a parser: the same text is known in any package.
  const used = { ...options, filepath: extname(path) };
  const hash = createHash("sha256").update(JSON.stringify([version, used]));
  return hash.update("\n").update(text).digest("hex");
}

/** Exports `makePackages`: generates the packages of a configuration for a bundler, with problems and files to watch. */
import { existsSync } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { isAddress } from "../base/is-address.js";
import { codeFrame } from "../base/code-frame.js";
import { configOf, loadConfig, missingFiles, type LoadedConfig } from "../build/config/config.js";
import type { Diagnostic } from "../base/diagnostics.js";
import { knownPosition } from "../base/positions.js";
import { findConfig } from "../build/config/find-config.js";
import { importedFiles } from "../build/config/imported-files.js";
import { packageJsonOf } from "../build/package-json.js";
import { MistakesError } from "../base/mistakes-error.js";
import {
  writeLock,
  writePackage,
  type Generated,
  type GenerateOptions,
  type Session,
} from "../build/incremental/incremental.js";
import { UsageError } from "../base/usage-error.js";
import { OutputError } from "../base/output-error.js";
import type { PluginOptions } from "./options.js";

/** A diagnostic in the form that bundlers use. */
export interface Problem {
  readonly severity: "error" | "warning";
  /** With the hint, if there is one. */
  readonly text: string;
  /** The file is absolute. Line and column count from 1. */
  readonly place?: { readonly file: string; readonly line: number; readonly column: number };
  /** The lines around the location; "" if the text of the file is not known. */
  readonly frame: string;
}

export interface MadePackage {
  readonly name: string;
  /** The folder that the generator writes, and that of the modules in it; absolute, and without symbolic links. */
  readonly output: string;
  readonly sources: string;
}

export interface Made {
  readonly packages: readonly MadePackage[];
  readonly problems: readonly Problem[];
  /** Files that were read; absolute. */
  readonly files: readonly string[];
  /** Folders in which a new file may be a document; absolute. */
  readonly folders: readonly string[];
}

/**
 * Reads the configuration, generates its packages and writes the files that changed. A mistake of the user is a
 * problem in the result; only a defect of the tool is thrown.
 * @param root the folder of the bundler's project
 */
export async function makePackages(
  root: string,
  options: PluginOptions,
  session: Session,
): Promise<Made> {
  const problems: Problem[] = [];
  const files = new Set<string>();
  const folders = new Set<string>();
  const packages: MadePackage[] = [];
  try {
    const config = await configFor(root, options, (file) => files.add(file));
    for (const one of config.packages) {
      const output = resolve(root, one.output ?? "generated");
      for (const path of one.paths ?? ["specs"])
        if (!isAddress(path)) folders.add(await watchable(resolve(root, path)));
      await assertThere(root, one, config);
      const generated = await session.generate({ ...one, cwd: root, output });
      for (const file of generated.hashes.keys()) files.add(file);
      const found = await problemsOf(root, generated);
      problems.push(...(config.run.strict === true ? found.map(strictly) : found));
      // A document with an error would remove endpoints from a program that runs: its package stays until the document is correct.
      const failed = problems.some(({ severity }) => severity === "error");
      const sources = one.layout === "modules" ? output : join(output, "src");
      if (!failed || !existsSync(sources)) {
        await writePackage(generated.files, output);
        if (generated.lock) await writeLock(generated.lock);
      }
      const { name } = packageJsonOf({ ...one, cwd: root, output });
      packages.push({ name, output: await realpath(output), sources: await realpath(sources) });
    }
    session.save();
  } catch (error) {
    problems.push(...(await problemsIn(root, error)));
  }
  return {
    packages,
    problems,
    files: [...files].filter((file) => !isAddress(file)),
    folders: [...folders],
  };
}

const strictly = (problem: Problem): Problem => ({ ...problem, severity: "error" });

async function configFor(
  root: string,
  options: PluginOptions,
  watch: (file: string) => void,
): Promise<LoadedConfig> {
  const named = "config" in options ? options.config : undefined;
  if (named === undefined && Object.keys(options).length > 0) {
    const here = { file: "the options of the plugin", pointer: "" };
    const given = { path: join(root, "options"), value: options, locate: () => here };
    return configOf({ ...given, text: () => undefined }, root);
  }
  const file = await findConfig(root, named);
  if (file === undefined) return { run: {}, packages: [{}], text: () => undefined };
  [file, ...importedFiles(file)].forEach(watch);
  return loadConfig(file, root);
}

/** @throws MistakesError if the configuration names files that do not exist */
async function assertThere(
  root: string,
  options: GenerateOptions,
  { text }: LoadedConfig,
): Promise<void> {
  const missing = options.locate ? await missingFiles(options, root) : [];
  if (missing.length > 0) throw new MistakesError(missing, text);
}

/** The folder itself, or the nearest one above a file, a pattern or a path that does not exist yet. */
async function watchable(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() && !/[*?[{]/.test(path)) return realpath(path);
  return dirname(path) === path ? path : watchable(dirname(path));
}

async function problemsIn(root: string, error: unknown): Promise<readonly Problem[]> {
  if (error instanceof MistakesError)
    return problemsOf(root, {
      diagnostics: error.diagnostics,
      text: error.text,
      locate: knownPosition,
    });
  if (!(error instanceof UsageError || error instanceof OutputError)) throw error;
  const diagnostics = [withHint(error.message, error.hint)];
  return problemsOf(root, { diagnostics, text: () => undefined, locate: knownPosition });
}

const withHint = (message: string, hint: string | undefined): Diagnostic => ({
  code: "cannot-generate",
  severity: "error",
  message,
  ...(hint === undefined ? {} : { hint }),
});

async function problemsOf(
  root: string,
  { diagnostics, text, locate }: Pick<Generated, "diagnostics" | "text" | "locate">,
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const { code, severity, message, hint, location } of diagnostics) {
    if (severity === "info") continue;
    const source = location && text(location.file);
    const position = location && locate(location);
    problems.push({
      severity,
      text: `${code}: ${message}${hint === undefined ? "" : `\nhint: ${hint}`}`,
      ...(location && {
        place: {
          file: resolve(root, location.file),
          line: position?.line ?? 1,
          column: position?.column ?? 1,
        },
      }),
      frame: source !== undefined && position ? await codeFrame(source, position) : "",
    });
  }
  return problems;
}

/** Exports `loadSettings`: what a command does, which is the configuration with the flags over it. */
import { resolve } from "node:path";
import type { LoadedConfig } from "../build/config/config.js";
import { configKeys, options } from "../build/config/options.js";
import { pick } from "../build/config/pick.js";
import type { Diagnostic } from "../base/diagnostics.js";
import type { GenerateOptions } from "../build/generate.js";
import { MistakesError } from "../base/mistakes-error.js";
import { UsageError } from "../base/usage-error.js";
import type { Flags } from "./parse-arguments.js";
import { printDiagnostics, type Reporter } from "./print-diagnostics.js";
import type { Terminal } from "./terminal.js";

/** The flags of every command that reads a configuration. */
export type SettingFlags = Omit<
  Flags<"generate">,
  "check" | "dryRun" | "update" | "watch" | "cache" | "help"
>;

export interface Settings {
  readonly packages: readonly (GenerateOptions & { readonly output: string })[];
  readonly strict: boolean;
  readonly quiet: boolean;
  readonly reporter: Reporter;
  /** The paths, presets and overlays of the command line, as another command takes them. */
  readonly given: readonly string[];
  /** The text of the configuration, for code frames. */
  readonly text: (file: string) => string | undefined;
}

/**
 * Reads the configuration and lays the flags over it.
 * @throws {UsageError}
 * @throws {MistakesError} if the configuration has mistakes
 */
export async function loadSettings(
  flags: SettingFlags,
  paths: readonly string[],
): Promise<Settings> {
  const { findConfig } = await import("../build/config/find-config.js");
  const cwd = process.cwd();
  const file = await findConfig(cwd, flags.config);
  const config = file === undefined ? noConfig : await loadConfig(file, cwd);
  const packages = selectPackages(config, flags, paths);
  if (file !== undefined) await assertFilesExist(packages, flags, paths, config);
  const run = { ...config.run, ...pick(flags, configKeys("run")) };
  return {
    packages: packages.map((one) => withFlags(one, flags, paths)),
    strict: run.strict ?? options.strict.default,
    quiet: run.quiet ?? options.quiet.default,
    reporter: run.reporter ?? options.reporter.default,
    given: [
      ...paths,
      ...(flags.presets ?? []).flatMap((preset) => ["--preset", preset]),
      ...(flags.overlays ?? []).flatMap((overlay) => ["--overlay", overlay]),
    ],
    text: config.text,
  };
}

const noConfig: LoadedConfig = { run: {}, packages: [{}], text: () => undefined };

const loadConfig = async (file: string, cwd: string): Promise<LoadedConfig> =>
  (await import("../build/config/config.js")).loadConfig(file, cwd);

/** @throws {MistakesError} if the configuration names files that do not exist, and no flag replaces them */
async function assertFilesExist(
  packages: readonly GenerateOptions[],
  flags: SettingFlags,
  paths: readonly string[],
  { text }: LoadedConfig,
): Promise<void> {
  const { missingFiles } = await import("../build/config/config.js");
  const missing: Diagnostic[] = [];
  for (const { paths: inputs, overlays, locate } of packages) {
    const used = {
      ...(paths.length === 0 && inputs && { paths: inputs }),
      ...(!flags.overlays && overlays && { overlays }),
      ...(locate && { locate }),
    };
    missing.push(...(await missingFiles(used, process.cwd())));
  }
  if (missing.length > 0) throw new MistakesError(missing, text);
}

/** Of several packages, `--output` selects one; of one, it moves the output. */
function selectPackages(
  { packages }: LoadedConfig,
  flags: SettingFlags,
  paths: readonly string[],
): readonly GenerateOptions[] {
  if (packages.length === 1) return packages;
  const outputs = packages.map(({ output = options.output.default }) => output);
  const hint = `The configuration has ${outputs.join(", ")}.`;
  const { output } = flags;
  if (output !== undefined) {
    const found = packages.filter((_, i) => resolve(outputs[i] ?? "") === resolve(output));
    if (found.length > 0) return found;
    throw new UsageError(`No package of the configuration has the output ${output}.`, hint);
  }
  const what = paths.length > 0 ? "A PATH" : flags.name !== undefined ? "--name" : undefined;
  if (what === undefined) return packages;
  throw new UsageError(`${what} is for one package; select it with --output.`, hint);
}

function withFlags(
  { output: configured = options.output.default, lock, ...rest }: GenerateOptions,
  flags: SettingFlags,
  paths: readonly string[],
): GenerateOptions & { readonly output: string } {
  const output = flags.output ?? configured;
  // The lock beside the configuration is for the outputs in it; another output has its own lock.
  const isMoved = resolve(output) !== resolve(configured);
  return {
    ...rest,
    ...(lock !== undefined && !isMoved && { lock }),
    ...(paths.length > 0 && { paths }),
    ...pick(flags, configKeys("package")),
    output,
  };
}

/** The document on standard input, where a PATH is `-`. @throws {UsageError} if it is too large */
export async function withInput(settings: Settings, terminal: Terminal): Promise<Settings> {
  if (!settings.packages.some(({ paths = [] }) => paths.includes("-"))) return settings;
  const stdin = await terminal.input();
  return { ...settings, packages: settings.packages.map((one) => ({ ...one, stdin })) };
}

/**
 * Does the work; reports mistakes in the configuration, the lock or overrides like those in documents.
 * @returns what the work gives, or `code` if there are mistakes
 */
export async function reportMistakes<T>(
  work: () => Promise<T>,
  terminal: Terminal,
  { code, reporter = "text" }: { readonly code: number; readonly reporter?: Reporter | undefined },
): Promise<{ readonly done: T } | { readonly code: number }> {
  try {
    return { done: await work() };
  } catch (error) {
    if (!(error instanceof MistakesError)) throw error;
    await printDiagnostics(error.diagnostics, terminal, {
      reporter,
      quiet: false,
      source: error.text,
    });
    return { code };
  }
}

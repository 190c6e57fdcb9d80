/** What a command does: the configuration, with the flags over it. */
import { resolve } from "node:path";
import type { LoadedConfig } from "../build/config/config.js";
import type { Diagnostic } from "../base/diagnostics.js";
import type { GenerateOptions } from "../build/generate.js";
import { MistakesError } from "../base/mistakes-error.js";
import { UsageError } from "../base/usage-error.js";
import { oneOf } from "./arguments.js";
import { formats, printDiagnostics, type Format } from "./problems.js";
import type { Terminal } from "./terminal.js";

/** Flags that say which documents are read, and how. */
export const documentFlags = {
  config: { type: "string" },
  output: { type: "string", short: "o" },
  overlay: { type: "string", multiple: true },
  "allow-remote": { type: "boolean" },
  "no-allow-remote": { type: "boolean" },
} as const;

/** The same, and how much is printed. */
export const inputFlags = {
  ...documentFlags,
  quiet: { type: "boolean", short: "q" },
  "no-quiet": { type: "boolean" },
} as const;

/** The values of those flags, and of `generate`'s own. */
export interface Flags {
  readonly config?: string | undefined;
  readonly output?: string | undefined;
  readonly overlay?: readonly string[] | undefined;
  readonly name?: string | undefined;
  readonly "allow-remote"?: boolean | undefined;
  readonly "no-allow-remote"?: boolean | undefined;
  readonly "open-enums"?: boolean | undefined;
  readonly "no-open-enums"?: boolean | undefined;
  readonly int64?: string | undefined;
  readonly "import-extensions"?: string | undefined;
  readonly "types-only"?: boolean | undefined;
  readonly "no-types-only"?: boolean | undefined;
  readonly strict?: boolean | undefined;
  readonly "no-strict"?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  readonly "no-quiet"?: boolean | undefined;
  readonly format?: string | undefined;
}

export interface Settings {
  readonly packages: readonly (GenerateOptions & { readonly output: string })[];
  readonly strict: boolean;
  readonly quiet: boolean;
  readonly format: Format;
  /** The text of the configuration, for code frames. */
  readonly text: (file: string) => string | undefined;
}

/**
 * Reads the configuration and lays the flags over it.
 * @throws {UsageError}
 * @throws {MistakesError} if the configuration has mistakes
 */
export async function settingsOf(flags: Flags, paths: readonly string[]): Promise<Settings> {
  const { findConfig } = await import("../build/config/find-config.js");
  const cwd = process.cwd();
  const file = await findConfig(cwd, flags.config);
  const config = file === undefined ? noConfig : await loadConfig(file, cwd);
  const { run } = config;
  const packages = chosen(config, flags, paths);
  if (file !== undefined) await assertThere(packages, flags, paths, config);
  return {
    packages: packages.map((one) => over(one, flags, paths)),
    strict: flags["no-strict"] ? false : (flags.strict ?? run.strict ?? false),
    quiet: flags["no-quiet"] ? false : (flags.quiet ?? run.quiet ?? false),
    format: oneOf("--format", flags.format ?? run.format ?? "text", formats),
    text: config.text,
  };
}

const noConfig: LoadedConfig = { run: {}, packages: [{}], text: () => undefined };

const loadConfig = async (file: string, cwd: string): Promise<LoadedConfig> =>
  (await import("../build/config/config.js")).loadConfig(file, cwd);

/** @throws {MistakesError} if the configuration names files that are not there, and no flag names others */
async function assertThere(
  packages: readonly GenerateOptions[],
  flags: Flags,
  paths: readonly string[],
  { text }: LoadedConfig,
): Promise<void> {
  const { missingFiles } = await import("../build/config/config.js");
  const problems: Diagnostic[] = [];
  for (const { paths: inputs, overlays, locate } of packages) {
    const asked = {
      ...(paths.length === 0 && inputs && { paths: inputs }),
      ...(!flags.overlay && overlays && { overlays }),
      ...(locate && { locate }),
    };
    problems.push(...(await missingFiles(asked, process.cwd())));
  }
  if (problems.length > 0) throw new MistakesError(problems, text);
}

const defaultOutput = "generated";

/** Of several packages, `--output` chooses one; of one, it moves the output. */
function chosen(
  { packages }: LoadedConfig,
  flags: Flags,
  paths: readonly string[],
): readonly GenerateOptions[] {
  if (packages.length === 1) return packages;
  const outputs = packages.map(({ output = defaultOutput }) => output);
  const hint = `The configuration has ${outputs.join(", ")}.`;
  const { output } = flags;
  if (output !== undefined) {
    const found = packages.filter((_, i) => resolve(outputs[i] ?? "") === resolve(output));
    if (found.length > 0) return found;
    throw new UsageError(`No package of the configuration has the output ${output}.`, hint);
  }
  const what = paths.length > 0 ? "A PATH" : flags.name !== undefined ? "--name" : undefined;
  if (what === undefined) return packages;
  throw new UsageError(`${what} is for one package; choose it with --output.`, hint);
}

function over(
  { output: configured, lock, ...options }: GenerateOptions,
  flags: Flags,
  paths: readonly string[],
): GenerateOptions & { readonly output: string } {
  const output = flags.output ?? configured ?? defaultOutput;
  // The lock beside the configuration is for the outputs that it names; any other has its own.
  const moved = resolve(output) !== resolve(configured ?? defaultOutput);
  const remote = flags["no-allow-remote"] ? false : flags["allow-remote"];
  const open = flags["no-open-enums"] ? false : flags["open-enums"];
  return {
    ...options,
    ...(lock !== undefined && !moved && { lock }),
    ...(paths.length > 0 && { paths }),
    ...(flags.overlay && { overlays: flags.overlay }),
    ...(flags.name !== undefined && { name: flags.name }),
    ...(remote !== undefined && { allowRemote: remote }),
    ...(open !== undefined && { openEnums: open }),
    ...(flags.int64 !== undefined && {
      int64: oneOf("--int64", flags.int64, ["string", "number", "bigint"]),
    }),
    ...formOf(flags),
    output,
  };
}

/** What flags say of the form of the package. */
function formOf(
  flags: Flags,
): Pick<GenerateOptions, "importExtensions" | "typesOnly"> {
  const { "import-extensions": extensions } = flags;
  const types = flags["no-types-only"] ? false : flags["types-only"];
  return {
    ...(extensions !== undefined && {
      importExtensions: oneOf("--import-extensions", extensions, ["js", "ts", "none"]),
    }),
    ...(types !== undefined && { typesOnly: types }),
  };
}

/**
 * Does the work; tells of mistakes in what steers the tool as of those in documents.
 * @returns what the work gives, or `code` if there are mistakes
 */
export async function unlessMistaken<T>(
  work: () => Promise<T>,
  terminal: Terminal,
  { code, format }: { readonly code: number; readonly format: string | undefined },
): Promise<{ readonly done: T } | { readonly code: number }> {
  try {
    return { done: await work() };
  } catch (error) {
    if (!(error instanceof MistakesError)) throw error;
    await printDiagnostics(error.diagnostics, terminal, {
      format: formats.find((known) => known === format) ?? "text",
      quiet: false,
      source: error.text,
    });
    return { code };
  }
}

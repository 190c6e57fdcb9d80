/** Exports `loadConfig`: a configuration file -> options of `generate`, checked against the schema. */
import { stat } from "node:fs/promises";
import path from "node:path";
import type { ValidateFunction } from "ajv/dist/2020.js";
import { readConfigFile, type ConfigFile } from "./config-file.js";
import type { Config, PackageConfig, RunConfig } from "./define-config.js";
import type { Diagnostic } from "../../base/diagnostics.js";
import type { GenerateOptions } from "../generate.js";
import { lockName } from "../lock/lock-name.js";
import { MistakesError } from "../../base/mistakes-error.js";
import { isPath } from "../../openapi/presets.js";
import { isAddress } from "../../base/is-address.js";
import { newAjv } from "../../base/new-ajv.js";
import { inWords } from "../../batch/x-batch/mistakes.js";
import { configKeys, options } from "./options.js";
import { checkOverrides } from "./overrides.js";
import { pick } from "./pick.js";
import { configSchema, xBatchSchema } from "./schema.js";

export interface LoadedConfig {
  readonly run: RunConfig;
  /** At least one. Paths are relative to the working directory. */
  readonly packages: readonly GenerateOptions[];
  /** The text of the file by its name in messages. */
  readonly text: (file: string) => string | undefined;
}

/**
 * Reads a configuration.
 * @param file its absolute path, as `findConfig` gives it
 * @param cwd what the names of files in messages are relative to
 * @throws MistakesError with the location of each mistake in it
 */
export async function loadConfig(file: string, cwd: string): Promise<LoadedConfig> {
  return configOf(await readConfigFile(file, cwd), cwd);
}

/** The same for a configuration that was read, or that a program gives. */
export function configOf(found: ConfigFile, cwd: string): LoadedConfig {
  const problems = mistakesIn(found);
  if (problems.length > 0) throw new MistakesError(problems, found.text);
  const config = found.value as Config; // proved by the schema, which a test holds to the type
  const packages = config.packages
    ? config.packages.map((one, i) => optionsOf(one, `/packages/${i}`, found, cwd))
    : [optionsOf(config, "", found, cwd)];
  return {
    run: pick(config, ["strict", "reporter", "quiet"]),
    packages,
    text: found.text,
  };
}

/**
 * A diagnostic for each input and overlay of a configuration that does not exist. Globs are not checked.
 * @param options as `loadConfig` gives them, without those that flags replace
 */
export async function missingFiles(
  { paths = [], overlays = [], locate }: Pick<GenerateOptions, "paths" | "overlays" | "locate">,
  cwd: string,
): Promise<readonly Diagnostic[]> {
  const named = [
    ...paths.map((name, i) => ({ name, pointer: `/inputs/${i}` })),
    ...overlays.map((name, i) => ({ name, pointer: `/overlays/${i}` })),
  ];
  const missing: Diagnostic[] = [];
  for (const { name, pointer } of named) {
    if (/[*?[\]{}()!]/.test(name) || isAddress(name)) continue;
    if ((await stat(path.resolve(cwd, name)).catch(() => undefined)) !== undefined) continue;
    const location = locate?.(pointer);
    missing.push({
      code: "config-missing-file",
      severity: "error",
      message: `There is no file or folder ${name}.`,
      hint: "Paths in a configuration are relative to it.",
      ...(location && { location }),
    });
  }
  return missing;
}

function optionsOf(
  config: PackageConfig,
  pointer: string,
  file: ConfigFile,
  cwd: string,
): GenerateOptions {
  const folder = path.dirname(file.path);
  const relocated = (given: string): string => {
    if (isAddress(given)) return given;
    const relative = path.relative(cwd, path.resolve(folder, given)).replaceAll("\\", "/");
    return relative === "" ? "." : relative;
  };
  const { inputs, output, overlays, presets, ...rest } = pick(config, configKeys("package"));
  return {
    ...rest,
    paths: (inputs ?? options.inputs.default).map(relocated),
    output: relocated(output ?? options.output.default),
    lock: path.join(folder, lockName),
    ...(overlays && { overlays: overlays.map(relocated) }),
    ...(presets && {
      presets: presets.map((name) => (isPath(name) ? `./${relocated(name)}` : name)),
    }),
    locate: (inner) => file.locate(pointer + inner),
  };
}

function mistakesIn({ value, locate, path: file }: ConfigFile): readonly Diagnostic[] {
  const validate = validator();
  if (!validate(value)) {
    const subject = { code: "config", name: "The configuration" };
    return inWords(validate.errors ?? [], subject).map(({ pointer, ...rest }) => ({
      ...rest,
      severity: "error" as const,
      location: locate(pointer),
    }));
  }
  const config = value as Config; // proved in the line above
  const packages = config.packages
    ? config.packages.map((one, i) => ({ one, pointer: `/packages/${i}` }))
    : [{ one: config, pointer: "" }];
  const outputs = new Set<string>();
  return packages.flatMap(({ one, pointer }) => {
    const output = path.resolve(path.dirname(file), one.output ?? options.output.default);
    const twice = outputs.has(output);
    outputs.add(output);
    const clash: Diagnostic = {
      code: "config-combination",
      severity: "error",
      message: `Two packages have the output ${JSON.stringify(one.output ?? options.output.default)}.`,
      location: locate(`${pointer}/output`),
    };
    const useless: Diagnostic = {
      code: "config-combination",
      severity: "error",
      message: '`packageJson` is for a package, and `layout: "modules"` makes none.',
      location: locate(`${pointer}/packageJson`),
    };
    return [
      ...(twice ? [clash] : []),
      ...(one.layout === "modules" && one.packageJson !== undefined ? [useless] : []),
      ...checkOverrides(one, (inner) => locate(pointer + inner)).diagnostics,
    ];
  });
}

function validator(): ValidateFunction {
  const ajv = newAjv({ allErrors: true, verbose: true, meta: false });
  // x-batch values are checked by checkOverrides, with the messages that they have everywhere.
  return ajv.addSchema({}, xBatchSchema).compile(configSchema());
}

/** Configuration file -> options of `generate`, checked. */
import { readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import type { ValidateFunction } from "ajv/dist/2020.js";
import { readConfigFile, type ConfigFile } from "./config-file.js";
import type { Config, PackageConfig, RunConfig } from "./define-config.js";
import type { Diagnostic } from "../../base/diagnostics.js";
import type { PackageForm } from "../../emit/form.js";
import type { GenerateOptions } from "../generate.js";
import { lockName } from "../lock/lock-name.js";
import { MistakesError } from "../../base/mistakes-error.js";
import { inWords } from "../../batch/x-batch/mistakes.js";
import { checkOverrides } from "./overrides.js";

export interface LoadedConfig {
  readonly run: RunConfig;
  /** One at least. Paths are relative to the working directory. */
  readonly packages: readonly GenerateOptions[];
  /** The text of the file by its name in messages. */
  readonly text: (file: string) => string | undefined;
}

/**
 * Reads a configuration.
 * @param file its absolute path, as `findConfig` gives it
 * @param cwd what the names of files in messages are relative to
 * @throws MistakesError with the place of everything that is wrong with it
 */
export async function loadConfig(file: string, cwd: string): Promise<LoadedConfig> {
  return configOf(await readConfigFile(file, cwd), cwd);
}

/** The same of a configuration that was read, or stands in a program. */
export function configOf(found: ConfigFile, cwd: string): LoadedConfig {
  const problems = mistakesIn(found);
  if (problems.length > 0) throw new MistakesError(problems, found.text);
  const config = found.value as Config; // proved by the schema, which a test holds to the type
  const { strict, format, quiet } = config;
  const packages = config.packages
    ? config.packages.map((one, i) => optionsOf(one, `/packages/${i}`, found, cwd))
    : [optionsOf(config, "", found, cwd)];
  return {
    run: {
      ...(strict === undefined ? {} : { strict }),
      ...(format === undefined ? {} : { format }),
      ...(quiet === undefined ? {} : { quiet }),
    },
    packages,
    text: found.text,
  };
}

/**
 * Inputs and overlays of a configuration that are not there; globs are left to who reads them.
 * @param options as `loadConfig` gives them, those that flags have replaced left out
 */
export async function missingFiles(
  { paths = [], overlays = [], locate }: Pick<GenerateOptions, "paths" | "overlays" | "locate">,
  cwd: string,
): Promise<readonly Diagnostic[]> {
  const named = [
    ...paths.map((name, i) => ({ name, pointer: `/inputs/${i}` })),
    ...overlays.map((name, i) => ({ name, pointer: `/overlays/${i}` })),
  ];
  const problems: Diagnostic[] = [];
  for (const { name, pointer } of named) {
    if (/[*?[\]{}()!]/.test(name)) continue;
    if ((await stat(path.resolve(cwd, name)).catch(() => undefined)) !== undefined) continue;
    const location = locate?.(pointer);
    problems.push({
      code: "config-missing-file",
      severity: "error",
      message: `There is no file or folder ${name}.`,
      hint: "Paths in a configuration are relative to it.",
      ...(location && { location }),
    });
  }
  return problems;
}

function optionsOf(
  config: PackageConfig,
  pointer: string,
  file: ConfigFile,
  cwd: string,
): GenerateOptions {
  const { inputs = ["specs"], output = "generated", overlays, name, rename, xBatch } = config;
  const folder = path.dirname(file.path);
  const here = (given: string): string => {
    const relative = path.relative(cwd, path.resolve(folder, given)).replaceAll("\\", "/");
    return relative === "" ? "." : relative;
  };
  return {
    paths: inputs.map(here),
    output: here(output),
    lock: path.join(folder, lockName),
    ...(overlays && { overlays: overlays.map(here) }),
    ...(name === undefined ? {} : { name }),
    ...(config.allowRemote === undefined ? {} : { allowRemote: config.allowRemote }),
    ...(config.openEnums === undefined ? {} : { openEnums: config.openEnums }),
    ...(config.int64 === undefined ? {} : { int64: config.int64 }),
    ...formOf(config),
    ...(rename && { rename }),
    ...(xBatch && { xBatch }),
    locate: (inner) => file.locate(pointer + inner),
  };
}

const formOf = ({ importExtensions, typesOnly, packageJson }: PackageConfig): PackageForm => ({
  ...(importExtensions === undefined ? {} : { importExtensions }),
  ...(typesOnly === undefined ? {} : { typesOnly }),
  ...(packageJson === undefined ? {} : { packageJson }),
});

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
    const output = path.resolve(path.dirname(file), one.output ?? "generated");
    const twice = outputs.has(output);
    outputs.add(output);
    const clash: Diagnostic = {
      code: "config-combination",
      severity: "error",
      message: `Two packages have the output ${JSON.stringify(one.output ?? "generated")}.`,
      location: locate(`${pointer}/output`),
    };
    return [
      ...(twice ? [clash] : []),
      ...checkOverrides(one, (inner) => locate(pointer + inner)).diagnostics,
    ];
  });
}

function validator(): ValidateFunction {
  const require = createRequire(import.meta.url);
  // what `require` gives is untyped; this is the module's own declaration
  const { Ajv2020 } = require("ajv/dist/2020.js") as typeof import("ajv/dist/2020.js");
  // from dist/ as from generator/, the schema stands here
  const file = new URL("../../../generator/build/config/config.schema.json", import.meta.url);
  const schema = JSON.parse(readFileSync(file, "utf8")) as object; // our own file
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    strict: false,
    validateSchema: false,
    meta: false,
  });
  // Checked by checkOverrides, in the words that x-batch has everywhere.
  return ajv.addSchema({}, "model/x-batch.schema.json").compile(schema);
}

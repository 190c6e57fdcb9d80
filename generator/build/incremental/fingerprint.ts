/**
 * Exports `Fingerprint`: all that a run follows from, besides the tool itself. Two runs with the same one give the same
 * bytes, so that the second has nothing to do.
 */
import { readdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isAbsolute, join, relative, resolve } from "node:path";
import type { Diagnostic } from "../../base/diagnostics.js";
import { toolVersion } from "../../base/version.js";
import { findEntries, givenOverlays } from "../../openapi/entries.js";
import { givenPresets } from "../../openapi/presets.js";
import type { Generated, GenerateOptions } from "../generate.js";
import { packageJsonOf } from "../package-json.js";
import { hashOfFile, sha256 } from "./hash.js";
import { prettierConfig } from "./prettier-config.js";

export interface Fingerprint {
  /** Options, which files there are, and the configuration of prettier: everything but what documents hold. */
  readonly options: string;
  /** Files that were read, absolute, with the SHA-256 of their bytes; null for one that could not be read. */
  readonly inputs: readonly (readonly [file: string, hash: string | null])[];
}

/** The options without what only this run asks for, and with a digest in place of a document. */
export const comparable = ({ stdin, update: _, ...options }: GenerateOptions): object => ({
  ...options,
  ...(stdin && { stdin: sha256(stdin) }),
});

/** The `options` of a fingerprint. @throws UsageError if a path does not exist */
export async function optionsOf(options: GenerateOptions, cwd: string): Promise<string> {
  const problems: Diagnostic[] = [];
  const report = (problem: Diagnostic): void => void problems.push(problem);
  const entries = await findEntries(options.paths ?? ["specs"], cwd, report);
  const overlays = await givenOverlays(options.overlays ?? [], cwd);
  const presets = givenPresets(options.presets ?? [], cwd);
  const output = resolve(cwd, options.output ?? "generated");
  // JSON leaves functions out: they report, and change no byte.
  return JSON.stringify([
    cwd,
    comparable(options),
    packageJsonOf({ ...options, cwd }),
    entries,
    overlays,
    presets,
    problems,
    options.format === false ? [] : prettierConfig(output),
  ]);
}

/**
 * The `inputs` of a fingerprint; undefined where a run follows from more than files that can be hashed: an address, a
 * diagnostic about a configuration, or a package that may be installed by the next run.
 */
export function inputsOf(generated: Generated, cwd: string): Fingerprint["inputs"] | undefined {
  const { hashes, diagnostics, unknowns, pinned = [] } = generated;
  const isRead = ({ location }: Pick<Diagnostic, "location">): boolean =>
    location === undefined || hashes.has(resolve(cwd, location.file));
  if (![...diagnostics, ...unknowns].every(isRead)) return undefined;
  if (diagnostics.some(({ code }) => code === "swagger-converter")) return undefined;
  // The lock, which is compared as well, has the hashes of pinned documents.
  const others = [...hashes].filter(([name]) => !pinned.includes(name));
  if (!others.every(([name]) => isAbsolute(name))) return undefined;
  return others.map(([file, hash]) => [file, hash ?? null]);
}

/**
 * Whether every input is what it was. Stops at the first that is not.
 * @param hashed receives the SHA-256 of each file that was read
 */
export const areCurrent = (
  inputs: Fingerprint["inputs"],
  hashed: Map<string, string | undefined>,
): boolean =>
  inputs.every(([file, hash]) => {
    hashed.set(file, hashOfFile(file));
    return (hashed.get(file) ?? null) === hash;
  });

/**
 * The version, and names, sizes and times of the tool's own files: a checkout that was built again has the version it
 * had. Reading them all would cost more than the rest of a run in which nothing changed.
 */
export function toolHash(): string {
  const root = fileURLToPath(new URL("../../../", import.meta.url));
  // Above this file's folder: `dist/`, or `generator/` in tests. The runtime's sources are copied into packages.
  const own = fileURLToPath(new URL("../../", import.meta.url));
  const folders = [own, join(root, "generator", "runtime"), join(root, "presets")];
  const files = [join(root, "package.json"), ...folders.flatMap(filesBelow)];
  const stamps = files.sort().map((file) => {
    const { size, mtimeMs } = statSync(file);
    return [relative(root, file), size, mtimeMs];
  });
  return sha256(JSON.stringify([toolVersion, process.versions.node, stamps]));
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return /(?<!\.d)\.(js|ts|json)$/.test(entry.name) ? [path] : [];
  });

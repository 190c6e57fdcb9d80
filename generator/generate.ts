/**
 * The whole pipeline: paths -> documents -> model -> files. This is also the library: `import { generate } from
 * "openapi-batch"`.
 */
import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import type { Diagnostic, Location } from "./diagnostics.js";
import type { GeneratedFile } from "./emit/package.js";
import { buildModel } from "./model/build.js";
import type { BatchApi, Row } from "./model/model.js";
import { read } from "./read/read.js";

export type { Diagnostic, Location, Severity } from "./diagnostics.js";
export type { GeneratedFile } from "./emit/package.js";
export type { Row } from "./model/model.js";
export { UsageError } from "./usage-error.js";
export { writePackage } from "./write/write.js";

export interface GenerateOptions {
  /** What relative paths are relative to. Default: the working directory of the process. */
  readonly cwd?: string;
  /** Files, folders (read with all below them) or globs. Default `["specs"]`. */
  readonly paths?: readonly string[];
  /** OpenAPI Overlays for all documents, besides those found under `paths`; later ones win. */
  readonly overlays?: readonly string[];
  /** The folder that the package is meant for; only its `package.json` is looked at. Default `generated`. */
  readonly output?: string;
  /** The name of the package. Default: the name it has in `output`, or else the name of that folder. */
  readonly name?: string;
  /** Called as work goes on; `done` and `total` count documents while reading, and files while emitting. */
  onProgress?(event: Progress): void;
}

export interface Progress {
  readonly phase: "read" | "model" | "emit";
  readonly done: number;
  readonly total: number;
}

export interface Inspected {
  /** Every recognised batch endpoint of every document; with `recognised: false` what was seen and left alone. */
  readonly rows: readonly Row[];
  readonly diagnostics: readonly Diagnostic[];
  /** Files that are neither OpenAPI documents nor overlays. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
  /** Places whose type can only be `unknown`. */
  readonly unknowns: readonly {
    readonly location: Location;
    readonly reason: "unconstrained" | "dangling";
  }[];
  /** The text of a file that a diagnostic names. */
  text(file: string): string | undefined;
}

export interface Generated extends Inspected {
  /** The package, in code point order of the paths. Nothing is written: see `writePackage`. */
  readonly files: readonly GeneratedFile[];
}

/**
 * Finds the batch endpoints of OpenAPI documents. What is wrong with a document is in `diagnostics`; it never stops the
 * others.
 * @throws UsageError if a path does not exist.
 */
export async function inspect(options: GenerateOptions = {}): Promise<Inspected> {
  return (await prepare(options)).inspected;
}

/**
 * Makes the package for the batch endpoints of OpenAPI documents. The same documents give the same bytes.
 * @throws UsageError if a path does not exist, or the name is none that npm allows.
 */
export async function generate(options: GenerateOptions = {}): Promise<Generated> {
  const { inspected, api } = await prepare(options);
  // openapi-typescript, ts-morph and prettier take half a second to load: only here are they wanted.
  const { emitPackage } = await import("./emit/package.js");
  const files = await emitPackage(api, {
    ...packageIdentity(options),
    onProgress: (done, total) => options.onProgress?.({ phase: "emit", done, total }),
  });
  return { ...inspected, files };
}

async function prepare(
  options: GenerateOptions,
): Promise<{ readonly inspected: Inspected; readonly api: BatchApi }> {
  const { cwd = process.cwd(), paths = ["specs"], overlays = [], onProgress } = options;
  const found = await read({
    cwd,
    paths,
    overlays,
    onProgress: (done, total) => onProgress?.({ phase: "read", done, total }),
  });
  onProgress?.({ phase: "model", done: 0, total: found.specs.length });
  const { api, diagnostics, unknowns } = buildModel(found.specs);
  onProgress?.({ phase: "model", done: found.specs.length, total: found.specs.length });
  return {
    api,
    inspected: {
      rows: api.rows,
      diagnostics: [...found.diagnostics, ...diagnostics],
      skipped: found.skipped,
      unknowns,
      text: found.text,
    },
  };
}

/** Name and version of the package: as they are in the output, unless the options say otherwise. */
function packageIdentity({ cwd = process.cwd(), output = "generated", name }: GenerateOptions): {
  readonly name: string;
  readonly version: string;
} {
  const folder = resolve(cwd, output);
  let known: unknown;
  try {
    known = JSON.parse(readFileSync(resolve(folder, "package.json"), "utf8"));
  } catch {
    known = undefined; // the first run, or a file that is about to be replaced
  }
  const field = (key: string): string | undefined => {
    if (typeof known !== "object" || known === null || !(key in known)) return undefined;
    const value = (known as Readonly<Record<string, unknown>>)[key]; // an object, just proved
    return typeof value === "string" ? value : undefined;
  };
  return {
    name:
      name ??
      field("name") ??
      (basename(folder)
        .toLowerCase()
        .replace(/[^a-z0-9._-]+/g, "-") ||
        "batch-client"),
    version: field("version") ?? "0.1.0",
  };
}

/**
 * The whole pipeline: paths -> documents -> model -> files. This is also the library: `import { generate } from
 * "openapi-batch"`.
 */
import { dirname, join, resolve } from "node:path";
import type { Diagnostic, Locate, Location } from "../base/diagnostics.js";
import type { PackageForm } from "../emit/form.js";
import type { Pool } from "../emit/format-pool.js";
import type { FormattedTexts } from "../emit/formatted-texts.js";
import type { GeneratedFile } from "../emit/package.js";
import { cacheFolder } from "./incremental/folder.js";
import { packageJsonOf } from "./package-json.js";
import { packageKey, printLock, readLock } from "./lock/lock.js";
import { lockName } from "./lock/lock-name.js";
import { MistakesError } from "../base/mistakes-error.js";
import { buildModel } from "../batch/build.js";
import { modelDocument, type DocumentModel } from "../batch/document.js";
import { nothingLocked } from "../batch/names/lock.js";
import { describe } from "../diff/describe.js";
import { descriptionName, printDescription } from "../diff/description.js";
import type { BatchApi, Row } from "../batch/model.js";
import { checkOverrides, type CheckedOverrides, type Overrides } from "./config/overrides.js";
import { displayName } from "../base/display-name.js";
import { isBelow } from "../openapi/find-files.js";
import { lockedPresets, offeredPresets } from "./presets.js";
import { createLocator } from "../openapi/locate.js";
import type { DocumentStore } from "../openapi/document-store.js";
import { byCodePoint } from "../base/order.js";
import { formatPointer } from "../base/pointer.js";
import { withoutControls } from "../base/printable.js";
import { withPositions } from "../base/positions.js";
import { readAll, type DocumentResults } from "../openapi/read.js";
import type { Spec } from "../openapi/spec.js";
import { isAddress } from "../base/is-address.js";
import type { FetchedInputs } from "./pinned-inputs.js";

export { defineConfig } from "./config/define-config.js";
export type { Config, PackageConfig, RunConfig } from "./config/define-config.js";
export type { Diagnostic, Locate, Location, Position, Severity } from "../base/diagnostics.js";
export type { PackageForm } from "../emit/form.js";
export type { GeneratedFile } from "../emit/package.js";
export type { Row } from "../batch/model.js";
export { MistakesError } from "../base/mistakes-error.js";
export { UsageError } from "../base/usage-error.js";
export { writeLock, writePackage } from "./write/write.js";

export interface GenerateOptions extends Overrides, PackageForm {
  /** What relative paths are relative to. Default: the working directory of the process. */
  readonly cwd?: string;
  /** Files, folders (read with all below them), globs, http(s) addresses, or `-` for `stdin`. Default `["specs"]`. */
  readonly paths?: readonly string[];
  /** The document that the path `-` means. */
  readonly stdin?: Uint8Array;
  /** Fetch the documents at addresses that the lock pins, too, and pin what is there now. Default false. */
  readonly update?: boolean;
  /** OpenAPI Overlays for all documents, besides those found under `paths`; later ones win. */
  readonly overlays?: readonly string[];
  /**
   * Presets: what vendors do not say in their documents. Names of those of the tool, `npm:PACKAGE`, or paths. The
   * documents and all overlays win over them. An empty list: offer none. Default: none, and say which would fit.
   */
  readonly presets?: readonly string[];
  /** The folder that the package is meant for; its `package.json` and its lock are looked at. Default `generated`. */
  readonly output?: string;
  /** The name of the package. Default: the name it has in `output`, or else the name of that folder. */
  readonly name?: string;
  /** Hosts from which references to http(s) addresses are fetched, such as `schemas.example.com`. Default: none. */
  readonly allowRemote?: readonly string[];
  /** Make a package without an endpoint where no document is found. Default false: that is an error. */
  readonly allowEmpty?: boolean;
  /**
   * Enums of responses have a branded member `Unlisted` for values that the document does not list; those of requests
   * stay closed. Default false.
   */
  readonly openEnums?: boolean;
  /**
   * What 64-bit integers of responses are: `string` and `bigint` are read losslessly, `number` is rounded beyond 2^53.
   * Requests take numbers, and what responses give. Default `string`.
   */
  readonly int64?: "string" | "number" | "bigint";
  /** Format files by prettier, with the options found at the output folder. Default true. */
  readonly format?: boolean;
  /** The file that keeps names once given. Default `openapi-batch.lock` in `output`. */
  readonly lock?: string;
  /** The location of a member of `rename` and `xBatch`, by its JSON Pointer into the options; for diagnostics. */
  locate?(pointer: string): Location | undefined;
  /** Called as work goes on; `done` and `total` count documents while reading, and files while emitting. */
  onProgress?(event: Progress): void;
}

/** What earlier runs left, and this one leaves for the next: see `incremental/`. */
export interface Stored {
  /** The folder of the cache, for the documents at addresses; undefined: none. */
  readonly cache?: string | undefined;
  readonly documents: DocumentStore<DocumentModel>;
  readonly texts: FormattedTexts;
}

export interface Progress {
  readonly phase: "read" | "model" | "emit" | "format";
  readonly done: number;
  readonly total: number;
}

export interface Inspected {
  /** Every recognised batch endpoint of every document; with `recognised: false` what was seen and left alone. */
  readonly rows: readonly Row[];
  readonly diagnostics: readonly Diagnostic[];
  /** Files that are neither OpenAPI documents nor overlays. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
  /**
   * Documents that have an error now, and were used as they last were without one. Only a process that runs again and
   * again, as `watch` does, has such documents.
   */
  readonly kept: readonly string[];
  /** Places whose type can only be `unknown`. */
  readonly unknowns: readonly {
    readonly location: Location;
    readonly reason: "unconstrained" | "dangling";
  }[];
  /** The text of a file that a diagnostic names. */
  text(file: string): string | undefined;
  /** The line and column of a location of a diagnostic; undefined where its file is not available. */
  readonly locate: Locate;
  /** The addresses of documents that the lock pins. */
  readonly pinned?: readonly string[];
  /** Absolute real paths (and addresses) of what was read, with SHA-256; `undefined` for what could not be read. */
  readonly hashes: ReadonlyMap<string, string | undefined>;
}

export interface Generated extends Inspected {
  /** The package, in code point order of the paths. Nothing is written: see `writePackage`. */
  readonly files: readonly GeneratedFile[];
  /** The output is known to hold just these files, so that there is nothing to write. */
  readonly isWritten?: boolean;
  /** The lock, if it is not one of `files`: its absolute path and its text. See `writeLock`. */
  readonly lock?: { readonly file: string; readonly text: string };
}

/**
 * Finds the batch endpoints of OpenAPI documents. What is wrong with a document is in `diagnostics`; it never stops the
 * others.
 * Names are those that `generate` would give. Only `generate` reports which names changed or vanished.
 * @throws UsageError if a path does not exist.
 * @throws MistakesError if the lock, `rename` or `xBatch` has mistakes, or a document at an address is not available.
 */
export async function inspect(
  options: GenerateOptions = {},
): Promise<Inspected & { page(diagnostics?: readonly Diagnostic[]): Promise<string> }> {
  const cache = cacheFolder(options.cwd ?? process.cwd());
  const { inspected, api, documents } = await prepare(options, undefined, cache);
  const changes = ["name-changed", "name-vanished"];
  const diagnostics = inspected.diagnostics.filter(({ code }) => !changes.includes(code));
  return {
    ...inspected,
    diagnostics,
    /** All of it as one HTML page that needs no other file; see docs/inspect.md. */
    async page(shown = diagnostics) {
      const { eachAlone } = await import("../page/types.js");
      const { page } = await import("../page/page.js");
      const { declarationsOf } = await import("../schemas/types/types.js");
      const { printStatements } = await import("../schemas/types/print.js");
      const declarations = declarationsOf(eachAlone(api.modules));
      return page({
        api,
        diagnostics: shown,
        locate: inspected.locate,
        files: documents,
        declarations: new Map(
          [...declarations].map(([id, statements]) => [Number(id), printStatements(statements)]),
        ),
        from: { ...options, packageName: packageJsonOf(options).name },
      });
    },
  };
}

/**
 * Makes the package for the batch endpoints of OpenAPI documents. The same documents and the same lock give the same
 * bytes.
 * @param stored Default: nothing. A build that runs again calls `generate` of `incremental/`.
 * @throws UsageError if a path does not exist, npm does not allow the name, or prettier cannot read its configuration.
 * @throws MistakesError if the lock, `rename` or `xBatch` has mistakes, or a document at an address is not available.
 */
export async function generate(options: GenerateOptions = {}, stored?: Stored): Promise<Generated> {
  const { endPool, startPool } = await import("../emit/format-pool.js");
  // Where every text is new, a thread loads prettier while this one reads, models and emits.
  const isNew = options.format !== false && (stored?.texts.size ?? 0) === 0;
  const pool = isNew ? startPool(1) : undefined;
  try {
    const { inspected, api, lock, documents } = await prepare(options, stored);
    if (documents.size === 0 && options.allowEmpty !== true)
      throw new MistakesError(
        [...withPositions(inspected.diagnostics, inspected.locate), noDocuments(options)],
        inspected.text,
      );
    const output = outputOf(options);
    const below = isBelow(output, lock.file);
    const own = below ? [{ path: displayName(output, lock.file), text: lock.text }] : [];
    const files = await emit({ api, own, pool }, options, stored);
    return {
      ...inspected,
      files: [...files].sort((a, b) => byCodePoint(a.path, b.path)),
      ...(below ? {} : { lock }),
    };
  } finally {
    if (pool) await endPool(pool);
  }
}

/** Without this, a wrong path would remove every endpoint of a package, and say nothing. */
const noDocuments = ({ paths = ["specs"] }: GenerateOptions): Diagnostic => ({
  code: "no-documents",
  severity: "error",
  message: `No OpenAPI document without an error was found in ${paths.join(", ")}; nothing is written.`,
  hint: "--allow-empty writes a package without an endpoint.",
});

/** So many endpoints make more text than two threads format while the others start. */
const manyEndpoints = 40;

interface Emission {
  readonly api: BatchApi;
  /** Files that the package has besides. */
  readonly own: readonly GeneratedFile[];
  readonly pool: Pool | undefined;
}

/** The files of the package, formatted. */
async function emit(
  { api, own, pool }: Emission,
  options: GenerateOptions,
  stored: Stored | undefined,
): Promise<readonly GeneratedFile[]> {
  const { format = true, onProgress } = options;
  const { growPool } = await import("../emit/format-pool.js");
  if (pool && api.endpoints.length > manyEndpoints) growPool(pool);
  const { formatFiles } = await import("../emit/format.js");
  // The compiler takes a while to load: an unchanged run, and `inspect`, do without.
  const { emitPackage } = await import("../emit/package.js");
  const given = {
    ...options,
    ...packageJsonOf(options),
    onProgress: (done: number, total: number) => onProgress?.({ phase: "emit", done, total }),
  };
  function* files(): Generator<GeneratedFile> {
    yield* own;
    yield { path: descriptionName, text: printDescription(describe(api)) };
    yield* emitPackage(api, given);
  }
  function* harmless(): Generator<GeneratedFile> {
    for (const file of files()) yield { ...file, text: withoutControls(file.text) };
  }
  return formatFiles(harmless(), {
    output: outputOf(options),
    format,
    pool,
    ...(stored && { known: stored.texts }),
    onProgress: (done, total) => onProgress?.({ phase: "format", done, total }),
  });
}

const outputOf = ({ cwd = process.cwd(), output = "generated" }: GenerateOptions): string =>
  resolve(cwd, output);

interface Prepared {
  readonly inspected: Inspected;
  readonly api: BatchApi;
  readonly lock: { readonly file: string; readonly text: string };
  /** The file of each document, as locations name it, by the document's name. */
  readonly documents: ReadonlyMap<string, string>;
}

/** Reads the lock and the documents, and builds the model of them all. */
async function prepare(
  options: GenerateOptions,
  stored?: Stored,
  cache = stored?.cache,
): Promise<Prepared> {
  const { cwd = process.cwd(), onProgress } = options;
  const output = outputOf(options);
  const { renames, batches } = overridesOf(options);
  const lockFile = resolve(cwd, options.lock ?? join(output, lockName));
  const { lock, text: lockText } = await readLock(lockFile, cwd);
  const key = packageKey(lockFile, output);
  // Without a runtime, a reply is what JSON.parse gives.
  const int64 = options.int64 ?? (options.typesOnly === true ? "number" : "string");
  const { openEnums = false } = options;
  const { fetched, pins } = await inputsAtAddresses(options, lock.get(key)?.inputs, cache);
  const found = await readDocuments({ ...options, fetched }, stored, (spec) =>
    modelDocument(spec, { batches, openEnums, int64 }),
  );
  const total = found.results.length;
  onProgress?.({ phase: "model", done: 0, total });
  const documents = found.results.map(({ value }) => value);
  const locked = lock.get(key) ?? nothingLocked;
  const model = buildModel(documents, { locked, renames, int64 });
  onProgress?.({ phase: "model", done: total, total });
  const text = (file: string): string | undefined => found.text(file) ?? lockText(file);
  // A document that cannot be read now was reported on when it could.
  const isNew = ({ location }: Pick<Diagnostic, "location">): boolean =>
    location === undefined || !found.outdated.includes(location.file);
  const presets = lockedPresets(found, dirname(lockFile));
  return {
    api: model.api,
    documents: new Map(found.results.map(({ name, path }) => [name, path])),
    lock: {
      file: lockFile,
      text: printLock(new Map(lock).set(key, { ...model.lock, presets, inputs: pins })),
    },
    inspected: {
      rows: model.api.rows,
      diagnostics: [
        ...found.diagnostics,
        ...model.diagnostics.filter(isNew),
        ...unusedBatches(options, batches.keys(), model.api.rows),
        ...offeredPresets(model.api.sources, found.presets, options.presets),
      ],
      skipped: found.skipped,
      unknowns: model.unknowns.filter(isNew),
      kept: found.outdated,
      ...(fetched.size > 0 && { pinned: [...fetched.keys()] }),
      text,
      locate: createLocator(text),
      hashes: found.hashes,
    },
  };
}

/** @throws MistakesError */
function overridesOf(options: GenerateOptions): Omit<CheckedOverrides, "diagnostics"> {
  const { diagnostics, ...overrides } = checkOverrides(options, (pointer) =>
    options.locate?.(pointer),
  );
  if (diagnostics.length > 0) throw new MistakesError(diagnostics, () => undefined);
  return overrides;
}

/** Most runs have none, and do not load what fetches. */
async function inputsAtAddresses(
  { paths = [], update = false, allowRemote = [] }: GenerateOptions,
  pins: ReadonlyMap<string, string> = new Map(),
  cache?: string,
): Promise<FetchedInputs> {
  if (!paths.some(isAddress)) return { fetched: new Map(), pins: new Map() };
  const { fetchInputs } = await import("./pinned-inputs.js");
  return fetchInputs({ paths, update, allowRemote, pins, cache });
}

function readDocuments(
  {
    cwd = process.cwd(),
    paths = ["specs"],
    overlays = [],
    presets,
    ...options
  }: GenerateOptions & Pick<FetchedInputs, "fetched">,
  stored: Stored | undefined,
  resultOf: (spec: Spec) => DocumentModel,
): Promise<DocumentResults<DocumentModel>> {
  return readAll({
    cwd,
    paths,
    overlays,
    presets,
    allowRemote: options.allowRemote ?? [],
    stdin: options.stdin,
    fetched: options.fetched,
    resultOf,
    ...(stored && { store: stored.documents }),
    onProgress: (done, total) => options.onProgress?.({ phase: "read", done, total }),
  });
}

/** Values of `xBatch` for operations that no document has. */
function unusedBatches(
  { locate }: GenerateOptions,
  keys: Iterable<string>,
  rows: readonly Row[],
): readonly Diagnostic[] {
  const known = new Set(rows.map(({ method, path }) => `${method.toUpperCase()} ${path}`));
  return [...keys]
    .filter((key) => !known.has(key))
    .map((key) => {
      const location = locate?.(formatPointer(["xBatch", key]));
      return {
        code: "x-batch-unused",
        severity: "warning",
        message: `\`xBatch\` names ${key}, and no document has an operation of that method and path.`,
        hint: "openapi-batch inspect --all lists those that look like batches.",
        ...(location && { location }),
      };
    });
}

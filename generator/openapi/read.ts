/**
 * Exports `read` and `readAll`: from PATHs to documents. A file of its own for the order of the steps: find files,
 * classify them, read each document, report, update the store.
 */
import { realpath } from "node:fs/promises";
import { isObject } from "../base/json.js";
import { byCodePoint } from "../base/order.js";
import type { Diagnostic } from "../base/diagnostics.js";
import { reportUnmatched, type AppliedOverlay } from "./applied-overlays.js";
import { getChild } from "../base/pointer.js";
import { displayName } from "../base/display-name.js";
import { hidePasswords } from "../base/printable.js";
import {
  findEntries,
  givenOverlays,
  nameEntries,
  standardInput,
  standardInputId,
  type Entry,
} from "./entries.js";
import { documentReader } from "./read-document.js";
import type { StoredDocument, DocumentStore } from "./document-store.js";
import { givenPresets } from "./presets.js";
import { UsageError } from "../base/usage-error.js";
import { isAddress } from "../base/is-address.js";
import { createSourceStore, type SourceStore } from "./source.js";
import type { ReadResult, Spec } from "./spec.js";
import { classifyFiles, type ClassifiedFiles, type Given, type Reading } from "./classify-files.js";

export interface ReadOptions {
  /** What `paths` and `overlays`, and the names of files in messages, are relative to. */
  readonly cwd: string;
  /** Files, folders (with their subfolders) and globs. */
  readonly paths: readonly string[];
  /** Overlay files that apply to all documents, after those found under a path; in this order. */
  readonly overlays: readonly string[];
  /** Presets, as `givenPresets` takes them; a document's own `x-batch` and all overlays win over them. */
  readonly presets?: readonly string[] | undefined;
  /** Hosts from which references to http(s) addresses are fetched, besides those of `paths`. Default: none. */
  readonly allowRemote?: readonly string[];
  /** The document that the path `-` means. Default: there is none. */
  readonly stdin?: Uint8Array | undefined;
  /** The bytes of documents at addresses among `paths`, by their ids. Others are fetched. */
  readonly fetched?: ReadonlyMap<string, Uint8Array>;
  /** Called after each file with the number of files that were read, and of all files. */
  onProgress?(read: number, total: number): void;
}

export interface ReadAllOptions<T> extends ReadOptions {
  /** The results of earlier calls with the same `resultOf`. Default: none. */
  readonly store?: DocumentStore<T>;
  /** Computes all that the caller needs of a document. The document itself is not stored. */
  resultOf(spec: Spec): T;
}

export interface DocumentResults<T> extends Omit<ReadResult, "specs"> {
  /** The result of each document with the document's name and path, in code point order of `Spec.name`. */
  readonly results: readonly Pick<StoredDocument<T>, "name" | "path" | "value">[];
}

/** `readAll`, where the result of a document is the document. */
export async function read(options: ReadOptions): Promise<ReadResult> {
  const { results, ...rest } = await readAll({ ...options, resultOf: (spec) => spec });
  return { ...rest, specs: results.map(({ value }) => value) };
}

/**
 * Reads every OpenAPI document under `paths`, one after the other. Overlays under a path apply to its documents. Files
 * that are not JSON or YAML, or of another kind, are left out and listed in `skipped`. A document with an error is left
 * out, the others stay.
 * @throws UsageError if a path or an overlay does not exist, or a glob matches nothing
 */
export async function readAll<T>(options: ReadAllOptions<T>): Promise<DocumentResults<T>> {
  const call = await begin(options);
  const { reading, entries, diagnostics } = call;
  const { sources, store, report } = reading;
  const files = await classifyFiles(entries, call.given, reading);
  const { current, failed } = await readDocuments(options, call, files);
  const earlier = [...files.former, ...failed].flatMap((entry) => lastResult(store, entry) ?? []);
  reportResults(current.values(), files.overlays, report);
  if (store) updateStore(store, current, sources, entries);
  // An overlay may be for the very document that could not be read.
  if (earlier.length === 0)
    await reportUnmatched(files.overlays, () => pathsOf(sources, files.documents), report);
  const results = [...current.values(), ...earlier];
  return {
    results: results.sort((a, b) => byCodePoint(a.name, b.name)),
    outdated: [...new Set([...sources.outdated, ...earlier.map(({ path }) => path)])].sort(
      byCodePoint,
    ),
    skipped: skippedFiles(call, results),
    diagnostics: [...diagnostics.values()],
    text: (file) => sources.text(file),
    hashes: sources.hashes,
    presets: call.given.presets,
  };
}

async function pathsOf(
  sources: SourceStore,
  documents: readonly Entry[],
): Promise<readonly string[]> {
  const loaded = await Promise.all(documents.map(({ id }) => sources.loadDocument(id)));
  return loaded.flatMap(({ source }) => {
    const paths = source && getChild(source.value, "paths");
    return isObject(paths) ? Object.keys(paths) : [];
  });
}

interface SkippedFile {
  readonly id: string;
  readonly claims: boolean;
}

/** One call of `readAll`, with its reports so far. */
interface Call<T> {
  readonly cwd: string;
  readonly entries: readonly Entry[];
  /** Ids of the overlays for all documents. */
  readonly given: Given;
  readonly reading: Reading<T>;
  /** By what they report: a file with a mistake is read as a document and by each reference to it. */
  readonly diagnostics: ReadonlyMap<string, Diagnostic>;
  readonly skipped: readonly SkippedFile[];
}

async function begin<T>(options: ReadAllOptions<T>): Promise<Call<T>> {
  const { store, onProgress } = options;
  const cwd = await realpath(options.cwd);
  const sources = createSourceStore(
    cwd,
    store?.files,
    store?.hashed,
    [...(options.allowRemote ?? []), ...hostsOf(options.paths)],
    givenBytes(options, cwd),
  );
  const diagnostics = new Map<string, Diagnostic>();
  const report = (given: Diagnostic): void => {
    const diagnostic = { ...given, message: hidePasswords(given.message) };
    const key = keyOf(diagnostic);
    if (!diagnostics.has(key)) diagnostics.set(key, diagnostic);
  };
  const entries = await findEntries(options.paths, cwd, report);
  for (const { id } of entries) if (isAddress(id)) await sources.fetchInput(id);
  const given = {
    overlays: await givenOverlays(options.overlays, cwd),
    presets: givenPresets(options.presets ?? [], cwd),
  };
  const skipped: SkippedFile[] = [];
  const leaveOut = (entry: Entry, claims: boolean): void => {
    if (!entry.named && !lastResult(store, entry)) skipped.push({ id: entry.id, claims });
    else {
      const message = `${displayName(cwd, entry.id)} is ${neither}.`;
      report({ code: "not-openapi", severity: "error", message });
    }
  };
  let done = 0;
  const countFile = (): void => onProgress?.(++done, entries.length);
  const reading = { sources, store, report, leaveOut, countFile };
  return { cwd, entries, given, reading, diagnostics, skipped };
}

/** Who names an address names its host. */
export const hostsOf = (paths: readonly string[]): readonly string[] =>
  paths.flatMap((given) => (isAddress(given) && URL.canParse(given) ? [new URL(given).host] : []));

/** @throws UsageError if standard input is asked for, and is not given */
function givenBytes(
  { paths, stdin, fetched }: ReadOptions,
  cwd: string,
): ReadonlyMap<string, Uint8Array> {
  const given = new Map(fetched);
  if (!paths.includes(standardInput)) return given;
  if (stdin === undefined)
    throw new UsageError(
      "`-` is standard input, which this command does not read.",
      "A file of that name is ./-",
    );
  return given.set(standardInputId(cwd), stdin);
}

/** The result of the document when it had no error, if it is used in place of one. */
const lastResult = <T>(
  store: DocumentStore<T> | undefined,
  { id }: Entry,
): StoredDocument<T> | undefined => store?.files && store.documents.get(id);

/** The results of the documents by their ids, and the documents that have an error now and an earlier result. */
async function readDocuments<T>(
  { resultOf, allowRemote = [] }: ReadAllOptions<T>,
  { cwd, reading }: Call<T>,
  { documents, former, overlays, selves }: ClassifiedFiles,
): Promise<{
  readonly current: ReadonlyMap<string, StoredDocument<T>>;
  readonly failed: readonly Entry[];
}> {
  const names = nameEntries([...documents, ...former]);
  const among = documents.map(({ id }) => id);
  const readOne = documentReader(resultOf, reading, { allowRemote, overlays, among, selves });
  const current = new Map<string, StoredDocument<T>>();
  const failed: Entry[] = [];
  for (const entry of documents) {
    const { id } = entry;
    const result = await readOne(entry, names.get(id) ?? displayName(cwd, id));
    if (result !== undefined) current.set(id, result);
    else if (lastResult(reading.store, entry)) failed.push(entry);
    reading.countFile();
  }
  return { current, failed };
}

/** Reports the diagnostics of documents, and counts what the overlays matched in them. */
function reportResults<T>(
  results: Iterable<StoredDocument<T>>,
  overlays: readonly AppliedOverlay[],
  report: (diagnostic: Diagnostic) => void,
): void {
  for (const result of results) {
    result.diagnostics.forEach(report);
    for (const [number, actions] of result.overlays) {
      const applied = overlays[number];
      if (applied) applied.documents++;
      for (const action of actions) applied?.matched.add(action);
    }
  }
}

/** Without files that were read only because a word such as `overlay` is in them, and that a document refers to. */
function skippedFiles<T>(
  { cwd, skipped }: Call<T>,
  results: readonly StoredDocument<T>[],
): ReadResult["skipped"] {
  const referred = new Set(results.flatMap(({ files }) => files.slice(1).map(([id]) => id)));
  return skipped
    .filter(({ id, claims }) => claims || !referred.has(id))
    .map(({ id }) => ({ path: displayName(cwd, id), reason: neither }));
}

const neither = "neither an OpenAPI document nor an overlay";

/** Without line and column, since a pointer has one position; the root has those of many syntax errors. */
function keyOf({ code, message, location }: Diagnostic): string {
  const { file, pointer } = location ?? {};
  const position = location && pointer === "" ? [location.line, location.column] : [];
  return JSON.stringify([code, message, file, pointer, ...position]);
}

/** Adds the results for the next call, and removes those of files that are not read any more. */
function updateStore<T>(
  { documents, files }: DocumentStore<T>,
  current: ReadonlyMap<string, StoredDocument<T>>,
  sources: SourceStore,
  entries: readonly Entry[],
): void {
  const ids = new Set(entries.map(({ id }) => id));
  for (const id of documents.keys()) if (!ids.has(id)) documents.delete(id);
  for (const [id, result] of current) documents.set(id, result);
  for (const id of files?.keys() ?? []) if (!sources.hashes.has(id)) files?.delete(id);
}

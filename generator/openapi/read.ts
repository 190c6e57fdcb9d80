/** From PATHs to documents: find, parse, overlay, embed what is referred to, convert. */
import { realpath } from "node:fs/promises";
import { byCodePoint } from "../base/order.js";
import type { Diagnostic } from "../base/diagnostics.js";
import { reportUnmatched } from "./applied-overlays.js";
import { displayName } from "../base/display-name.js";
import { findEntries, givenOverlays, nameEntries, type Entry } from "./entries.js";
import { documentReader } from "./read-document.js";
import type { StoredDocument, DocumentStore } from "./document-store.js";
import { createSourceStore, type SourceStore } from "./source.js";
import type { ReadResult, Spec } from "./spec.js";
import { classifyFiles, type Reading } from "./classify-files.js";

export interface ReadOptions {
  /** What `paths` and `overlays`, and the names of files in messages, are relative to. */
  readonly cwd: string;
  /** Files, folders (with their subfolders) and globs. */
  readonly paths: readonly string[];
  /** Overlay files that apply to all documents, after those found under a path; in this order. */
  readonly overlays: readonly string[];
  /** Follow references to http(s) addresses. Default false: they are refused. */
  readonly allowRemote?: boolean;
  /** Told after each file: how many of all files were read. */
  onProgress?(read: number, total: number): void;
}

export interface MakeOptions<T> extends ReadOptions {
  /** What earlier calls left behind, with the same `make`. Default: every call for itself. */
  readonly memory?: DocumentStore<T>;
  /** Makes of a document all that is wanted of it: it is not kept. */
  make(spec: Spec): T;
}

export interface Made<T> extends Omit<ReadResult, "specs"> {
  /** What was made of each document, in code point order of `Spec.name`; and the document's name and path. */
  readonly made: readonly Pick<StoredDocument<T>, "name" | "path" | "value">[];
}

/** `readAll`, with the documents themselves. */
export async function read(options: ReadOptions): Promise<ReadResult> {
  const { made, ...result } = await readAll({ ...options, make: (spec) => spec });
  return { ...result, specs: made.map(({ value }) => value) };
}

/**
 * Reads every OpenAPI document under `paths`, one after the other. Overlays under a path apply to its documents; what is
 * not JSON or YAML, or is of another kind, is left out and told of in `skipped`. A document with an error is left out,
 * the others stay.
 * @throws UsageError if a path or an overlay does not exist, or a glob matches nothing
 */
export async function readAll<T>(options: MakeOptions<T>): Promise<Made<T>> {
  const cwd = await realpath(options.cwd);
  const { memory, allowRemote = false } = options;
  const store = createSourceStore(cwd, memory?.files, memory?.hashed);
  /** A file with a mistake is met as a document and by each reference to it; it is told of once. */
  const diagnostics = new Map<string, Diagnostic>();
  const report = (diagnostic: Diagnostic): void => {
    const key = keyOf(diagnostic);
    if (!diagnostics.has(key)) diagnostics.set(key, diagnostic);
  };
  const entries = await findEntries(options.paths, cwd, report);
  const given = await givenOverlays(options.overlays, cwd);
  /** What the document was when it had no error, if that is to stand in for it. */
  const lastOf = (entry: Entry): StoredDocument<T> | undefined =>
    memory?.files && memory.documents.get(entry.id);

  const skipped: { id: string; claims: boolean }[] = [];
  const leaveOut = (entry: Entry, claims: boolean): void => {
    if (!entry.named && !lastOf(entry)) skipped.push({ id: entry.id, claims });
    else {
      const message = `${displayName(cwd, entry.id)} is ${neither}.`;
      report({ code: "not-openapi", severity: "error", message });
    }
  };

  let done = 0;
  const tell = (): void => options.onProgress?.(++done, entries.length);
  const reading: Reading<T> = { store, memory, report, leaveOut, tell };
  const { documents, gone, overlays, selves } = await classifyFiles(entries, given, reading);
  const names = nameEntries([...documents, ...gone]);
  const make = documentReader(options.make, reading, {
    allowRemote,
    overlays,
    among: documents.map(({ id }) => id),
    selves,
  });
  const found = new Map<string, StoredDocument<T>>();
  const lost = [...gone];
  for (const entry of documents) {
    const { id } = entry;
    const now = await make(entry, names.get(id) ?? displayName(cwd, id));
    if (now !== undefined) found.set(id, now);
    else if (lastOf(entry)) lost.push(entry);
    tell();
  }
  const kept = lost.flatMap((entry) => lastOf(entry) ?? []);
  for (const made of found.values()) {
    made.diagnostics.forEach(report);
    for (const [number, actions] of made.overlays) {
      const applied = overlays[number];
      if (applied) applied.documents++;
      for (const action of actions) applied?.matched.add(action);
    }
  }
  if (memory) remember(memory, found, store, entries);
  // An overlay may be meant for the very document that could not be read.
  if (kept.length === 0) reportUnmatched(overlays, report);
  const referred = new Set(
    [...found.values(), ...kept].flatMap(({ files }) => files.slice(1).map(([id]) => id)),
  );
  return {
    made: [...found.values(), ...kept].sort((a, b) => byCodePoint(a.name, b.name)),
    kept: [...new Set([...store.kept, ...kept.map(({ path }) => path)])].sort(byCodePoint),
    // What was read only because its text has a word such as `overlay` in it was not referred to.
    skipped: skipped
      .filter(({ id, claims }) => claims || !referred.has(id))
      .map(({ id }) => ({ path: displayName(cwd, id), reason: neither })),
    diagnostics: [...diagnostics.values()],
    text: (file) => store.text(file),
    hashes: store.hashes,
  };
}

const neither = "neither an OpenAPI document nor an overlay";

/** Lines are not counted for it: what stands at a pointer stands at one place. */
function keyOf({ code, message, location }: Diagnostic): string {
  const { file, pointer } = location ?? {};
  const place = location && pointer === "" ? [location.line, location.column] : [];
  return JSON.stringify([code, message, file, pointer, ...place]);
}

/** Leaves what was found for the next time. What is gone is forgotten. */
function remember<T>(
  { documents, files }: DocumentStore<T>,
  found: ReadonlyMap<string, StoredDocument<T>>,
  store: SourceStore,
  entries: readonly Entry[],
): void {
  const there = new Set(entries.map(({ id }) => id));
  for (const id of documents.keys()) if (!there.has(id)) documents.delete(id);
  for (const [id, made] of found) documents.set(id, made);
  for (const id of files?.keys() ?? []) if (!store.hashes.has(id)) files?.delete(id);
}

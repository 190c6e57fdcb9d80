/** From PATHs to documents: find, parse, overlay, embed what is referred to, convert. */
import { hash } from "node:crypto";
import { realpath } from "node:fs/promises";
import { byCodePoint } from "../code-point.js";
import type { Diagnostic } from "../diagnostics.js";
import { displayName } from "./display-name.js";
import { findEntries, givenOverlays, nameEntries, type Entry } from "./entries.js";
import type { MadeDocument, Memory } from "./memory.js";
import { readOverlay } from "./overlay.js";
import { formatPointer, getChild } from "./pointer.js";
import { toSpec, type AppliedOverlay, type Preparation } from "./prepare.js";
import { createSourceStore, kindOf, type Source, type SourceStore } from "./source.js";
import type { ReadResult, Spec } from "./spec.js";

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
  readonly memory?: Memory<T>;
  /** Makes of a document all that is wanted of it: it is not kept. */
  make(spec: Spec): T;
}

export interface Made<T> extends Omit<ReadResult, "specs"> {
  /** What was made of each document, in code point order of `Spec.name`; and the document's name and path. */
  readonly made: readonly Pick<MadeDocument<T>, "name" | "path" | "value">[];
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
  const lastOf = (entry: Entry): MadeDocument<T> | undefined =>
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
  // What the files are, as far as their texts tell.
  const documents: Entry[] = [];
  const lost: Entry[] = [];
  const overlays: AppliedOverlay[] = [];
  const selves: string[][] = [];
  for (const entry of entries) {
    const { id } = entry;
    const before = memory?.documents.get(id);
    const look = store.look(id, before?.files[0]?.[1]);
    if (look === undefined) {
      documents.push(entry);
      if (before?.self !== undefined) selves.push([before.self, id]);
      continue;
    }
    const overlay = (look.overlay || wasOverlay(memory, id)) && (await store.load(id));
    if (overlay && overlay.source && kindOf(overlay.source.value) === "overlay") {
      if (look.claims) overlay.diagnostics.forEach(report);
      else leaveOut(entry, false);
      if (!given.includes(id)) addOverlay(overlays, overlay.source, entry.inputs, report);
      tell();
    } else if (look.claims) {
      documents.push(entry);
      const { source } = look.self ? await store.loadDocument(id) : {};
      const self = source && getChild(source.value, "$self");
      if (typeof self === "string") selves.push([self, id]);
    } else {
      leaveOut(entry, false);
      if (lastOf(entry)) lost.push(entry);
      tell();
    }
  }
  for (const id of given) {
    const { source, diagnostics: problems } = await store.load(id);
    problems.forEach(report);
    if (source !== undefined) addOverlay(overlays, source, undefined, report);
  }

  const names = nameEntries([...documents, ...lost]);
  const surroundings: Surroundings = {
    store,
    allowRemote,
    overlays,
    among: documents.map(({ id }) => id),
    selves: distinctSelves(selves),
  };
  const contextOf = contexts(surroundings);
  const found = new Map<string, MadeDocument<T>>();
  const kept = new Map<string, MadeDocument<T>>();
  for (const entry of documents) {
    const { id } = entry;
    const name = names.get(id) ?? displayName(cwd, id);
    const context = contextOf(entry, name);
    const before = memory?.documents.get(id);
    const isSame =
      before?.context === context &&
      before.files.every(([file, hash]) => (store.hash(file) ?? null) === hash);
    const now = isSame ? before : await makeDocument(entry, name, context);
    if (now !== undefined) found.set(id, now);
    else if (lastOf(entry)) lost.push(entry);
    tell();
  }
  for (const entry of lost) {
    const last = lastOf(entry);
    if (last) kept.set(entry.id, last);
  }
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
  if (kept.size === 0) reportUnmatched(overlays, report);
  const referred = new Set(
    [...found.values(), ...kept.values()].flatMap(({ files }) => files.slice(1).map(([id]) => id)),
  );
  return {
    made: [...found.values(), ...kept.values()].sort((a, b) => byCodePoint(a.name, b.name)),
    kept: [...new Set([...store.kept, ...[...kept.values()].map(({ path }) => path)])].sort(
      byCodePoint,
    ),
    // What was read only because its text has a word such as `overlay` in it was not referred to.
    skipped: skipped
      .filter(({ id, claims }) => claims || !referred.has(id))
      .map(({ id }) => ({ path: displayName(cwd, id), reason: neither })),
    diagnostics: [...diagnostics.values()],
    text: (file) => store.text(file),
    hashes: store.hashes,
  };

  /** Undefined where it has an error, which is reported, or is no document. */
  async function makeDocument(
    entry: Entry,
    name: string,
    context: string,
  ): Promise<MadeDocument<T> | undefined> {
    const { id } = entry;
    const { source, diagnostics: problems, claims } = await store.loadDocument(id);
    const isDocument = source !== undefined && kindOf(source.value) === "openapi";
    if (!isDocument) {
      if (source === undefined && claims) problems.forEach(report);
      else leaveOut(entry, claims);
      return undefined;
    }
    const told = [...problems];
    const prepared = await toSpec({
      ...surroundings,
      entry,
      name,
      source,
      report: (diagnostic) => void told.push(diagnostic),
    });
    const self = getChild(source.value, "$self");
    store.release(id);
    if (prepared === undefined) {
      told.forEach(report);
      return undefined;
    }
    const { spec, referred, overlays: applied } = prepared;
    return {
      value: options.make(spec),
      name,
      path: spec.path,
      ...(typeof self === "string" ? { self } : {}),
      files: [id, ...referred].map((file) => [file, store.hashes.get(file) ?? null]),
      context,
      diagnostics: told,
      overlays: applied,
    };
  }
}

const neither = "neither an OpenAPI document nor an overlay";

/** What documents depend on besides files of their own. */
type Surroundings = Pick<Preparation, "store" | "allowRemote" | "overlays" | "among" | "selves">;

/** A digest of all that a document depends on besides the contents of its files. */
function contexts({
  allowRemote,
  overlays,
  among,
  selves,
}: Surroundings): (entry: Entry, name: string) => string {
  const common = [
    allowRemote,
    overlays.map(({ overlay: { source }, inputs }) => [source.id, source.hash, inputs]),
    // Which document an overlay extends depends on what others there are.
    overlays.length > 0 ? among : [],
    [...selves],
  ];
  const digest = hash("sha256", JSON.stringify(common));
  return ({ root, inputs }, name) => JSON.stringify([digest, name, root, inputs]);
}

/** Documents by their `$self`; an address that two claim means neither. */
function distinctSelves(selves: readonly (readonly string[])[]): ReadonlyMap<string, string> {
  const times = new Map<string, number>();
  for (const [self = ""] of selves) times.set(self, (times.get(self) ?? 0) + 1);
  return new Map(
    selves.flatMap(([self = "", id = ""]) => (times.get(self) === 1 ? [[self, id] as const] : [])),
  );
}

/** Lines are not counted for it: what stands at a pointer stands at one place. */
function keyOf({ code, message, location }: Diagnostic): string {
  const { file, pointer } = location ?? {};
  const place = location && pointer === "" ? [location.line, location.column] : [];
  return JSON.stringify([code, message, file, pointer, ...place]);
}

function wasOverlay<T>(memory: Memory<T> | undefined, id: string): boolean {
  const good = memory?.files?.get(id)?.good;
  return good !== undefined && kindOf(good.value) === "overlay";
}

/** Leaves what was found for the next time. What is gone is forgotten. */
function remember<T>(
  { documents, files }: Memory<T>,
  found: ReadonlyMap<string, MadeDocument<T>>,
  store: SourceStore,
  entries: readonly Entry[],
): void {
  const there = new Set(entries.map(({ id }) => id));
  for (const id of documents.keys()) if (!there.has(id)) documents.delete(id);
  for (const [id, made] of found) documents.set(id, made);
  for (const id of files?.keys() ?? []) if (!store.hashes.has(id)) files?.delete(id);
}

function addOverlay(
  overlays: AppliedOverlay[],
  source: Source,
  inputs: readonly number[] | undefined,
  report: (diagnostic: Diagnostic) => void,
): void {
  const overlay = readOverlay(source, report);
  if (overlay !== undefined) overlays.push({ overlay, inputs, matched: new Set(), documents: 0 });
}

function reportUnmatched(
  overlays: readonly AppliedOverlay[],
  report: (diagnostic: Diagnostic) => void,
): void {
  for (const { overlay, matched, documents } of overlays) {
    if (documents === 0) {
      report({
        code: "overlay-unused",
        severity: "warning",
        message:
          overlay.extends === undefined
            ? "There is no document that this overlay applies to."
            : "None of the documents is the one that this overlay extends.",
        location: overlay.source.locate(overlay.extends === undefined ? "" : "/extends"),
      });
      continue;
    }
    for (const [number, action] of overlay.actions.entries()) {
      if (matched.has(number)) continue;
      report({
        code: "overlay-target-unmatched",
        severity: "warning",
        message: `${JSON.stringify(action.target)} matches nothing in any document that the overlay applies to.`,
        location: overlay.source.locate(formatPointer([...action.pointer, "target"])),
      });
    }
  }
}

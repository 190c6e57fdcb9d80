/** From PATHs to documents: find, parse, overlay, embed what is referred to, convert. */
import { realpath, stat } from "node:fs/promises";
import path from "node:path";
import type { Diagnostic, Location } from "../diagnostics.js";
import { UsageError } from "../usage-error.js";
import { byCodePoint, findFiles } from "./find-files.js";
import { originOf, type Origins } from "./origin.js";
import { applyOverlay, isMeantFor, readOverlay, type Overlay } from "./overlay.js";
import { formatPointer, getChild, isObject } from "./pointer.js";
import { embed, loadReferenced } from "./references.js";
import { needsEmbedding } from "./resolve.js";
import { createSourceStore, displayName, kindOf, type Source, type SourceStore } from "./source.js";
import type { JsonObject, ReadResult, Spec } from "./spec.js";
import { describeUnsupported } from "./unsupported.js";

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

/** A file under one or more PATHs. */
interface Entry {
  readonly id: string;
  /** The outermost folder that it was found under. */
  readonly root: string;
  /** Which PATHs it was found under. */
  readonly inputs: readonly number[];
  /** A PATH names it. */
  readonly named: boolean;
}

/** An overlay, and how often each of its actions found something. */
interface AppliedOverlay {
  readonly overlay: Overlay;
  /** The PATHs to whose documents it applies; `undefined`: to all. */
  readonly inputs: readonly number[] | undefined;
  readonly matched: Set<object>;
  documents: number;
}

/**
 * Reads every OpenAPI document under `paths`. Overlays under a path apply to its documents; what is not JSON or YAML,
 * or is of another kind, is left out and told of in `skipped`. A document with an error is left out, the others stay.
 * @throws UsageError if a path or an overlay does not exist, or a glob matches nothing
 */
export async function read(options: ReadOptions): Promise<ReadResult> {
  const cwd = await realpath(options.cwd);
  const store = createSourceStore(cwd);
  /** A file with a mistake is met as a document and by each reference to it; it is told of once. */
  const diagnostics = new Set<Diagnostic>();
  const report = (diagnostic: Diagnostic): void => void diagnostics.add(diagnostic);
  const entries = await findEntries(options.paths, cwd, report);
  const given = await givenOverlays(options.overlays, cwd);

  const skipped: { id: string; reason: string }[] = [];
  const documents: { entry: Entry; source: Source }[] = [];
  const overlays: AppliedOverlay[] = [];
  const leaveOut = (entry: Entry, reason: string): void => {
    if (!entry.named) skipped.push({ id: entry.id, reason });
    else {
      const message = `${displayName(cwd, entry.id)} is ${reason}.`;
      report({ code: "not-openapi", severity: "error", message });
    }
  };
  for (const [index, entry] of entries.entries()) {
    const loaded = await store.loadDocument(entry.id);
    const source = loaded?.source;
    const kind = source === undefined ? undefined : kindOf(source.value);
    if (loaded !== undefined && (kind !== undefined || (source === undefined && loaded.claims))) {
      loaded.diagnostics.forEach(report);
    } else leaveOut(entry, "neither an OpenAPI document nor an overlay");
    if (source !== undefined && kind === "openapi") documents.push({ entry, source });
    if (source !== undefined && kind === "overlay" && !given.includes(entry.id)) {
      addOverlay(overlays, source, entry.inputs, report);
    }
    options.onProgress?.(index + 1, entries.length);
  }
  for (const id of given) {
    const { source, diagnostics: problems } = await store.load(id);
    problems.forEach(report);
    if (source !== undefined) addOverlay(overlays, source, undefined, report);
  }

  const names = nameEntries(documents.map(({ entry }) => entry));
  const specs: Spec[] = [];
  for (const { entry, source } of documents) {
    const spec = await toSpec({
      ...options,
      entry,
      source,
      store,
      overlays,
      report,
      names,
      documents,
    });
    if (spec !== undefined) specs.push(spec);
  }
  reportUnmatched(overlays, report);
  return {
    specs: specs.sort((a, b) => byCodePoint(a.name, b.name)),
    skipped: skipped
      .filter(({ id }) => store.get(id) === undefined || kindless(store, id))
      .map(({ id, reason }) => ({ path: displayName(cwd, id), reason })),
    diagnostics: [...diagnostics],
    text: (file) => store.text(file),
  };
}

/** Files that were parsed only because their text has a word such as `overlay` in it were not referred to. */
function kindless(store: SourceStore, id: string): boolean {
  return store.get(id)?.claims === true;
}

async function findEntries(
  paths: readonly string[],
  cwd: string,
  report: (diagnostic: Diagnostic) => void,
): Promise<Entry[]> {
  const entries = new Map<string, Entry>();
  for (const [number, given] of paths.entries()) {
    const { input, diagnostics } = await findFiles(given, cwd);
    diagnostics.forEach(report);
    for (const id of input.files) {
      const known = entries.get(id);
      const outer =
        known === undefined || input.root.length < known.root.length ? input.root : known.root;
      entries.set(id, {
        id,
        root: outer,
        inputs: [...(known?.inputs ?? []), number],
        named: input.single || (known?.named ?? false),
      });
    }
  }
  return [...entries.values()].sort((a, b) => byCodePoint(a.id, b.id));
}

async function givenOverlays(overlays: readonly string[], cwd: string): Promise<string[]> {
  const ids: string[] = [];
  for (const given of overlays) {
    const absolute = path.resolve(cwd, given);
    const found = await stat(absolute).catch(() => undefined);
    if (found?.isFile() !== true) throw new UsageError(`There is no overlay file ${given}.`);
    ids.push(await realpath(absolute));
  }
  return ids;
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

/** Relative to the root; with the root's own name where two roots give the same name. */
function nameEntries(entries: readonly Entry[]): ReadonlyMap<string, string> {
  const short = (entry: Entry): string => path.relative(entry.root, entry.id).replaceAll("\\", "/");
  const long = (entry: Entry): string => path.posix.join(path.basename(entry.root), short(entry));
  const count = (nameOf: (entry: Entry) => string): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const entry of entries) counts.set(nameOf(entry), (counts.get(nameOf(entry)) ?? 0) + 1);
    return counts;
  };
  const shorts = count(short);
  const longs = count(long);
  return new Map(
    entries.map((entry) => {
      if (shorts.get(short(entry)) === 1) return [entry.id, short(entry)];
      if (longs.get(long(entry)) === 1) return [entry.id, long(entry)];
      // Roots that share their own name too: their parents tell them apart.
      const parents = path.dirname(entry.root).split(path.sep);
      return [entry.id, path.posix.join(parents.at(-1) ?? "", long(entry))];
    }),
  );
}

interface Preparation extends Omit<ReadOptions, "overlays"> {
  readonly entry: Entry;
  readonly source: Source;
  readonly store: SourceStore;
  readonly overlays: readonly AppliedOverlay[];
  readonly names: ReadonlyMap<string, string>;
  readonly documents: readonly { readonly source: Source }[];
  report(diagnostic: Diagnostic): void;
}

async function toSpec(preparation: Preparation): Promise<Spec | undefined> {
  const { entry, source, store, report } = preparation;
  const version = versionOf(source, report);
  if (version === undefined || !isObject(source.value)) return undefined;
  const origins: Origins = new WeakMap();
  let document: JsonObject = source.value;
  const among = preparation.documents.map((other) => other.source);
  for (const applied of preparation.overlays) {
    const { overlay, inputs } = applied;
    if (inputs !== undefined && !inputs.some((input) => entry.inputs.includes(input))) continue;
    if (!isMeantFor(overlay, source, among)) continue;
    applied.documents++;
    const matched = (action: object): void => void applied.matched.add(action);
    document = applyOverlay(document, overlay, { source, origins, matched, report });
  }
  if (needsEmbedding(document)) {
    const allowRemote = preparation.allowRemote ?? false;
    const options = { source, document, root: entry.root, allowRemote, store };
    await loadReferenced(options);
    document = embed({ ...options, origins, report, selves: selvesOf(among) });
  }
  const embedded = document;
  const locateEmbedded = (pointer: string): Location => {
    const origin = originOf(origins, source, embedded, pointer);
    return origin.source.locate(formatPointer(origin.pointer));
  };
  let locate = locateEmbedded;
  if (version === "2.0") {
    const { convertSwagger, swaggerPointer } = await import("./swagger.js");
    const converted = await convertSwagger(embedded, locateEmbedded, report);
    if ("reason" in converted) {
      const location = source.locate("/swagger");
      report({ code: "invalid-swagger", severity: "error", message: converted.reason, location });
      return undefined;
    }
    document = converted.document;
    locate = (pointer) => locateEmbedded(swaggerPointer(embedded, pointer));
  }
  const spec: Spec = {
    path: source.file,
    name: preparation.names.get(entry.id) ?? source.file,
    version: version === "2.0" ? "3.0" : version,
    document,
    hash: source.hash,
    locate: (pointer) => locate(pointer.startsWith("/") ? pointer : ""),
  };
  describeUnsupported(spec, report);
  return spec;
}

/** Documents by their `$self`; an address that two claim means neither. */
function selvesOf(sources: readonly Source[]): ReadonlyMap<string, Source> {
  const selves = new Map<string, Source>();
  const twice = new Set<string>();
  for (const source of sources) {
    const self = getChild(source.value, "$self");
    if (typeof self !== "string") continue;
    if (selves.has(self)) twice.add(self);
    selves.set(self, source);
  }
  twice.forEach((self) => selves.delete(self));
  return selves;
}

function versionOf(
  source: Source,
  report: (diagnostic: Diagnostic) => void,
): "2.0" | "3.0" | "3.1" | "3.2" | undefined {
  const member = getChild(source.value, "openapi") === undefined ? "swagger" : "openapi";
  // Unquoted, YAML reads 3.1 as a number, and 3.0 as 3.
  const given = String(getChild(source.value, member));
  const location = source.locate("/" + member);
  if (member === "swagger" && /^2(\.0)?$/.test(given)) return "2.0";
  const minor = member === "openapi" ? /^3(?:\.(\d+))?(?:[.-]|$)/.exec(given) : null;
  if (minor === null) {
    const message = `Swagger 2.0 and OpenAPI 3.0 to 3.2 are read; this is ${member} ${JSON.stringify(given)}.`;
    report({ code: "unsupported-version", severity: "error", message, location });
    return undefined;
  }
  const versions = ["3.0", "3.1", "3.2"] as const;
  const known = versions[Number(minor[1] ?? 0)];
  if (known === undefined) {
    const message = `OpenAPI ${given} is newer than this tool; it is read as 3.2.`;
    report({ code: "unsupported-version", severity: "warning", message, location });
  }
  return known ?? "3.2";
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
    for (const action of overlay.actions) {
      if (matched.has(action)) continue;
      report({
        code: "overlay-target-unmatched",
        severity: "warning",
        message: `${JSON.stringify(action.target)} matches nothing in any document that the overlay applies to.`,
        location: overlay.source.locate(formatPointer([...action.pointer, "target"])),
      });
    }
  }
}

/** From PATHs to documents: find, parse, overlay, embed what is referred to, convert. */
import { realpath } from "node:fs/promises";
import type { Diagnostic } from "../diagnostics.js";
import { displayName } from "./display-name.js";
import { findEntries, givenOverlays, nameEntries, type Entry } from "./entries.js";
import { byCodePoint } from "../code-point.js";
import type { Memory } from "./memory.js";
import { readOverlay } from "./overlay.js";
import { formatPointer } from "./pointer.js";
import { toSpec, type AppliedOverlay } from "./prepare.js";
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
  /**
   * What an earlier call left behind, and this one leaves for the next: files that did not change are not parsed again,
   * and a document that has an error now stands as it was when it had none. Default: every call for itself.
   */
  readonly memory?: Memory;
  /** Told after each file: how many of all files were read. */
  onProgress?(read: number, total: number): void;
}

/**
 * Reads every OpenAPI document under `paths`. Overlays under a path apply to its documents; what is not JSON or YAML,
 * or is of another kind, is left out and told of in `skipped`. A document with an error is left out, the others stay.
 * @throws UsageError if a path or an overlay does not exist, or a glob matches nothing
 */
export async function read(options: ReadOptions): Promise<ReadResult> {
  const cwd = await realpath(options.cwd);
  const { memory } = options;
  const store = createSourceStore(cwd, memory?.files);
  /** A file with a mistake is met as a document and by each reference to it; it is told of once. */
  const diagnostics = new Set<Diagnostic>();
  const report = (diagnostic: Diagnostic): void => void diagnostics.add(diagnostic);
  const entries = await findEntries(options.paths, cwd, report);
  const given = await givenOverlays(options.overlays, cwd);

  const skipped: { id: string; reason: string }[] = [];
  const documents: { entry: Entry; source: Source }[] = [];
  const broken: Entry[] = [];
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
    let source = loaded?.source;
    let kind = source === undefined ? undefined : kindOf(source.value);
    if (loaded !== undefined && (kind !== undefined || (source === undefined && loaded.claims))) {
      loaded.diagnostics.forEach(report);
    } else {
      const named = entry.named || memory?.documents.has(entry.id) === true;
      leaveOut({ ...entry, named }, "neither an OpenAPI document nor an overlay");
    }
    if (kind === undefined) {
      broken.push(entry);
      source ??= store.lastGood(entry.id);
      if (source !== undefined && kindOf(source.value) === "overlay") kind = "overlay";
    }
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

  const kept = new Map<string, Spec>();
  const keep = (entry: Entry): void => {
    const spec = memory?.documents.get(entry.id);
    if (spec !== undefined) kept.set(entry.id, spec);
  };
  broken.forEach(keep);
  const names = nameEntries([
    ...documents.map(({ entry }) => entry),
    ...broken.filter(({ id }) => kept.has(id)),
  ]);
  const specs: Spec[] = [];
  for (const { entry, source } of documents) {
    const spec = await toSpec({
      allowRemote: options.allowRemote ?? false,
      entry,
      source,
      store,
      overlays,
      report,
      names,
      documents,
    });
    if (spec === undefined) keep(entry);
    else {
      specs.push(spec);
      memory?.documents.set(entry.id, spec);
    }
  }
  forget(memory, store, entries);
  for (const spec of kept.values()) {
    // The file holds something else by now, so no place of it can be looked up.
    specs.push({
      ...spec,
      locate: (pointer) => ({ file: spec.path, line: 1, column: 1, pointer }),
    });
  }
  // An overlay may be meant for the very document that could not be read.
  if (kept.size === 0) reportUnmatched(overlays, report);
  return {
    kept: [...new Set([...store.kept, ...[...kept.values()].map((spec) => spec.path)])].sort(
      byCodePoint,
    ),
    specs: specs.sort((a, b) => byCodePoint(a.name, b.name)),
    skipped: skipped
      .filter(({ id }) => store.get(id) === undefined || kindless(store, id))
      .map(({ id, reason }) => ({ path: displayName(cwd, id), reason })),
    diagnostics: [...diagnostics],
    text: (file) => store.text(file),
    hashes: store.hashes,
  };
}

/** What is gone is not remembered. */
function forget(
  memory: Memory | undefined,
  store: SourceStore,
  entries: readonly { readonly id: string }[],
): void {
  if (memory === undefined) return;
  const there = new Set(entries.map(({ id }) => id));
  for (const id of memory.documents.keys()) if (!there.has(id)) memory.documents.delete(id);
  for (const id of memory.files.keys()) if (!store.hashes.has(id)) memory.files.delete(id);
}

/** Files that were parsed only because their text has a word such as `overlay` in it were not referred to. */
function kindless(store: SourceStore, id: string): boolean {
  return store.get(id)?.claims === true;
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

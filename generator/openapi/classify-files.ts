/**
 * Exports `classifyFiles`: documents, overlays and other files under all PATHs. It looks at their texts, so that it
 * need not parse documents.
 */
import { getChild } from "../base/pointer.js";
import type { Diagnostic } from "../base/diagnostics.js";
import { addOverlay, type AppliedOverlay } from "./applied-overlays.js";
import type { DocumentStore } from "./document-store.js";
import type { Entry } from "./entries.js";
import type { Preset } from "./presets.js";
import type { SourceStore } from "./source.js";
import { kindOf } from "./text.js";

/** One call of `readAll`: its files, its results so far, and how it reports. */
export interface Reading<T> {
  readonly sources: SourceStore;
  /** The results of earlier calls. */
  readonly store: DocumentStore<T> | undefined;
  readonly report: (diagnostic: Diagnostic) => void;
  /** Reports a file that is neither a document nor an overlay. */
  readonly leaveOut: (entry: Entry, claims: boolean) => void;
  /** Reports progress: one file more is done. */
  readonly countFile: () => void;
}

export interface ClassifiedFiles {
  /** Files whose text claims to be a document. */
  readonly documents: readonly Entry[];
  /** Files that were documents before, and are none now. Empty unless the store has parsed files. */
  readonly former: readonly Entry[];
  /** Those of presets, those found beside the documents, and then those given. */
  readonly overlays: AppliedOverlay[];
  /** The ids of documents by the address that they give themselves; one that two claim means neither. */
  readonly selves: ReadonlyMap<string, string>;
}

type Kind =
  { readonly kind: "document"; readonly self: unknown } | { readonly kind: "overlay" | "other" };

/** What the caller names besides PATHs: the ids of overlays for all documents, and presets, which come before them. */
export interface Given {
  readonly overlays: readonly string[];
  readonly presets: readonly Preset[];
}

export async function classifyFiles<T>(
  entries: readonly Entry[],
  given: Given,
  reading: Reading<T>,
): Promise<ClassifiedFiles> {
  const { sources, store, report, countFile } = reading;
  const documents: Entry[] = [];
  const former: Entry[] = [];
  const overlays: AppliedOverlay[] = [];
  const selves = new Map<string, string[]>();
  const add = async (id: string, preset?: Preset): Promise<void> => {
    const { source, diagnostics } = await sources.load(id);
    diagnostics.forEach(report);
    if (source !== undefined) addOverlay(overlays, source, undefined, report, preset);
  };
  for (const preset of given.presets) await add(preset.overlay, preset);
  const named = new Set([...given.overlays, ...given.presets.map(({ overlay }) => overlay)]);
  for (const entry of entries) {
    const { id } = entry;
    const found = await classify(entry, named.has(id) ? undefined : overlays, reading);
    if (found.kind !== "document") {
      if (found.kind === "other" && store?.files && store.documents.has(id)) former.push(entry);
      countFile();
      continue;
    }
    documents.push(entry);
    const { self } = found;
    if (typeof self === "string") selves.set(self, [...(selves.get(self) ?? []), id]);
  }
  for (const id of given.overlays) await add(id);
  const distinct = [...selves].flatMap(([self, [id, other]]) =>
    id !== undefined && other === undefined ? [[self, id] as const] : [],
  );
  return { documents, former, overlays, selves: new Map(distinct) };
}

/** @param overlays gets the file, if it is an overlay; undefined: it is given, and added later */
async function classify<T>(
  entry: Entry,
  overlays: AppliedOverlay[] | undefined,
  { sources, store, report, leaveOut }: Reading<T>,
): Promise<Kind> {
  const { id, inputs } = entry;
  const before = store?.documents.get(id);
  const look = sources.look(id, before?.files[0]?.[1]);
  // The same bytes as before: the same document.
  if (look === undefined) return { kind: "document", self: before?.self };
  const overlay = (look.overlay || wasOverlay(store, id)) && (await sources.load(id));
  if (overlay && overlay.source && kindOf(overlay.source.value) === "overlay") {
    if (look.claims) overlay.diagnostics.forEach(report);
    else leaveOut(entry, false);
    if (overlays) addOverlay(overlays, overlay.source, inputs, report);
    return { kind: "overlay" };
  }
  if (look.claims) {
    const { source } = look.self ? await sources.loadDocument(id) : {};
    return { kind: "document", self: source && getChild(source.value, "$self") };
  }
  leaveOut(entry, false);
  return { kind: "other" };
}

function wasOverlay<T>(store: DocumentStore<T> | undefined, id: string): boolean {
  const good = store?.files?.get(id)?.good;
  return good !== undefined && kindOf(good.value) === "overlay";
}

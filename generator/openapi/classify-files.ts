/** `classifyFiles`: documents, overlays and other files under all PATHs, by their texts: no document is parsed for it. */
import { getChild } from "../base/pointer.js";
import type { Diagnostic } from "../base/diagnostics.js";
import { addOverlay, type AppliedOverlay } from "./applied-overlays.js";
import type { DocumentStore } from "./document-store.js";
import type { Entry } from "./entries.js";
import type { SourceStore } from "./source.js";
import { kindOf } from "./text.js";

/** One call of `readAll`: its files, its results so far, and how it reports. */
export interface Reading<T> {
  readonly store: SourceStore;
  readonly memory: DocumentStore<T> | undefined;
  readonly report: (diagnostic: Diagnostic) => void;
  /** Reports a file that is neither a document nor an overlay. */
  readonly leaveOut: (entry: Entry, claims: boolean) => void;
  /** Reports progress: one file more is done. */
  readonly tell: () => void;
}

export interface ClassifiedFiles {
  /** Files whose text claims to be a document. */
  readonly documents: readonly Entry[];
  /** Files that were documents and are none any more. Empty unless the process keeps parsed files. */
  readonly gone: readonly Entry[];
  /** Those found beside the documents, and then those given. */
  readonly overlays: AppliedOverlay[];
  /** The ids of documents by the address that they give themselves; one that two claim means neither. */
  readonly selves: ReadonlyMap<string, string>;
}

type Kind =
  { readonly kind: "document"; readonly self: unknown } | { readonly kind: "overlay" | "other" };

/** @param given ids of overlays for all documents */
export async function classifyFiles<T>(
  entries: readonly Entry[],
  given: readonly string[],
  reading: Reading<T>,
): Promise<ClassifiedFiles> {
  const { store, memory, report, tell } = reading;
  const documents: Entry[] = [];
  const gone: Entry[] = [];
  const overlays: AppliedOverlay[] = [];
  const selves = new Map<string, string[]>();
  for (const entry of entries) {
    const { id } = entry;
    const found = await classify(entry, given.includes(id) ? undefined : overlays, reading);
    if (found.kind !== "document") {
      if (found.kind === "other" && memory?.files && memory.documents.has(id)) gone.push(entry);
      tell();
      continue;
    }
    documents.push(entry);
    const { self } = found;
    if (typeof self === "string") selves.set(self, [...(selves.get(self) ?? []), id]);
  }
  for (const id of given) {
    const { source, diagnostics } = await store.load(id);
    diagnostics.forEach(report);
    if (source !== undefined) addOverlay(overlays, source, undefined, report);
  }
  const distinct = [...selves].flatMap(([self, [id, other]]) =>
    id !== undefined && other === undefined ? [[self, id] as const] : [],
  );
  return { documents, gone, overlays, selves: new Map(distinct) };
}

/** @param overlays gets the file, if it is an overlay; undefined: it is given, and added later */
async function classify<T>(
  entry: Entry,
  overlays: AppliedOverlay[] | undefined,
  { store, memory, report, leaveOut }: Reading<T>,
): Promise<Kind> {
  const { id, inputs } = entry;
  const before = memory?.documents.get(id);
  const look = store.look(id, before?.files[0]?.[1]);
  // The same bytes as before: the same document.
  if (look === undefined) return { kind: "document", self: before?.self };
  const overlay = (look.overlay || wasOverlay(memory, id)) && (await store.load(id));
  if (overlay && overlay.source && kindOf(overlay.source.value) === "overlay") {
    if (look.claims) overlay.diagnostics.forEach(report);
    else leaveOut(entry, false);
    if (overlays) addOverlay(overlays, overlay.source, inputs, report);
    return { kind: "overlay" };
  }
  if (look.claims) {
    const { source } = look.self ? await store.loadDocument(id) : {};
    return { kind: "document", self: source && getChild(source.value, "$self") };
  }
  leaveOut(entry, false);
  return { kind: "other" };
}

function wasOverlay<T>(memory: DocumentStore<T> | undefined, id: string): boolean {
  const good = memory?.files?.get(id)?.good;
  return good !== undefined && kindOf(good.value) === "overlay";
}

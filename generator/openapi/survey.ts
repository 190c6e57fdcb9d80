/** What the files under all PATHs are, as far as their texts tell: documents are not parsed for it. */
import type { Diagnostic } from "../base/diagnostics.js";
import { addOverlay, type AppliedOverlay } from "./applied-overlays.js";
import type { Entry } from "./entries.js";
import type { DocumentStore } from "./document-store.js";
import { getChild } from "../base/pointer.js";
import type { SourceStore } from "./source.js";
import { kindOf } from "./text.js";

/** What reading goes by, and whom it tells. */
export interface Reading<T> {
  readonly store: SourceStore;
  readonly memory: DocumentStore<T> | undefined;
  readonly report: (diagnostic: Diagnostic) => void;
  /** Tells of a file that is neither a document nor an overlay. */
  readonly leaveOut: (entry: Entry, claims: boolean) => void;
  /** Tells of progress: one file more is done. */
  readonly tell: () => void;
}

export interface Survey {
  /** What wants to be a document. */
  readonly documents: readonly Entry[];
  /** What was a document, and is none any more; none, unless such stand as they were. */
  readonly gone: readonly Entry[];
  /** Those found beside the documents, and then those given. */
  readonly overlays: AppliedOverlay[];
  /** The ids of documents by the address that they give themselves; one that two claim means neither. */
  readonly selves: ReadonlyMap<string, string>;
}

/** @param given ids of overlays for all documents */
export async function survey<T>(
  entries: readonly Entry[],
  given: readonly string[],
  { store, memory, report, leaveOut, tell }: Reading<T>,
): Promise<Survey> {
  const documents: Entry[] = [];
  const gone: Entry[] = [];
  const overlays: AppliedOverlay[] = [];
  const selves = new Map<string, string[]>();
  const call = (self: unknown, id: string): void => {
    if (typeof self === "string") selves.set(self, [...(selves.get(self) ?? []), id]);
  };
  for (const entry of entries) {
    const { id } = entry;
    const before = memory?.documents.get(id);
    const look = store.look(id, before?.files[0]?.[1]);
    if (look === undefined) {
      documents.push(entry);
      call(before?.self, id);
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
      call(source && getChild(source.value, "$self"), id);
    } else {
      leaveOut(entry, false);
      if (memory?.files && before) gone.push(entry);
      tell();
    }
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

function wasOverlay<T>(memory: DocumentStore<T> | undefined, id: string): boolean {
  const good = memory?.files?.get(id)?.good;
  return good !== undefined && kindOf(good.value) === "overlay";
}

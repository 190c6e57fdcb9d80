/** One document made into what is wanted of it, unless it was before, from the same. */
import { hash } from "node:crypto";
import type { Diagnostic } from "../base/diagnostics.js";
import type { Entry } from "./entries.js";
import type { StoredDocument } from "./document-store.js";
import { getChild } from "../base/pointer.js";
import { toSpec, type Preparation } from "./prepare.js";
import { kindOf } from "./text.js";
import type { Spec } from "./spec.js";
import type { Reading } from "./classify-files.js";

/** What documents depend on besides files of their own. */
type Surroundings = Pick<Preparation, "allowRemote" | "overlays" | "among" | "selves">;

/**
 * What is made of a document with a name; undefined where it has an error, or is no document: that is reported. What
 * there is to be said of a document that has none stands with it.
 */
export function maker<T>(
  make: (spec: Spec) => T,
  { store, memory, report, leaveOut }: Reading<T>,
  surroundings: Surroundings,
): (entry: Entry, name: string) => Promise<StoredDocument<T> | undefined> {
  const contextOf = contexts(surroundings);
  /** Of what stood in for a file that has an error, where something did: it was not made from what is there now. */
  const hashUsed = (file: string): string | null =>
    store.get(file)?.source?.hash ?? store.hashes.get(file) ?? null;
  return async (entry, name) => {
    const { id } = entry;
    const context = contextOf(entry, name);
    const before = memory?.documents.get(id);
    const isSame =
      before?.context === context &&
      before.files.every(([file, hash]) => (store.hash(file) ?? null) === hash);
    if (isSame) return before;

    const { source, diagnostics: problems, claims } = await store.loadDocument(id);
    if (source === undefined || kindOf(source.value) !== "openapi") {
      if (source === undefined && claims) problems.forEach(report);
      else leaveOut(entry, claims);
      return undefined;
    }
    const diagnostics: Diagnostic[] = [...problems];
    const prepared = await toSpec({
      ...surroundings,
      store,
      entry,
      name,
      source,
      report: (diagnostic) => void diagnostics.push(diagnostic),
    });
    const self = getChild(source.value, "$self");
    store.release(id);
    if (prepared === undefined) {
      diagnostics.forEach(report);
      return undefined;
    }
    const { spec, referred, overlays } = prepared;
    return {
      value: make(spec),
      name,
      path: spec.path,
      ...(typeof self === "string" ? { self } : {}),
      files: [[id, source.hash], ...referred.map((file) => [file, hashUsed(file)] as const)],
      context,
      diagnostics,
      overlays,
    };
  };
}

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

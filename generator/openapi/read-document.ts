/**
 * Exports `documentReader`: the result of one document, from the store if nothing changed that it depends on. A file of
 * its own, since it defines what that is.
 */
import { hash } from "node:crypto";
import type { Diagnostic } from "../base/diagnostics.js";
import type { Entry } from "./entries.js";
import type { StoredDocument } from "./document-store.js";
import { getChild } from "../base/pointer.js";
import { toSpec, type Preparation } from "./prepare.js";
import { kindOf } from "./text.js";
import type { Spec } from "./spec.js";
import type { Reading } from "./classify-files.js";

/** What the results of documents depend on besides the files of each. */
type Surroundings = Pick<Preparation, "overlays" | "among" | "selves"> & {
  readonly allowRemote: readonly string[];
};

/**
 * The function that it returns reads a document under a name. It gives undefined, and reports why, for a document that
 * has an error and for a file that is no document. Diagnostics of a document without an error are part of its result.
 * @param resultOf computes the result of a document
 */
export function documentReader<T>(
  resultOf: (spec: Spec) => T,
  reading: Reading<T>,
  surroundings: Surroundings,
): (entry: Entry, name: string) => Promise<StoredDocument<T> | undefined> {
  const { sources, store } = reading;
  const fingerprintOf = fingerprints(surroundings);
  return async (entry, name) => {
    const fingerprint = fingerprintOf(entry, name);
    const before = store?.documents.get(entry.id);
    const isSame =
      before?.fingerprint === fingerprint &&
      before.files.every(([file, hash]) => (sources.hash(file) ?? null) === hash);
    return isSame
      ? before
      : readDocument(resultOf, reading, { ...surroundings, entry, name, fingerprint });
  };
}

/** One document to be read. */
interface DocumentRequest extends Surroundings {
  readonly entry: Entry;
  readonly name: string;
  readonly fingerprint: string;
}

async function readDocument<T>(
  resultOf: (spec: Spec) => T,
  { sources, report, leaveOut }: Reading<T>,
  { fingerprint, ...request }: DocumentRequest,
): Promise<StoredDocument<T> | undefined> {
  const { entry, name } = request;
  const { source, diagnostics: problems, claims } = await sources.loadDocument(entry.id);
  if (source === undefined || kindOf(source.value) !== "openapi") {
    if (source === undefined && claims) problems.forEach(report);
    else leaveOut(entry, claims);
    return undefined;
  }
  const diagnostics: Diagnostic[] = [...problems];
  const add = (diagnostic: Diagnostic): void => void diagnostics.push(diagnostic);
  const prepared = await toSpec({ ...request, sources, source, report: add });
  const self = getChild(source.value, "$self");
  sources.release(entry.id);
  if (prepared === undefined) {
    diagnostics.forEach(report);
    return undefined;
  }
  const { spec, referred, overlays } = prepared;
  // Where an earlier version of a file is used in place of one with an error, the result depends on that version.
  const hashUsed = (file: string): string | null =>
    sources.get(file)?.source?.hash ?? sources.hashes.get(file) ?? null;
  return {
    value: resultOf(spec),
    name,
    path: spec.path,
    ...(typeof self === "string" ? { self } : {}),
    files: [[entry.id, source.hash], ...referred.map((file) => [file, hashUsed(file)] as const)],
    fingerprint,
    diagnostics,
    overlays,
  };
}

/** A digest of all that the result of a document depends on besides the contents of its files. */
function fingerprints({
  allowRemote,
  overlays,
  among,
  selves,
}: Surroundings): (entry: Entry, name: string) => string {
  const common = [
    allowRemote,
    overlays.map(({ overlay: { source }, ...rest }) => [
      source.id,
      source.hash,
      rest.inputs,
      rest.preset,
    ]),
    // Which document an overlay extends depends on what others there are.
    overlays.length > 0 ? among : [],
    [...selves],
  ];
  const digest = hash("sha256", JSON.stringify(common));
  return ({ root, inputs }, name) => JSON.stringify([digest, name, root, inputs]);
}

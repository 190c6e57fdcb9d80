/**
 * Exports `DocumentStore`: the results of reading that a caller who reads the same files again hands from one call to the
 * next. Types only, so that build/ can store them and openapi/ need not know where.
 */
import type { Diagnostic } from "../base/diagnostics.js";
import type { StoredFile } from "./source.js";

/** By id. Each call reads it, adds to it, and removes what is gone. */
export interface DocumentStore<T> {
  /** Results of documents, each of which is used again where all that it follows from is the same. */
  readonly documents: Map<string, StoredDocument<T>>;
  /**
   * Files as they were parsed: one that cannot be parsed now is used as it last could. Absent: a document that has an
   * error is left out, since a process that has only a disk to go by does not know it without one.
   */
  readonly files?: Map<string, StoredFile>;
  /** SHA-256 of files that were read a moment ago; undefined for one that could not be read. Default: none. */
  readonly hashed?: ReadonlyMap<string, string | undefined>;
}

/** The result of a document, and all that it follows from. */
export interface StoredDocument<T> {
  readonly value: T;
  /** `Spec.name` and `Spec.path`. */
  readonly name: string;
  readonly path: string;
  /** The address that the document gives itself. */
  readonly self?: string;
  /** Its own file first, and every file that it refers to, with the SHA-256 of their bytes; null if unreadable. */
  readonly files: readonly (readonly [id: string, hash: string | null])[];
  /** A digest of all else that it follows from: names, overlays, which references may be followed. */
  readonly fingerprint: string;
  readonly diagnostics: readonly Diagnostic[];
  /** The overlays that were applied to it, by number, each with the actions that found something. */
  readonly overlays: readonly (readonly [overlay: number, actions: readonly number[]])[];
}

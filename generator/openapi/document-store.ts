/**
 * Exports `DocumentStore`: the results of one call that the next call uses for files that did not change. Types only:
 * build/ decides where to store them.
 */
import type { Diagnostic } from "../base/diagnostics.js";
import type { StoredFile } from "./source.js";

/** By id. Each call uses its results, adds new ones, and removes those of files that are not read any more. */
export interface DocumentStore<T> {
  /** Results of documents. A result is used again if nothing changed that it depends on. */
  readonly documents: Map<string, StoredDocument<T>>;
  /**
   * Parsed files. A file that cannot be parsed now is used as it last could. Absent in a process that has only results
   * on the disk: then a document that has an error is left out.
   */
  readonly files?: Map<string, StoredFile>;
  /** SHA-256 of files that the caller has just read; undefined for one that could not be read. Default: none. */
  readonly hashed?: ReadonlyMap<string, string | undefined>;
}

/** The result of a document, and all that it depends on. */
export interface StoredDocument<T> {
  readonly value: T;
  /** `Spec.name` and `Spec.path`. */
  readonly name: string;
  readonly path: string;
  /** The address that the document gives itself. */
  readonly self?: string;
  /** Its own file first, and every file that it refers to, with the SHA-256 of their bytes; null if unreadable. */
  readonly files: readonly (readonly [id: string, hash: string | null])[];
  /** A digest of all else that it depends on: names, overlays, which references may be followed. */
  readonly fingerprint: string;
  readonly diagnostics: readonly Diagnostic[];
  /** The overlays that were applied to it, by number, each with the actions that found something. */
  readonly overlays: readonly (readonly [overlay: number, actions: readonly number[]])[];
}

/** What somebody who reads the same files again and again keeps of them. */
import type { Diagnostic } from "../base/diagnostics.js";
import type { Loaded, Source } from "./source.js";

/** What earlier calls left behind, and each call leaves for the next; by id. What is gone is forgotten. */
export interface Memory<T> {
  /** Documents that need not be read where all that they were made from is the same. */
  readonly documents: Map<string, MadeDocument<T>>;
  /**
   * Files as they were parsed: what cannot be read now stands as it was when it could. Absent: a document that has an
   * error is left out, as is fitting for a process that knows of the last run only what stood on a disk.
   */
  readonly files?: Map<string, Remembered>;
  /** SHA-256 of files whose bytes were looked at just now; undefined for what could not be read. Default: none. */
  readonly hashed?: ReadonlyMap<string, string | undefined>;
}

/** What a document was made into, and all that this depends on. */
export interface MadeDocument<T> {
  readonly value: T;
  /** `Spec.name` and `Spec.path`. */
  readonly name: string;
  readonly path: string;
  /** The address that the document gives itself. */
  readonly self?: string;
  /** Its own file first, and every file that it refers to, with the SHA-256 of their bytes; null if unreadable. */
  readonly files: readonly (readonly [id: string, hash: string | null])[];
  /** A digest of what is known beside these files: names, overlays, what may be followed. */
  readonly context: string;
  readonly diagnostics: readonly Diagnostic[];
  /** The overlays that were applied to it, by number, each with the actions that found something. */
  readonly overlays: readonly (readonly [overlay: number, actions: readonly number[]])[];
}

/** What a file gave, and the SHA-256 of the bytes that gave it. */
export interface Remembered {
  readonly hash: string;
  /** Absent for what was not parsed. */
  readonly loaded?: Loaded;
  /** What the file was when it could last be parsed. */
  readonly good?: Source;
}

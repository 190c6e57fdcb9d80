/** What a process that reads the same files again and again keeps of them. */
import type { Loaded, Source } from "./source.js";
import type { Spec } from "./spec.js";

export interface Memory {
  /** By id. */
  readonly files: Map<string, Remembered>;
  /** By id: what a document was when it last had no error. */
  readonly documents: Map<string, Spec>;
}

/** What a file gave, and the SHA-256 of the bytes that gave it. */
export interface Remembered {
  readonly hash: string;
  /** Absent for what was not parsed. */
  readonly loaded?: Loaded;
  /** What the file was when it could last be parsed. */
  readonly good?: Source;
}

export const createMemory = (): Memory => ({ files: new Map(), documents: new Map() });

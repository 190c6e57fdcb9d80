/** The data of a page, for its HTML and for its script. Types only. */
import type { Diagnostic, Locate } from "../base/diagnostics.js";
import type { BatchApi, SchemaId } from "../batch/model.js";

export interface PageInput {
  readonly api: BatchApi;
  readonly diagnostics: readonly Diagnostic[];
  readonly locate: Locate;
  /** The file of each document, as locations name it, by the document's name. */
  readonly files: ReadonlyMap<string, string>;
  /** The source of each declaration. */
  readonly declarations: ReadonlyMap<SchemaId, string>;
}

/** The data of the page's script. */
export interface PageTypes {
  readonly types: readonly PageType[];
  /** For each endpoint, in order: the types of its requests and of its replies, as indexes of `types`. */
  readonly endpoints: readonly {
    readonly request: readonly number[];
    readonly response: readonly number[];
  }[];
}

export interface PageType {
  readonly name: string;
  readonly text: string;
  /** The names in the text that are types of the page, and their indexes in `types`. */
  readonly names: readonly (readonly [name: string, type: number])[];
}

/** The data of a page, for its HTML and for its script. Types only. */
import type { Diagnostic, Locate } from "../base/diagnostics.js";
import type { CalledPackage } from "../batch/call.js";
import type { BatchApi, SchemaId } from "../batch/model.js";
import type { Token } from "./highlight.js";

export interface PageInput {
  readonly api: BatchApi;
  readonly diagnostics: readonly Diagnostic[];
  readonly locate: Locate;
  /** The file of each document, as locations name it, by the document's name. */
  readonly files: ReadonlyMap<string, string>;
  /** The source of each declaration. */
  readonly declarations: ReadonlyMap<SchemaId, string>;
  /** The package that calls import from. */
  readonly from: CalledPackage;
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
  /** Its source. A number instead of a kind: the text is the name of that type, as an index of `types`. */
  readonly parts: readonly (Token | readonly [type: number, text: string])[];
}

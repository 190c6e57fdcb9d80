/** Exports `Spec`: one OpenAPI document, ready for the model. */
import type { Diagnostic, Location } from "../base/diagnostics.js";
import type { JsonObject } from "../base/json.js";
import type { Preset } from "./presets.js";

/** The member beside `x-batch` that holds what presets say: the document's own value, wherever it stands, wins. */
export const presetLayer = "x-batch-preset";

export interface Spec {
  /** As in messages: relative to the working directory, forward slashes. */
  readonly path: string;
  /** As in the output: relative to the input root it was found under, so that it is the same on every machine. */
  readonly name: string;
  /** The version of OpenAPI. A Swagger 2.0 document is converted to 3.0. */
  readonly version: "3.0" | "3.1" | "3.2";
  /**
   * The whole document, with overlays applied and external references embedded, so that every `$ref` in it is local
   * (`#/…`, any JSON Pointer, without percent-encoding) or dangles. Plain JSON: no YAML nodes, no dates. Nobody may
   * change it.
   */
  readonly document: JsonObject;
  /** SHA-256 of the file's bytes, hexadecimal. */
  readonly hash: string;
  /** The location of a value of `document`; for an embedded value, in the file that it is from. */
  readonly locate: (pointer: string) => Location;
}

export interface ReadResult {
  /** In code point order of `name`. */
  readonly specs: readonly Spec[];
  /**
   * Documents that have an error now, and other files that cannot be parsed, used as they last were; as in messages.
   */
  readonly outdated: readonly string[];
  /** Files that are neither OpenAPI documents nor overlays nor referenced by one. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
  readonly diagnostics: readonly Diagnostic[];
  /** The text of a file that was read, by its name in a `Location`; for code frames and `createLocator`. */
  readonly text: (file: string) => string | undefined;
  /**
   * Every file that was read: absolute real paths (and addresses) with the SHA-256 of the bytes, hexadecimal;
   * `undefined` for a file that could not be read.
   */
  readonly hashes: ReadonlyMap<string, string | undefined>;
  /** The presets that were chosen, in their order. */
  readonly presets: readonly Preset[];
}

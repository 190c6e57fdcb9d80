/** What writes items and bodies in a form other than a JSON array: `Encoding`, `Writer`. Types only; each form has its file. */
import type { Operation } from "../endpoint/operation.js";
import type { XBatch } from "../endpoint/x-batch.js";

/** JSON.stringify, or a writer that takes more types. */
export type Json = (value: unknown) => string;

/**
 * Makes the value at `items.at` for these inputs: JSON data, or the text of the whole body. `keys`: the keys that the
 * runtime made for the inputs of a map, where it did. Throws TypeError where an input cannot be written.
 */
export type Encoding = (
  inputs: readonly unknown[],
  operation: Pick<XBatch, "items" | "match">,
  keys?: readonly string[],
  json?: Json,
) => unknown;

/** Writes bodies that are not text. The Blob carries its media type. */
export interface Writer {
  body(body: unknown, operation: Operation, json: Json): Blob;
  /** How many bytes one item adds to a body, or a little more. */
  bytes(item: unknown, operation: Operation, json: Json): number;
}

/** An input of a keyed map (`items.as` is `map` or `groups`) whose keys are the caller's. */
export interface Keyed<V> {
  readonly key: string;
  readonly value: V;
}

/** An input of line pairs (`items.as: pairs`): an action, and its source where the action has one. */
export interface Pair<A, S> {
  readonly action: A;
  readonly source?: S;
}

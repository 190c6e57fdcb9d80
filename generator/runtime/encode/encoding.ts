/** `Encoding` and `Writer`: functions that write items and bodies in other forms than a JSON array. Types only. */
import type { Operation } from "../endpoint/operation.js";
import type { XBatch } from "../endpoint/x-batch.js";

/** JSON.stringify, or a writer that takes more types. */
export type Json = (value: unknown) => string;

/**
 * Makes the value at `items.at` for these inputs: JSON data, or the text of the body. `keys`: for a map, the keys that
 * the runtime generated. Throws a TypeError if an input cannot be written.
 */
export type Encoding = (
  inputs: readonly unknown[],
  operation: Pick<XBatch, "items" | "match" | "limit">,
  keys?: readonly string[],
  json?: Json,
) => unknown;

/** Writes bodies that are not text. The Blob carries its media type. */
export interface Writer {
  body(body: unknown, operation: Operation, json: Json): Blob;
  /** The bytes that one item adds to a body, at most. */
  bytes(item: unknown, operation: Operation, json: Json): number;
}

/** An input of a keyed map (`items.as` is `map` or `groups`) whose keys are the caller's. */
export interface Keyed<V> {
  readonly key: string;
  readonly value: V;
}

/** An input of line pairs (`items.as: pairs`): an action, and its source if the action has one. */
export interface Pair<A, S> {
  readonly action: A;
  readonly source?: S;
}

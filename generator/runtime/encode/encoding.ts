/** The ways in which items can stand in a request other than as a JSON array. Types only; one file for each. */
import type { Operation } from "../endpoint/operation.js";

/** JSON.stringify, or what stands in its place. */
export type Json = (value: unknown) => string;

/**
 * What stands at `items.at` for these inputs: JSON data, or the text of the whole body. `keys`: the keys that the
 * runtime made for the inputs of a map, where it did.
 */
export type Encoding = (
  inputs: readonly unknown[],
  operation: Pick<Operation, "items" | "match">,
  keys?: readonly string[],
  json?: Json,
) => unknown;

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

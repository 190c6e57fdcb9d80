/** `Item`: one input in the form of the service, and the ids by which replies name it. An item never changes. */
import type { Rule } from "../endpoint/resolve.js";
import { get } from "../pointer.js";

export interface Item {
  /** The number of the input in the source, from 0. */
  readonly index: number;
  /** The value from the source: the input, or the row that it was made of. */
  readonly source: unknown;
  readonly input: unknown;
  readonly key: string;
  /** The input in the form of the service, with the keys that the runtime generated. */
  readonly value: unknown;
  /** Its key in a map, if the runtime generated it; otherwise empty. */
  readonly mapKey: string;
  /** The bytes of the value as JSON; 0 if no limit counts bytes. */
  readonly bytes: number;
  /** The caller's key, then one id for each of `lockRules`. Items that share an id are sent one after the other. */
  readonly ids: readonly (string | undefined)[];
  /** With a journal: the opening of the run by which it was first sent, which is in its generated keys. */
  readonly epoch: number | undefined;
}

/** An id in the form for comparisons; undefined if the value is no id. */
export function idOf(value: unknown, { fold }: Pick<Rule, "fold">): string | undefined {
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "bigint")
    return undefined;
  const text = String(value);
  return fold === "lower" ? text.toLowerCase() : text;
}

/** The id of an item's value, by a rule. */
export function readId(rule: Rule, value: unknown): string | undefined {
  const { request } = rule;
  return idOf(request && get(value, request), rule);
}

/** The id by which a rule finds an item in a reply. `siblings`: the body of the request without its items. */
export function idIn(
  rule: Rule,
  { value, mapKey }: Pick<Item, "value" | "mapKey">,
  siblings: unknown,
): string | undefined {
  const { unless } = rule;
  // The id has another meaning than in the reply, and might be the id of another input.
  if (unless !== undefined && (get(value, unless) ?? get(siblings, unless)) !== undefined)
    return undefined;
  return mapKey && rule.by === "mapKey" ? mapKey : readId(rule, value);
}

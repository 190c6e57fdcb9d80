/** `Item`: one input in the form in which the service gets it, and the ids that find it again. Nothing here writes to an item. */
import type { Rule } from "../endpoint/resolve.js";
import { get, member } from "../pointer.js";

export interface Item {
  /** The number of the input in the source, from 0. */
  readonly index: number;
  /** What came out of the source: the input, or the row that it was made of. */
  readonly source: unknown;
  readonly input: unknown;
  readonly key: string;
  /** The input in the service's form, with the keys that the runtime made. */
  readonly value: unknown;
  /** Its key in a map, where the runtime chose it; else empty. */
  readonly mapKey: string;
  /** Of the value as JSON; 0 where no limit counts bytes. */
  readonly bytes: number;
  /** First the caller's key, then one id for each of `lockRules`. Items that share one are sent one after the other. */
  readonly ids: readonly (string | undefined)[];
}

/** An id in the form in which ids are compared. Undefined where the value is no id. */
export function idOf(value: unknown, { fold }: Pick<Rule, "fold">): string | undefined {
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "bigint")
    return undefined;
  const text = String(value);
  return fold === "lower" ? text.toLowerCase() : text;
}

/** The id that a rule reads in an item's value. */
export function readId(rule: Rule, value: unknown): string | undefined {
  const { by, request } = rule;
  return idOf(by === "mapKey" ? member(value, "key") : request && get(value, request), rule);
}

/** The id by which a rule finds an item in a reply. `siblings`: the body of the request without its items. */
export function idIn(
  rule: Rule,
  { value, mapKey }: Pick<Item, "value" | "mapKey">,
  siblings: unknown,
): string | undefined {
  const { unless } = rule;
  // Here the id means something else than in the reply, and might be another input's.
  if (unless !== undefined && (get(value, unless) ?? get(siblings, unless)) !== undefined)
    return undefined;
  return mapKey && rule.by === "mapKey" ? mapKey : readId(rule, value);
}

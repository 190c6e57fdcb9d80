/** `identify`: finds the resource that an item names, by the rules of `x-batch.match`. */
import type { JsonValue } from "../../base/json.js";
import { formatPointer, getAt, parsePointer } from "../../base/pointer.js";
import type { Match } from "../../runtime/endpoint/x-batch.js";
import type { EmulatedOperation, Item } from "../operation.js";
import { asText, canonical, without } from "../values.js";

/** The id, or the unique property, by which an item names its resource. */
export interface Identity {
  /** The value in the item. */
  readonly text: string;
  /** A pointer to the property of the resource that has this value. Absent where it is the id itself. */
  readonly property?: string;
}

const usualIds = ["/id", "/_id", "/uuid", "/key", "/name"];

/** The ids in `x-batch`: the first field that a result repeats is the id, and the others are unique properties. */
export function idRules(operation: EmulatedOperation): {
  readonly request: string | undefined;
  readonly result: string | undefined;
  readonly properties: readonly Match[];
  /** A pointer to the name of the property that an id is a value of, where the item or the body has it. */
  readonly idProperty: string | undefined;
} {
  const values = (operation.batch.match ?? []).filter(({ by }) => by === "value");
  const repeated = values.filter(({ result }) => result !== undefined);
  const [id] = repeated;
  return {
    request: values.find(({ request }) => request !== undefined)?.request,
    result: id?.result,
    properties: repeated.filter(({ result }) => result !== id?.result),
    idProperty: id?.unless,
  };
}

/** @param pointer to the name of the property that an id is a value of, in the item or else in the body */
export function identify(
  operation: EmulatedOperation,
  item: Item,
  body: JsonValue | undefined,
  pointer: string,
): Identity | undefined {
  const { request, properties } = idRules(operation);
  const { value, meta, key } = item;
  const at = (pointer: string): string | undefined =>
    asText(getAt(value, pointer)) ??
    (meta === undefined ? undefined : asText(getAt(meta, pointer)));
  const text =
    asText(value) ??
    (request === undefined ? undefined : at(request)) ??
    usualIds.map(at).find((id) => id !== undefined) ??
    // the item as a whole names its resource
    (request === "" ? canonical(value) : undefined) ??
    (operation.batch.items.as === "map" && operation.batch.kind !== "create" ? key : undefined);
  if (text === undefined) return undefined;
  const name =
    asText(getAt(value, pointer)) ??
    (body === undefined ? undefined : asText(getAt(body, pointer)));
  if (name === undefined) return { text };
  const known = properties
    .map(({ result }) => parsePointer(result ?? ""))
    .find((tokens) => tokens.at(-1) === name);
  const parent = parsePointer(properties[0]?.result ?? "/properties/").slice(0, -1);
  return { text, property: formatPointer(known ?? [...parent, name]) };
}

/** The rules whose only purpose is matching. */
export const keyRules = (operation: EmulatedOperation): readonly Match[] =>
  (operation.batch.match ?? []).filter(({ by, request }) => by === "key" && request !== undefined);

/** The item without the keys that are only for matching: equal texts are the same create. */
export function fingerprintText(operation: EmulatedOperation, item: Item): string {
  let { value } = item;
  for (const { request = "" } of keyRules(operation)) value = without(value, request);
  return canonical(value);
}

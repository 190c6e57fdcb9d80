/** `arrayAt` and `objectAt`: read the keywords of arrays and objects. */
import { isArray, isObject, type JsonObject, type JsonValue } from "../base/json.js";
import { resolveRef } from "../base/pointer.js";
import { any, anything, emptyRecord } from "./combine.js";
import { valuesOf } from "./enums.js";
import { listOf, own } from "./keywords.js";
import type { Schema } from "./schema.js";
import { below, memberPlace, unknown, type Place, type Reading } from "./reading.js";

/** An array, or a tuple if the schema lists its elements. */
export function arrayAt(
  raw: JsonObject,
  place: Place,
  composed: boolean,
  reading: Reading,
): Schema {
  const items = own(raw, "items") ?? unevaluatedItems(raw, place, composed);
  const prefix = listOf(own(raw, "prefixItems"));
  const listed = prefix.length ? prefix : listOf(items);
  const most = own(raw, "maxItems");
  const tuple = typeof most === "number" ? listed.slice(0, Math.max(most, 0)) : listed;
  const isFull = typeof most === "number" && most <= listed.length;
  const key = prefix.length ? "prefixItems" : "items";
  if (listed.length === 0) {
    const element = reading.schemaAt(items, below(place, "items"));
    return { type: "array", items: element };
  }
  const prefixItems = tuple.map((item, index) =>
    reading.schemaAt(item, below(place, key, String(index))),
  );
  const rest = isArray(items) ? own(raw, "additionalItems") : items;
  const least = own(raw, "minItems");
  return {
    type: "array",
    prefixItems,
    minItems: typeof least === "number" ? Math.min(Math.max(least, 0), tuple.length) : 0,
    ...(rest === false || isFull
      ? {}
      : { items: isObject(rest) ? reading.schemaAt(rest, below(place, "items")) : anything }),
  };
}

/** Where nothing else evaluates elements, `unevaluatedItems` says what `items` does. */
export const unevaluatedItems = (
  raw: JsonObject,
  { part }: Place,
  composed: boolean,
): JsonValue | undefined =>
  composed || part === true || own(raw, "contains") !== undefined
    ? undefined
    : own(raw, "unevaluatedItems");

/** @param composed `raw` also has `allOf`, `oneOf` or `anyOf`, so that it may be more than it declares */
export function objectAt(
  raw: JsonObject,
  place: Place,
  composed: boolean,
  reading: Reading,
): Schema {
  const { properties, dropped } = propertiesAt(raw, place, reading);
  const required = listOf(own(raw, "required")).filter(
    (name): name is string => typeof name === "string" && !dropped.includes(name),
  );
  const patterns = patternsAt(raw, place, reading);
  const empty = Object.keys(properties).length === 0 && !patterns;
  // A part of a composition, or what has required properties, is more than it declares.
  const whole = empty && required.length === 0 && !composed && !place.part;
  const rest = othersAt(raw, place, reading, { whole, dropped: dropped.length > 0 });
  const index = patterns?.index;
  const indexed = index && (restOf(raw) === false ? index : any([index, rest || anything]));
  const others = indexed ?? rest;
  const object: Schema = {
    type: "object",
    ...(Object.keys(properties).length ? { properties } : {}),
    ...(required.length ? { required: [...new Set(required)].sort() } : {}),
    ...(others === undefined ? {} : { additionalProperties: others }),
    ...(patterns?.prefixes ? { patternProperties: patterns.prefixes } : {}),
    ...(dropped.length ? { dropped } : {}),
  };
  const names = restOf(raw) === false ? undefined : namesAt(raw, place);
  return names ? withNames(object, names) : object;
}

/** The properties that occur in this position, and the names of the others. */
function propertiesAt(
  raw: JsonObject,
  place: Place,
  reading: Reading,
): { readonly properties: Record<string, Schema>; readonly dropped: readonly string[] } {
  const properties = emptyRecord<Schema>();
  const dropped: string[] = [];
  const declared = own(raw, "properties");
  for (const [name, value] of Object.entries(isObject(declared) ? declared : {}))
    if (leftOut(value, place)) dropped.push(name);
    else {
      const { owner, property: within } = place.inline;
      const inline = {
        ...(owner ? { owner } : {}),
        ...(within ? { within } : {}),
        property: name,
      };
      properties[name] = reading.schemaAt(value, {
        ...memberPlace(place, "properties", name),
        inline,
      });
    }
  return { properties, dropped };
}

/**
 * What the properties are that a schema does not declare.
 * @param whole it declares none, and is no part of a composition
 * @param dropped it declares some that do not occur in this position: it is an empty object, not any
 */
function othersAt(
  raw: JsonObject,
  place: Place,
  reading: Reading,
  { whole, dropped }: { readonly whole: boolean; readonly dropped: boolean },
): Schema | false | undefined {
  const additional = restOf(raw);
  if (isObject(additional))
    return reading.schemaAt(additional, memberPlace(place, "additionalProperties"));
  if (additional === true) return unknown(reading, place, "unconstrained", "additionalProperties");
  if (!whole) return undefined;
  if (additional === false || dropped) return false;
  unknown(reading, place, "unconstrained");
  return undefined;
}

/** An object with restricted names: each that is listed is a property, and a prefix has a type of its own. */
function withNames(object: Schema, { listed, prefix }: PropertyNames): Schema {
  const { additionalProperties: rest = anything, ...known } = object;
  if (rest === false) return object;
  const { properties = {}, patternProperties = {} } = known;
  if (!listed)
    return { ...known, patternProperties: { ...patternProperties, [prefix ?? ""]: rest } };
  const all = emptyRecord<Schema>();
  for (const name of listed) all[name] = rest;
  Object.assign(all, properties);
  return Object.keys(all).length > 0
    ? { ...known, properties: all }
    : { ...known, additionalProperties: false };
}

/** A pattern for the beginning of names has its own type; all other patterns share one type, for every property. */
function patternsAt(
  raw: JsonObject,
  place: Place,
  reading: Reading,
): { prefixes?: Record<string, Schema>; index?: Schema } | undefined {
  const patterns = own(raw, "patternProperties");
  if (!isObject(patterns) || Object.keys(patterns).length === 0) return undefined;
  const prefixes = emptyRecord<Schema>();
  const others: Schema[] = [];
  const alone = restOf(raw);
  for (const [pattern, value] of Object.entries(patterns)) {
    const schema = reading.schemaAt(value, memberPlace(place, "patternProperties", pattern));
    const prefix = prefixOf(pattern);
    if (prefix !== undefined && alone === undefined) prefixes[prefix] = schema;
    else others.push(schema);
  }
  return {
    ...(Object.keys(prefixes).length ? { prefixes } : {}),
    ...(others.length ? { index: any(others) } : {}),
  };
}

/** What the other properties are. `unevaluatedProperties` says it for those of the whole composition. */
const restOf = (raw: JsonObject): JsonValue | undefined =>
  own(raw, "additionalProperties") ?? own(raw, "unevaluatedProperties");

/** The literal that a pattern wants at the beginning, if it wants nothing else. */
const prefixOf = (pattern: JsonValue | undefined): string | undefined =>
  typeof pattern === "string" ? /^\^([\w-]+)(\.\*\$?)?$/.exec(pattern)?.[1] : undefined;

/** A list of names, or the literal that names begin with. */
interface PropertyNames {
  readonly listed?: readonly string[];
  readonly prefix?: string;
}

/** What `propertyNames` allows, where a type can express it. */
export function namesAt(raw: JsonObject, { spec }: Pick<Place, "spec">): PropertyNames | undefined {
  let names = own(raw, "propertyNames");
  for (let hops = 0; isObject(names) && hops < 16; hops += 1) {
    const ref: JsonValue | undefined = own(names, "$ref");
    if (typeof ref !== "string") break;
    names = resolveRef(spec.document, ref)?.value;
  }
  if (!isObject(names)) return undefined;
  const listed = valuesOf(names)?.filter((name) => typeof name === "string");
  const prefix = prefixOf(own(names, "pattern"));
  return listed ? { listed } : prefix === undefined ? undefined : { prefix };
}

/** Whether a property does not occur in this position: `readOnly` in requests, `writeOnly` in responses. */
function leftOut(value: JsonValue, place: Place): boolean {
  const flag = place.position === "request" ? "readOnly" : "writeOnly";
  let schema: JsonValue | undefined = value;
  for (let hops = 0; isObject(schema) && hops < 16; hops += 1) {
    const ref: JsonValue | undefined = own(schema, "$ref");
    const counts = typeof ref !== "string" || place.spec.version !== "3.0";
    if (counts && own(schema, flag) === true) return true;
    if (typeof ref !== "string") return false;
    schema = resolveRef(place.spec.document, ref)?.value;
  }
  return false;
}

/** `arrayAt` and `objectAt`: read the keywords of arrays and objects. */
import { isArray, isObject, type JsonObject, type JsonValue } from "../base/json.js";
import { resolveRef } from "../base/pointer.js";
import { any, anything, emptyRecord } from "./combine.js";
import { listOf, own } from "./keywords.js";
import type { Schema } from "./schema.js";
import { below, unknown, type Place, type Reading } from "./reading.js";

/** An array, or a tuple if the schema lists its elements. */
export function arrayAt(raw: JsonObject, place: Place, reading: Reading): Schema {
  const items = own(raw, "items");
  const prefix = listOf(own(raw, "prefixItems"));
  const tuple = prefix.length ? prefix : listOf(items);
  const key = prefix.length ? "prefixItems" : "items";
  if (tuple.length === 0) {
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
    ...(rest === false
      ? {}
      : { items: isObject(rest) ? reading.schemaAt(rest, below(place, "items")) : anything }),
  };
}

/** @param composed `raw` also has `allOf`, `oneOf` or `anyOf`, so that it may be more than it declares */
export function objectAt(
  raw: JsonObject,
  place: Place,
  composed: boolean,
  reading: Reading,
): Schema {
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
        ...below(place, "properties", name),
        inline,
        part: false,
      });
    }
  const required = listOf(own(raw, "required")).filter(
    (name): name is string => typeof name === "string" && !dropped.includes(name),
  );
  const patterns = patternsAt(raw, place, reading);
  const additional = own(raw, "additionalProperties");
  const bare = Object.keys(properties).length === 0 && dropped.length === 0 && !patterns;
  let rest: Schema | false | undefined;
  if (isObject(additional)) {
    const next = { ...below(place, "additionalProperties"), part: false };
    rest = reading.schemaAt(additional, next);
  } else if (additional === true)
    rest = unknown(reading, place, "unconstrained", "additionalProperties");
  else if (additional === false && bare && !required.length && !composed && !place.part)
    rest = false;
  else if (additional === undefined && bare && required.length === 0 && !composed && !place.part)
    unknown(reading, place, "unconstrained");
  if (patterns?.index)
    rest = additional === false ? patterns.index : any([patterns.index, rest || anything]);
  return {
    type: "object",
    ...(Object.keys(properties).length ? { properties } : {}),
    ...(required.length ? { required: [...new Set(required)].sort() } : {}),
    ...(rest === undefined ? {} : { additionalProperties: rest }),
    ...(patterns?.prefixes ? { patternProperties: patterns.prefixes } : {}),
    ...(dropped.length ? { dropped } : {}),
  };
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
  const alone = own(raw, "additionalProperties");
  for (const [pattern, value] of Object.entries(patterns)) {
    const schema = reading.schemaAt(value, {
      ...below(place, "patternProperties", pattern),
      part: false,
    });
    const prefix = /^\^([\w-]+)(\.\*\$?)?$/.exec(pattern)?.[1];
    if (prefix !== undefined && alone === undefined) prefixes[prefix] = schema;
    else others.push(schema);
  }
  return {
    ...(Object.keys(prefixes).length ? { prefixes } : {}),
    ...(others.length ? { index: any(others) } : {}),
  };
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

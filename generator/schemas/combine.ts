/** `all` and `any`: intersections and unions in their simplest form; and functions over the parts of a schema. */
import type { JsonValue } from "../base/json.js";
import type { Schema, SchemaDocs } from "./schema.js";

export const anything: Schema = {};
export const nothing: Schema = { not: {} };

const docKeys = ["title", "description", "deprecated", "default", "note"] as const;

export function docsOf(schema: Schema): SchemaDocs {
  const docs: Record<string, JsonValue> = {};
  for (const key of docKeys) if (schema[key] !== undefined) docs[key] = schema[key];
  return docs;
}

export function withoutDocs(schema: Schema): Schema {
  if (!hasDocs(schema)) return schema;
  const { title, description, deprecated, default: _, note, ...rest } = schema;
  return rest;
}

const hasDocs = (schema: Schema): boolean => docKeys.some((key) => schema[key] !== undefined);

export const isAnything = (schema: Schema): boolean =>
  Object.keys(schema).every((key) => docKeys.some((doc) => doc === key));

/** An object without any constraint. */
export const isOpenObject = (schema: Schema): boolean =>
  schema.type === "object" &&
  !schema.properties &&
  schema.additionalProperties === undefined &&
  !schema.patternProperties &&
  !schema.required?.length;

const isObject = (schema: Schema): boolean => schema.type === "object";
const isArray = (schema: Schema): boolean => schema.type === "array";

/** Calls `visit` with every part of a schema, in a fixed order. */
export function eachPart(schema: Schema, visit: (part: Schema) => void): void {
  if (schema.items) visit(schema.items);
  if (schema.prefixItems) schema.prefixItems.forEach(visit);
  if (schema.properties) Object.values(schema.properties).forEach(visit);
  if (schema.additionalProperties) visit(schema.additionalProperties);
  if (schema.patternProperties) Object.values(schema.patternProperties).forEach(visit);
  if (schema.allOf) schema.allOf.forEach(visit);
  if (schema.anyOf) schema.anyOf.forEach(visit);
}

/** Most schemas are the types of properties, and have no parts. */
const hasParts = (schema: Schema): boolean =>
  Boolean(
    schema.items ??
    schema.properties ??
    schema.anyOf ??
    schema.allOf ??
    schema.prefixItems ??
    schema.patternProperties ??
    schema.additionalProperties,
  );

/** A schema with every part replaced; the schema itself if it has no parts. A composition is not simplified again. */
export function mapParts(schema: Schema, change: (part: Schema) => Schema): Schema {
  if (!hasParts(schema)) return schema;
  const next: Record<string, unknown> = { ...schema };
  if (schema.items) next["items"] = change(schema.items);
  if (schema.prefixItems) next["prefixItems"] = schema.prefixItems.map(change);
  if (schema.properties) next["properties"] = mapValues(schema.properties, change);
  if (schema.additionalProperties)
    next["additionalProperties"] = change(schema.additionalProperties);
  if (schema.patternProperties)
    next["patternProperties"] = mapValues(schema.patternProperties, change);
  if (schema.allOf) next["allOf"] = schema.allOf.map(change);
  if (schema.anyOf) next["anyOf"] = schema.anyOf.map(change);
  return next; // every key of a Schema, each with a value of its kind
}

/** An object without a prototype, because the names come from documents. */
export function mapValues<A, B>(
  from: Readonly<Record<string, A>>,
  change: (value: A, key: string) => B,
): Record<string, B> {
  const to = emptyRecord<B>();
  for (const key of Object.keys(from)) {
    const value = from[key];
    if (value !== undefined) to[key] = change(value, key);
  }
  return to;
}

// Object.create is typed `any`; an object without a prototype and without members is a record of anything.
export const emptyRecord = <T>(): Record<string, T> => Object.create(null) as Record<string, T>;

/** The keys that a schema refers to, in a fixed order. */
export function refsOf(schema: Schema): readonly string[] {
  const refs: string[] = [];
  const visit = (part: Schema): void => {
    if (part.$ref !== undefined) refs.push(part.$ref);
    eachPart(part, visit);
  };
  visit(schema);
  return refs;
}

/** The intersection of the parts. */
export function all(parts: readonly Schema[]): Schema {
  const flat = parts.flatMap((part) => (part.allOf && !hasDocs(part) ? part.allOf : [part]));
  if (flat.some((part) => part.not)) return nothing;
  let rest = distinct(flat.filter((part) => !isAnything(part)));
  // An object without any constraint adds nothing beside something that must be an object or a reference to one.
  if (rest.some((part) => !isOpenObject(part)))
    rest = rest.filter((part) => !isOpenObject(part) || (part.dropped?.length ?? 0) > 0);
  rest = rest.filter(
    (part, index) => !rest.some((other, at) => at !== index && implies(other, part)),
  );
  rest = mergeArrays(mergeObjects(rest));
  if (rest.length > 1) return { allOf: rest };
  return rest[0] ?? anything;
}

/** A 64-bit integer that is read as a bigint. */
export const isBigint = ({ type, format }: Schema): boolean =>
  type === "number" && format === "int64";

/** Whether `narrow` allows no more than the bare type `wide`. */
function implies(narrow: Schema, wide: Schema): boolean {
  if (!wide.type || wide.format || ["array", "object"].includes(wide.type)) return false;
  if (narrow.format === "int64") return wide.type === "number";
  if (narrow.enum) return narrow.enum.every((member) => typeof member === wide.type);
  if (narrow.anyOf) return narrow.anyOf.every((branch) => implies(branch, wide));
  return false;
}

/** Merges objects, except those that declare the same property. */
function mergeObjects(parts: readonly Schema[]): Schema[] {
  const merged: Schema[] = [];
  for (const part of parts) {
    const at = merged.findIndex((other) => mergeable(other, part));
    const other = merged[at];
    if (other) merged[at] = mergeTwo(other, part);
    else merged.push(part);
  }
  return merged;
}

/** An array of all parts that are arrays: TypeScript calls `map` of an intersection of arrays with the first one's items. */
function mergeArrays(parts: readonly Schema[]): Schema[] {
  const [first, ...others] = parts.filter(isArray);
  if (!first || others.length === 0) return [...parts];
  return [...parts.filter((part) => !isArray(part)), others.reduce(bothArrays, first)];
}

function bothArrays(a: Schema, b: Schema): Schema {
  const docs = { ...docsOf(b), ...docsOf(a) };
  const items = a.items && b.items ? { items: all([a.items, b.items]) } : {};
  if (!a.prefixItems && !b.prefixItems) return { ...docs, type: "array", ...items };
  const [prefix, other] = [a.prefixItems ?? [], b.prefixItems ?? []];
  // What the other array has at an index; nothing beyond the end of a closed tuple.
  const at = ({ items = nothing }: Schema, list: readonly Schema[], index: number): Schema =>
    list[index] ?? items;
  const both = Array.from({ length: Math.max(prefix.length, other.length) }, (_, index) =>
    all([at(a, prefix, index), at(b, other, index)]),
  );
  const end = both.findIndex((part) => part.not);
  const prefixItems = end < 0 ? both : both.slice(0, end);
  const minItems = Math.max(a.minItems ?? 0, b.minItems ?? 0);
  return { ...docs, type: "array", prefixItems, minItems, ...(end < 0 ? items : {}) };
}

const mergeable = (a: Schema, b: Schema): boolean =>
  isObject(a) &&
  isObject(b) &&
  !a.additionalProperties &&
  !b.additionalProperties &&
  !a.patternProperties &&
  !b.patternProperties &&
  Object.entries(b.properties ?? {}).every(([key, property]) => {
    const other = a.properties && Object.hasOwn(a.properties, key) ? a.properties[key] : undefined;
    return !other || (isArray(other) && isArray(property));
  });

export function mergeTwo(a: Schema, b: Schema): Schema {
  const properties = emptyRecord<Schema>();
  for (const from of [a.properties, b.properties])
    for (const [key, value] of Object.entries(from ?? {})) {
      const before = properties[key];
      properties[key] = before ? all([before, value]) : value;
    }
  const required = [...new Set([...(a.required ?? []), ...(b.required ?? [])])];
  const dropped = [...new Set([...(a.dropped ?? []), ...(b.dropped ?? [])])];
  return {
    ...docsOf(b),
    ...docsOf(a),
    type: "object",
    ...(Object.keys(properties).length ? { properties } : {}),
    ...(required.length ? { required } : {}),
    ...(dropped.length ? { dropped } : {}),
  };
}

/** The union of the branches. */
export function any(branches: readonly Schema[]): Schema {
  const flat = branches.flatMap((branch) =>
    branch.anyOf && !hasDocs(branch) && !branch.discriminator ? branch.anyOf : [branch],
  );
  if (flat.some(isAnything)) return anything;
  const rest = distinct(flat.filter((branch) => !branch.not));
  if (rest.length > 1) return { anyOf: nullLast(rest) };
  return rest[0] ?? nothing;
}

const nullLast = (branches: readonly Schema[]): readonly Schema[] => [
  ...branches.filter((branch) => branch.type !== "null"),
  ...branches.filter((branch) => branch.type === "null"),
];

function distinct(schemas: readonly Schema[]): Schema[] {
  if (schemas.length < 2) return [...schemas];
  const seen = new Map<string, Schema>();
  for (const schema of schemas) {
    const key = skeletonOf(schema);
    if (!seen.has(key)) seen.set(key, schema);
  }
  return [...seen.values()];
}

/** A text that is equal for equal structures: without documentation, with properties, requirements and enums sorted. */
export function skeletonOf(schema: Schema, ref: (key: string) => string = (key) => key): string {
  const fields: string[] = [];
  const add = (key: string, text: string): number => fields.push(`${key}:${text}`);
  const list = (schemas: readonly Schema[]): string =>
    `[${schemas.map((part) => skeletonOf(part, ref)).join()}]`;
  const record = (schemas: Readonly<Record<string, Schema>>): string =>
    `{${Object.keys(schemas)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${skeletonOf(schemas[key] ?? anything, ref)}`)
      .join()}}`;
  if (schema.$ref !== undefined) add("$ref", ref(schema.$ref));
  if (schema.type) add("type", schema.type);
  if (schema.format) add("format", schema.format);
  if (schema.enum) add("enum", JSON.stringify([...schema.enum].sort()));
  if (schema.items) add("items", skeletonOf(schema.items, ref));
  if (schema.prefixItems) add("prefixItems", list(schema.prefixItems));
  if (schema.minItems !== undefined) add("minItems", String(schema.minItems));
  if (schema.properties) add("properties", record(schema.properties));
  if (schema.required?.length) add("required", JSON.stringify([...schema.required].sort()));
  if (schema.additionalProperties === false) add("additionalProperties", "false");
  else if (schema.additionalProperties)
    add("additionalProperties", skeletonOf(schema.additionalProperties, ref));
  if (schema.patternProperties) add("patternProperties", record(schema.patternProperties));
  if (schema.allOf) add("allOf", list(schema.allOf));
  if (schema.anyOf) add("anyOf", list(schema.anyOf));
  if (schema.not) add("not", "");
  if (schema.discriminator)
    add(
      "discriminator",
      JSON.stringify([schema.discriminator.property, [...schema.discriminator.values]]),
    );
  if (schema.dropped?.length) add("dropped", JSON.stringify([...schema.dropped].sort()));
  return `{${fields.join()}}`;
}

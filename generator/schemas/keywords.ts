/** Functions that read single keywords of a document's schema. */
import { isArray, isObject, type JsonObject, type JsonValue } from "../base/json.js";
import { getChild } from "../base/pointer.js";
import type { Spec } from "../openapi/spec.js";
import { docsOf } from "./combine.js";
import { describedValues, literalsOf, valuesOf, type Literals } from "./enums.js";
import type { SchemaDocs } from "./schema.js";

export const own = (object: JsonObject, key: string): JsonValue | undefined =>
  getChild(object, key);

export const listOf = (value: JsonValue | undefined): readonly JsonValue[] =>
  isArray(value) ? value : [];

/** The values of a named schema that is only a closed list; undefined for other schemas. */
export function namedEnum(spec: Spec, raw: JsonObject): Literals | undefined {
  const values = typeof own(raw, "$ref") === "string" ? undefined : valuesOf(raw);
  if (!values || listOf(own(raw, "allOf")).length) return undefined;
  const types = typesOf(raw);
  const literals = literalsOf(values, types);
  if (literals.members.length < 2 || literals.others.length) return undefined;
  const nullable = spec.version === "3.0" && own(raw, "nullable") === true;
  return { ...literals, null: literals.null || nullable };
}

/** Keywords that only objects have, and that a type can express. */
const ofObjects = [
  "properties", "additionalProperties", "patternProperties", "required", "unevaluatedProperties", "propertyNames",
] as const; // prettier-ignore

/** The types in `type` of a schema, or else those that its other keywords imply. */
export function typesOf(raw: JsonObject): ReadonlySet<string> {
  const type = own(raw, "type");
  const named = (typeof type === "string" ? [type] : listOf(type)).filter(
    (name): name is string => typeof name === "string" && name !== "any",
  );
  if (named.length) return new Set(named);
  if (valuesOf(raw)) return new Set();
  const has = (...keys: readonly string[]): boolean =>
    keys.some((key) => own(raw, key) !== undefined);
  if (has(...ofObjects)) return new Set(["object"]);
  if (has("items", "prefixItems", "unevaluatedItems")) return new Set(["array"]);
  return new Set();
}

/** Keywords that no type expresses. */
const silent = new Set([
  "$ref", "title", "description", "deprecated", "example", "examples", "default", "externalDocs", "xml", "readOnly",
  "writeOnly", "$comment", "$id", "$schema", "$anchor", "$defs", "definitions", "summary", "format", "pattern", "minLength",
  "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems",
  "uniqueItems", "minProperties", "maxProperties", "contentEncoding", "contentMediaType", "nullable",
  "contains", "minContains", "maxContains", "dependentRequired", "dependentSchemas", "dependencies", "if", "then", "else",
  "not", "discriminator", "id", "contentSchema", "$dynamicAnchor", "$vocabulary",
]); // prettier-ignore

/** Keywords that a type cannot express and that get a diagnostic; ranges and patterns get none. */
export const withoutType = [
  "not", "if", "dependentRequired", "dependentSchemas", "dependencies", "propertyNames", "contains", "contentSchema",
  "unevaluatedItems",
] as const; // prettier-ignore

/** The subschemas that apply under a condition, each with the tokens of its pointer. */
export function conditionalSchemas(
  raw: JsonObject,
): readonly { readonly value: JsonObject; readonly tokens: readonly string[] }[] {
  const single = ["if", "then", "else"].map((key) => ({ value: own(raw, key), tokens: [key] }));
  const maps = ["dependentSchemas", "dependencies"].flatMap((key) => {
    const map = own(raw, key);
    return isObject(map)
      ? Object.keys(map).map((name) => ({ value: own(map, name), tokens: [key, name] }))
      : [];
  });
  return [...single, ...maps].flatMap(({ value, tokens }) =>
    value !== undefined && isObject(value) ? [{ value, tokens }] : [],
  );
}

/** Whether a type can express any keyword of a schema. */
export const constrains = (raw: JsonObject): boolean =>
  Object.keys(raw).some((key) => key === "$ref" || (!silent.has(key) && !key.startsWith("x-")));

/** Whether a schema is only a reference. */
export const isAlias = (spec: Spec, raw: JsonValue): boolean => {
  if (!isObject(raw) || typeof own(raw, "$ref") !== "string") return false;
  if (spec.version === "3.0") return true;
  const { $ref: _, ...siblings } = raw;
  return !constrains(siblings);
};

/** The `$ref` of a schema. */
export const aliasOf = (raw: JsonValue): string | undefined => {
  const ref = isObject(raw) ? own(raw, "$ref") : undefined;
  return typeof ref === "string" ? ref : undefined;
};

/** Formats that a comment names, because they say how to write a value. */
const shownFormats = new Set([
  "date-time", "date", "time", "duration", "email", "uri", "url", "uuid", "ipv4", "ipv6", "hostname", "byte", "int64",
]); // prettier-ignore

/** Whether a comment can show a value. */
const isShort = (value: JsonValue | undefined): value is JsonValue =>
  isArray(value)
    ? value.length <= 10 && value.every((item) => typeof item !== "object")
    : value !== undefined &&
      value !== null &&
      (typeof value !== "object" || Object.keys(value).length === 0);

/** The documentation in the keywords of a schema. */
export function documentation(raw: JsonValue): SchemaDocs {
  if (!isObject(raw)) return {};
  const text = (key: string): string | undefined => {
    const value = own(raw, key);
    return typeof value === "string" && value.trim() !== "" ? value : undefined;
  };
  const title = text("title");
  const paragraphs = [text("description"), describedValues(raw)].filter((one) => one !== undefined);
  const description = paragraphs.join("\n\n");
  const format = own(raw, "contentEncoding") === "base64" ? "byte" : text("format");
  const given = own(raw, "default");
  return docsOf({
    ...(title ? { title } : {}),
    ...(description ? { description } : {}),
    ...(own(raw, "deprecated") === true ? { deprecated: true } : {}),
    ...(isShort(given) ? { default: given } : {}),
    ...(format && shownFormats.has(format) ? { note: format } : {}),
  });
}

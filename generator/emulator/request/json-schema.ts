/**
 * A schema of a document as one that a JSON Schema validator takes: OpenAPI 3.0 and 3.1 alike. What is malformed, or
 * says nothing about values, is left out, so that every document gives a schema that can be compiled.
 */
import { isArray, isObject, type JsonObject, type JsonValue } from "../../base/json.js";
import { resolveRef } from "../../base/pointer.js";
import type { Spec } from "../../openapi/spec.js";
import type { RawSchema } from "../operation.js";

const types = new Set(["string", "number", "integer", "boolean", "array", "object", "null"]);
const inner = new Set(["items", "additionalProperties", "not", "contains", "propertyNames"]);
const lists = new Set(["allOf", "anyOf", "prefixItems"]);
const maps = new Set(["properties", "patternProperties"]);
const bounds = new Set([
  ...["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"],
  ...["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"],
]);

/** Deeper than this, anything is allowed. */
const deepest = 100;

const own = (object: JsonObject, key: string): JsonValue | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined;
const listOf = (value: JsonValue | undefined): readonly JsonValue[] =>
  value !== undefined && isArray(value) ? value : [];

/** For a request: what is read only is not required. A choice of `oneOf` may fit several branches. */
export function toJsonSchema(spec: Spec, root: RawSchema): JsonObject | boolean {
  /** The number of each target of a reference, by its pointer. */
  const numbers = new Map<string, number>();
  const targets: JsonValue[] = [];

  const reference = (ref: string): string | undefined => {
    const target = resolveRef(spec.document, ref);
    if (!target) return undefined;
    const known = numbers.get(target.pointer);
    if (known !== undefined) return `#/$defs/${known}`;
    numbers.set(target.pointer, targets.length);
    return `#/$defs/${targets.push(target.value) - 1}`;
  };

  const readOnly = (value: JsonValue | undefined): boolean => {
    if (!isObject(value)) return false;
    const ref = own(value, "$ref");
    const target = typeof ref === "string" ? resolveRef(spec.document, ref)?.value : undefined;
    return (
      own(value, "readOnly") === true || (isObject(target) && own(target, "readOnly") === true)
    );
  };

  function convert(value: JsonValue, depth: number): JsonValue {
    if (!isObject(value) || depth > deepest) return value !== false;
    const members = new Map<string, JsonValue>();
    const ref = own(value, "$ref");
    if (typeof ref === "string") {
      const target = reference(ref);
      if (target !== undefined) members.set("$ref", target);
      if (spec.version === "3.0") return Object.fromEntries(members);
    }
    for (const [keyword, said] of Object.entries(value)) {
      if (inner.has(keyword) && (isObject(said) || typeof said === "boolean")) {
        members.set(keyword, convert(said, depth + 1));
      } else if (lists.has(keyword) && listOf(said).length > 0) {
        members.set(keyword, converted(listOf(said), depth));
      } else if (maps.has(keyword) && isObject(said)) {
        members.set(keyword, convertedMap(keyword, said, depth));
      } else if (bounds.has(keyword) && typeof said === "number") members.set(keyword, said);
      else if (keyword === "pattern" && isPattern(said)) members.set(keyword, said);
      else if (keyword === "format" && typeof said === "string") members.set(keyword, said);
      else if (keyword === "const" || (keyword === "uniqueItems" && said === true)) {
        members.set(keyword, said);
      } else if (keyword === "multipleOf" && typeof said === "number" && said > 0) {
        members.set(keyword, said);
      }
    }
    const oneOf = listOf(own(value, "oneOf"));
    if (oneOf.length > 0) {
      const choice = { anyOf: converted(oneOf, depth) };
      if (members.has("anyOf")) members.set("allOf", [...listOf(members.get("allOf")), choice]);
      else members.set("anyOf", choice.anyOf);
    }
    const properties = own(value, "properties");
    const required = listOf(own(value, "required")).filter(
      (name) =>
        typeof name === "string" && !(isObject(properties) && readOnly(own(properties, name))),
    );
    if (required.length > 0) members.set("required", [...new Set(required)]);
    typed(value, members);
    return Object.fromEntries(members);
  }

  const converted = (parts: readonly JsonValue[], depth: number): JsonValue[] =>
    parts.map((part) => convert(part, depth + 1));
  const convertedMap = (keyword: string, map: JsonObject, depth: number): JsonObject =>
    Object.fromEntries(
      Object.entries(map)
        .filter(([name]) => keyword === "properties" || isPattern(name))
        .map(([name, member]) => [name, convert(member, depth + 1)]),
    );

  const schema = convert(root, 0);
  if (!isObject(schema)) return schema !== false;
  // converting a target may find more of them
  const definitions = new Map<string, JsonValue>();
  for (const [number, target] of targets.entries()) {
    definitions.set(String(number), convert(target, 0));
  }
  return definitions.size === 0 ? schema : { ...schema, $defs: Object.fromEntries(definitions) };
}

/** `type`, `enum`, and OpenAPI 3.0's `nullable` and boolean bounds. */
function typed(value: JsonObject, members: Map<string, JsonValue>): void {
  const type = own(value, "type");
  const nullable = own(value, "nullable") === true;
  const names = (typeof type === "string" ? [type] : listOf(type)).filter(
    (name) => typeof name === "string" && types.has(name),
  );
  if (names.length > 0)
    members.set("type", [...new Set([...names, ...(nullable ? ["null"] : [])])]);
  const allowed = listOf(own(value, "enum"));
  if (allowed.length > 0) {
    members.set("enum", nullable && !allowed.includes(null) ? [...allowed, null] : allowed);
  }
  for (const [exclusive, bound] of [
    ["exclusiveMinimum", "minimum"],
    ["exclusiveMaximum", "maximum"],
  ] as const) {
    const limit = own(value, bound);
    if (own(value, exclusive) !== true || typeof limit !== "number") continue;
    members.delete(bound);
    members.set(exclusive, limit);
  }
}

function isPattern(value: JsonValue): boolean {
  if (typeof value !== "string") return false;
  try {
    new RegExp(value, "u");
    return true;
  } catch {
    return false;
  }
}

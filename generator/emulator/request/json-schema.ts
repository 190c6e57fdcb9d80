/**
 * `toJsonSchema`: a schema of an OpenAPI 3.0 or 3.1 document -> a schema that a JSON Schema validator compiles. It
 * leaves out malformed keywords, and keywords that say nothing about values, so every document gives such a schema.
 */
import { isArray, isObject, own, type JsonObject, type JsonValue } from "../../base/json.js";
import { linearRegExp } from "../../base/linear-regexp.js";
import { resolveRef } from "../../base/pointer.js";
import type { Spec } from "../../openapi/spec.js";
import type { RawSchema } from "../operation.js";

/** Deeper than this, the schema allows anything. */
const deepest = 100;

/** Where a conversion is at work, and the targets of references that it has found. */
interface Conversion {
  readonly spec: Spec;
  /** The index of each target in `targets`, by its pointer. */
  readonly numbers: Map<string, number>;
  readonly targets: JsonValue[];
}

/** The value of a keyword in JSON Schema; undefined leaves the keyword out. `depth` is that of the schemas in it. */
type Convert = (value: JsonValue, conversion: Conversion, depth: number) => JsonValue | undefined;

const listOf = (value: JsonValue | undefined): readonly JsonValue[] =>
  value !== undefined && isArray(value) ? value : [];

const schema: Convert = (value, conversion, depth) =>
  isObject(value) || typeof value === "boolean" ? convert(value, conversion, depth) : undefined;

const schemas: Convert = (value, conversion, depth) => {
  const parts = listOf(value).map((part) => convert(part, conversion, depth));
  return parts.length > 0 ? parts : undefined;
};

const schemasByName: Convert = (value, conversion, depth) =>
  isObject(value)
    ? Object.fromEntries(
        Object.entries(value).map(([name, member]) => [name, convert(member, conversion, depth)]),
      )
    : undefined;

const schemasByPattern: Convert = (value, conversion, depth) =>
  isObject(value)
    ? schemasByName(
        Object.fromEntries(Object.entries(value).filter(([name]) => isPattern(name))),
        conversion,
        depth,
      )
    : undefined;

const number: Convert = (value) => (typeof value === "number" ? value : undefined);

/** What depends on more than the keyword's own value is missing here: `convert` adds it. */
const keywords = new Map<string, Convert>([
  ...["items", "additionalProperties", "not", "contains", "propertyNames"].map(
    (name) => [name, schema] as const,
  ),
  ...["allOf", "anyOf", "prefixItems"].map((name) => [name, schemas] as const),
  ["properties", schemasByName],
  ["patternProperties", schemasByPattern],
  ...["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"].map(
    (name) => [name, number] as const,
  ),
  ...["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"].map(
    (name) => [name, number] as const,
  ),
  ["multipleOf", (value) => (typeof value === "number" && value > 0 ? value : undefined)],
  ["pattern", (value) => (isPattern(value) ? value : undefined)],
  ["format", (value) => (typeof value === "string" ? value : undefined)],
  ["const", (value) => value],
  ["uniqueItems", (value) => (value === true ? value : undefined)],
]);

/** The schema of a request: a property that is read only is not required, and a value may fit several of `oneOf`. */
export function toJsonSchema(spec: Spec, root: RawSchema): JsonObject | boolean {
  const conversion: Conversion = { spec, numbers: new Map(), targets: [] };
  const converted = convert(root, conversion, 0);
  if (!isObject(converted)) return converted !== false;
  const definitions = new Map<string, JsonValue>();
  // the list of targets grows while they are converted
  for (const [index, target] of conversion.targets.entries())
    definitions.set(String(index), convert(target, conversion, 0));
  return definitions.size === 0
    ? converted
    : { ...converted, $defs: Object.fromEntries(definitions) };
}

function convert(value: JsonValue, conversion: Conversion, depth: number): JsonValue {
  if (!isObject(value) || depth > deepest) return value !== false;
  const members = new Map<string, JsonValue>();
  const ref = own(value, "$ref");
  if (typeof ref === "string") {
    const target = reference(ref, conversion);
    if (target !== undefined) members.set("$ref", target);
    if (conversion.spec.version === "3.0") return Object.fromEntries(members);
  }
  for (const [keyword, written] of Object.entries(value)) {
    const converted = keywords.get(keyword)?.(written, conversion, depth + 1);
    if (converted !== undefined) members.set(keyword, converted);
  }
  addChoice(value, members, conversion, depth);
  const required = requiredOf(value, conversion);
  if (required.length > 0) members.set("required", required);
  addType(value, members);
  addExclusiveBounds(value, members);
  return Object.fromEntries(members);
}

/** The reference to a target as a definition; undefined where the document has no such target. */
function reference(ref: string, { spec, numbers, targets }: Conversion): string | undefined {
  const target = resolveRef(spec.document, ref);
  if (!target) return undefined;
  const known = numbers.get(target.pointer);
  if (known !== undefined) return `#/$defs/${known}`;
  numbers.set(target.pointer, targets.length);
  return `#/$defs/${targets.push(target.value) - 1}`;
}

/** `oneOf`, as `anyOf`. */
function addChoice(
  value: JsonObject,
  members: Map<string, JsonValue>,
  conversion: Conversion,
  depth: number,
): void {
  const branches = schemas(own(value, "oneOf") ?? [], conversion, depth + 1);
  if (branches === undefined) return;
  if (!members.has("anyOf")) members.set("anyOf", branches);
  else members.set("allOf", [...listOf(members.get("allOf")), { anyOf: branches }]);
}

function requiredOf(value: JsonObject, { spec }: Conversion): readonly JsonValue[] {
  const properties = own(value, "properties");
  const names = listOf(own(value, "required")).filter(
    (name) =>
      typeof name === "string" &&
      !(isObject(properties) && isReadOnly(own(properties, name), spec)),
  );
  return [...new Set(names)];
}

function isReadOnly(value: JsonValue | undefined, spec: Spec): boolean {
  if (!isObject(value)) return false;
  const ref = own(value, "$ref");
  const target = typeof ref === "string" ? resolveRef(spec.document, ref)?.value : undefined;
  return own(value, "readOnly") === true || (isObject(target) && own(target, "readOnly") === true);
}

/** `type` and `enum`, with OpenAPI 3.0's `nullable`. */
function addType(value: JsonObject, members: Map<string, JsonValue>): void {
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
}

const types = new Set(["string", "number", "integer", "boolean", "array", "object", "null"]);

/** OpenAPI 3.0 has a boolean beside the bound. */
function addExclusiveBounds(value: JsonObject, members: Map<string, JsonValue>): void {
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

/** A pattern that needs to backtrack is left out: the emulator accepts what it cannot check in linear time. */
const isPattern = (value: JsonValue): boolean =>
  typeof value === "string" && linearRegExp(value) !== undefined;

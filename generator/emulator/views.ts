/** A shallow view of a document's schema, enough to answer in the form that it describes. */
import { isArray, isObject, parsePointer, resolveRef } from "../base/pointer.js";
import type { JsonObject, JsonValue, Spec } from "../openapi/spec.js";
import type { RawSchema } from "./operation.js";

export interface View {
  /** Without `null`, unless it is the only one. Empty where the document does not say. */
  readonly types: ReadonlySet<string>;
  readonly nullable: boolean;
  readonly properties: ReadonlyMap<string, RawSchema>;
  readonly required: ReadonlySet<string>;
  /** Of the elements of an array. */
  readonly items?: RawSchema;
  /** Of the values of a map. */
  readonly values?: RawSchema;
  readonly allowed?: readonly JsonValue[];
  readonly format?: string;
  readonly minimum?: number;
}

export interface Views {
  of(schema: RawSchema | undefined): View;
  /** The schema at a pointer into a value that `schema` describes; undefined where the document does not say. */
  at(schema: RawSchema | undefined, pointer: string): RawSchema | undefined;
}

const own = (object: JsonObject, key: string): JsonValue | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined;
const isSchema = (value: JsonValue | undefined): value is RawSchema =>
  isObject(value) || typeof value === "boolean";
const listOf = (value: JsonValue | undefined): readonly JsonValue[] =>
  value !== undefined && isArray(value) ? value : [];
const textsOf = (value: JsonValue | undefined): readonly string[] =>
  (typeof value === "string" ? [value] : listOf(value)).filter((text) => typeof text === "string");

const nothing: View = {
  types: new Set(),
  nullable: false,
  properties: new Map(),
  required: new Set(),
};

/** More parts than this are not looked at: documents may combine schemas without end. */
const mostParts = 200;

export function createViews(spec: Spec): Views {
  const known = new WeakMap<object, View>();
  const of = (schema: RawSchema | undefined): View => {
    if (schema === undefined || typeof schema === "boolean") return nothing;
    const before = known.get(schema);
    if (before) return before;
    const view = viewOf(spec, schema);
    known.set(schema, view);
    return view;
  };
  return {
    of,
    at(schema, pointer) {
      let at = schema;
      for (const token of parsePointer(pointer)) {
        const view = of(at);
        const items = /^\d+$/.test(token) ? view.items : undefined;
        at = view.properties.get(token) ?? items ?? view.values;
      }
      return at;
    },
  };
}

/** References followed, `allOf` merged, and of a choice the first branch that is not null. */
function viewOf(spec: Spec, schema: JsonObject): View {
  const properties = new Map<string, RawSchema>();
  const required = new Set<string>();
  const types = new Set<string>();
  const rest: { -readonly [K in "items" | "values" | "allowed" | "format" | "minimum"]?: View[K] } =
    {};
  let nullable = false;
  let onlyNull = false;
  const seen = new Set<JsonObject>();

  const add = (value: JsonValue | undefined): void => {
    if (!isObject(value) || seen.has(value) || seen.size > mostParts) return;
    seen.add(value);
    const ref = own(value, "$ref");
    if (typeof ref === "string") add(resolveRef(spec.document, ref)?.value);
    const type = own(value, "type");
    for (const name of textsOf(type)) {
      if (name === "null") nullable = onlyNull = true;
      else types.add(name);
    }
    if (own(value, "nullable") === true) nullable = true;
    const members = own(value, "properties");
    for (const [name, member] of isObject(members) ? Object.entries(members) : []) {
      if (isSchema(member) && !properties.has(name)) properties.set(name, member);
    }
    for (const name of textsOf(own(value, "required"))) required.add(name);
    const items = own(value, "items");
    if (isSchema(items)) rest.items ??= items;
    const values = own(value, "additionalProperties");
    if (isObject(values)) rest.values ??= values;
    const only = own(value, "const");
    const allowed = only === undefined ? listOf(own(value, "enum")) : [only];
    if (allowed.length > 0) rest.allowed ??= allowed;
    const format = own(value, "format");
    if (typeof format === "string") rest.format ??= format;
    const minimum = own(value, "minimum");
    if (typeof minimum === "number") rest.minimum ??= minimum;
    for (const part of listOf(own(value, "allOf"))) add(part);
    for (const keyword of ["oneOf", "anyOf"]) {
      const branches = listOf(own(value, keyword));
      const isNull = (branch: JsonValue): boolean =>
        isObject(branch) && own(branch, "type") === "null";
      if (branches.some(isNull)) nullable = true;
      add(branches.find((branch) => !isNull(branch)));
    }
  };
  add(schema);
  if (types.size === 0 && onlyNull) types.add("null");
  return { types, nullable, properties, required, ...rest };
}

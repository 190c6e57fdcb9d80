/** `valuesOf` and `literalsOf`: closed lists of values, from `enum`, `const`, and `oneOf` of constants. */
import { isArray, isObject, type JsonObject, type JsonValue } from "../base/json.js";
import { all, any, emptyRecord } from "./combine.js";
import type { Schema } from "./schema.js";

export interface Literals {
  /** Strings and numbers, each once, in the order of the document. */
  readonly members: readonly (string | number)[];
  /** Other values of the list: booleans, objects, arrays. */
  readonly others: readonly Schema[];
  readonly null: boolean;
}

/** The values that a schema lists; undefined if it has no list. */
export function valuesOf(schema: JsonObject): readonly JsonValue[] | undefined {
  if (Object.hasOwn(schema, "const")) return [schema["const"] ?? null];
  const list = schema["enum"];
  if (isArray(list)) return list;
  return constantsOf(schema);
}

const besideConst = new Set([
  "const",
  "title",
  "description",
  "deprecated",
  "type",
  "enum",
  "format",
]);

/** `oneOf: [{const: "a", title: …}, …]` is a list of values, too. */
function constantsOf(schema: JsonObject): readonly JsonValue[] | undefined {
  const branches = schema["oneOf"] ?? schema["anyOf"];
  if (!isArray(branches) || branches.length < 2 || (schema["oneOf"] && schema["anyOf"])) return;
  const values: JsonValue[] = [];
  for (const branch of branches) {
    if (!isObject(branch) || !Object.keys(branch).every((key) => besideConst.has(key))) return;
    const list = Object.hasOwn(branch, "const") ? [branch["const"] ?? null] : branch["enum"];
    if (!isArray(list) || !list.every((value) => ["string", "number"].includes(typeof value)))
      return;
    values.push(...list);
  }
  return values;
}

/** What `oneOf: [{const: "a", title: …, description: …}, …]` says of each value, as a list; undefined if nothing. */
export function describedValues(schema: JsonObject): string | undefined {
  const branches = schema["oneOf"] ?? schema["anyOf"];
  if (constantsOf(schema) === undefined || !isArray(branches)) return undefined;
  const lines = branches.filter(isObject).flatMap((branch) => {
    const texts = [branch["title"], branch["description"]]
      .filter((text) => typeof text === "string")
      .filter((text) => text.trim() !== "")
      .map((text) => text.trim().replace(/[^.!?]$/, "$&."));
    if (branch["deprecated"] === true) texts.push("Deprecated.");
    const value = JSON.stringify(branch["const"] ?? branch["enum"]);
    return texts.length > 0 ? [`- \`${value}\`: ${texts.join(" ").replaceAll("\n", " ")}`] : [];
  });
  return lines.length > 0 ? lines.join("\n") : undefined;
}

/** Values by kind. @param types the types that the schema allows; if it is empty, all */
export function literalsOf(values: readonly JsonValue[], types: ReadonlySet<string>): Literals {
  const fitting = values.filter((value) => fits(value, types));
  // If no value has the type, the type is the more likely mistake.
  const chosen = fitting.some((value) => value !== null) ? fitting : values;
  const members = new Set<string | number>();
  const others: Schema[] = [];
  for (const value of chosen)
    if (typeof value === "string" || typeof value === "number") members.add(value);
    else if (value !== null) others.push(literalSchema(value));
  return { members: [...members], others, null: chosen.includes(null) };
}

/** The values that do not have the type, and the integers that a JavaScript number cannot hold. */
export const unfit = (
  values: readonly JsonValue[],
  types: ReadonlySet<string>,
): { readonly others: readonly JsonValue[]; readonly rounded: readonly JsonValue[] } => ({
  others: values.filter((value) => !fits(value, types)),
  rounded: types.has("number")
    ? []
    : values.filter((value) => Number.isInteger(value) && !Number.isSafeInteger(value)),
});

const fits = (value: JsonValue, types: ReadonlySet<string>): boolean =>
  types.size === 0 ||
  value === null ||
  types.has(typeOf(value)) ||
  (typeof value === "number" && types.has("number"));

function typeOf(value: JsonValue): string {
  if (value === null) return "null";
  if (isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

/** The schema of exactly one value. */
function literalSchema(value: JsonValue, depth = 0): Schema {
  if (depth > 20) return {};
  if (value === null) return { type: "null" };
  if (isArray(value))
    return {
      type: "array",
      prefixItems: value.map((item) => literalSchema(item, depth + 1)),
      minItems: value.length,
    };
  if (isObject(value)) {
    const properties = emptyRecord<Schema>();
    for (const [key, member] of Object.entries(value))
      properties[key] = literalSchema(member, depth + 1);
    const required = Object.keys(value);
    if (required.length === 0) return { type: "object", additionalProperties: false };
    return { type: "object", properties, required };
  }
  return { enum: [value] };
}

/** The union of literals, for lists without a declaration. */
export function inlineLiterals(literals: Literals): Schema {
  const primitives: Schema[] = literals.members.length ? [{ enum: literals.members }] : [];
  const others = literals.others.map((schema) => all([schema]));
  return any([...primitives, ...others, ...(literals.null ? [{ type: "null" } as const] : [])]);
}

/**
 * A schema as openapi-typescript reads it. It exports `schemaObjectOf`; the keys that begin with `x-` are ours, for the
 * hooks in `type-node.ts`.
 */
import type { SchemaObject } from "openapi-typescript";
import { isAnything, isBigint, mapParts, mapValues, skeletonOf } from "../combine.js";
import type { Schema, SchemaId } from "../schema.js";
import { schemaDoc } from "./docs.js";

/** A type that JSON Schema has no word for. */
export type OtherType = "Blob" | "bigint" | "undefined" | "Unlisted" | "UnlistedNumber";

/** What the hooks read of a schema. */
export interface HookedSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly items?: SchemaObject;
  readonly prefixItems?: readonly SchemaObject[];
  readonly minItems?: number;
  readonly properties?: Readonly<Record<string, SchemaObject>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: SchemaObject;
  /** By the literal that names begin with. */
  readonly patternProperties?: Readonly<Record<string, SchemaObject>>;
  readonly "x-type"?: OtherType;
  /** The text of its JSDoc comment. The library writes comments from `description` and its like, which are absent. */
  readonly "x-docs"?: string;
  /** `Object.prototype` has a member of this name, and the property is optional. */
  readonly "x-inherited"?: true;
}

export const refPrefix = "#/components/schemas/";

type Names = ReadonlyMap<SchemaId, string>;

// SchemaObject is a union over `type` that asks for more than openapi-typescript reads; the tests compare what it
// prints from what is made here.
export const schemaObject = (
  schema: Readonly<Record<string, unknown>> | HookedSchema,
): SchemaObject => schema as SchemaObject;

const never = schemaObject({ anyOf: [{ enum: [] }] });
const undefinedType = schemaObject({ type: "null", "x-type": "undefined" });

/**
 * @param names what the module calls the schemas that it declares and imports
 * @throws if the schema refers to one that has no name there
 */
export function schemaObjectOf(schema: Schema, names: Names): SchemaObject {
  const part = (one: Schema): SchemaObject => schemaObjectOf(one, names);
  if (schema.$ref !== undefined) return reference(schema.$ref, names);
  if (schema.not) return never;
  const other = otherTypeOf(schema);
  if (other) return schemaObject({ type: schema.type, "x-type": other });
  // Beside `enum` itself, the library writes a comment.
  if (schema.enum) return schemaObject({ anyOf: [{ enum: [...schema.enum] }] });
  if (schema.allOf) return schemaObject({ allOf: schema.allOf.map(part) });
  if (schema.anyOf) return schemaObject({ anyOf: schema.anyOf.map(part) });
  if (schema.type === "array") return arrayOf(schema, names);
  if (schema.type === "object") return objectOf(schema, names);
  return schemaObject(schema.type ? { type: schema.type } : {});
}

function reference(ref: string, names: Names): SchemaObject {
  const name = names.get(Number(ref));
  if (name === undefined)
    throw new Error(`no declaration for schema ${ref}; this is a defect of the generator`);
  return schemaObject({ $ref: refPrefix + name });
}

function otherTypeOf(schema: Schema): OtherType | undefined {
  if (schema.format === "binary") return "Blob";
  if (isBigint(schema)) return "bigint";
  if (schema.format !== "unlisted") return undefined;
  return schema.type === "number" ? "UnlistedNumber" : "Unlisted";
}

function arrayOf({ items, prefixItems, minItems = 0 }: Schema, names: Names): SchemaObject {
  const part = (one: Schema): SchemaObject => schemaObjectOf(one, names);
  if (!prefixItems) return schemaObject({ type: "array", items: part(items ?? {}) });
  return schemaObject({
    type: "array",
    prefixItems: prefixItems.map(part),
    minItems,
    ...(items ? { items: part(items) } : {}),
  });
}

function objectOf(schema: Schema, names: Names): SchemaObject {
  const { properties = {}, required = [], patternProperties = {} } = schema;
  const rest = indexOf(schema, names);
  const indexed = rest !== undefined || Object.keys(patternProperties).length > 0;
  const isInherited = (name: string): boolean =>
    !indexed && !required.includes(name) && isOfEveryObject(name);
  return schemaObject({
    type: "object",
    ...(Object.keys(properties).length > 0
      ? {
          required: required.map(withoutPercent),
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, property]) => [
              withoutPercent(name),
              withExtensions(property, isInherited(name), names),
            ]),
          ),
        }
      : {}),
    ...(Object.keys(patternProperties).length > 0
      ? {
          patternProperties: mapValues(patternProperties, (value, prefix) =>
            prefixIndexOf(schema, value, prefix, names),
          ),
        }
      : {}),
    ...(rest ? { additionalProperties: rest } : {}),
  });
}

/** The library decodes the names of properties as parts of a URI, and fails where they are none: they have no `%`. */
const withoutPercent = (name: string): string =>
  name.replace(/[%\u0001]/g, (found) => (found === "%" ? "\u0001p" : "\u0001e"));

/** A name that `schemaObjectOf` wrote. */
export const withPercent = (name: string): string =>
  name.replace(/\u0001[pe]/g, (found) => (found === "\u0001p" ? "%" : "\u0001"));

/** An object without such a member inherits one, and the compiler counts it. */
const isOfEveryObject = (name: string): boolean =>
  Object.hasOwn(Object.prototype, name) && name !== "__proto__";

function withExtensions(schema: Schema, inherited: boolean, names: Names): SchemaObject {
  const docs = schemaDoc(schema);
  return schemaObject({
    ...schemaObjectOf(schema, names),
    ...(docs === undefined ? {} : { "x-docs": docs }),
    ...(inherited ? { "x-inherited": true } : {}),
  });
}

/** The type of the index signature for every name; undefined where there is none. */
function indexOf(schema: Schema, names: Names): SchemaObject | undefined {
  const { properties = {}, required = [], patternProperties = {} } = schema;
  const { additionalProperties: rest } = schema;
  const own = Object.keys(properties);
  const patterns = Object.values(patternProperties);
  if (rest === false) return never;
  if (rest) {
    const optional = own.some((name) => !required.includes(name));
    return widened(rest, [...Object.values(properties), ...patterns], optional, names);
  }
  return own.length + patterns.length === 0 ? schemaObject({}) : undefined; // any object
}

/** The type of the index signature for the names that begin with a prefix. */
function prefixIndexOf(schema: Schema, value: Schema, prefix: string, names: Names): SchemaObject {
  const { properties = {}, patternProperties = {} } = schema;
  const inside = Object.entries(properties).filter(([name]) => name.startsWith(prefix));
  const longer = Object.entries(patternProperties).filter(
    ([other]) => other !== prefix && other.startsWith(prefix),
  );
  const others = [...inside, ...longer].map(([, one]) => one);
  return widened(value, others, inside.length > 0, names);
}

/** An index signature holds for every property, so it allows what each of them is. */
function widened(
  rest: Schema,
  others: readonly Schema[],
  optional: boolean,
  names: Names,
): SchemaObject {
  if (isAnything(rest) || others.some((other) => isAnything(other) || sizeOf(other) > largest))
    return schemaObject({});
  const distinct = new Map([rest, ...others].map((schema) => [skeletonOf(schema), schema]));
  const types = [...distinct.values()].map((schema) => schemaObjectOf(schema, names));
  if (optional) types.push(undefinedType);
  return types.length === 1 ? (types[0] ?? schemaObject({})) : schemaObject({ anyOf: types });
}

/**
 * A property written out in an index signature is written twice; one larger than this makes it `unknown`. So does an
 * intersection written out: the compiler does not always see that it is the same one.
 */
const largest = 20;

function sizeOf(schema: Schema): number {
  let size = 0;
  const visit = (part: Schema): Schema => {
    size += part.allOf ? largest : 1;
    return mapParts(part, visit);
  };
  visit(schema);
  return size;
}

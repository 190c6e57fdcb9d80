/**
 * What openapi-typescript is given. Names of documents never reach it, and neither do forms that it has no text for
 * (tuples with optional elements, index signatures beside properties): both travel as properties with names of ours,
 * and are put back on its syntax tree.
 */
import type { SchemaObject } from "openapi-typescript";
import type { Declaration, SchemaId } from "../../batch/model.js";
import { isAnything, isBigint, mapParts, skeletonOf } from "../combine.js";
import type { Schema } from "../schema.js";

/** What a property of a disguised object stands for. */
export type Part =
  | {
      readonly as: "property";
      readonly name: string;
      readonly required: boolean;
      readonly schema: Schema;
    }
  /** An index signature for every name, or for the names that begin so. */
  | { readonly as: "index" }
  | { readonly as: "prefix"; readonly prefix: string }
  /** An element of a tuple, or what the elements after the last are. */
  | { readonly as: "element"; readonly required: boolean }
  | { readonly as: "rest" };

export interface Disguise {
  readonly schemas: Record<string, SchemaObject>;
  readonly parts: ReadonlyMap<string, Part>;
}

/** Components that stand for types that no schema has. */
export const marks: ReadonlyMap<string, string> = new Map([
  ["never", "never"],
  ["undefined", "undefined"],
  ["nothingInside", "ReadonlyArray<never>"],
  ["blob", "Blob"],
  ["bigint", "bigint"],
  ["unlistedString", "Unlisted"],
  ["unlistedNumber", "Unlisted<number>"],
]);

// SchemaObject is a union over `type` that asks for more than openapi-typescript reads; what is made here is checked
// by what it prints.
const plain = (schema: Readonly<Record<string, unknown>>): SchemaObject => schema as SchemaObject;
const ref = (key: string): SchemaObject => plain({ $ref: `#/components/schemas/${key}` });

/** `ids` are those that may be referred to without being among the declarations. */
export function disguise(declarations: readonly Declaration[], ids: readonly SchemaId[]): Disguise {
  const parts = new Map<string, Part>();
  const schemas: Record<string, SchemaObject> = {};
  const key = (part: Part): string => {
    const name = `p${parts.size}`;
    parts.set(name, part);
    return name;
  };

  function schemaOf(schema: Schema): SchemaObject {
    if (schema.$ref !== undefined) return ref(schema.$ref);
    if (schema.not) return ref("never");
    if (schema.format === "binary") return ref("blob");
    if (isBigint(schema)) return ref("bigint");
    if (schema.format === "unlisted")
      return ref(schema.type === "number" ? "unlistedNumber" : "unlistedString");
    if (schema.enum) return plain({ enum: [...schema.enum] });
    if (schema.allOf) return plain({ allOf: schema.allOf.map(schemaOf) });
    if (schema.anyOf) return plain({ anyOf: schema.anyOf.map(schemaOf) });
    if (schema.type === "array")
      return schema.prefixItems
        ? tuple(schema)
        : plain({ type: "array", items: schemaOf(schema.items ?? {}) });
    if (schema.type === "object") return object(schema);
    if (schema.type) return plain({ type: schema.type });
    return plain({});
  }

  const whole = (members: readonly (readonly [string, SchemaObject])[]): SchemaObject =>
    plain({
      type: "object",
      properties: Object.fromEntries(members),
      required: members.map(([name]) => name),
    });

  function object(schema: Schema): SchemaObject {
    const members: [string, SchemaObject][] = [];
    const names = Object.keys(schema.properties ?? {});
    const types: Schema[] = [];
    let optional = false;
    for (const name of names) {
      const value = schema.properties?.[name] ?? {};
      const required = schema.required?.includes(name) ?? false;
      optional ||= !required;
      types.push(value);
      members.push([key({ as: "property", name, required, schema: value }), schemaOf(value)]);
    }
    const prefixes = Object.entries(schema.patternProperties ?? {});
    for (const [prefix, value] of prefixes) {
      const inside = names
        .filter((name) => name.startsWith(prefix))
        .map((name) => schema.properties?.[name] ?? {});
      const shorter = prefixes
        .filter(([other]) => other !== prefix && other.startsWith(prefix))
        .map(([, one]) => one);
      members.push([
        key({ as: "prefix", prefix }),
        index(value, [...inside, ...shorter], inside.length > 0),
      ]);
    }
    const rest = schema.additionalProperties;
    if (rest === false) members.push([key({ as: "index" }), ref("never")]);
    else if (rest) {
      const others = [...types, ...prefixes.map(([, value]) => value)];
      members.push([key({ as: "index" }), index(rest, others, optional)]);
    } else if (members.length === 0) members.push([key({ as: "index" }), plain({})]); // any object
    return whole(members);
  }

  /** An index signature speaks for every property, so it allows what each of them is. */
  function index(rest: Schema, others: readonly Schema[], optional: boolean): SchemaObject {
    if (isAnything(rest) || others.some((other) => isAnything(other) || sizeOf(other) > largest))
      return plain({});
    const distinct = new Map([rest, ...others].map((schema) => [skeletonOf(schema), schema]));
    const types = [...distinct.values()].map(schemaOf);
    if (optional) types.push(ref("undefined"));
    return types.length === 1 ? (types[0] ?? plain({})) : plain({ anyOf: types });
  }

  function tuple(schema: Schema): SchemaObject {
    const items = schema.prefixItems ?? [];
    const members = items.map((item, index): [string, SchemaObject] => [
      key({ as: "element", required: index < (schema.minItems ?? 0) }),
      schemaOf(item),
    ]);
    if (schema.items) members.push([key({ as: "rest" }), schemaOf(schema.items)]);
    return members.length > 0 ? whole(members) : ref("nothingInside");
  }

  for (const mark of marks.keys()) schemas[mark] = plain({});
  for (const id of ids) schemas[String(id)] = plain({});
  for (const { id, schema } of declarations) schemas[String(id)] = schemaOf(schema);
  return { schemas, parts };
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

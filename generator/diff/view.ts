/**
 * `createViews`: schemas as the compiler sees their types, with references followed, unions flat, and intersections of
 * objects as one object; and types as text.
 */
import { all, emptyRecord, isBigint } from "../schemas/combine.js";
import type { Schema } from "../schemas/schema.js";

/** The types of one package, by the keys of its description. */
export type Types = Readonly<Record<string, Schema>>;

export type Primitive = "string" | "number" | "boolean" | "bigint";

/** A branch of a union that is not a primitive. The same branch always has the same schema object. */
export interface Branch {
  readonly kind: "object" | "array" | "binary" | "intersection";
  readonly schema: Schema;
  /** The name of its declaration, if it has one. */
  readonly name?: string;
}

export interface View {
  /** The type is `unknown`. */
  readonly anything: boolean;
  readonly null: boolean;
  /** Values outside of the list have their own type (`openEnums`). */
  readonly unlisted: boolean;
  /** By primitive: every value of it, or these. */
  readonly primitives: ReadonlyMap<Primitive, "all" | ReadonlySet<string | number | boolean>>;
  readonly branches: readonly Branch[];
}

export interface Fields {
  readonly fields: ReadonlyMap<string, { readonly schema: Schema; readonly required: boolean }>;
  /** Index signatures, by the prefix of their names; `""` for any name. */
  readonly index: ReadonlyMap<string, Schema>;
}

/** `notes#UpdateInput` is `UpdateInput`. */
export const nameOfKey = (key: string): string => key.slice(key.indexOf("#") + 1);

const unknownType: Schema = {};

/** The types of one package, and the results for each schema. */
interface Context {
  readonly types: Types;
  readonly merged: Map<Schema, Schema>;
  readonly views: Map<Schema, View>;
}

export interface Views {
  /** The same object each time for the same schema. */
  viewOf(schema: Schema): View;
}

/** A reader of one package's types. */
export function createViews(types: Types): Views {
  const context: Context = { types, merged: new Map(), views: new Map() };
  return { viewOf: (schema) => viewOf(context, schema) };
}

const targetOf = ({ types }: Context, ref: string): Schema =>
  (Object.hasOwn(types, ref) ? types[ref] : undefined) ?? unknownType;

/** An intersection of objects as one object; others stay. */
function merge(context: Context, schema: Schema): Schema {
  const { merged } = context;
  const known = merged.get(schema);
  if (known) return known;
  merged.set(schema, schema); // an intersection that contains itself stays as it is
  const parts = (schema.allOf ?? []).map((part) => {
    const target = followRefs(context, part);
    return target.allOf ? merge(context, target) : target;
  });
  const objects = parts.every(
    (part) => part.type === "object" && part.additionalProperties === undefined,
  );
  const result = objects ? mergeObjects(parts) : schema;
  merged.set(schema, result);
  return result;
}

function followRefs(context: Context, schema: Schema): Schema {
  const seen = new Set<Schema>();
  let at = schema;
  while (at.$ref !== undefined && !seen.has(at)) {
    seen.add(at);
    at = targetOf(context, at.$ref);
  }
  return at;
}

function mergeObjects(parts: readonly Schema[]): Schema {
  const properties = emptyRecord<Schema>();
  for (const part of parts)
    for (const [name, value] of Object.entries(part.properties ?? {})) {
      const before = properties[name];
      properties[name] = before ? all([before, value]) : value;
    }
  const patterns = parts.flatMap((part) => Object.entries(part.patternProperties ?? {}));
  return {
    type: "object",
    properties,
    required: [...new Set(parts.flatMap(({ required = [] }) => required))],
    ...(patterns.length > 0 ? { patternProperties: Object.fromEntries(patterns) } : {}),
  };
}

/** A view to which `addToView` adds the parts of a schema. */
interface OpenView {
  anything: boolean;
  null: boolean;
  unlisted: boolean;
  readonly primitives: Map<Primitive, "all" | Set<string | number | boolean>>;
  readonly branches: Branch[];
  readonly seen: Set<Schema>;
}

function viewOf(context: Context, schema: Schema): View {
  const known = context.views.get(schema);
  if (known) return known;
  const open: OpenView = {
    anything: false,
    null: false,
    unlisted: false,
    primitives: new Map(),
    branches: [],
    seen: new Set(),
  };
  addToView(context, open, schema);
  const { seen: _, ...view } = open;
  const booleans = view.primitives.get("boolean");
  if (booleans !== undefined && booleans !== "all" && booleans.size === 2)
    view.primitives.set("boolean", "all");
  context.views.set(schema, view);
  return view;
}

/** @param name of the declaration of the schema, if it has one */
function addToView(context: Context, open: OpenView, schema: Schema, name?: string): void {
  const { seen, primitives, branches } = open;
  if (seen.has(schema)) return;
  seen.add(schema);
  const { $ref, type } = schema;
  if ($ref !== undefined) return addToView(context, open, targetOf(context, $ref), nameOfKey($ref));
  if (schema.anyOf) return schema.anyOf.forEach((branch) => addToView(context, open, branch));
  if (schema.not) return;
  if (schema.enum) return addMembers(open, schema.enum);
  const named = name === undefined ? {} : { name };
  if (schema.allOf) {
    const one = merge(context, schema);
    const kind = one.type === "object" ? "object" : "intersection";
    branches.push({ kind, schema: one, ...named });
  } else if (schema.format === "binary") branches.push({ kind: "binary", schema });
  else if (type === "null") open.null = true;
  else if (schema.format === "unlisted") open.unlisted = true;
  else if (type === "object" || type === "array") branches.push({ kind: type, schema, ...named });
  else if (isBigint(schema)) primitives.set("bigint", "all");
  else if (type) primitives.set(type, "all");
  else open.anything = true;
}

function addMembers({ primitives }: OpenView, members: NonNullable<Schema["enum"]>): void {
  for (const member of members) {
    const kind = typeof member as Primitive; // members of enums are primitives
    const known = primitives.get(kind);
    if (known !== "all") primitives.set(kind, new Set([...(known ?? []), member]));
  }
}

export function fieldsOf(schema: Schema): Fields {
  const fields = new Map<string, { readonly schema: Schema; readonly required: boolean }>();
  for (const [name, value] of Object.entries(schema.properties ?? {}))
    fields.set(name, { schema: value, required: schema.required?.includes(name) ?? false });
  const index = new Map(Object.entries(schema.patternProperties ?? {}));
  const rest = schema.additionalProperties;
  if (rest) index.set("", rest);
  else if (rest === undefined && fields.size === 0 && index.size === 0) index.set("", unknownType);
  return { fields, index };
}

const identifier = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** `.name`, or `["a name"]`. */
export const member = (name: string): string =>
  identifier.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;

const mostMembers = 4;

/** A type in the notation of TypeScript, for messages: declarations by name, and large types shortened. */
export function typeText(schema: Schema, depth = 0): string {
  if (schema.$ref !== undefined) return nameOfKey(schema.$ref);
  if (schema.not) return "never";
  if (schema.format === "binary") return "Blob";
  if (schema.format === "unlisted") return "Unlisted";
  if (isBigint(schema)) return "bigint";
  const some = (texts: readonly string[], glue: string): string =>
    texts.length > mostMembers
      ? [...texts.slice(0, mostMembers), "…"].join(glue)
      : texts.join(glue);
  if (schema.enum)
    return some(
      schema.enum.map((one) => JSON.stringify(one)),
      " | ",
    );
  if (schema.anyOf)
    return some(
      schema.anyOf.map((part) => typeText(part, depth)),
      " | ",
    );
  if (schema.allOf)
    return some(
      schema.allOf.map((part) => typeText(part, depth)),
      " & ",
    );
  if (schema.type === "array") {
    if (schema.prefixItems)
      return `[${some(
        schema.prefixItems.map((part) => typeText(part, depth + 1)),
        ", ",
      )}]`;
    const items = typeText(schema.items ?? {}, depth);
    return items.includes(" ") ? `(${items})[]` : `${items}[]`;
  }
  if (schema.type === "object") {
    const { fields, index } = fieldsOf(schema);
    if (depth > 1) return "{ … }";
    const texts = [
      ...[...fields].map(
        ([name, field]) =>
          `${identifier.test(name) ? name : JSON.stringify(name)}${field.required ? "" : "?"}: ${typeText(field.schema, depth + 1)}`,
      ),
      ...[...index].map(
        ([prefix, part]) =>
          `[key: ${prefix === "" ? "string" : `\`${prefix}\${string}\``}]: ${typeText(part, depth + 1)}`,
      ),
    ];
    return texts.length === 0 ? "{}" : `{ ${some(texts, "; ")} }`;
  }
  return schema.type ?? "unknown";
}

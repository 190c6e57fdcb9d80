/** A schema as the compiler sees its type: references followed, unions flat, intersections of objects one object. */
import { all, emptyRecord, isBigint } from "../schemas/combine.js";
import type { Schema } from "../schemas/schema.js";

/** The types of one package, by the keys of its description. */
export type Types = Readonly<Record<string, Schema>>;

export type Primitive = "string" | "number" | "boolean" | "bigint";

/** A branch of a union that is no primitive. The schema is the same object each time that it is met. */
export interface Branch {
  readonly kind: "object" | "array" | "binary" | "intersection";
  readonly schema: Schema;
  /** The name of its declaration, if it has one. */
  readonly name?: string;
}

export interface View {
  /** Of some types there is nothing but `unknown`. */
  readonly anything: boolean;
  readonly null: boolean;
  /** What a closed list leaves out has a type of its own (`openEnums`). */
  readonly unlisted: boolean;
  /** By primitive: every value of it, or these. */
  readonly primitives: ReadonlyMap<Primitive, "all" | ReadonlySet<string | number | boolean>>;
  readonly branches: readonly Branch[];
}

export interface Fields {
  readonly fields: ReadonlyMap<string, { readonly schema: Schema; readonly required: boolean }>;
  /** What other names hold: by what they begin with, `""` for all. */
  readonly index: ReadonlyMap<string, Schema>;
}

/** `notes#UpdateInput` is `UpdateInput`. */
export const nameOfKey = (key: string): string => key.slice(key.indexOf("#") + 1);

const unknownType: Schema = {};

/** A reader of one package's types. What it gives for a schema is the same object each time. */
export function createViews(types: Types) {
  const merged = new Map<Schema, Schema>();
  const views = new Map<Schema, View>();
  const target = (ref: string): Schema =>
    (Object.hasOwn(types, ref) ? types[ref] : undefined) ?? unknownType;

  /** An intersection of objects as one object; others stay. */
  function merge(schema: Schema): Schema {
    const known = merged.get(schema);
    if (known) return known;
    merged.set(schema, schema); // met again inside of itself: it stays what it is
    const parts = (schema.allOf ?? []).map((part) => {
      const seen = new Set<Schema>();
      let at = part;
      while (at.$ref !== undefined && !seen.has(at)) {
        seen.add(at);
        at = target(at.$ref);
      }
      return at.allOf ? merge(at) : at;
    });
    const objects = parts.every(
      (part) => part.type === "object" && part.additionalProperties === undefined,
    );
    const properties = emptyRecord<Schema>();
    for (const part of parts)
      for (const [name, value] of Object.entries(part.properties ?? {})) {
        const before = properties[name];
        properties[name] = before ? all([before, value]) : value;
      }
    const patterns = parts.flatMap((part) => Object.entries(part.patternProperties ?? {}));
    const result: Schema = objects
      ? {
          type: "object",
          properties,
          required: [...new Set(parts.flatMap(({ required = [] }) => required))],
          ...(patterns.length > 0 ? { patternProperties: Object.fromEntries(patterns) } : {}),
        }
      : schema;
    merged.set(schema, result);
    return result;
  }

  function viewOf(schema: Schema): View {
    const known = views.get(schema);
    if (known) return known;
    let anything = false;
    let nullable = false;
    let unlisted = false;
    const primitives = new Map<Primitive, "all" | Set<string | number | boolean>>();
    const branches: Branch[] = [];
    const seen = new Set<Schema>();
    const visit = (part: Schema, name?: string): void => {
      if (seen.has(part)) return;
      seen.add(part);
      if (part.$ref !== undefined) return visit(target(part.$ref), nameOfKey(part.$ref));
      if (part.anyOf) return part.anyOf.forEach((branch) => visit(branch));
      if (part.not) return;
      if (part.enum) {
        for (const member of part.enum) {
          const kind = typeof member as Primitive; // of those that a member may be
          const members = primitives.get(kind);
          if (members !== "all") primitives.set(kind, new Set([...(members ?? []), member]));
        }
        return;
      }
      const named = name === undefined ? {} : { name };
      if (part.allOf) {
        const one = merge(part);
        const kind = one.type === "object" ? "object" : "intersection";
        branches.push({ kind, schema: one, ...named });
      } else if (part.format === "binary") branches.push({ kind: "binary", schema: part });
      else if (part.type === "null") nullable = true;
      else if (part.format === "unlisted") unlisted = true;
      else if (part.type === "object" || part.type === "array")
        branches.push({ kind: part.type, schema: part, ...named });
      else if (isBigint(part)) primitives.set("bigint", "all");
      else if (part.type) primitives.set(part.type, "all");
      else anything = true;
    };
    visit(schema);
    const booleans = primitives.get("boolean");
    if (booleans !== undefined && booleans !== "all" && booleans.size === 2)
      primitives.set("boolean", "all");
    const view = { anything, null: nullable, unlisted, primitives, branches };
    views.set(schema, view);
    return view;
  }

  return { viewOf };
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

/** A type in the notation of TypeScript, for messages: names instead of what they stand for, and not all of it. */
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

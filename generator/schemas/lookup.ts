/** Functions that look through the references and compositions of a schema. None changes a schema. */
import { all, any, anything, isAnything, mergeTwo } from "./combine.js";
import type { Schema } from "./schema.js";

export type Literal = string | number | boolean;

/** The schemas of all drafts, by key, in the state after reading. */
export type Schemas = ReadonlyMap<string, Schema>;

export interface Property {
  readonly schema: Schema;
  readonly required: boolean;
  /** It is declared, and does not occur in this position. */
  readonly dropped?: boolean;
}

/** The most schemas that one call visits, because compositions may be circular, or branch without end. */
const mostSteps = 500;

/** A property of a schema, through references and compositions; undefined if no schema within `steps` declares it. */
export function findProperty(
  schemas: Schemas,
  schema: Schema,
  name: string,
  steps = { left: mostSteps },
): Property | undefined {
  steps.left -= 1;
  if (steps.left < 0) return undefined;
  if (schema.$ref !== undefined) {
    const target = schemas.get(schema.$ref);
    return target && findProperty(schemas, target, name, steps);
  }
  if (schema.dropped?.includes(name)) return { schema: anything, required: false, dropped: true };
  const own =
    schema.properties && Object.hasOwn(schema.properties, name)
      ? schema.properties[name]
      : undefined;
  if (own) return { schema: own, required: schema.required?.includes(name) ?? false };
  const parts = [...(schema.allOf ?? []), ...(schema.anyOf ?? [])];
  const found = parts
    .map((part) => findProperty(schemas, part, name, steps))
    .filter((one) => one !== undefined);
  const present = found.filter((one) => !one.dropped);
  if (present.length === 0) return found[0];
  const types = present.map((one) => one.schema);
  if (schema.allOf) return { schema: all(types), required: present.some((one) => one.required) };
  // In a branch that does not declare the property, it may be anything.
  const every = found.length === schema.anyOf?.length;
  const required = every && present.length === found.length && present.every((one) => one.required);
  return { schema: every ? any(types) : anything, required };
}

/** The target of a reference; for any other schema, the schema itself. */
export function targetOf(schemas: Schemas, schema: Schema): Schema {
  const next = schema.$ref === undefined ? undefined : schemas.get(schema.$ref);
  return next ?? schema;
}

/** An object whose properties all do not occur in this position: it is closed, and adds nothing to an intersection. */
export function isEmptyInput(schemas: Schemas, schema: Schema): boolean {
  const seen = new Set<Schema>();
  let target = schema;
  while (target.$ref !== undefined && !seen.has(target)) {
    seen.add(target);
    target = targetOf(schemas, target);
  }
  return target.additionalProperties === false && (target.dropped?.length ?? 0) > 0;
}

/** The values that a schema lists; undefined if it has no list. */
export function literalsOf(
  schemas: Schemas,
  schema: Schema,
  steps = { left: mostSteps },
): readonly Literal[] | undefined {
  steps.left -= 1;
  if (steps.left < 0) return undefined;
  const { enum: listed, allOf = [] } = targetOf(schemas, schema);
  if (listed) return listed;
  const lists = allOf
    .map((part) => literalsOf(schemas, part, steps))
    .filter((list) => list !== undefined);
  return lists[0]?.filter((value) => lists.every((list) => list.includes(value)));
}

/** Whether a schema allows every text. */
export function isText(schemas: Schemas, schema: Schema): boolean {
  const { type } = targetOf(schemas, schema);
  return type === "string" || isAnything(targetOf(schemas, schema));
}

/** A schema as one object; undefined if it is more than an intersection of objects. */
export function asObject(
  schemas: Schemas,
  schema: Schema,
  steps = { left: mostSteps },
): Schema | undefined {
  steps.left -= 1;
  if (steps.left < 0) return undefined;
  if (schema.$ref !== undefined) {
    const target = schemas.get(schema.$ref);
    return target && asObject(schemas, target, steps);
  }
  if (schema.type === "object") return schema;
  if (!schema.allOf) return undefined;
  const parts = schema.allOf.map((part) => asObject(schemas, part, steps));
  const objects = parts.filter((part) => part !== undefined);
  if (objects.length < parts.length) return undefined;
  const index = objects.flatMap((part) =>
    part.additionalProperties ? [part.additionalProperties] : [],
  );
  const merged = objects.reduce((a, b) => mergeTwo(a, b));
  return index.length ? { ...merged, additionalProperties: any(index) } : merged;
}

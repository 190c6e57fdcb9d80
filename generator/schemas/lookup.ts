/** What a schema has by way of its references and compositions. It exports questions; none changes a schema. */
import { all, any, anything, isAnything, mergeTwo } from "./combine.js";
import type { Schema } from "./schema.js";

export type Literal = string | number | boolean;

/** The schemas of all drafts, by key, as they were read. */
export type Schemas = ReadonlyMap<string, Schema>;

export interface Property {
  readonly schema: Schema;
  readonly required: boolean;
  /** Declared, and not part of this position. */
  readonly dropped?: boolean;
}

/** How many schemas are looked at for one question: compositions may go round, or branch without end. */
const mostSteps = 500;

/** A property of a schema, through references and compositions, as far as `steps` go. */
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
  const kept = found.filter((one) => !one.dropped);
  if (kept.length === 0) return found[0];
  const types = kept.map((one) => one.schema);
  if (schema.allOf) return { schema: all(types), required: kept.some((one) => one.required) };
  // A branch that does not declare it may have anything there.
  const every = found.length === schema.anyOf?.length;
  const required = every && kept.length === found.length && kept.every((one) => one.required);
  return { schema: every ? any(types) : anything, required };
}

/** The schema that a reference leads to; any other schema itself. */
export function targetOf(schemas: Schemas, schema: Schema): Schema {
  const next = schema.$ref === undefined ? undefined : schemas.get(schema.$ref);
  return next ?? schema;
}

/** The values that a schema allows, if it lists them. */
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

/** Whether every text fits. */
export function isText(schemas: Schemas, schema: Schema): boolean {
  const { type } = targetOf(schemas, schema);
  return type === "string" || isAnything(targetOf(schemas, schema));
}

/** A schema as one object with properties, if it is no more than that. */
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
  const whole = parts.filter((part) => part !== undefined);
  if (whole.length < parts.length) return undefined;
  const index = whole.flatMap((part) =>
    part.additionalProperties ? [part.additionalProperties] : [],
  );
  const merged = whole.reduce((a, b) => mergeTwo(a, b));
  return index.length ? { ...merged, additionalProperties: any(index) } : merged;
}

/**
 * `resolveRequired`: the second step. It does what needs all schemas to be read: required properties that another part of
 * an intersection declares, discriminators, and typed index signatures.
 */
import type { Spec } from "../openapi/spec.js";
import { all, any, anything, docsOf, emptyRecord, mapParts, mapValues } from "./combine.js";
import { withTag, withTags, type Discriminating } from "./discriminate.js";
import { intersection, joined } from "./index-signatures.js";
import { findProperty, isEmptyInput } from "./lookup.js";
import type { Draft, Schema } from "./schema.js";

/** The most copies of a property's schema inside each other. */
const mostCopies = 3;

interface Context extends Discriminating {
  /** Called for a required property that no schema declares. */
  undeclared(spec: Spec, pointer: string): void;
}

/** The position of a schema in its draft. */
interface At {
  readonly draft: Draft;
  /** The other parts of the intersections around it. */
  readonly beside: readonly Schema[];
  /** The number of copies that it is inside of. */
  readonly copies: number;
}

/** Changes every draft in place. Calls `undeclared` for required properties that no schema declares. */
export function resolveRequired(
  drafts: ReadonlyMap<string, Draft>,
  undeclared: Context["undeclared"],
): void {
  const schemas = new Map([...drafts].map(([key, { schema }]) => [key, schema]));
  const context: Context = { drafts, schemas, undeclared };
  for (const draft of drafts.values()) {
    const schema = resolved(context, draft.schema, { draft, beside: [], copies: 0 });
    draft.schema = draft.tags ? withTags(context, draft, schema, draft.tags) : schema;
  }
}

function resolved(context: Context, schema: Schema, at: At): Schema {
  if (schema.allOf) {
    const allOf = joined(context.schemas, schema.allOf).filter(
      (part) => !isEmptyInput(context.schemas, part),
    );
    const parts = allOf.map((part, index) => {
      const others = allOf.filter((_, other) => other !== index);
      return resolved(context, part, { ...at, beside: [...at.beside, ...others] });
    });
    return { ...intersection(context.schemas, parts), ...docsOf(schema) };
  }
  if (schema.anyOf) {
    const branches = schema.anyOf.map((branch) => {
      const plain = resolved(context, branch, at);
      return schema.discriminator ? withTag(context, plain, schema.discriminator) : plain;
    });
    return { ...any(branches), ...docsOf(schema) };
  }
  const inner = mapParts(schema, (part) => resolved(context, part, { ...at, beside: [] }));
  return schema.type === "object" ? withRequired(context, inner, schema, at) : inner;
}

/** An object with the required properties that other parts of the intersection declare. */
function withRequired(context: Context, schema: Schema, raw: Schema, at: At): Schema {
  const properties = emptyRecord<Schema>();
  const required: string[] = [];
  for (const name of schema.required ?? []) {
    const declared = schema.properties && Object.hasOwn(schema.properties, name);
    const property = declared ? undefined : requiredProperty(context, schema, name, at);
    if (property) properties[name] = property;
    if (declared || property) required.push(name);
  }
  const { dropped: _, required: __, ...rest } = schema;
  const declared = { ...schema.properties, ...properties };
  const some = Object.keys(declared).length > 0;
  const indexed = schema.additionalProperties !== undefined || schema.patternProperties;
  // Other parts of the intersection require all of it already.
  if (!some && raw.required?.length && !indexed) return at.beside.length ? anything : rest;
  return {
    ...rest,
    ...(some ? { properties: mapValues(declared, (value) => value) } : {}),
    ...(required.length ? { required } : {}),
  };
}

/** The type of a required property that the object does not declare; undefined if another part requires it. */
function requiredProperty(
  context: Context,
  { additionalProperties }: Schema,
  name: string,
  { draft, beside, copies }: At,
): Schema | undefined {
  const found = beside
    .map((other) => findProperty(context.schemas, other, name))
    .filter((one) => one !== undefined);
  const present = found.filter((one) => !one.dropped);
  if (found.length > 0 && present.length === 0) return undefined;
  if (present.some((one) => one.required)) return undefined;
  if (present.length === 0) {
    if (additionalProperties === undefined) context.undeclared(draft.spec, draft.pointer);
    return additionalProperties || anything;
  }
  const copied = all(present.map((one) => one.schema));
  // The schema of a property may contain the composition that requires the property.
  return copies < mostCopies
    ? resolved(context, copied, { draft, beside: [], copies: copies + 1 })
    : copied;
}

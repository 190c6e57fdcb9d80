/**
 * The pass after reading. It exports `resolveRequired`: what a schema can have only once all others are known, which
 * are requirements of properties that a neighbour declares, discriminators, and typed index signatures.
 */
import type { Spec } from "../openapi/spec.js";
import { all, any, anything, docsOf, emptyRecord, mapParts, mapValues } from "./combine.js";
import { withTag, withTags, type Discriminating } from "./discriminate.js";
import { intersection } from "./index-signatures.js";
import { findProperty } from "./lookup.js";
import type { Draft, Schema } from "./schema.js";

/** How often a property's schema is copied into a copy of itself. */
const mostCopies = 3;

interface Context extends Discriminating {
  /** Called for a required property of which nothing is known. */
  undeclared(spec: Spec, pointer: string): void;
}

/** The part of a draft that is at hand. */
interface At {
  readonly draft: Draft;
  /** What else holds for the same values. */
  readonly beside: readonly Schema[];
  /** How often it is a copy inside of itself. */
  readonly copies: number;
}

/** Changes every draft in place. `undeclared` is called for required properties of which nothing is known. */
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
    const { allOf } = schema;
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

/** An object with the properties that it requires and a neighbour declares. */
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
  // Nothing is left where a neighbour requires it already.
  if (!some && raw.required?.length && !indexed) return at.beside.length ? anything : rest;
  return {
    ...rest,
    ...(some ? { properties: mapValues(declared, (value) => value) } : {}),
    ...(required.length ? { required } : {}),
  };
}

/** What a required property that the object does not declare is; undefined where its neighbours require it. */
function requiredProperty(
  context: Context,
  { additionalProperties }: Schema,
  name: string,
  { draft, beside, copies }: At,
): Schema | undefined {
  const found = beside
    .map((other) => findProperty(context.schemas, other, name))
    .filter((one) => one !== undefined);
  const kept = found.filter((one) => !one.dropped);
  if (found.length > 0 && kept.length === 0) return undefined;
  if (kept.some((one) => one.required)) return undefined;
  if (kept.length === 0) {
    if (additionalProperties === undefined) context.undeclared(draft.spec, draft.pointer);
    return additionalProperties || anything;
  }
  const copied = all(kept.map((one) => one.schema));
  // A property may hold, written out, the very composition that requires it.
  return copies < mostCopies
    ? resolved(context, copied, { draft, beside: [], copies: copies + 1 })
    : copied;
}

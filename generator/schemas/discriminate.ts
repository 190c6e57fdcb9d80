/** `withTags` and `withTag`: narrow the property by which a discriminator distinguishes schemas. */
import { all, any, anything, docsOf, mapValues, withoutDocs } from "./combine.js";
import {
  findProperty,
  isText,
  literalsOf,
  targetOf,
  type Literal,
  type Schemas,
} from "./lookup.js";
import type { Discriminator, Draft, Schema, Tag } from "./schema.js";

/** The schemas of a document. */
export interface Discriminating {
  readonly drafts: ReadonlyMap<string, Pick<Draft, "tags" | "base">>;
  readonly schemas: Schemas;
}

/**
 * A schema with a discriminator, its own or one of its parents: its property has only its values, and its children are
 * branches beside it.
 * @param schema the schema of `draft`, with the properties that it requires
 */
export function withTags(
  context: Discriminating,
  draft: Draft,
  schema: Schema,
  tags: readonly Tag[],
): Schema {
  const own = draft.base ?? draft.key;
  const children = (draft.schema.anyOf ?? []).flatMap(({ $ref }) =>
    $ref === undefined || $ref === draft.base ? [] : [$ref],
  );
  let itself: Schema | undefined = draft.base === undefined ? schema : { $ref: own };
  for (const { property, values, root } of tags) {
    const listed = literalsOf(
      context.schemas,
      findProperty(context.schemas, { $ref: own }, property)?.schema ?? anything,
    );
    const claimed =
      root && listed ? children.flatMap((child) => claims(context, child, property)) : [];
    // A value of the parent's enum that no child has means the parent itself.
    const left = root ? (listed ?? []).filter((value) => !claimed.includes(value)) : [];
    const all = [...new Set<Literal>([...values, ...left])];
    const none = root && listed ? !all.some((value) => listed.includes(value)) : !all.length;
    if (children.length > 0 && none) itself = undefined;
    if (itself) itself = tagged(context, itself, own, property, all);
  }
  if (draft.base === undefined) return itself ?? schema;
  const branches = children.map(($ref): Schema => ({ $ref }));
  return { ...any([...(itself ? [itself] : []), ...branches]), ...docsOf(schema) };
}

/** A branch of a discriminated union, with the value of its discriminator if that narrows the branch. */
export function withTag(
  context: Discriminating,
  branch: Schema,
  { property, values }: Discriminator,
): Schema {
  const { $ref } = branch;
  const wanted = $ref === undefined ? undefined : values.get($ref);
  if ($ref === undefined || !wanted?.length) return branch;
  const known = context.drafts.get($ref)?.tags?.some((tag) => tag.property === property);
  return known ? branch : tagged(context, branch, $ref, property, wanted);
}

/**
 * A schema whose property has only the wanted values that the draft `key` allows; unchanged if its type is as narrow
 * already.
 */
function tagged(
  context: Discriminating,
  schema: Schema,
  key: string,
  property: string,
  wanted: readonly Literal[],
): Schema {
  const found = findProperty(context.schemas, { $ref: key }, property);
  if (found?.dropped) return schema;
  // Only an object has a discriminator.
  const target = targetOf(context.schemas, { $ref: key });
  if (target.enum || (target.type && target.type !== "object")) return schema;
  const listed = found && literalsOf(context.schemas, found.schema);
  const known = listed ? wanted.filter((value) => listed.includes(value)) : wanted;
  if (known.length === 0 || (listed && known.length === listed.length && found.required))
    return schema;
  if (found && !listed && !isText(context.schemas, found.schema)) return schema;
  return withProperty(schema, property, { enum: [...known].sort() });
}

/** The values of a child and of its descendants. */
function claims(
  context: Discriminating,
  key: string,
  property: string,
  seen = new Set<string>(),
): readonly Literal[] {
  const { tags = [], base } = context.drafts.get(key) ?? {};
  if (seen.has(key)) return [];
  seen.add(key);
  const values = tags.find((tag) => tag.property === property)?.values ?? [];
  const listed = literalsOf(
    context.schemas,
    findProperty(context.schemas, { $ref: base ?? key }, property)?.schema ?? anything,
  );
  const own = listed ? values.filter((value) => listed.includes(value)) : values;
  const below = base === undefined ? [] : (context.schemas.get(key)?.anyOf ?? []);
  return [
    ...(own.length > 0 || values.length === 0 ? own : (listed ?? [])),
    ...below.flatMap(({ $ref = "" }) =>
      $ref === base ? [] : claims(context, $ref, property, seen),
    ),
  ];
}

/** Narrows a property: in the part that declares it, or else in one more part of the intersection. */
function withProperty(schema: Schema, name: string, value: Schema): Schema {
  const has = ({ type, properties }: Schema): boolean =>
    type === "object" && properties !== undefined && Object.hasOwn(properties, name);
  const narrowed = (part: Schema): Schema => ({
    ...part,
    properties: mapValues(part.properties ?? {}, (before, key) =>
      key === name ? { ...value, ...docsOf(before) } : before,
    ),
    required: [...new Set([...(part.required ?? []), name])].sort(),
  });
  if (has(schema)) return narrowed(schema);
  const at = schema.allOf?.findIndex(has) ?? -1;
  if (schema.allOf && at >= 0)
    return {
      ...schema,
      allOf: schema.allOf.map((part, index) => (index === at ? narrowed(part) : part)),
    };
  const properties = mapValues({ [name]: value }, (own) => own);
  const tag: Schema = { type: "object", properties, required: [name] };
  return { ...all([withoutDocs(schema), tag]), ...docsOf(schema) };
}

/** Schemas that a discriminator tells apart. It exports `withTags` and `withTag`. */
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

/** What the discriminators of a document are about. */
export interface Discriminating {
  readonly drafts: ReadonlyMap<string, Pick<Draft, "tags" | "shape">>;
  readonly schemas: Schemas;
}

/**
 * A schema that a discriminator of its parents, or its own, is about: with its values, and its children beside it.
 * @param schema the schema of `draft`, with what it requires
 */
export function withTags(
  context: Discriminating,
  draft: Draft,
  schema: Schema,
  tags: readonly Tag[],
): Schema {
  const own = draft.shape ?? draft.key;
  const children = (draft.schema.anyOf ?? []).flatMap(({ $ref }) =>
    $ref === undefined || $ref === draft.shape ? [] : [$ref],
  );
  let itself: Schema | undefined = draft.shape === undefined ? schema : { $ref: own };
  for (const { property, values, root } of tags) {
    const listed = literalsOf(
      context.schemas,
      findProperty(context.schemas, { $ref: own }, property)?.schema ?? anything,
    );
    const claimed =
      root && listed ? children.flatMap((child) => claims(context, child, property)) : [];
    // A value that the parent lists and no child has is the parent itself.
    const left = root ? (listed ?? []).filter((value) => !claimed.includes(value)) : [];
    const all = [...new Set<Literal>([...values, ...left])];
    const none = root && listed ? !all.some((value) => listed.includes(value)) : !all.length;
    if (children.length > 0 && none) itself = undefined;
    if (itself) itself = tagged(context, itself, own, property, all);
  }
  if (draft.shape === undefined) return itself ?? schema;
  const branches = children.map(($ref): Schema => ({ $ref }));
  return { ...any([...(itself ? [itself] : []), ...branches]), ...docsOf(schema) };
}

/** A branch of a discriminated union, with the value of its discriminator written out where that narrows it. */
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
 * A schema with those of the values that its property allows, going by the draft `key`; unchanged, where its own type
 * is as narrow.
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
  // What is no object has no discriminator.
  const target = targetOf(context.schemas, { $ref: key });
  if (target.enum || (target.type && target.type !== "object")) return schema;
  const listed = found && literalsOf(context.schemas, found.schema);
  const known = listed ? wanted.filter((value) => listed.includes(value)) : wanted;
  if (known.length === 0 || (listed && known.length === listed.length && found.required))
    return schema;
  if (found && !listed && !isText(context.schemas, found.schema)) return schema;
  return withProperty(schema, property, { enum: [...known].sort() });
}

/** The values of a child, or of what is below it. */
function claims(
  context: Discriminating,
  key: string,
  property: string,
  seen = new Set<string>(),
): readonly Literal[] {
  const { tags = [], shape } = context.drafts.get(key) ?? {};
  if (seen.has(key)) return [];
  seen.add(key);
  const values = tags.find((tag) => tag.property === property)?.values ?? [];
  const listed = literalsOf(
    context.schemas,
    findProperty(context.schemas, { $ref: shape ?? key }, property)?.schema ?? anything,
  );
  const own = listed ? values.filter((value) => listed.includes(value)) : values;
  const below = shape === undefined ? [] : (context.schemas.get(key)?.anyOf ?? []);
  return [
    ...(own.length > 0 || values.length === 0 ? own : (listed ?? [])),
    ...below.flatMap(({ $ref = "" }) =>
      $ref === shape ? [] : claims(context, $ref, property, seen),
    ),
  ];
}

/** A schema of objects whose property is narrowed: where it is written out, there; or else beside the rest. */
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

/**
 * Inheritance as OpenAPI has it: a parent whose `discriminator` is beside neither `oneOf` nor `anyOf`, and children
 * of the same document that are `allOf` the parent, whether anything else refers to them or not.
 */
import { isObject, type JsonObject, type JsonValue } from "../base/json.js";
import { formatPointer, parsePointer, resolveRef } from "../base/pointer.js";
import type { Spec } from "../openapi/spec.js";
import { aliasOf, isAlias, listOf, own } from "./keywords.js";
import type { Tag } from "./schema.js";

/** A schema that has a discriminator above it, or one of its own that tells its children apart. */
export interface Relative {
  /** Pointers of the schemas that are directly below it, in code point order. */
  readonly children: readonly string[];
  /** One for each property that a discriminator reads. */
  readonly tags: readonly Tag[];
}

/** A parent of more is no union that anybody handles, and its closure is the whole document. */
const mostDescendants = 100;

/** How deep an `allOf` may nest. */
const deepest = 20;

/** A value of `mapping`, and the pointer of the schema that it names; undefined where there is none. */
export function mappingOf(
  { document }: Spec,
  discriminator: JsonObject,
): readonly { readonly value: string; readonly target: string; readonly pointer?: string }[] {
  const mapping = own(discriminator, "mapping");
  return Object.entries(isObject(mapping) ? mapping : {}).flatMap(([value, target]) => {
    if (typeof target !== "string") return [];
    const ref = target.includes("#") ? target : `#/components/schemas/${target}`;
    const found = resolveRef(document, ref) ?? resolveRef(document, target);
    return [{ value, target, ...(found ? { pointer: found.pointer } : {}) }];
  });
}

/** The discriminator that makes a schema a parent. */
export function ownDiscriminator(raw: JsonValue | undefined): JsonObject | undefined {
  if (!isObject(raw) || own(raw, "oneOf") !== undefined || own(raw, "anyOf") !== undefined)
    return undefined;
  const discriminator = own(raw, "discriminator");
  return isObject(discriminator) && typeof own(discriminator, "propertyName") === "string"
    ? discriminator
    : undefined;
}

/** The values of one schema's property: those that discriminators map to it, and its name. */
interface Values {
  readonly mapped: string[];
  implied: readonly string[];
  root: boolean;
}

// Documents never change once read.
const known = new WeakMap<JsonObject, ReadonlyMap<string, Relative>>();

/** By their pointers. */
export function relativesIn(spec: Spec): ReadonlyMap<string, Relative> {
  const before = known.get(spec.document);
  if (before) return before;
  const relatives = findRelatives(spec);
  known.set(spec.document, relatives);
  return relatives;
}

interface Parent {
  readonly pointer: string;
  readonly property: string;
  readonly mapping: ReturnType<typeof mappingOf>;
  /** Values that the mapping does not know are somebody's (OpenAPI 3.2): nobody has values of its own. */
  readonly open: boolean;
}

function findRelatives(spec: Spec): ReadonlyMap<string, Relative> {
  const components = own(spec.document, "components");
  const schemas = isObject(components) ? own(components, "schemas") : undefined;
  const named = Object.entries(isObject(schemas) ? schemas : {}).map(
    ([name, raw]) => [formatPointer(["components", "schemas", name]), raw] as const,
  );
  const parents = named.flatMap(([pointer, raw]): readonly Parent[] => {
    const discriminator = ownDiscriminator(raw);
    const property = discriminator && own(discriminator, "propertyName");
    if (!discriminator || typeof property !== "string") return [];
    const open = own(discriminator, "defaultMapping") !== undefined;
    return [{ pointer, property, mapping: mappingOf(spec, discriminator), open }];
  });
  if (parents.length === 0) return new Map();

  const children = new Map<string, Set<string>>();
  const add = (parent: string, child: string): void => {
    if (parent !== child) children.set(parent, (children.get(parent) ?? new Set()).add(child));
  };
  for (const [pointer, raw] of named)
    for (const parent of parentsOf(spec, raw)) add(parent, pointer);
  for (const { pointer, mapping } of parents) {
    const family = descendants(children, pointer);
    // A mapping may name what is not `allOf` the parent.
    for (const { pointer: target } of mapping)
      if (target !== undefined && !family.has(target)) add(pointer, target);
  }

  const properties = new Map(parents.map(({ pointer, property }) => [pointer, property]));
  const tags = new Map<string, Map<string, Values>>();
  for (const parent of parents) {
    const family = descendants(children, parent.pointer);
    if (family.size > 1 && family.size <= mostDescendants + 1)
      tell(parent, children, properties, tags);
  }
  return new Map(
    [...tags].map(([pointer, of]) => [
      pointer,
      {
        children: [...(children.get(pointer) ?? [])].filter((child) => tags.has(child)).sort(),
        tags: [...of].map(([property, { mapped, implied, root }]): Tag => ({
          property,
          root,
          values: [...new Set(mapped.length > 0 ? mapped : implied)].sort(),
        })),
      },
    ]),
  );
}

/** A schema and all that is below it. */
function descendants(
  children: ReadonlyMap<string, ReadonlySet<string>>,
  root: string,
): ReadonlySet<string> {
  const found = new Set([root]);
  for (const parent of found) for (const child of children.get(parent) ?? []) found.add(child);
  return found;
}

/** Collects what one discriminator means for its schema and for all that is below it. */
function tell(
  { pointer: root, property, mapping, open }: Parent,
  children: ReadonlyMap<string, ReadonlySet<string>>,
  properties: ReadonlyMap<string, string>,
  tags: Map<string, Map<string, Values>>,
): void {
  const visited = new Set<string>();
  const visit = (pointer: string, above: readonly string[] | undefined): void => {
    if (visited.has(pointer)) return;
    visited.add(pointer);
    const of = tags.get(pointer) ?? new Map<string, Values>();
    const found = of.get(property) ?? { mapped: [], implied: [], root: false };
    tags.set(pointer, open ? of : of.set(property, found));
    const mapped = mapping.filter((one) => one.pointer === pointer).map(({ value }) => value);
    const below = [...(children.get(pointer) ?? [])].sort();
    // With a mapping, a parent that it does not name is there for its children alone.
    const name = mapping.length > 0 && below.length > 0 ? [] : [nameOf(pointer)];
    found.mapped.push(...mapped);
    found.implied = above ?? name;
    found.root ||= pointer === root;
    // A child that tells its own children apart by another property is one thing to this discriminator.
    const other = properties.get(pointer) ?? property;
    const values = mapped.length > 0 ? mapped : [nameOf(pointer)];
    for (const child of below) visit(child, other === property ? above : (above ?? values));
  };
  visit(root, undefined);
}

const nameOf = (pointer: string): string => parsePointer(pointer).at(-1) ?? "";

/** The schemas that a component is all of. One that may be null is no child: it is its parent, or null. */
function parentsOf(spec: Spec, raw: JsonValue, depth = 0): readonly string[] {
  if (depth > deepest || !isObject(raw) || own(raw, "nullable") === true || isAlias(spec, raw))
    return [];
  const parts = listOf(own(raw, "allOf"));
  const refs = [...(spec.version === "3.0" ? [] : [raw]), ...parts].map(aliasOf);
  return [
    ...refs.flatMap((ref) => (ref === undefined ? [] : (aliasTarget(spec, ref) ?? []))),
    ...parts
      .filter((part) => aliasOf(part) === undefined)
      .flatMap((part) => parentsOf(spec, part, depth + 1)),
  ];
}

/** Where a reference ends that may lead through others. */
function aliasTarget(spec: Spec, ref: string): string | undefined {
  const seen = new Set<string>();
  let target = resolveRef(spec.document, ref);
  while (target && isAlias(spec, target.value) && !seen.has(target.pointer)) {
    seen.add(target.pointer);
    target = resolveRef(spec.document, aliasOf(target.value) ?? "");
  }
  return target?.pointer;
}

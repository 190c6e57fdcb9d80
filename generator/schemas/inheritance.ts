/**
 * `relativesIn`: inheritance in the sense of OpenAPI. A parent has a `discriminator` without `oneOf` or `anyOf`; its
 * children are the schemas of the same document that are `allOf` the parent, even if nothing else refers to them.
 */
import { isObject, type JsonObject, type JsonValue } from "../base/json.js";
import { formatPointer, parsePointer, resolveRef } from "../base/pointer.js";
import type { Spec } from "../openapi/spec.js";
import { aliasOf, isAlias, listOf, own } from "./keywords.js";
import type { Tag } from "./schema.js";

/** A schema with a discriminator, its own or one of its ancestors. */
export interface Relative {
  /** Pointers of its children, in code point order. */
  readonly children: readonly string[];
  /** One for each property of a discriminator. */
  readonly tags: readonly Tag[];
}

/** The most descendants of a parent: nobody handles a larger union, which would reach the whole document. */
const mostDescendants = 100;

/** The deepest nesting of `allOf` that is read. */
const deepest = 20;

/** The values of `mapping`, each with the pointer of its schema; without a pointer if there is no such schema. */
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

/** The discriminator that makes a schema a parent; undefined for other schemas. */
export function ownDiscriminator(raw: JsonValue | undefined): JsonObject | undefined {
  if (!isObject(raw) || own(raw, "oneOf") !== undefined || own(raw, "anyOf") !== undefined)
    return undefined;
  const discriminator = own(raw, "discriminator");
  return isObject(discriminator) && typeof own(discriminator, "propertyName") === "string"
    ? discriminator
    : undefined;
}

/** The values of the property of one schema: those that discriminators map to it, or else its name. */
interface Values {
  readonly mapped: string[];
  implied: readonly string[];
  root: boolean;
}

// Documents never change after they are read.
const known = new WeakMap<JsonObject, ReadonlyMap<string, Relative>>();

/** The schemas of a document with a discriminator, by their pointers. */
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
  /** Unmapped values belong to a default (OpenAPI 3.2), so no schema has values of its own. */
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
    // A mapping may name a schema that is not `allOf` the parent.
    for (const { pointer: target } of mapping)
      if (target !== undefined && !family.has(target)) add(pointer, target);
  }

  const properties = new Map(parents.map(({ pointer, property }) => [pointer, property]));
  const tags = new Map<string, Map<string, Values>>();
  for (const parent of parents) {
    const family = descendants(children, parent.pointer);
    if (family.size > 1 && family.size <= mostDescendants + 1)
      collectValues(parent, children, properties, tags);
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

/** A schema and all of its descendants. */
function descendants(
  children: ReadonlyMap<string, ReadonlySet<string>>,
  root: string,
): ReadonlySet<string> {
  const found = new Set([root]);
  for (const parent of found) for (const child of children.get(parent) ?? []) found.add(child);
  return found;
}

/** Collects the values of one discriminator for its schema and all descendants. */
function collectValues(
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
    // A parent that the mapping does not name has no values itself.
    const name = mapping.length > 0 && below.length > 0 ? [] : [nameOf(pointer)];
    found.mapped.push(...mapped);
    found.implied = above ?? name;
    found.root ||= pointer === root;
    // If a child distinguishes its own children by another property, all of them have the child's value here.
    const other = properties.get(pointer) ?? property;
    const values = mapped.length > 0 ? mapped : [nameOf(pointer)];
    for (const child of below) visit(child, other === property ? above : (above ?? values));
  };
  visit(root, undefined);
}

const nameOf = (pointer: string): string => parsePointer(pointer).at(-1) ?? "";

/** The schemas of which a component is `allOf`. A nullable component is no child, but its parent or null. */
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

/** The pointer at the end of a chain of references. */
function aliasTarget(spec: Spec, ref: string): string | undefined {
  const seen = new Set<string>();
  let target = resolveRef(spec.document, ref);
  while (target && isAlias(spec, target.value) && !seen.has(target.pointer)) {
    seen.add(target.pointer);
    target = resolveRef(spec.document, aliasOf(target.value) ?? "");
  }
  return target?.pointer;
}

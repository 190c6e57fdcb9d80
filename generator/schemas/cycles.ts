/**
 * `breakCycles`: TypeScript refuses types that are defined by themselves, such as `A = A | string`, or a parent that is
 * the union of its children while each child extends the parent. This file removes the circles from them.
 */
import { all, any, anything, docsOf, mapParts, skeletonOf } from "./combine.js";
import { components } from "./graph.js";
import type { Draft, Schema } from "./schema.js";

/** Breaks every circle, in place. Returns the keys of the drafts that changed. */
export function breakCycles(drafts: ReadonlyMap<string, Draft>): readonly string[] {
  const changed = new Set<string>();
  const change = (key: string, schema: Schema): void => {
    const draft = drafts.get(key);
    if (!draft || skeletonOf(draft.schema) === skeletonOf(schema)) return;
    draft.schema = schema;
    changed.add(key);
  };

  // The compiler resolves the elements of a list that is part of an intersection together with the intersection.
  for (const circle of circles(drafts, resolvedWith))
    for (const key of circle) {
      const schema = drafts.get(key)?.schema ?? anything;
      change(key, withoutElements(schema, circle, false));
    }
  // A child extends the properties of its parent, not the union of the parent's children.
  for (const circle of circles(drafts)) {
    const before = new Map([...circle].map((key) => [key, drafts.get(key)?.schema ?? anything]));
    for (const [key, schema] of before) change(key, withoutParents(schema, circle, before, [key]));
  }
  // Only unions of each other are left: each becomes the union of all their other branches.
  for (const circle of circles(drafts)) {
    const schemas = [...circle].sort().map((key) => drafts.get(key)?.schema ?? anything);
    const branches = schemas.flatMap((schema) => schema.anyOf ?? [schema]);
    const outside = branches.filter((branch) => !immediate(branch).some((ref) => circle.has(ref)));
    for (const key of circle) {
      const schema = drafts.get(key)?.schema ?? anything;
      change(key, { ...(outside.length ? any(outside) : anything), ...docsOf(schema) });
    }
  }
  return [...changed];
}

/** Replaces the references of an `allOf` into the circle by their targets, without the circle. */
function withoutParents(
  schema: Schema,
  circle: ReadonlySet<string>,
  schemas: ReadonlyMap<string, Schema>,
  seen: readonly string[],
): Schema {
  const own = (part: Schema, seen: readonly string[]): Schema => {
    if (part.$ref !== undefined) {
      if (!circle.has(part.$ref)) return part;
      if (seen.includes(part.$ref)) return anything;
      return own(schemas.get(part.$ref) ?? anything, [...seen, part.$ref]);
    }
    if (part.anyOf) return immediate(part).some((ref) => circle.has(ref)) ? anything : part;
    if (part.allOf) return all(part.allOf.map((one) => own(one, seen)));
    return part;
  };
  if (schema.$ref !== undefined && circle.has(schema.$ref)) return own(schema, seen);
  if (schema.allOf) {
    const parts = schema.allOf.map((part) =>
      part.anyOf ? withoutParents(part, circle, schemas, seen) : own(part, seen),
    );
    return { ...all(parts), ...docsOf(schema) };
  }
  if (schema.anyOf) {
    const branches = schema.anyOf.map((branch) =>
      branch.$ref !== undefined ? branch : withoutParents(branch, circle, schemas, seen),
    );
    return { ...any(branches), ...docsOf(schema) };
  }
  return schema;
}

/** Replaces elements of lists in intersections by anything if they lead back into the circle. */
function withoutElements(
  schema: Schema,
  circle: ReadonlySet<string>,
  intersected: boolean,
): Schema {
  const inner = (part: Schema): Schema => withoutElements(part, circle, intersected);
  if (schema.allOf)
    return { ...schema, allOf: schema.allOf.map((part) => withoutElements(part, circle, true)) };
  if (schema.anyOf) return { ...schema, anyOf: schema.anyOf.map(inner) };
  if (!intersected) return schema;
  const element = (part: Schema): Schema =>
    resolvedWith(part, true).some((ref) => circle.has(ref)) ? anything : part;
  return {
    ...schema,
    ...(schema.items ? { items: element(schema.items) } : {}),
    ...(schema.prefixItems ? { prefixItems: schema.prefixItems.map(element) } : {}),
  };
}

/** As `immediate`, and with the elements of lists that are parts of an intersection. */
function resolvedWith(schema: Schema, intersected = false): readonly string[] {
  if (schema.$ref !== undefined) return [schema.$ref];
  const elements = intersected
    ? [...(schema.items ? [schema.items] : []), ...(schema.prefixItems ?? [])]
    : [];
  return [
    ...(schema.allOf ?? []).flatMap((part) => resolvedWith(part, true)),
    ...[...(schema.anyOf ?? []), ...elements].flatMap((part) => resolvedWith(part, intersected)),
  ];
}

/** The references that the compiler resolves together with a type alias. Those of an interface's properties wait. */
export function immediate(schema: Schema): readonly string[] {
  if (schema.$ref !== undefined) return [schema.$ref];
  return [...(schema.allOf ?? []), ...(schema.anyOf ?? [])].flatMap(immediate);
}

/** The components that contain a circle. */
function circles(
  drafts: ReadonlyMap<string, Draft>,
  needs: (schema: Schema) => readonly string[] = immediate,
): readonly ReadonlySet<string>[] {
  const edgesOf = (key: string): readonly string[] => needs(drafts.get(key)?.schema ?? anything);
  return components([...drafts.keys()].sort(), edgesOf).filter((component) =>
    [...component].some((key) => component.size > 1 || edgesOf(key).includes(key)),
  );
}

/** The same schema with its references replaced. */
export function withRefs(schema: Schema, ref: (key: string) => string): Schema {
  if (schema.$ref !== undefined) return { ...schema, $ref: ref(schema.$ref) };
  return mapParts(schema, (part) => withRefs(part, ref));
}

/** `narrowUnions`: bounds intersections of unions, which a compiler multiplies out. */
import { all, anything, docsOf, mapParts, skeletonOf } from "./combine.js";
import { immediate } from "./cycles.js";
import { components } from "./graph.js";
import type { Draft, Schema } from "./schema.js";

/** The most branches of a union. TypeScript gives up at 100,000 branches, and at a million pairs that it compares. */
const widest = 1_000;

/** Leaves unions out of intersections that would be wider, in place. Returns the keys of the drafts that changed. */
export function narrowUnions(drafts: ReadonlyMap<string, Draft>): readonly string[] {
  const widths = new Map<string, number>();
  const capped = (width: number): number => Math.min(width, widest + 1);

  function widthOf(schema: Schema): number {
    if (schema.$ref !== undefined) return widths.get(schema.$ref) ?? 1;
    if (schema.anyOf) return capped(schema.anyOf.reduce((sum, branch) => sum + widthOf(branch), 0));
    if (!schema.allOf) return 1;
    return capped(schema.allOf.reduce((product, part) => product * widthOf(part), 1));
  }

  function narrowed(schema: Schema): Schema {
    const next = mapParts(schema, narrowed);
    if (!next.allOf || widthOf(next) <= widest) return next;
    const narrow: Schema[] = [];
    let width = 1;
    for (const part of [...next.allOf].sort((a, b) => widthOf(a) - widthOf(b))) {
      if (width * widthOf(part) > widest) continue;
      width *= widthOf(part);
      narrow.push(part);
    }
    return { ...all(next.allOf.filter((part) => narrow.includes(part))), ...docsOf(next) };
  }

  const changed: string[] = [];
  const edgesOf = (key: string): readonly string[] =>
    immediate(drafts.get(key)?.schema ?? anything);
  // The parts of a composition come before it.
  for (const key of components([...drafts.keys()], edgesOf).flatMap((component) => [
    ...component,
  ])) {
    const draft = drafts.get(key);
    if (!draft) continue;
    // Most schemas have no intersection and need no copy.
    const next = multiplies(draft.schema) ? narrowed(draft.schema) : draft.schema;
    if (next !== draft.schema && skeletonOf(next) !== skeletonOf(draft.schema)) {
      draft.schema = next;
      changed.push(key);
    }
    widths.set(key, widthOf(draft.schema));
  }
  return changed;
}

function multiplies(schema: Schema): boolean {
  let found = false;
  const visit = (part: Schema): Schema => {
    found ||= part.allOf !== undefined;
    return found ? part : mapParts(part, visit);
  };
  visit(schema);
  return found;
}

/**
 * Exports `lookUp`: what schemas say about the value at a JSON Pointer, through every choice; `pointersIn`: the pointers
 * to what schemas declare; and `mayBe`: whether a value may have a type. For checks of pointers that people write.
 */
import { formatPointer } from "../base/pointer.js";
import { followObject, type Cursor } from "./cursor.js";
import { isArray, viewOf, type SchemaView } from "./schema-view.js";

export interface Place {
  /** The schemas of the value; empty if none is declared. */
  readonly schemas: readonly Cursor[];
  /**
   * What it means that there are none. `open`: nothing is known; `undeclared`: the object declares other members;
   * `impossible`: it can have no such member.
   */
  readonly otherwise: "open" | "undeclared" | "impossible";
}

/** From the strongest statement to the weakest: of several alternatives, the weakest counts. */
const strength = ["impossible", "undeclared", "open"] as const;
const weakest = (all: readonly Place["otherwise"][]): Place["otherwise"] =>
  strength[Math.max(0, ...all.map((one) => strength.indexOf(one)))] ?? "open";

/** @param schemas alternatives; none means that the document describes nothing. The token `*` is any element or value. */
export function lookUp(schemas: readonly Cursor[], tokens: readonly string[]): Place {
  let place: Place = { schemas, otherwise: "open" };
  for (const token of tokens) {
    if (place.schemas.length === 0) return place;
    const seen = new Set<string>();
    const steps = place.schemas.map((schema) => step(schema, token, seen));
    place = {
      schemas: steps.flatMap((found) => found.schemas),
      otherwise: weakest(steps.map(({ otherwise }) => otherwise)),
    };
  }
  return place;
}

function step(schema: Cursor, token: string, seen: Set<string>): Place {
  const target = followObject(schema);
  if (!target) return { schemas: [], otherwise: "open" }; // a reference that dangles
  if (seen.has(target.pointer)) return { schemas: [], otherwise: "impossible" };
  seen.add(target.pointer);
  const view = viewOf(target);
  const inside = view.branches.map((branch) => step(branch, token, seen));
  const here = membersNamed(view, token);
  const branches = inside.map(({ otherwise }) => otherwise);
  return {
    schemas: [...here, ...inside.flatMap(({ schemas }) => schemas)],
    otherwise: otherwise(view, token, branches),
  };
}

function membersNamed(view: SchemaView, token: string): readonly Cursor[] {
  const named = view.properties.get(token);
  if (named) return [named];
  if (isArray(view)) return view.items && isIndex(token) ? [view.items] : [];
  return [...view.patterned, ...(view.values ? [view.values] : [])];
}

const isIndex = (token: string): boolean => /^(\*|\d+)$/.test(token);

function otherwise(
  view: SchemaView,
  token: string,
  branches: readonly Place["otherwise"][],
): Place["otherwise"] {
  if (isArray(view) && !view.types.has("object")) return isIndex(token) ? "open" : "impossible";
  if (view.closed || (view.types.size > 0 && !view.types.has("object"))) return "impossible";
  if (view.properties.size > 0) return weakest(["undeclared", ...branches]);
  return branches.length > 0 ? weakest(branches) : "open";
}

/** Whether a value of the schema may have one of these types of JSON Schema. */
export function mayBe(schema: Cursor, types: readonly string[], seen = new Set<string>()): boolean {
  const target = followObject(schema);
  if (!target) return true;
  if (seen.has(target.pointer)) return false;
  seen.add(target.pointer);
  const view = viewOf(target);
  const known = typesOf(view);
  if (known.length > 0) return known.some((type) => types.includes(type));
  return view.branches.length === 0 || view.branches.some((branch) => mayBe(branch, types, seen));
}

function typesOf(view: SchemaView): readonly string[] {
  if (view.types.size > 0) return [...view.types];
  if (isArray(view)) return ["array"];
  return view.properties.size > 0 || view.values ? ["object"] : [];
}

/** As deep, and as many, as people can use. */
const deepest = 6;
const most = 400;

/** The pointers to all that the schemas declare, the shallowest first. Lists are not entered. */
export function pointersIn(
  schemas: readonly Cursor[],
): ReadonlyMap<string, readonly [Cursor, ...Cursor[]]> {
  const found = new Map<string, [Cursor, ...Cursor[]]>();
  let level = schemas.map((schema) => ({ schema, at: "" }));
  for (let depth = 0; depth <= deepest && level.length > 0; depth++) {
    const next: typeof level = [];
    for (const { schema, at } of level) {
      if (found.size >= most) return found;
      const others = found.get(at);
      if (others) others.push(schema);
      else found.set(at, [schema]);
      for (const [name, member] of declaredMembers(schema, new Set()))
        next.push({ schema: member, at: at + formatPointer([name]) });
    }
    level = next.slice(0, most);
  }
  return found;
}

function declaredMembers(
  schema: Cursor,
  seen: Set<string>,
): readonly (readonly [string, Cursor])[] {
  const target = followObject(schema);
  if (!target || seen.has(target.pointer)) return [];
  seen.add(target.pointer);
  const view = viewOf(target);
  return [...view.properties, ...view.branches.flatMap((branch) => declaredMembers(branch, seen))];
}

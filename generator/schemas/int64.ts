/** Where the integers are that JavaScript's numbers cannot hold. */
import { formatPointer } from "../base/pointer.js";
import { eachPart } from "./combine.js";
import type { Schema } from "./schema.js";

/** Schemas by the number that a `$ref` to them holds. */
export type Numbered = ReadonlyMap<number, { readonly schema: Schema }>;

/**
 * Pointers into a body of this schema to the integers that are read as strings, with `*` for every member of a list or
 * a map: `/results/*` and so on. Schemas that refer to each other in many ways have more paths than anyone needs: then
 * a pointer begins with `**` (any depth) and tells the integers by the name of their member alone.
 */
export function int64Pointers(schemas: Numbered, id: number): readonly string[] {
  const holders = holdersOfInt64(schemas);
  if (!holders.has(id)) return [];
  const found = new Set<string>();
  const entered = new Set<string>();
  // Breadth first, so that what lies near is found before the work is cut off.
  let level: (readonly [Schema, readonly string[]])[] = [[{ $ref: String(id) }, []]];
  for (let work = 0; level.length > 0 && work < mostWork;) {
    const next: (readonly [Schema, readonly string[]])[] = [];
    const visit = (schema: Schema, path: readonly string[]): void => {
      work += 1;
      if (schema.format === "int64") found.add(formatPointer(path));
      if (schema.$ref !== undefined) {
        const target = schemas.get(Number(schema.$ref));
        const place = `${schema.$ref} ${formatPointer(path)}`;
        if (
          target &&
          holders.has(Number(schema.$ref)) &&
          !entered.has(place) &&
          path.length < deepest
        ) {
          entered.add(place);
          next.push([target.schema, path]);
        }
      }
      for (const [key, value] of Object.entries(schema.properties ?? {}))
        visit(value, [...path, key]);
      for (const member of membersOf(schema)) visit(member, [...path, "*"]);
      for (const part of [...(schema.allOf ?? []), ...(schema.anyOf ?? [])]) visit(part, path);
    };
    for (const [schema, path] of level) if (work < mostWork) visit(schema, path);
    level = next;
  }
  const complete = found.size <= mostPointers && level.length === 0;
  return [...(complete ? found : byMember(holders, schemas, id))].sort();
}

/** Whether a request of this schema may hold bigints. */
export const holdsBigints = (schemas: Numbered, id: number): boolean =>
  holdersOfInt64(schemas).has(id);

const mostPointers = 40;
const mostWork = 20_000;
const deepest = 24;

const membersOf = (schema: Schema): readonly Schema[] => [
  ...(schema.items ? [schema.items] : []),
  ...(schema.prefixItems ?? []),
  ...(schema.additionalProperties ? [schema.additionalProperties] : []),
  ...Object.values(schema.patternProperties ?? {}),
];

/** The integers of a closure by the names of the members that hold them. */
function byMember(
  holders: ReadonlySet<number>,
  schemas: Numbered,
  root: number,
): readonly string[] {
  const found = new Set<string>();
  const seen = new Set<string>();
  const visit = (schema: Schema, tail: readonly string[]): void => {
    if (schema.format === "int64") found.add(formatPointer(["**", ...tail]));
    if (schema.$ref !== undefined && holders.has(Number(schema.$ref))) {
      const place = JSON.stringify([schema.$ref, tail]);
      const target = schemas.get(Number(schema.$ref));
      if (target && !seen.has(place)) {
        seen.add(place);
        visit(target.schema, tail);
      }
    }
    for (const [key, value] of Object.entries(schema.properties ?? {})) visit(value, [key]);
    // The member's own name is kept in front of `*`, since a list has none.
    for (const member of membersOf(schema))
      visit(member, [...tail.filter((key) => key !== "*"), "*"]);
    for (const part of [...(schema.allOf ?? []), ...(schema.anyOf ?? [])]) visit(part, tail);
  };
  visit({ $ref: String(root) }, []);
  return [...found];
}

/** The schemas that hold such an integer, themselves or in what they refer to. */
function holdersOfInt64(schemas: Numbered): ReadonlySet<number> {
  const known = holdersKnown.get(schemas);
  if (known) return known;
  const holders = new Set<number>();
  const users = new Map<number, number[]>();
  const queue: number[] = [];
  for (const [id, { schema }] of schemas) {
    const visit = (part: Schema): void => {
      if (part.format === "int64") queue.push(id);
      if (part.$ref !== undefined) {
        const others = users.get(Number(part.$ref));
        if (others) others.push(id);
        else users.set(Number(part.$ref), [id]);
      }
      eachPart(part, visit);
    };
    visit(schema);
  }
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (holders.has(id)) continue;
    holders.add(id);
    queue.push(...(users.get(id) ?? []));
  }
  holdersKnown.set(schemas, holders);
  return holders;
}

/** Every endpoint asks, and the schemas never change. */
const holdersKnown = new WeakMap<Numbered, ReadonlySet<number>>();

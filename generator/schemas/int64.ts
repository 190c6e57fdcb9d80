/** `int64Pointers` and `holdsBigints`: where bodies contain integers that JavaScript's numbers cannot represent. */
import { formatPointer } from "../base/pointer.js";
import { eachPart } from "./combine.js";
import type { Schema } from "./schema.js";

/** Schemas by the number in a `$ref` to them. */
export type Numbered = ReadonlyMap<number, { readonly schema: Schema }>;

/**
 * Pointers into a body of this schema to its 64-bit integers, with `*` for every member of a list or a map, such as
 * `/results/*`. If there are too many, each pointer begins with `**` (any depth) and has only the name of the member with
 * the integer.
 */
export function int64Pointers(schemas: Numbered, id: number): readonly string[] {
  const holders = holdersOfInt64(schemas);
  if (!holders.has(id)) return [];
  const found = new Set<string>();
  const entered = new Set<string>();
  // Breadth first: the search ends after a limit, and near integers are found first.
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

/** Whether a value of this schema may contain 64-bit integers. */
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

/** Pointers that begin with `**`, by the names of the members with the integers. */
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
    // The name of the member stays in front of `*`, because elements of a list have no name.
    for (const member of membersOf(schema))
      visit(member, [...tail.filter((key) => key !== "*"), "*"]);
    for (const part of [...(schema.allOf ?? []), ...(schema.anyOf ?? [])]) visit(part, tail);
  };
  visit({ $ref: String(root) }, []);
  return [...found];
}

/** The schemas that contain such an integer, themselves or in a schema that they refer to. */
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

/** A cache, because every endpoint asks, and the schemas never change. */
const holdersKnown = new WeakMap<Numbered, ReadonlySet<number>>();

/**
 * `findIntegers`: where replies contain 64-bit integers, which JavaScript's numbers cannot represent. The runtime reads
 * them digit by digit, and only where no schema allows another number at the same place; elsewhere they stay numbers, and
 * their types say so. `holdsBigints`: whether a request may contain some.
 */
import { eachPart, isAnything, mapParts, mapValues } from "./combine.js";
import type { Place } from "../runtime/endpoint/operation.js";
import type { Schema } from "./schema.js";

/** Schemas by the number in a `$ref` to them. */
export type Numbered = ReadonlyMap<number, { readonly schema: Schema }>;

/** The 64-bit integers among the schemas: those that the runtime reads somewhere, and those that stay numbers somewhere. */
interface Leaves {
  readonly read: Set<Schema>;
  readonly left: Set<Schema>;
}

export interface FoundIntegers {
  /** For each group of bodies, its table: see `Operation.int64`. Empty if there is no 64-bit integer. */
  readonly places: readonly (readonly Place[])[];
  /** The schema with the types of its integers as they arrive. */
  readonly arriving: (schema: Schema) => Schema;
}

/** A schema, and where a body has it: the tokens of a pointer, with `*` for every element. */
export interface PlacedSchema {
  readonly schema: Schema;
  readonly at: readonly string[];
}

/** @param groups for each operation, what its replies may contain */
export function findIntegers(
  schemas: Numbered,
  groups: readonly (readonly PlacedSchema[])[],
): FoundIntegers {
  const leaves: Leaves = { read: new Set(), left: new Set() };
  const holds = holdersOf(schemas);
  const places = groups.map((group) =>
    tableOf(
      { schemas, holds, leaves },
      group.map(({ schema, at }) => wrapped(schema, at)),
    ),
  );
  const arriving = (schema: Schema): Schema => {
    if (!isInteger(schema)) return mapParts(schema, arriving);
    if (!leaves.left.has(schema) && leaves.read.has(schema)) return schema;
    const { format: _, ...plain } = { ...schema, type: "number" as const };
    return leaves.read.has(schema) ? { anyOf: [schema, plain] } : plain;
  };
  return { places, arriving };
}

/** Whether a value of this schema may contain bigints. */
export const holdsBigints = (schemas: Numbered, id: number): boolean =>
  holdersOf(schemas)({ $ref: String(id) });

function wrapped(schema: Schema, [token, ...inner]: readonly string[]): Schema {
  if (token === undefined) return schema;
  const member = wrapped(schema, inner);
  return token === "*"
    ? { type: "array", items: member, additionalProperties: member }
    : { type: "object", properties: mapValues({ [token]: member }, (one) => one) };
}

/** Beyond these, integers arrive as numbers, and their types say so. */
const mostPlaces = 300;
const mostWork = 30_000;

const isInteger = ({ format }: Schema): boolean => format === "int64";

/** Whether JSON.parse may make a number of a value that is no 64-bit integer. */
const allowsNumber = (schema: Schema): boolean =>
  isAnything(schema) ||
  (schema.type === "number" && !isInteger(schema)) ||
  schema.enum?.some((member) => typeof member === "number") === true;

interface Search {
  readonly schemas: Numbered;
  readonly holds: (schema: Schema) => boolean;
  readonly leaves: Leaves;
}

/** A set of schemas that a value may have is one place: the table is a deterministic automaton over the members' names. */
function tableOf(search: Search, bodies: readonly Schema[]): readonly Place[] {
  if (!bodies.some(search.holds)) return [];
  const numbers = new Map<Schema, number>();
  const keyOf = (set: readonly Schema[]): string =>
    set
      .map((schema) => {
        const number = numbers.get(schema) ?? numbers.size;
        numbers.set(schema, number);
        return number;
      })
      .sort((a, b) => a - b)
      .join();
  const root = spread(search, bodies);
  for (const leaf of root.filter(isInteger)) search.leaves.left.add(leaf);
  const known = new Map([[keyOf(root), 0]]);
  const sets = [root];
  const table: Place[] = [];
  const beyond = new Set<Schema>();
  let work = 0;
  for (const set of sets) {
    const leads: [string, number | boolean][] = [];
    for (const name of work < mostWork ? [...namesIn(set), "*"] : []) {
      const next = spread(
        search,
        set.flatMap((schema) => membersOf(schema, name)),
      );
      work += set.length + next.length;
      const verdict = verdictOn(search, next);
      const key = verdict === "place" ? keyOf(next) : "";
      const isNew = verdict === "place" && !known.has(key);
      if (isNew && sets.length < mostPlaces) known.set(key, sets.push(next) - 1);
      else if (isNew) next.forEach((schema) => beyond.add(schema));
      leads.push([name, verdict === "place" ? (known.get(key) ?? false) : verdict]);
    }
    if (work >= mostWork) set.forEach((schema) => beyond.add(schema));
    table.push(withoutNeedless(leads));
  }
  leaveBelow(search, beyond);
  return table;
}

/** Whether an integer is read at a place, or below it (`place`), or neither. Notes what becomes of its leaves. */
function verdictOn({ holds, leaves }: Search, set: readonly Schema[]): boolean | "place" {
  const integers = set.filter(isInteger);
  const deeper = set.some((schema) => !isInteger(schema) && holds(schema));
  const read = integers.length > 0 && !deeper && !set.some(allowsNumber);
  for (const leaf of integers) leaves[read ? "read" : "left"].add(leaf);
  return deeper ? "place" : read;
}

/** The integers in these schemas, and in those that they lead to, stay numbers. */
function leaveBelow({ schemas, leaves }: Search, beyond: Set<Schema>): void {
  for (const schema of beyond) {
    if (isInteger(schema)) leaves.left.add(schema);
    const target = schemas.get(Number(schema.$ref ?? NaN));
    if (target) beyond.add(target.schema);
    eachPart(schema, (part) => beyond.add(part));
  }
}

/** A name that leads to nothing is needed only to be left out of `*`. */
function withoutNeedless(place: readonly (readonly [string, number | boolean])[]): Place {
  const rest = place.find(([name]) => name === "*")?.[1] ?? false;
  const needed = place.filter(([name, leads]) => (name === "*" ? leads !== false : leads !== rest));
  return Object.fromEntries(needed.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The schemas that a value has at once or by choice, with references followed. */
function spread({ schemas }: Search, parts: readonly Schema[]): readonly Schema[] {
  const found = new Set(parts);
  for (const part of found) {
    const target = schemas.get(Number(part.$ref ?? NaN));
    if (target) found.add(target.schema);
    for (const inner of [...(part.allOf ?? []), ...(part.anyOf ?? [])]) found.add(inner);
  }
  return [...found].filter(({ $ref, allOf, anyOf }) => !$ref && !allOf && !anyOf);
}

/** The members that schemas of a set name, and the indices that they list. A member named `*` is one of the others. */
const namesIn = (set: readonly Schema[]): ReadonlySet<string> =>
  new Set(
    set
      .flatMap(({ properties = {}, prefixItems = [] }) => [
        ...Object.keys(properties),
        ...prefixItems.keys(),
      ])
      .map(String)
      .filter((name) => name !== "*"),
  );

/** What one member of a value may be; `*`: any member that has no place of its own. */
function membersOf(schema: Schema, name: string): readonly Schema[] {
  const { items, prefixItems = [], properties = {}, patternProperties = {} } = schema;
  const { additionalProperties: rest } = schema;
  const others = [...(items ? [items] : []), ...(rest ? [rest] : [])];
  const listed =
    prefixItems[Number(name)] ?? (Object.hasOwn(properties, name) ? properties[name] : undefined);
  if (name === "*")
    return [...others, ...Object.values(patternProperties), ...(listed ? [listed] : [])];
  const matching = Object.entries(patternProperties).filter(([prefix]) => name.startsWith(prefix));
  const declared = [...(listed ? [listed] : []), ...matching.map(([, value]) => value)];
  return declared.length > 0 ? declared : others;
}

/** Whether a schema contains such an integer, itself or in a schema that it refers to. */
function holdersOf(schemas: Numbered): (schema: Schema) => boolean {
  const holders = holdersKnown.get(schemas) ?? findHolders(schemas);
  holdersKnown.set(schemas, holders);
  const known = new Map<Schema, boolean>();
  const holds = (schema: Schema): boolean => {
    let found = known.get(schema) ?? (isInteger(schema) || holders.has(Number(schema.$ref ?? NaN)));
    if (!found && !known.has(schema))
      eachPart(schema, (part) => {
        found ||= holds(part);
      });
    known.set(schema, found);
    return found;
  };
  return holds;
}

function findHolders(schemas: Numbered): ReadonlySet<number> {
  const holders = new Set<number>();
  const users = new Map<number, number[]>();
  const queue: number[] = [];
  for (const [id, { schema }] of schemas) {
    const visit = (part: Schema): void => {
      if (isInteger(part)) queue.push(id);
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
  return holders;
}

/** A cache, because every endpoint asks, and the schemas never change. */
const holdersKnown = new WeakMap<Numbered, ReadonlySet<number>>();

/** What schemas could be called, and where shared ones could stand: words that do not depend on any order. */
import { byCodePoint } from "../base/order.js";
import type { SchemaId, SchemaPosition } from "./schema.js";
import { enumNames, otherNames, typeName } from "./names.js";
import type { SharedSchema } from "./schema.js";

/** The names that suit a schema, the best first. */
export function baseNames(schema: SharedSchema, hints: readonly string[]): readonly string[] {
  if (schema.name !== undefined) {
    const name = typeName(schema.name);
    return [schema.requestOf === undefined ? name : `${name}Input`];
  }
  const [hint = "Unnamed"] = hints;
  if (schema.inline.length === 0) return [typeName(hint)];
  const property = mostFrequent(schema.inline.map((one) => one.property));
  const met = schema.inline.filter((one) => one.property === property);
  const owners = [
    ...new Set(met.flatMap(({ owner }) => (owner === undefined ? [] : [owner]))),
  ].sort();
  const within = mostFrequent(met.map((one) => one.within));
  const names = enumNames(owners.length ? owners : [hint], property, owners.length > 0);
  const inner = within === undefined ? [] : enumNames([within], property);
  const whole = inner[0] === undefined ? [] : [(owners[0] ?? hint) + typeName(inner[0])];
  return [...new Set([...names, ...inner, ...whole].map(typeName))];
}

/** An enum whose short name something else in one of its modules has takes the longer one. */
export function settleEnumNames(
  live: readonly SchemaId[],
  bases: Map<SchemaId, readonly string[]>,
  schemaOf: (id: SchemaId) => SharedSchema,
  usersOf: (id: SchemaId) => readonly string[],
  known: Pick<ReadonlyMap<SchemaId, unknown>, "has">,
): void {
  const holders = new Map<string, number>();
  const placesOf = (id: SchemaId): readonly string[] =>
    usersOf(id).map((user) => JSON.stringify([user, bases.get(id)?.[0]]));
  const places = new Map(live.map((id) => [id, placesOf(id)]));
  for (const place of [...places.values()].flat())
    holders.set(place, (holders.get(place) ?? 0) + 1);
  for (const id of live) {
    const [base = "", longer, ...others] = bases.get(id) ?? [];
    const taken = places.get(id)?.some((place) => (holders.get(place) ?? 0) > 1);
    if (taken && !known.has(id) && schemaOf(id).inline.length && longer !== undefined)
      bases.set(id, [longer, ...others, base]);
  }
}

export function mostFrequent(names: readonly (string | undefined)[]): string | undefined {
  const counts = new Map<string, number>();
  for (const name of names) if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([a, x], [b, y]) => y - x || byCodePoint(a, b))[0]?.[0];
}

const versionFolder = /^(v\d+\w*|\d{4}-\d{2}[\w-]*)$/i;
const foldersOf = (resource: string): readonly string[] => resource.split("/").slice(0, -1);
const versionOf = (resource: string): string =>
  foldersOf(resource)
    .filter((folder) => versionFolder.test(folder))
    .join("/");

/** Modules for shared schemas that would all be `schemas/<Name>`: set apart by what their users have in common. */
export function sharedPaths(
  group: readonly SchemaId[],
  baseOf: (id: SchemaId) => string,
  usersOf: (id: SchemaId) => readonly string[],
  schemaOf: (id: SchemaId) => SharedSchema,
): ReadonlyMap<SchemaId, string> {
  const most = Math.max(...group.map((id) => usersOf(id).length));
  const busiest = group.filter((id) => usersOf(id).length === most);
  const qualifiers: readonly ((id: SchemaId) => string | undefined)[] = [
    (id) => {
      const versions = new Set(usersOf(id).map(versionOf));
      const [version] = versions;
      return versions.size === 1 && version ? version : undefined;
    },
    // What most modules use has the plain name.
    (id) => (busiest.length === 1 && busiest[0] === id ? "" : undefined),
    (id) => usersOf(id)[0],
    (id) => usersOf(id).at(-1),
    (id) => `${usersOf(id)[0] ?? ""}/${schemaOf(id).digest.slice(0, 8)}`,
  ];
  const paths = new Map<SchemaId, string>();
  const free = new Set(group);
  const used = new Set<string>();
  if (group.length === 1) for (const id of group) return new Map([[id, `schemas/${baseOf(id)}`]]);
  for (const qualify of qualifiers) {
    const wants = new Map<string, SchemaId[]>();
    for (const id of free) {
      const qualifier = qualify(id);
      if (qualifier === undefined) continue;
      const path = ["schemas", qualifier, baseOf(id)].filter(Boolean).join("/");
      wants.set(path, [...(wants.get(path) ?? []), id]);
    }
    const byCase = new Map<string, number>();
    for (const [path, ids] of wants)
      byCase.set(path.toLowerCase(), (byCase.get(path.toLowerCase()) ?? 0) + ids.length);
    for (const [path, [id]] of wants) {
      const lower = path.toLowerCase();
      if (id === undefined || byCase.get(lower) !== 1 || used.has(lower)) continue;
      used.add(lower);
      paths.set(id, path);
      free.delete(id);
    }
  }
  return paths;
}

/** Those whose name in the document is the type's name come first, and keep it. */
export const rank = (schema: SharedSchema, base: string): string =>
  [
    schema.name === undefined ? 1 : 0,
    schema.name === base ? 0 : 1,
    schema.requestOf === undefined ? 0 : 1,
    JSON.stringify(schema.name ?? ""),
    schema.digest,
  ].join(" ");

export function candidates(
  schema: SharedSchema,
  bases: readonly string[],
  documents: readonly string[],
): readonly string[] {
  const [base = "Unnamed"] = bases;
  const suffix = schema.requestOf === undefined ? "" : "Input";
  const [document = ""] = documents;
  return [
    ...bases,
    ...(schema.name === undefined ? [] : otherNames(schema.name).map((name) => name + suffix)),
    ...(positionWord(schema.positions) ? [base + positionWord(schema.positions)] : []),
    ...(schema.inline.length ? [`${base}Value`] : []),
    `${base}Model`,
    `${typeName(document.replace(/^.*\//, "").replace(/\.\w+$/, ""))}${base}`,
    `${base}_${schema.digest.slice(0, 8)}`,
    `${base}_${schema.digest}`,
  ];
}

function positionWord(positions: ReadonlySet<SchemaPosition>): string {
  if (positions.size !== 1) return "";
  return positions.has("request") ? "Input" : "Output";
}

export function aliases(
  name: string,
  from: string,
  users: readonly string[],
  schema: SharedSchema,
): readonly string[] {
  const folders = from.split("/").slice(1, -1).join("/");
  const qualified = [folders, users[0] ?? "", users.at(-1) ?? ""].filter(Boolean);
  return [
    name,
    ...qualified.map((qualifier) => typeName(`${qualifier}/${name}`)),
    `Shared${name}`,
    `${name}_${schema.digest.slice(0, 8)}`,
    `${name}_${schema.digest}`,
  ];
}

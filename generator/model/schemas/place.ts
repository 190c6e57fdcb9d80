/** Which module declares a schema, and what it is called there. */
import type { Declaration, SchemaId, SchemaModule, SchemaPosition } from "../model.js";
import { refsOf } from "./combine.js";
import { enumNames, otherNames, typeName } from "./names.js";
import type { SharedSchema, SharedSchemas } from "./schema.js";

/** That a module needs the type of a use. */
export interface Placement {
  /** Index into the uses that were shared. */
  readonly use: number;
  /** The module, such as `notes` or `v3/notes`. */
  readonly resource: string;
  /** The type's name, if the schema has none of its own, such as `UpdateInput`. */
  readonly hint: string;
}

export interface PlacedSchemas {
  /** In code point order of their paths. */
  readonly modules: readonly SchemaModule[];
  /** The name by which a module knows a schema that was placed in it. Throws for any other schema. */
  nameOf(resource: string, id: SchemaId): string;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const sortedBy = <T>(items: Iterable<T>, text: (item: T) => string): T[] =>
  [...items].sort((a, b) => compare(text(a), text(b)));

/** The names that one declaration takes in its module. */
const takes = (name: string, { members }: SharedSchema): readonly string[] =>
  members ? [name, valuesName(name), guardName(name)] : [name];

/** The constant that lists the members of an enum: `batchStatusValues`. */
export const valuesName = (name: string): string => `${lowerFirst(name)}Values`;
/** The function that tells a member of an enum: `isBatchStatus`. */
export const guardName = (name: string): string => `is${name}`;

/** `BatchStatus` is `batchStatus`, `HTTPMethod` is `httpMethod`, `URL` is `url`. */
function lowerFirst(name: string): string {
  const start = /^\p{Lu}+(?=\p{Lu}\p{Ll}|\P{L}|$)|^\p{Lu}/u.exec(name)?.[0] ?? "";
  return start.toLowerCase() + name.slice(start.length);
}

/**
 * A schema that one module uses is declared there; one that several use gets a module of its own, `schemas/<Name>`.
 * Names are the documents' own; where two need one name, both are set apart by words (the version or the resource of
 * their users), so that nothing depends on the order of anything.
 * @param reserved For each module, the names that its endpoints and the runtime take.
 */
export function placeSchemas(
  shared: SharedSchemas,
  placements: readonly Placement[],
  reserved: ReadonlyMap<string, Iterable<string>> = new Map(),
): PlacedSchemas {
  const schemaOf = (id: SchemaId): SharedSchema => {
    const schema = shared.schemas.get(id);
    if (!schema) throw new RangeError(`expected a schema that was shared, found ${id}`);
    return schema;
  };
  const refs = new Map<SchemaId, readonly SchemaId[]>();
  for (const [id, { schema }] of shared.schemas)
    refs.set(id, [...new Set(refsOf(schema).map(Number))]);

  const users = new Map<SchemaId, Set<string>>();
  const hints = new Map<SchemaId, Set<string>>();
  const wanted = new Map<string, Set<SchemaId>>();
  for (const { use, resource, hint } of placements) {
    const root = shared.roots[use];
    if (root === undefined) throw new RangeError(`expected the index of a use, found ${use}`);
    addTo(wanted, resource, root);
    const queue = [root];
    const seen = new Set<SchemaId>();
    for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
      if (seen.has(id)) continue;
      seen.add(id);
      addTo(users, id, resource);
      addTo(hints, id, hint);
      queue.push(...(refs.get(id) ?? []));
    }
  }
  const live = sortedBy(users.keys(), (id) => schemaOf(id).digest);
  const bases = new Map(
    live.map((id) => [id, baseNames(schemaOf(id), [...(hints.get(id) ?? [])].sort())]),
  );
  const baseOf = (id: SchemaId): string => bases.get(id)?.[0] ?? "Unnamed";
  const usersOf = (id: SchemaId): readonly string[] => [...(users.get(id) ?? [])].sort();
  settleEnumNames(live, bases, schemaOf, usersOf);

  // Where it is declared.
  const paths = new Map<SchemaId, string>();
  const groups = new Map<string, SchemaId[]>();
  for (const id of live) {
    const [only, ...others] = usersOf(id);
    if (only !== undefined && others.length === 0) paths.set(id, only);
    else {
      const base = baseOf(id).toLowerCase(); // file names that differ in case alone are one file on some systems
      groups.set(base, [...(groups.get(base) ?? []), id]);
    }
  }
  for (const group of groups.values())
    for (const [id, path] of sharedPaths(group, baseOf, usersOf, schemaOf)) paths.set(id, path);

  // What it is called there.
  const byPath = new Map<string, SchemaId[]>();
  for (const [id, path] of paths) byPath.set(path, [...(byPath.get(path) ?? []), id]);
  for (const path of wanted.keys()) if (!byPath.has(path)) byPath.set(path, []);
  const names = new Map<SchemaId, string>();
  const scopes = new Map<string, Set<string>>();
  for (const [path, ids] of byPath) {
    const scope = new Set(reserved.get(path) ?? []);
    scopes.set(path, scope);
    const ordered = sortedBy(ids, (id) => rank(schemaOf(id), baseOf(id)));
    for (const id of ordered) {
      const schema = schemaOf(id);
      const name = firstFree(candidates(schema, bases.get(id) ?? [], schema.documents), (name) =>
        takes(name, schema).every((one) => !scope.has(one)),
      );
      for (const one of takes(name, schema)) scope.add(one);
      names.set(id, name);
    }
  }

  const localNames = new Map<string, Map<SchemaId, string>>();
  const modules = sortedBy(byPath, ([path]) => path).map(([path, ids]): SchemaModule => {
    const scope = scopes.get(path) ?? new Set();
    const local = new Map<SchemaId, string>();
    localNames.set(path, local);
    for (const id of ids) local.set(id, names.get(id) ?? baseOf(id));
    const needed = new Set([
      ...(wanted.get(path) ?? []),
      ...ids.flatMap((id) => refs.get(id) ?? []),
    ]);
    const foreign = sortedBy(
      [...needed].filter((id) => !local.has(id)),
      (id) => paths.get(id) ?? "",
    );
    const imports = foreign.map((id) => {
      const from = paths.get(id) ?? "";
      const name = names.get(id) ?? baseOf(id);
      const as = firstFree(
        aliases(name, from, usersOf(id), schemaOf(id)),
        (one) => !scope.has(one),
      );
      scope.add(as);
      local.set(id, as);
      return { id, from, name, as };
    });
    const declarations = sortedBy(ids, (id) => names.get(id) ?? "").map((id): Declaration =>
      declaration(schemaOf(id), names.get(id) ?? baseOf(id)),
    );
    return { path, declarations, imports };
  });
  return {
    modules,
    nameOf(resource, id) {
      const name = localNames.get(resource)?.get(id);
      if (name === undefined) throw new RangeError(`no schema ${id} was placed in ${resource}`);
      return name;
    },
  };
}

function declaration({ id, schema, members }: SharedSchema, name: string): Declaration {
  return { id, name, schema, ...(members ? { members } : {}) };
}

function addTo<K, V>(map: Map<K, Set<V>>, key: K, value: V): void {
  const set = map.get(key);
  if (set) set.add(value);
  else map.set(key, new Set([value]));
}

/** The names that suit a schema, the best first. */
function baseNames(schema: SharedSchema, hints: readonly string[]): readonly string[] {
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
function settleEnumNames(
  live: readonly SchemaId[],
  bases: Map<SchemaId, readonly string[]>,
  schemaOf: (id: SchemaId) => SharedSchema,
  usersOf: (id: SchemaId) => readonly string[],
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
    if (taken && schemaOf(id).inline.length && longer !== undefined)
      bases.set(id, [longer, ...others, base]);
  }
}

function mostFrequent(names: readonly (string | undefined)[]): string | undefined {
  const counts = new Map<string, number>();
  for (const name of names) if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([a, x], [b, y]) => y - x || compare(a, b))[0]?.[0];
}

const versionFolder = /^(v\d+\w*|\d{4}-\d{2}[\w-]*)$/i;
const foldersOf = (resource: string): readonly string[] => resource.split("/").slice(0, -1);
const versionOf = (resource: string): string =>
  foldersOf(resource)
    .filter((folder) => versionFolder.test(folder))
    .join("/");

/** Modules for shared schemas that would all be `schemas/<Name>`: set apart by what their users have in common. */
function sharedPaths(
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
const rank = (schema: SharedSchema, base: string): string =>
  [
    schema.name === undefined ? 1 : 0,
    schema.name === base ? 0 : 1,
    schema.requestOf === undefined ? 0 : 1,
    JSON.stringify(schema.name ?? ""),
    schema.digest,
  ].join(" ");

function candidates(
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

function aliases(
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

function firstFree(names: readonly string[], free: (name: string) => boolean): string {
  const name = names.find(free);
  if (name === undefined)
    throw new Error(`expected a free name for ${names[0] ?? "a schema"}, found none`);
  return name;
}

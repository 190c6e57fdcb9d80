/** Which module declares a schema, and what it is called there. */
import { byCodePoint } from "../base/order.js";
import type { Declaration, SchemaId, SchemaModule } from "./schema.js";
import {
  aliases,
  baseNames,
  candidates,
  mostFrequent,
  rank,
  settleEnumNames,
  sharedPaths,
} from "./candidates.js";
import { refsOf } from "./combine.js";
import type { SharedSchema, SharedSchemas } from "./schema.js";

/** That a module needs the type of a use. */
export interface Placement {
  /** Index into the uses that were shared. */
  readonly use: number;
  /** The module, such as `notes` or `v3/notes`. */
  readonly resource: string;
  /** The type's name, if the schema has none of its own, such as `UpdateInput`. */
  readonly hint: string;
  /** The endpoint had its name before: what it uses has names in the module that come first. Default false. */
  readonly known?: boolean;
}

/** What a schema is called. */
export interface KnownName {
  readonly name: string;
  /** The name that modules know it by, where `name` is taken there: by the module. */
  readonly as: ReadonlyMap<string, string>;
  /** An enum that the root exports. */
  readonly root: boolean;
}

export interface PlacedSchemas {
  /** In code point order of their paths. */
  readonly modules: readonly SchemaModule[];
  /** The name by which a module knows a schema that was placed in it. Throws for any other schema. */
  nameOf(resource: string, id: SchemaId): string;
  /** What every schema is called now. */
  readonly given: ReadonlyMap<SchemaId, KnownName>;
}

const sortedBy = <T>(items: Iterable<T>, text: (item: T) => string): T[] =>
  [...items].sort((a, b) => byCodePoint(text(a), text(b)));

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
 * @param known What schemas were called before: they keep it, and others stay clear of it.
 */
export function placeSchemas(
  shared: SharedSchemas,
  placements: readonly Placement[],
  reserved: ReadonlyMap<string, Iterable<string>> = new Map(),
  known: ReadonlyMap<SchemaId, KnownName> = new Map(),
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
  const had = new Map<string, Set<SchemaId>>();
  for (const { use, resource, hint, known: before = false } of placements) {
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
      if (before) addTo(had, resource, id);
      queue.push(...(refs.get(id) ?? []));
    }
  }
  const sorted = new Map([...users].map(([id, resources]) => [id, [...resources].sort()]));
  const live = sortedBy(users.keys(), (id) => schemaOf(id).digest);
  const bases = new Map(
    live.map((id) => {
      const names = baseNames(schemaOf(id), [...(hints.get(id) ?? [])].sort());
      const before = known.get(id);
      return [id, before ? [before.name, ...names] : names];
    }),
  );
  const baseOf = (id: SchemaId): string => bases.get(id)?.[0] ?? "Unnamed";
  const usersOf = (id: SchemaId): readonly string[] => sorted.get(id) ?? [];
  settleEnumNames(live, bases, schemaOf, usersOf, known);

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
  const reached = new Map<string, Set<SchemaId>>();
  for (const id of live) for (const user of usersOf(id)) addTo(reached, user, id);
  const names = new Map<SchemaId, string>();
  const scopes = new Map<string, Set<string>>();
  const kept = new Map<string, Map<SchemaId, string>>();
  for (const [path, ids] of byPath) {
    const scope = new Set(reserved.get(path) ?? []);
    scopes.set(path, scope);
    const isFree = (id: SchemaId, name: string): boolean =>
      takes(name, schemaOf(id)).every((one) => !scope.has(one));
    const take = (id: SchemaId, name: string): void => {
      for (const one of takes(name, schemaOf(id))) scope.add(one);
    };
    const declare = (id: SchemaId): void => {
      const schema = schemaOf(id);
      const wishes = candidates(schema, bases.get(id) ?? [], schema.documents);
      const name = firstFree(wishes, (one) => isFree(id, one));
      take(id, name);
      names.set(id, name);
    };
    const ordered = sortedBy(ids, (id) => rank(schemaOf(id), baseOf(id)));
    // What its users know by a name from elsewhere keeps it, too.
    const own = new Map<SchemaId, string>();
    kept.set(path, own);
    const keep = (id: SchemaId): void => {
      const before = known.get(id);
      const name = before?.as.get(path) ?? before?.name;
      if (name === undefined || !isFree(id, name)) return;
      take(id, name);
      own.set(id, name);
    };
    const foreign = [...(reached.get(path) ?? [])].filter((id) => paths.get(id) !== path);
    for (const before of [true, false]) {
      const now = (id: SchemaId): boolean =>
        known.has(id) && (had.get(path)?.has(id) ?? false) === before;
      ordered.filter(now).forEach(declare);
      foreign.filter(now).forEach(keep);
    }
    for (const id of ordered) if (!known.has(id)) declare(id);
  }

  const atRoot = rootEnums(
    live.filter((id) => schemaOf(id).members && usersOf(id).length > 1),
    names,
    known,
  );
  const localNames = new Map<string, Map<SchemaId, string>>();
  const exported = new Map<string, Map<SchemaId, string>>();
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
    const importOf = (id: SchemaId) => {
      const from = paths.get(id) ?? "";
      const name = names.get(id) ?? baseOf(id);
      // Under its own name, an enum comes with its list and its guard.
      const taking = (one: string): readonly string[] =>
        one === name ? takes(one, schemaOf(id)) : [one];
      const as =
        kept.get(path)?.get(id) ??
        firstFree(aliases(name, from, usersOf(id), schemaOf(id)), (one) =>
          taking(one).every((each) => !scope.has(each)),
        );
      for (const one of taking(as)) scope.add(one);
      return { id, from, name, as };
    };
    const imports = foreign.map(importOf);
    for (const { id, as } of imports) local.set(id, as);
    const beyond = sortedBy(
      [...(reached.get(path) ?? [])].filter((id) => !local.has(id)),
      (id) => `${names.get(id) ?? ""} ${paths.get(id) ?? ""}`,
    );
    const more = beyond.map(importOf);
    exported.set(path, new Map(more.map(({ id, as }) => [id, as])));
    const others = more.map(({ from, name, as }) => ({ from, name, as }));
    const declarations = sortedBy(ids, (id) => names.get(id) ?? "").map((id): Declaration =>
      declaration(schemaOf(id), names.get(id) ?? baseOf(id), atRoot.has(id)),
    );
    return { path, declarations, imports, ...(others.length > 0 ? { others } : {}) };
  });
  const given = new Map(
    live.map((id) => {
      const as = new Map<string, string>();
      return [id, { name: names.get(id) ?? baseOf(id), as, root: atRoot.has(id) }];
    }),
  );
  for (const { path } of modules)
    for (const [id, local] of [...(localNames.get(path) ?? []), ...(exported.get(path) ?? [])]) {
      const one = given.get(id);
      if (one && local !== one.name) one.as.set(path, local);
    }
  return {
    modules,
    given,
    nameOf(resource, id) {
      const name = localNames.get(resource)?.get(id);
      if (name === undefined) throw new RangeError(`no schema ${id} was placed in ${resource}`);
      return name;
    },
  };
}

/** The enums that the root exports: those that it had, and those whose name no other shared one has. */
function rootEnums(
  shared: readonly SchemaId[],
  names: ReadonlyMap<SchemaId, string>,
  known: ReadonlyMap<SchemaId, KnownName>,
): ReadonlySet<SchemaId> {
  const nameOf = (id: SchemaId): string => names.get(id) ?? "";
  const found = new Map<string, SchemaId>();
  for (const id of shared) {
    const before = known.get(id);
    if (before?.root && before.name === nameOf(id)) found.set(nameOf(id), id);
  }
  const alone = shared.filter(
    (id) => shared.filter((other) => nameOf(other) === nameOf(id)).length === 1,
  );
  for (const id of alone) found.set(nameOf(id), id);
  return new Set(found.values());
}

function declaration(
  { id, schema, members, inline, positions }: SharedSchema,
  name: string,
  root: boolean,
): Declaration {
  const property = mostFrequent(inline.map((one) => one.property));
  // The property tells what it means; the list has only to tell whose it is.
  const told =
    members && property !== undefined ? { description: `What \`${property}\` may be.` } : {};
  return {
    id,
    name,
    schema: { ...told, ...schema },
    ...(members ? { members } : {}),
    ...(positions.has("response") ? {} : { mutable: true }),
    ...(root ? { root } : {}),
  };
}

function addTo<K, V>(map: Map<K, Set<V>>, key: K, value: V): void {
  const set = map.get(key);
  if (set) set.add(value);
  else map.set(key, new Set([value]));
}

function firstFree(names: readonly string[], free: (name: string) => boolean): string {
  const name = names.find(free);
  if (name === undefined)
    throw new Error(`expected a free name for ${names[0] ?? "a schema"}, found none`);
  return name;
}

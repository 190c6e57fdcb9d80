/** `layOutModules`: decides which module declares each schema, and its name in every module that uses it. */
import {
  aliases,
  baseNames,
  mostFrequent,
  possibleNames,
  preferLongerEnumNames,
  rank,
} from "./possible-names.js";
import { takenBy } from "./names.js";
import { pathsOf } from "./paths.js";
import type { Declaration, SchemaId, SchemaModule, SharedSchema, SharedSchemas } from "./schema.js";
import { sortedBy, usageOf, type TypeUse, type Usage } from "./usage.js";

export type { TypeUse } from "./usage.js";

/** The names of a schema. */
export interface KnownName {
  readonly name: string;
  /** For each module in which `name` is taken: the name that it has there. */
  readonly as: ReadonlyMap<string, string>;
  /** It is an enum that the root of the package exports. */
  readonly root: boolean;
}

export interface ModuleLayout {
  /** In code point order of their paths. */
  readonly modules: readonly SchemaModule[];
  /** The name of a schema in a module that uses it. Throws a RangeError for any other schema. */
  nameOf(resource: string, id: SchemaId): string;
  /** The names of all schemas, for the lock. */
  readonly given: ReadonlyMap<SchemaId, KnownName>;
}

/** What is known once the paths are decided. */
interface Context {
  readonly usage: Usage;
  readonly known: ReadonlyMap<SchemaId, KnownName>;
  /** The names that fit each schema, the best first. */
  readonly bases: ReadonlyMap<SchemaId, readonly string[]>;
  readonly paths: ReadonlyMap<SchemaId, string>;
  /** The schemas that each module declares. */
  readonly byPath: ReadonlyMap<string, readonly SchemaId[]>;
}

/** The names in one module. */
interface Scope {
  /** All names that are taken. */
  readonly taken: Set<string>;
  /** The names of its own declarations. */
  readonly declared: Map<SchemaId, string>;
  /** Names for schemas of other modules, which they had in an earlier run. */
  readonly reserved: Map<SchemaId, string>;
}

/**
 * Gives every schema a module and a name. Names come from the documents. If two schemas need the same name, both get more
 * words (the version or the resource of their users), so that no name depends on the order of the arguments.
 * @param reserved for each module, the names that its endpoints and the runtime take
 * @param known the names that schemas had in earlier runs: they keep them, and no other schema gets them
 * @throws RangeError for an index in `typeUses` that is none of a use
 */
export function layOutModules(
  shared: SharedSchemas,
  typeUses: readonly TypeUse[],
  reserved: ReadonlyMap<string, Iterable<string>> = new Map(),
  known: ReadonlyMap<SchemaId, KnownName> = new Map(),
): ModuleLayout {
  const usage = usageOf(shared, typeUses);
  const bases = basesOf(usage, known);
  const paths = pathsOf(usage, bases);
  const context: Context = { usage, known, bases, paths, byPath: declaredBy(paths, usage) };
  const scopes = new Map(
    [...context.byPath.keys()].map((path) => [
      path,
      scopeOf(path, reserved.get(path) ?? [], context),
    ]),
  );
  const names = new Map([...scopes.values()].flatMap(({ declared }) => [...declared]));
  const atRoot = rootEnums(context, names);
  const made = sortedBy(scopes, ([path]) => path).map(([path, scope]) =>
    moduleOf(path, scope, { ...context, names, atRoot }),
  );
  const locals = new Map(made.map(({ module, local }) => [module.path, local]));
  return {
    modules: made.map(({ module }) => module),
    given: namesGiven(made, names, atRoot),
    nameOf(resource, id) {
      const name = locals.get(resource)?.get(id);
      if (name === undefined) throw new RangeError(`${resource} does not use schema ${id}`);
      return name;
    },
  };
}

function basesOf(
  usage: Usage,
  known: ReadonlyMap<SchemaId, KnownName>,
): ReadonlyMap<SchemaId, readonly string[]> {
  const bases = new Map(
    usage.live.map((id) => {
      const names = baseNames(usage.schemaOf(id), usage.hintsOf(id));
      const before = known.get(id);
      return [id, before ? [before.name, ...names] : names];
    }),
  );
  preferLongerEnumNames(usage, bases, known);
  return bases;
}

/** The schemas that each module declares; an empty list for a module that only imports schemas. */
function declaredBy(
  paths: ReadonlyMap<SchemaId, string>,
  { wanted }: Usage,
): ReadonlyMap<string, readonly SchemaId[]> {
  const byPath = new Map<string, SchemaId[]>();
  for (const [id, path] of paths) byPath.set(path, [...(byPath.get(path) ?? []), id]);
  for (const path of wanted.keys()) if (!byPath.has(path)) byPath.set(path, []);
  return byPath;
}

/** Names the schemas that a module declares. Names of earlier runs come first, and reserve those of its imports. */
function scopeOf(path: string, reserved: Iterable<string>, context: Context): Scope {
  const { usage, known, bases, paths, byPath } = context;
  const scope: Scope = { taken: new Set(reserved), declared: new Map(), reserved: new Map() };
  const declare = (id: SchemaId): void => {
    const wishes = possibleNames(usage.schemaOf(id), bases.get(id) ?? []);
    scope.declared.set(id, takeFirst(scope, usage.schemaOf(id), wishes));
  };
  const reserve = (id: SchemaId): void => {
    const before = known.get(id);
    const name = before?.as.get(path) ?? before?.name;
    const schema = usage.schemaOf(id);
    if (name !== undefined && isFree(scope, schema, name))
      scope.reserved.set(id, takeFirst(scope, schema, [name]));
  };
  const ordered = sortedBy(byPath.get(path) ?? [], (id) =>
    rank(usage.schemaOf(id), bases.get(id)?.[0] ?? "Unnamed"),
  );
  const foreign = [...(usage.reached.get(path) ?? [])].filter((id) => paths.get(id) !== path);
  for (const before of [true, false]) {
    const isTurn = (id: SchemaId): boolean =>
      known.has(id) && (usage.reachedBefore.get(path)?.has(id) ?? false) === before;
    ordered.filter(isTurn).forEach(declare);
    sortedBy(foreign.filter(isTurn), (id) => usage.schemaOf(id).digest).forEach(reserve);
  }
  for (const id of ordered) if (!known.has(id)) declare(id);
  return scope;
}

const isFree = ({ taken }: Scope, schema: SharedSchema, name: string): boolean =>
  takenBy(name, schema).every((one) => !taken.has(one));

/** Takes the first free name, and for an enum also the names of its list and its guard. */
function takeFirst(scope: Scope, schema: SharedSchema, names: readonly string[]): string {
  const name = firstFree(names, (one) => isFree(scope, schema, one));
  for (const one of takenBy(name, schema)) scope.taken.add(one);
  return name;
}

/** The enums that the root exports: of each name, the only shared enum, or else the one of the earlier run. */
function rootEnums(
  { usage, known }: Context,
  names: ReadonlyMap<SchemaId, string>,
): ReadonlySet<SchemaId> {
  const shared = usage.live.filter(
    (id) => usage.schemaOf(id).members && usage.usersOf(id).length > 1,
  );
  const byName = new Map<string, SchemaId[]>();
  for (const id of shared) {
    const name = names.get(id) ?? "";
    byName.set(name, [...(byName.get(name) ?? []), id]);
  }
  const found = new Set<SchemaId>();
  for (const [name, ids] of byName) {
    const before = ids.filter((id) => known.get(id)?.root && known.get(id)?.name === name).at(-1);
    const [first] = ids;
    const one = ids.length === 1 ? first : before;
    if (one !== undefined) found.add(one);
  }
  return found;
}

interface NamedContext extends Context {
  readonly names: ReadonlyMap<SchemaId, string>;
  readonly atRoot: ReadonlySet<SchemaId>;
}

interface Made {
  readonly module: SchemaModule;
  /** The names of its own schemas and of its imports. */
  readonly local: ReadonlyMap<SchemaId, string>;
  /** The names of the schemas that its imports refer to, which it re-exports. */
  readonly exported: ReadonlyMap<SchemaId, string>;
}

function moduleOf(path: string, scope: Scope, context: NamedContext): Made {
  const { usage, names, paths, atRoot } = context;
  const ids = [...scope.declared.keys()];
  const needed = new Set([
    ...(usage.wanted.get(path) ?? []),
    ...ids.flatMap((id) => usage.refsOf(id)),
  ]);
  const foreign = [...needed].filter((id) => !scope.declared.has(id));
  const imports = sortedBy(foreign, (id) => `${paths.get(id) ?? ""} ${names.get(id) ?? ""}`).map(
    (id) => importOf(id, scope, context),
  );
  const local = new Map([...scope.declared, ...imports.map(({ id, as }) => [id, as] as const)]);
  const beyond = [...(usage.reached.get(path) ?? [])].filter((id) => !local.has(id));
  const others = sortedBy(beyond, (id) => `${names.get(id) ?? ""} ${paths.get(id) ?? ""}`).map(
    (id) => importOf(id, scope, context),
  );
  const declarations = sortedBy(ids, (id) => names.get(id) ?? "").map((id) =>
    declarationOf(usage.schemaOf(id), names.get(id) ?? "", atRoot.has(id)),
  );
  return {
    module: {
      path,
      declarations,
      imports,
      ...(others.length > 0
        ? { others: others.map(({ from, name, as }) => ({ from, name, as })) }
        : {}),
    },
    local,
    exported: new Map(others.map(({ id, as }) => [id, as])),
  };
}

function importOf(
  id: SchemaId,
  { taken, reserved }: Scope,
  { usage, names, paths }: NamedContext,
): SchemaModule["imports"][number] {
  const schema = usage.schemaOf(id);
  const from = paths.get(id) ?? "";
  const name = names.get(id) ?? "";
  // Under its own name, an enum comes with its list and its guard.
  const takes = (one: string): readonly string[] => (one === name ? takenBy(one, schema) : [one]);
  const as =
    reserved.get(id) ??
    firstFree(aliases(name, from, usage.usersOf(id), schema), (one) =>
      takes(one).every((each) => !taken.has(each)),
    );
  for (const one of takes(as)) taken.add(one);
  return { id, from, name, as };
}

function namesGiven(
  made: readonly Made[],
  names: ReadonlyMap<SchemaId, string>,
  atRoot: ReadonlySet<SchemaId>,
): ReadonlyMap<SchemaId, KnownName> {
  const aliasesOf = new Map([...names.keys()].map((id) => [id, new Map<string, string>()]));
  for (const { module, local, exported } of made)
    for (const [id, as] of [...local, ...exported])
      if (as !== names.get(id)) aliasesOf.get(id)?.set(module.path, as);
  return new Map(
    [...names].map(([id, name]) => [
      id,
      { name, as: aliasesOf.get(id) ?? new Map<string, string>(), root: atRoot.has(id) },
    ]),
  );
}

function declarationOf(
  { id, schema, members, inline, positions }: SharedSchema,
  name: string,
  root: boolean,
): Declaration {
  const property = mostFrequent(inline.map((one) => one.property));
  // The property has the description; the list only names the property.
  const docs =
    members && property !== undefined ? { description: `What \`${property}\` may be.` } : {};
  return {
    id,
    name,
    schema: { ...docs, ...schema },
    ...(members ? { members } : {}),
    ...(positions.has("response") ? {} : { mutable: true }),
    ...(root ? { root } : {}),
  };
}

function firstFree(names: readonly string[], free: (name: string) => boolean): string {
  const name = names.find(free);
  if (name === undefined)
    throw new Error(`expected a free name for ${names[0] ?? "a schema"}, found none`);
  return name;
}

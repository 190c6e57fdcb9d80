/** `usageOf`: which modules need which schemas. The first step of `layOutModules`. */
import { byCodePoint } from "../base/order.js";
import { refsOf } from "./combine.js";
import type { SchemaId, SharedSchema, SharedSchemas } from "./schema.js";

/** A module needs the type of a use. */
export interface TypeUse {
  /** Index into `SharedSchemas.roots`. */
  readonly use: number;
  /** The module, such as `notes` or `v3/notes`. */
  readonly resource: string;
  /** The name of the type if the schema has none, such as `UpdateInput`. */
  readonly hint: string;
  /** The endpoint had its name in an earlier run, so the names of its types come first. Default false. */
  readonly known?: boolean;
}

export interface Usage {
  /** The schemas that the endpoints of each module use. */
  readonly wanted: ReadonlyMap<string, ReadonlySet<SchemaId>>;
  /** These, and all schemas that they refer to. */
  readonly reached: ReadonlyMap<string, ReadonlySet<SchemaId>>;
  /** The part of `reached` that endpoints with names of earlier runs reach. */
  readonly reachedBefore: ReadonlyMap<string, ReadonlySet<SchemaId>>;
  /** All schemas that a module reaches, in an order that depends only on their content. */
  readonly live: readonly SchemaId[];
  schemaOf(id: SchemaId): SharedSchema;
  /** The schemas that a schema refers to, each once. */
  refsOf(id: SchemaId): readonly SchemaId[];
  /** The modules that reach a schema, sorted. */
  usersOf(id: SchemaId): readonly string[];
  /** The hints for a schema, sorted. */
  hintsOf(id: SchemaId): readonly string[];
}

/** @throws RangeError for an index in `typeUses` that is none of a use */
export function usageOf(shared: SharedSchemas, typeUses: readonly TypeUse[]): Usage {
  const refs = new Map<SchemaId, readonly SchemaId[]>();
  for (const [id, { schema }] of shared.schemas)
    refs.set(id, [...new Set(refsOf(schema).map(Number))]);
  const wanted = new Map<string, Set<SchemaId>>();
  const reached = new Map<string, Set<SchemaId>>();
  const reachedBefore = new Map<string, Set<SchemaId>>();
  const users = new Map<SchemaId, Set<string>>();
  const hints = new Map<SchemaId, Set<string>>();
  for (const { use, resource, hint, known = false } of typeUses) {
    const root = shared.roots[use];
    if (root === undefined) throw new RangeError(`expected the index of a use, found ${use}`);
    addTo(wanted, resource, root);
    for (const id of closureOf(root, refs)) {
      addTo(users, id, resource);
      addTo(hints, id, hint);
      addTo(reached, resource, id);
      if (known) addTo(reachedBefore, resource, id);
    }
  }
  const schemaOf = (id: SchemaId): SharedSchema => {
    const schema = shared.schemas.get(id);
    if (!schema) throw new RangeError(`expected a schema that was shared, found ${id}`);
    return schema;
  };
  const sorted = new Map([...users].map(([id, modules]) => [id, [...modules].sort()]));
  return {
    wanted,
    reached,
    reachedBefore,
    live: sortedBy(users.keys(), (id) => schemaOf(id).digest),
    schemaOf,
    refsOf: (id) => refs.get(id) ?? [],
    usersOf: (id) => sorted.get(id) ?? [],
    hintsOf: (id) => [...(hints.get(id) ?? [])].sort(),
  };
}

/** A schema, and all schemas that it refers to. */
function closureOf(
  root: SchemaId,
  refs: ReadonlyMap<SchemaId, readonly SchemaId[]>,
): ReadonlySet<SchemaId> {
  const found = new Set([root]);
  for (const id of found) for (const ref of refs.get(id) ?? []) found.add(ref);
  return found;
}

export const sortedBy = <T>(items: Iterable<T>, text: (item: T) => string): T[] =>
  [...items].sort((a, b) => byCodePoint(text(a), text(b)));

function addTo<K, V>(map: Map<K, Set<V>>, key: K, value: V): void {
  const set = map.get(key);
  if (set) set.add(value);
  else map.set(key, new Set([value]));
}

/** `pathsOf`: the module that declares each schema. The third step of `layOutModules`. */
import { foldedName, shortened } from "../base/file-name.js";
import { groupBy } from "../base/group-by.js";
import { linesOf } from "./length.js";
import { takenBy } from "./names.js";
import type { SchemaId } from "./schema.js";
import type { Usage } from "./usage.js";

/** The most lines of shared declarations in one module. With more, each shared schema gets its own module. */
const longest = 500;

/**
 * A schema that only one module uses is declared there. Shared schemas are in one module, `schemas`, if it is short and
 * no two of them need the same name. Otherwise each has its own module, `schemas/<Name>`.
 * @param bases the names that fit each schema, the best first
 */
export function pathsOf(
  usage: Usage,
  bases: ReadonlyMap<SchemaId, readonly string[]>,
): ReadonlyMap<SchemaId, string> {
  const baseOf = (id: SchemaId): string => bases.get(id)?.[0] ?? "Unnamed";
  const paths = new Map<SchemaId, string>();
  const shared: SchemaId[] = [];
  for (const id of usage.live) {
    const [only, ...others] = usage.usersOf(id);
    if (only !== undefined && others.length === 0) paths.set(id, only);
    else shared.push(id);
  }
  const one = sharedModule(usage);
  if (one !== undefined && fitsOneModule(shared, usage, baseOf)) {
    for (const id of shared) paths.set(id, one);
    return paths;
  }
  const fileOf = (id: SchemaId): string => shortened(baseOf(id));
  for (const group of groupBy(shared, (id) => foldedName(fileOf(id))).values())
    for (const [id, path] of separatePaths(group, fileOf, usage)) paths.set(id, path);
  return paths;
}

/** The path of the shared module. A resource may have it; and some systems ignore case in file names. */
function sharedModule({ wanted }: Usage): string | undefined {
  const resources = new Set([...wanted.keys()].map(foldedName));
  return ["schemas", "sharedSchemas"].find((path) => !resources.has(foldedName(path)));
}

function fitsOneModule(
  shared: readonly SchemaId[],
  { schemaOf }: Usage,
  baseOf: (id: SchemaId) => string,
): boolean {
  const names = shared.flatMap((id) => takenBy(baseOf(id), schemaOf(id)));
  const lines = shared.reduce((sum, id) => sum + linesOf(schemaOf(id)), 0);
  return lines <= longest && new Set(names).size === names.length;
}

const versionFolder = /^(v\d+\w*|\d{4}-\d{2}[\w-]*)$/i;
const foldersOf = (resource: string): readonly string[] => resource.split("/").slice(0, -1);
const versionOf = (resource: string): string =>
  foldersOf(resource)
    .filter((folder) => versionFolder.test(folder))
    .join("/");

type Qualifier = (id: SchemaId) => string | undefined;

/** The words that distinguish schemas of one name, by what their users have in common; the best first. */
function qualifiersOf(
  group: readonly SchemaId[],
  { usersOf, schemaOf }: Usage,
): readonly Qualifier[] {
  const most = Math.max(...group.map((id) => usersOf(id).length));
  const busiest = group.filter((id) => usersOf(id).length === most);
  return [
    (id) => {
      const versions = new Set(usersOf(id).map(versionOf));
      const [version] = versions;
      return versions.size === 1 && version ? version : undefined;
    },
    // The schema that most modules use has the plain name.
    (id) => (busiest.length === 1 && busiest[0] === id ? "" : undefined),
    (id) => usersOf(id)[0],
    (id) => usersOf(id).at(-1),
    (id) => `${usersOf(id)[0] ?? ""}/${schemaOf(id).digest.slice(0, 8)}`,
  ];
}

/** Modules for shared schemas that would all be `schemas/<Name>`. */
function separatePaths(
  group: readonly SchemaId[],
  fileOf: (id: SchemaId) => string,
  usage: Usage,
): ReadonlyMap<SchemaId, string> {
  if (group.length === 1) return new Map(group.map((id) => [id, `schemas/${fileOf(id)}`]));
  const paths = new Map<SchemaId, string>();
  const used = new Set<string>();
  for (const qualify of qualifiersOf(group, usage)) {
    const free = group.filter((id) => !paths.has(id));
    for (const [id, path] of unambiguous(free, qualify, fileOf))
      if (!used.has(foldedName(path))) {
        used.add(foldedName(path));
        paths.set(id, path);
      }
  }
  return paths;
}

/** The paths by this qualifier that only one schema would have. */
function unambiguous(
  ids: readonly SchemaId[],
  qualify: Qualifier,
  fileOf: (id: SchemaId) => string,
): readonly (readonly [SchemaId, string])[] {
  const wishes = ids.flatMap((id) => {
    const qualifier = qualify(id);
    if (qualifier === undefined) return [];
    return [[id, ["schemas", qualifier, fileOf(id)].filter(Boolean).join("/")] as const];
  });
  const counts = new Map<string, number>();
  for (const [, path] of wishes)
    counts.set(foldedName(path), (counts.get(foldedName(path)) ?? 0) + 1);
  return wishes.filter(([, path]) => counts.get(foldedName(path)) === 1);
}

/**
 * `nameResources`: the module of each operation, such as `notes` or `v3/notes`: the shortest name that no other
 * resource has, below its version where there is a newer one.
 */
import { camelCase } from "../../base/words.js";
import { groupBy } from "./group-by.js";
import type { Name, Nameable } from "./name.js";
import type { PathParts } from "./path-parts.js";

/** An operation with its path taken apart, and the name that it has already. */
export interface Entry {
  readonly operation: Nameable & { readonly identity: string };
  readonly parts: PathParts;
  readonly kept?: Name;
  /** The kept name says which module operations like this one are in. */
  readonly leads: boolean;
}

/** For each entry, in order. */
export const nameResources = (entries: readonly Entry[]): readonly string[] =>
  entryPoints(entries, nameFamilies(entries));

/** `notes` of `v3/notes`. */
const baseOf = (resource: string): string => resource.replace(/^.*\//, "");

const unsafeModules = new Set(["client", "createClient", "default", "index", "service", "then"]);

/** The shortest ending of each family that no other family has: `notes`, `timelineEvents`. */
function nameFamilies(entries: readonly Entry[]): readonly string[] {
  const families = new Map(entries.map((entry) => [keyOf(entry), entry.parts.family]));
  const kept = keptFamilyNames(entries, families);
  const taken = new Set([...kept.values()].map((name) => name.toLowerCase()));
  const length = new Map([...families.keys()].map((key) => [key, 1]));
  const nameOf = (key: string): string =>
    kept.get(key) ?? ending(families.get(key) ?? [], length.get(key) ?? 1);
  for (;;) {
    let grown = false;
    for (const [name, keys] of groupBy([...families.keys()], (key) => nameOf(key).toLowerCase())) {
      if (keys.length < 2 && !taken.has(name)) continue;
      for (const key of keys) {
        const size = length.get(key) ?? 1;
        if (kept.has(key) || size >= (families.get(key)?.length ?? 0)) continue;
        length.set(key, size + 1);
        grown = true;
      }
    }
    if (!grown) break;
  }
  return entries.map((entry) => nameOf(keyOf(entry)));
}

const keyOf = ({ parts }: Entry): string => JSON.stringify(parts.family);

/** The name that the last segments of a family make. */
function ending(family: PathParts["family"], length: number): string {
  const words = family.slice(-length).flat();
  const name = camelCase(words);
  return unsafeModules.has(name) || /^\d|^v\d+$/.test(name) ? camelCase(["the", ...words]) : name;
}

/** A family keeps the name that it has; where it has several, the one that it would get today, or else the first. */
function keptFamilyNames(
  entries: readonly Entry[],
  families: ReadonlyMap<string, PathParts["family"]>,
): ReadonlyMap<string, string> {
  const kept = new Map<string, string>();
  const leaders = entries.filter(({ leads }) => leads);
  for (const [key, group] of groupBy(leaders, keyOf)) {
    const known = group
      .flatMap((entry) => (entry.kept ? [baseOf(entry.kept.resource)] : []))
      .sort();
    const today = ending(families.get(key) ?? [], 1);
    kept.set(key, known.includes(today) ? today : (known[0] ?? today));
  }
  return kept;
}

/**
 * The newest stable version of a resource has the plain name, unless another one has it already; the others are below
 * their version.
 */
function entryPoints(entries: readonly Entry[], bases: readonly string[]): readonly string[] {
  const known = knownEntryPoints(entries, bases);
  const given = new Set(known.values());
  const versions = new Map<string, Set<string>>();
  entries.forEach(({ parts: { version = "" } }, i) => {
    const base = bases[i] ?? "";
    versions.set(base, (versions.get(base) ?? new Set()).add(version));
  });
  const plain = new Map(
    [...versions].map(([base, all]) => [
      base,
      given.has(base) ? undefined : [...all].sort(newestFirst)[0],
    ]),
  );
  return entries.map(({ parts: { version = "" } }, i) => {
    const base = bases[i] ?? "";
    const below = `${version === "" ? "unversioned" : version}/${base}`;
    return known.get(versionKey(base, version)) ?? (plain.get(base) === version ? base : below);
  });
}

const versionKey = (base: string, version: string): string => JSON.stringify([base, version]);

/** The module that a version of a resource has already; of several the plain one, which is the shortest. */
function knownEntryPoints(
  entries: readonly Entry[],
  bases: readonly string[],
): ReadonlyMap<string, string> {
  const known = new Map<string, string>();
  entries.forEach(({ parts: { version = "" }, leads, kept }, i) => {
    const base = bases[i] ?? "";
    if (!leads || !kept || baseOf(kept.resource) !== base) return;
    const key = versionKey(base, version);
    const before = known.get(key);
    const first =
      before === undefined ||
      kept.resource.length < before.length ||
      (kept.resource.length === before.length && kept.resource < before);
    if (first) known.set(key, kept.resource);
  });
  return known;
}

/** No version at all, then dates, then numbers; what is marked beta and the like behind everything stable. */
export function newestFirst(a: string, b: string): number {
  const rank = (version: string): readonly (number | string)[] => {
    const stable = /[a-z]{2,}\d*$/i.test(version) ? 0 : 1;
    const date = /^\d{4}-/.test(version) ? 1 : 0;
    const number = date === 1 ? 0 : Number(/\d+/.exec(version)?.[0] ?? 0);
    return [stable, version === "" ? 1 : 0, date, number, version];
  };
  const [left, right] = [rank(a), rank(b)];
  for (const [i, value] of left.entries()) {
    const other = right[i] ?? "";
    if (value !== other) return value > other ? -1 : 1;
  }
  return 0;
}

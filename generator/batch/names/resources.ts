/**
 * `nameResources`: the module of each operation, such as `notes` or `v3/notes`. It has the shortest name that no other
 * resource has, and is below its version if there is a newer one.
 */
import { foldedName, isDevice, shortened } from "../../base/file-name.js";
import { camelCase } from "../../base/words.js";
import { groupBy } from "../../base/group-by.js";
import { takenModules, type Name, type Nameable } from "./name.js";
import type { PathParts } from "./path-parts.js";

/** An operation with the parts of its path, and its fixed name if it has one. */
export interface Entry {
  readonly operation: Nameable & { readonly identity: string };
  readonly parts: PathParts;
  readonly fixed?: Name;
  /** The fixed name decides the module of similar operations. */
  readonly leads: boolean;
}

/** The module of each entry, in the order given. */
export const nameResources = (entries: readonly Entry[]): readonly string[] =>
  entryPoints(entries, nameFamilies(entries));

/** `notes` of `v3/notes`. */
const baseOf = (resource: string): string => resource.replace(/^.*\//, "");

const unsafeModules = new Set([...takenModules, "createClient"]);

/** For each entry, the shortest ending of its family that no other family has: `notes`, `timelineEvents`. */
function nameFamilies(entries: readonly Entry[]): readonly string[] {
  const families = new Map(entries.map((entry) => [keyOf(entry), entry.parts.family]));
  const fixed = fixedFamilyNames(entries, families);
  const taken = new Set([...fixed.values()].map(foldedName));
  const length = new Map([...families.keys()].map((key) => [key, 1]));
  const nameOf = (key: string): string =>
    fixed.get(key) ?? ending(families.get(key) ?? [], length.get(key) ?? 1);
  for (;;) {
    let grown = false;
    for (const [name, keys] of groupBy([...families.keys()], (key) => foldedName(nameOf(key)))) {
      if (keys.length < 2 && !taken.has(name)) continue;
      for (const key of keys) {
        const size = length.get(key) ?? 1;
        if (fixed.has(key) || size >= (families.get(key)?.length ?? 0)) continue;
        length.set(key, size + 1);
        grown = true;
      }
    }
    if (!grown) break;
  }
  // What is left are families of the same words, or of words that are one file: they share a module.
  const spelled = new Map<string, string>();
  for (const name of [...fixed.values(), ...[...families.keys()].map(nameOf).sort()])
    if (!spelled.has(foldedName(name))) spelled.set(foldedName(name), name);
  return entries.map((entry) => {
    const name = nameOf(keyOf(entry));
    return spelled.get(foldedName(name)) ?? name;
  });
}

const keyOf = ({ parts }: Entry): string => JSON.stringify(parts.family);

/** The name that the last segments of a family make. */
function ending(family: PathParts["family"], length: number): string {
  const words = family.slice(-length).flat();
  const name = shortened(camelCase(words));
  const unsafe = unsafeModules.has(name) || isDevice(name) || /^$|^\P{ID_Start}|^v\d+$/u.test(name);
  return unsafe ? shortened(camelCase(["the", ...words])) : name;
}

/** The fixed name of each family. Of several, it is the one that the family would get today, or else the first. */
function fixedFamilyNames(
  entries: readonly Entry[],
  families: ReadonlyMap<string, PathParts["family"]>,
): ReadonlyMap<string, string> {
  const fixed = new Map<string, string>();
  const leaders = entries.filter(({ leads }) => leads);
  for (const [key, group] of groupBy(leaders, keyOf)) {
    const known = group
      .flatMap((entry) => (entry.fixed ? [baseOf(entry.fixed.resource)] : []))
      .sort();
    const today = ending(families.get(key) ?? [], 1);
    fixed.set(key, known.includes(today) ? today : (known[0] ?? today));
  }
  return fixed;
}

/**
 * The newest stable version of a resource has the plain name, unless another version has it already. The others are
 * below their version.
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
    const below = `${version === "" ? "unversioned" : shortened(version)}/${base}`;
    return known.get(versionKey(base, version)) ?? (plain.get(base) === version ? base : below);
  });
}

const versionKey = (base: string, version: string): string => JSON.stringify([base, version]);

/** The fixed module of each version of a resource. Of several, it is the shortest, which is the plain one. */
function knownEntryPoints(
  entries: readonly Entry[],
  bases: readonly string[],
): ReadonlyMap<string, string> {
  const known = new Map<string, string>();
  entries.forEach(({ parts: { version = "" }, leads, fixed }, i) => {
    const base = bases[i] ?? "";
    if (!leads || !fixed || baseOf(fixed.resource) !== base) return;
    const key = versionKey(base, version);
    const before = known.get(key);
    const first =
      before === undefined ||
      fixed.resource.length < before.length ||
      (fixed.resource.length === before.length && fixed.resource < before);
    if (first) known.set(key, fixed.resource);
  });
  return known;
}

/** Paths without a version first, then dates, then numbers; versions marked beta or similar after all stable ones. */
export function newestFirst(a: string, b: string): number {
  const rank = (version: string): readonly (number | string)[] => {
    const stable = /(?<![a-z])[a-z]{2,}\d*$/i.test(version) ? 0 : 1;
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

/**
 * `nameAll`: names for endpoints, such as `notes.update` for `POST /crm/v3/objects/notes/batch/update`. They are made
 * from the path, and as short as possible. The newest stable version has the plain name, the others have their own entry
 * point (`v3/notes`). No name depends on the order of documents.
 */
import { functionWords, nameFunctions } from "./functions.js";
import type { Name, Nameable } from "./name.js";
import { partsOf, titleWords } from "./path-parts.js";
import { nameResources, type Entry } from "./resources.js";

type Identified = Nameable & { readonly identity: string };

/** Names that must not change. */
export interface FixedNames {
  /** From the lock or the configuration, by identity. */
  readonly names: ReadonlyMap<string, Name>;
  /** Identities whose name the configuration chooses. Such a name shows nothing about similar operations. */
  readonly chosen: ReadonlySet<string>;
  /** Names of operations that no document has any more: no other operation gets them. */
  readonly retired: readonly (Pick<Nameable, "method" | "path"> & { readonly name: Name })[];
}

const noFixedNames: FixedNames = { names: new Map(), chosen: new Set(), retired: [] };

/**
 * Names all operations, in the order given. Two get the same name if, and only if, their `identity` is the same. Fixed
 * names stay; an operation without one gets a name in the module of similar operations.
 */
export function nameAll(
  operations: readonly Identified[],
  fixed: FixedNames = noFixedNames,
): readonly Name[] {
  // If documents declare an operation alike, one of them names it; which one must not depend on their order.
  const first = new Map<string, Identified>();
  for (const operation of operations) {
    const known = first.get(operation.identity);
    const before = known && sourceOf(known) <= sourceOf(operation);
    if (!before) first.set(operation.identity, operation);
  }
  const names = nameDistinct([...first.values()], fixed);
  return operations.map(({ identity }) => names.get(identity) ?? { resource: "", name: "" });
}

const sourceOf = ({ title, document = "" }: Nameable): string => JSON.stringify([title, document]);

function nameDistinct(
  operations: readonly Identified[],
  { names, chosen, retired }: FixedNames,
): ReadonlyMap<string, Name> {
  const entry = (operation: Identified, fixed: Name | undefined, leads: boolean): Entry => {
    const found = partsOf(operation);
    const parts =
      found.family.length > 0 ? found : { ...found, family: [titleWords(operation.title)] };
    return { operation, parts, leads, ...(fixed ? { fixed } : {}) };
  };
  const entries = [
    ...operations.map((operation) => {
      const fixed = names.get(operation.identity);
      return entry(operation, fixed, fixed !== undefined && !chosen.has(operation.identity));
    }),
    ...retired.map(({ method, path, name }, i) =>
      entry({ method, path, title: "", identity: `retired ${i}` }, name, true),
    ),
  ];
  const resources = nameResources(entries);
  const functions = nameFunctions(
    entries.map(({ operation, parts, fixed }, i) => ({
      operation,
      templates: parts.templates,
      resource: fixed?.resource ?? resources[i] ?? "",
      words: functionWords(operation, parts),
      ...(fixed ? { fixed: fixed.name } : {}),
    })),
  );
  return new Map(
    operations.map(({ identity }, i) => [
      identity,
      {
        resource: entries[i]?.fixed?.resource ?? resources[i] ?? "",
        name: functions[i] ?? "",
      },
    ]),
  );
}

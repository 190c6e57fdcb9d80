/**
 * `nameAll`: the names that people type, such as `notes.update` for `POST /crm/v3/objects/notes/batch/update`. They are
 * made from the path, as short as can be; the newest stable version has the plain name, the others have their own entry
 * point (`v3/notes`). Nothing here depends on the order of documents.
 */
import { functionWords, nameFunctions } from "./functions.js";
import type { Name, Nameable } from "./name.js";
import { partsOf, titleWords } from "./path-parts.js";
import { nameResources, type Entry } from "./resources.js";

type Identified = Nameable & { readonly identity: string };

/** Names that stay, whatever the others are called. */
export interface KeptNames {
  /** By identity. */
  readonly names: ReadonlyMap<string, Name>;
  /** Identities among them whose name somebody chose: such a name says nothing of operations like it. */
  readonly chosen: ReadonlySet<string>;
  /** Names of operations that are gone: nothing else gets them. */
  readonly retired: readonly (Pick<Nameable, "method" | "path"> & { readonly name: Name })[];
}

const nothingKept: KeptNames = { names: new Map(), chosen: new Set(), retired: [] };

/**
 * Names for all, in the order given. Two get the same name if, and only if, their `identity` is the same. What is kept
 * stays, and the others get names beside it: in the same module, where it holds operations like them.
 */
export function nameAll(
  operations: readonly Identified[],
  kept: KeptNames = nothingKept,
): readonly Name[] {
  // Of documents that declare one operation alike, one speaks for all; which, must not depend on their order.
  const first = new Map<string, Identified>();
  for (const operation of operations) {
    const known = first.get(operation.identity);
    const before = known && sourceOf(known) <= sourceOf(operation);
    if (!before) first.set(operation.identity, operation);
  }
  const names = nameDistinct([...first.values()], kept);
  return operations.map(({ identity }) => names.get(identity) ?? { resource: "", name: "" });
}

const sourceOf = ({ title, document = "" }: Nameable): string => JSON.stringify([title, document]);

function nameDistinct(
  operations: readonly Identified[],
  { names, chosen, retired }: KeptNames,
): ReadonlyMap<string, Name> {
  const entry = (operation: Identified, kept: Name | undefined, leads: boolean): Entry => {
    const found = partsOf(operation);
    const parts =
      found.family.length > 0 ? found : { ...found, family: [titleWords(operation.title)] };
    return { operation, parts, leads, ...(kept ? { kept } : {}) };
  };
  const entries = [
    ...operations.map((operation) => {
      const kept = names.get(operation.identity);
      return entry(operation, kept, kept !== undefined && !chosen.has(operation.identity));
    }),
    ...retired.map(({ method, path, name }, i) =>
      entry({ method, path, title: "", identity: `retired ${i}` }, name, true),
    ),
  ];
  const resources = nameResources(entries);
  const functions = nameFunctions(
    entries.map(({ operation, parts, kept }, i) => ({
      operation,
      templates: parts.templates,
      resource: kept?.resource ?? resources[i] ?? "",
      words: functionWords(operation, parts),
      ...(kept ? { kept: kept.name } : {}),
    })),
  );
  return new Map(
    operations.map(({ identity }, i) => [
      identity,
      {
        resource: entries[i]?.kept?.resource ?? resources[i] ?? "",
        name: functions[i] ?? "",
      },
    ]),
  );
}

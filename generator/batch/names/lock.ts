/**
 * `recallNames`: matches the names of the lock and of the configuration to operations, and makes the next lock. An
 * operation is identified by its method and path, and by its document if documents declare it in different ways.
 */
import { groupBy } from "../../base/group-by.js";
import { byCodePoint } from "../../base/order.js";
import type { Diagnostic, Location } from "../../base/diagnostics.js";
import { printName, type Name } from "./name.js";
import type { FixedNames } from "./names.js";
import type { LockedType } from "./type-names.js";

/** The names in a lock: all that the package ever had. */
export interface Locked {
  readonly endpoints: readonly LockedName[];
  readonly types: readonly LockedType[];
}

export const nothingLocked: Locked = { endpoints: [], types: [] };

/** The name of an endpoint in a lock. */
export interface LockedName {
  readonly name: Name;
  /** In capitals. */
  readonly method: string;
  readonly path: string;
  /** `Spec.name` of a document that declares it. */
  readonly document: string;
  /** No document has the operation any more. The name stays reserved for it. */
  readonly removed: boolean;
  /** Its location in the lock; absent if it was not read from a file. */
  readonly at?: () => Location;
}

/** A name that the configuration chooses. */
export interface Rename {
  /** In capitals. */
  readonly method: string;
  readonly path: string;
  /** The `Spec.name` of the document that it is for. Absent: any document. */
  readonly document?: string;
  readonly name: Name;
  readonly at?: () => Location;
}

/** One operation, with all documents that declare it alike. */
export interface NamedOperation {
  readonly identity: string;
  readonly method: string;
  readonly path: string;
  /** In code point order. */
  readonly documents: readonly string[];
}

/** The names that are known before new names are made. */
export interface Recalled {
  readonly fixed: FixedNames;
  readonly diagnostics: readonly Diagnostic[];
  /** The next lock. @param names of all operations, by identity */
  readonly lock: (names: ReadonlyMap<string, Name>) => readonly LockedName[];
}

const operationKey = ({ method, path }: { readonly method: string; readonly path: string }) =>
  `${method.toUpperCase()} ${path}`;

const fold = (name: Name): string => printName(name).toLowerCase();

/** Finds the earlier name and the chosen name of each operation. The order of the arguments does not matter. */
export function recallNames(
  operations: readonly NamedOperation[],
  locked: readonly LockedName[],
  renames: readonly Rename[],
): Recalled {
  const diagnostics: Diagnostic[] = [];
  const before = matchLocked(operations, locked);
  const chosen = matchRenames(operations, renames, before, diagnostics);
  const names = new Map<string, Name>();
  for (const { identity } of operations) {
    const name = chosen.get(identity) ?? before.get(identity)?.name;
    if (name) names.set(identity, name);
  }
  const live = new Set([...names.values()].map(fold));
  const matched = new Set(before.values());
  // A name that the configuration gives to another operation is no longer reserved.
  const retired = locked.filter((entry) => !matched.has(entry) && !live.has(fold(entry.name)));
  diagnostics.push(...changes(operations, before, names, locked));
  return {
    diagnostics,
    fixed: { names, chosen: new Set(chosen.keys()), retired },
    lock: (given) =>
      [
        ...operations.flatMap(({ identity, method, path, documents }) => {
          const name = given.get(identity);
          const known = before.get(identity)?.document;
          const document =
            known !== undefined && documents.includes(known) ? known : (documents[0] ?? "");
          return name
            ? [{ name, method: method.toUpperCase(), path, document, removed: false }]
            : [];
        }),
        ...retired.map(({ at: _, ...entry }) => ({ ...entry, removed: true })),
      ].sort((a, b) => byCodePoint(printName(a.name), printName(b.name))),
  };
}

/** The entry of each operation, by identity. An entry belongs to at most one operation. */
function matchLocked(
  operations: readonly NamedOperation[],
  locked: readonly LockedName[],
): ReadonlyMap<string, LockedName> {
  const found = new Map<string, LockedName>();
  const entriesOf = groupBy(locked, operationKey);
  for (const [key, group] of groupBy(operations, operationKey)) {
    // Names in use come before reserved ones. Then a fixed order, so that the order of the arguments does not matter.
    let open = [...(entriesOf.get(key) ?? [])].sort(
      (a, b) =>
        Number(a.removed) - Number(b.removed) ||
        byCodePoint(a.document, b.document) ||
        byCodePoint(printName(a.name), printName(b.name)),
    );
    const take = (fits: (entry: LockedName, operation: NamedOperation) => boolean): void => {
      for (const operation of group) {
        if (found.has(operation.identity)) continue;
        const entry = open.find((one) => fits(one, operation));
        if (!entry) continue;
        found.set(operation.identity, entry);
        open = open.filter((one) => one !== entry);
      }
    };
    take((entry, { documents }) => documents.includes(entry.document));
    // The document was moved: a file has the same name, or only one operation is left.
    const present = new Set(group.flatMap(({ documents }) => documents));
    open = open.filter(({ document }) => !present.has(document));
    take((entry, { documents }) =>
      documents.some((name) => fileOf(name) === fileOf(entry.document)),
    );
    const left = group.filter(({ identity }) => !found.has(identity));
    if (left.length === 1) take(() => true);
  }
  return found;
}

const fileOf = (document: string): string => document.replace(/^.*\//, "");

/** The chosen name of each operation, by identity. A rename that is not possible only adds a diagnostic. */
function matchRenames(
  operations: readonly NamedOperation[],
  renames: readonly Rename[],
  before: ReadonlyMap<string, LockedName>,
  diagnostics: Diagnostic[],
): ReadonlyMap<string, Name> {
  const wanted = findRenamed(operations, renames, diagnostics);
  const taken = new Map<string, string>();
  for (const [identity, { name }] of before)
    if (!wanted.has(identity)) taken.set(fold(name), identity);
  const chosen = new Map<string, Name>();
  for (const [identity, rename] of wanted) {
    const key = fold(rename.name);
    const other = operations.find((one) => one.identity === taken.get(key));
    if (other && other.identity !== identity) {
      diagnostics.push(renameTaken(rename, other));
      continue;
    }
    taken.set(key, identity);
    chosen.set(identity, rename.name);
  }
  return chosen;
}

/** The rename of each operation, by identity. */
function findRenamed(
  operations: readonly NamedOperation[],
  renames: readonly Rename[],
  diagnostics: Diagnostic[],
): ReadonlyMap<string, Rename> {
  const wanted = new Map<string, Rename>();
  const groups = groupBy(operations, operationKey);
  for (const rename of renames) {
    const { document } = rename;
    const meant = (groups.get(operationKey(rename)) ?? []).filter(
      ({ documents }) => document === undefined || documents.includes(document),
    );
    const [one] = meant;
    if (!one) diagnostics.push(renameUnused(rename));
    else if (meant.length > 1) diagnostics.push(renameAmbiguous(rename, meant));
    else wanted.set(one.identity, rename);
  }
  return wanted;
}

const locationOf = ({ at }: Rename | LockedName): Pick<Diagnostic, "location"> =>
  at ? { location: at() } : {};

function renameUnused(rename: Rename): Diagnostic {
  const { document } = rename;
  const where = document === undefined ? "no document has" : `${document} does not have`;
  return {
    code: "rename-unused",
    severity: "warning",
    message: `\`rename\` names ${operationKey(rename)}, and ${where} a batch endpoint of that method and path.`,
    hint: "openapi-batch inspect lists them.",
    ...locationOf(rename),
  };
}

const renameAmbiguous = (rename: Rename, meant: readonly NamedOperation[]): Diagnostic => ({
  code: "rename-ambiguous",
  severity: "error",
  message: `${operationKey(rename)} is declared in different ways by ${meant.map(({ documents }) => documents[0]).join(", ")}, and they cannot all be ${printName(rename.name)}.`,
  hint: `Give each its name: {"${meant[0]?.documents[0] ?? ""}": "…"}.`,
  ...locationOf(rename),
});

const renameTaken = (rename: Rename, other: NamedOperation): Diagnostic => ({
  code: "rename-taken",
  severity: "error",
  message: `${operationKey(rename)} cannot be ${printName(rename.name)}: that is ${operationKey(other)}.`,
  hint: "Rename that one as well, or choose another name.",
  ...locationOf(rename),
});

/** Diagnostics about names that changed or vanished, which breaks users of the package. */
function changes(
  operations: readonly NamedOperation[],
  before: ReadonlyMap<string, LockedName>,
  names: ReadonlyMap<string, Name>,
  locked: readonly LockedName[],
): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const matched = new Set<LockedName>();
  for (const [identity, entry] of before) {
    matched.add(entry);
    const name = names.get(identity);
    if (entry.removed || !name || printName(name) === printName(entry.name)) continue;
    diagnostics.push(nameChanged(entry, name, ` (${operationKey(entry)}).`));
  }
  const declared = groupBy(operations, operationKey);
  for (const entry of locked) {
    if (matched.has(entry) || entry.removed) continue;
    const heir = declared
      .get(operationKey(entry))
      ?.find(({ documents }) => documents.includes(entry.document));
    const name = heir && names.get(heir.identity);
    const joined = `: the documents declare ${operationKey(entry)} alike, and it is one endpoint.`;
    diagnostics.push(name ? nameChanged(entry, name, joined) : nameVanished(entry));
  }
  return diagnostics.sort((a, b) => byCodePoint(a.message, b.message));
}

const nameChanged = (entry: LockedName, name: Name, end: string): Diagnostic => ({
  code: "name-changed",
  severity: "warning",
  message: `${printName(entry.name)} is now ${printName(name)}${end}`,
  hint: "This breaks users of the package who call it by its old name.",
  ...locationOf(entry),
});

const nameVanished = (entry: LockedName): Diagnostic => ({
  code: "name-vanished",
  severity: "warning",
  message: `${printName(entry.name)} was removed: no document has ${operationKey(entry)} as a batch endpoint any more.`,
  hint: "This breaks users of the package who call it. The name is kept for it; remove its line from the lock to free it.",
  ...locationOf(entry),
});

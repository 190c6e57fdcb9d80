/**
 * `recallTypes` and `lockTypes`: match the names of types in the lock to schemas, and make the next lock. A schema is
 * identified by its location in a document, whatever it contains; if documents declare it alike, by one of them.
 */
import { byCodePoint } from "../../base/order.js";
import type { Diagnostic, Location } from "../../base/diagnostics.js";
import type { SchemaId } from "../model.js";
import type { KnownName } from "../../schemas/module-layout.js";
import type { SchemaPlace, SharedSchema } from "../../schemas/schema.js";

/** The name of a type in a lock. */
export interface LockedType extends KnownName {
  /** `Spec.name` of a document that declares it. */
  readonly document: string;
  /** Its JSON Pointer in that document. */
  readonly pointer: string;
  readonly form: TypeForm;
  /** No endpoint has the schema any more. The name stays reserved for it. */
  readonly removed: boolean;
  /** Its location in the lock; absent if it was not read from a file. */
  readonly at?: () => Location;
}

/**
 * A declaration can have several types: `value`, for responses, and for requests unless they differ; `request`, if they
 * differ; and for a parent also `base` and `requestBase`, the part of it that its children have.
 */
export const typeForms = ["value", "request", "base", "requestBase"] as const;
export type TypeForm = (typeof typeForms)[number];

export interface RecalledTypes {
  /** The earlier name of each schema. */
  readonly known: ReadonlyMap<SchemaId, LockedType>;
  /** The schema of each entry of the lock. */
  readonly matched: ReadonlyMap<LockedType, SchemaId>;
  /** The entries of the lock, names in use first. */
  readonly entries: readonly LockedType[];
}

const printPlace = ({ document, pointer }: Pick<LockedType, "document" | "pointer">) =>
  `${document}#${pointer}`;

const byPlace = (a: LockedType, b: LockedType): number =>
  byCodePoint(a.document, b.document) ||
  byCodePoint(a.pointer, b.pointer) ||
  typeForms.indexOf(a.form) - typeForms.indexOf(b.form);

/** Finds the earlier name of each schema. The order of the arguments does not matter. */
export function recallTypes(
  schemas: ReadonlyMap<SchemaId, SharedSchema>,
  locked: readonly LockedType[],
): RecalledTypes {
  const entries = [...locked].sort(
    (a, b) => Number(a.removed) - Number(b.removed) || byPlace(a, b),
  );
  return { entries, ...matchLocked(schemas, entries) };
}

/**
 * The next lock, and diagnostics about names that changed or vanished.
 * @param given the names that the schemas have now
 * @param documents the documents that have an endpoint; types of other documents need no diagnostic, because their
 *   endpoints have one
 */
export function lockTypes(
  recalled: RecalledTypes,
  schemas: ReadonlyMap<SchemaId, SharedSchema>,
  given: ReadonlyMap<SchemaId, KnownName>,
  documents: ReadonlySet<string>,
): { readonly lock: readonly LockedType[]; readonly diagnostics: readonly Diagnostic[] } {
  const { entries, matched } = recalled;
  const entriesOf = new Map<SchemaId, LockedType[]>();
  for (const [entry, id] of matched) entriesOf.set(id, [...(entriesOf.get(id) ?? []), entry]);
  const lock: LockedType[] = [];
  const now = new Map<LockedType, string>();
  for (const [id, name] of given) {
    const schema = schemas.get(id);
    const before = entriesOf.get(id) ?? [];
    for (const entry of before) now.set(entry, name.name);
    // An enum that is both declared and inline has an entry for each, because they may differ one day.
    for (const inline of [false, true]) {
      const place = schema && placeOf(schema, inline, before);
      if (place) lock.push({ ...name, ...place, removed: false });
    }
  }
  // A schema elsewhere may have the name of one that was removed: then the name is in use.
  const live = new Set([...given.values()].map(({ name }) => name));
  for (const entry of entries) {
    const { at: _, ...rest } = entry;
    if (!now.has(entry) && !live.has(entry.name)) lock.push({ ...rest, removed: true });
  }
  return { lock: lock.sort(byPlace), diagnostics: typeChanges(recalled, now, documents, live) };
}

/** @param now the name that the type of each entry has now @param live the names of all types */
function typeChanges(
  { entries, known, matched }: RecalledTypes,
  now: ReadonlyMap<LockedType, string>,
  documents: ReadonlySet<string>,
  live: ReadonlySet<string>,
): readonly Diagnostic[] {
  return entries
    .flatMap((entry) => {
      const name = now.get(entry);
      if (entry.removed || name === entry.name) return [];
      if (name !== undefined)
        return [changed(entry, name, known.get(matched.get(entry) ?? -1) !== entry)];
      return documents.has(entry.document) && !live.has(entry.name) ? [vanished(entry)] : [];
    })
    .sort((a, b) => byCodePoint(a.message, b.message));
}

/** The schemas by their locations in documents. */
interface PlaceIndex {
  /** By document, pointer, position and form. */
  readonly exact: ReadonlyMap<string, SchemaId>;
  /** By pointer, position and form. */
  readonly elsewhere: ReadonlyMap<
    string,
    readonly { readonly id: SchemaId; readonly document: string }[]
  >;
}

function indexPlaces(schemas: ReadonlyMap<SchemaId, SharedSchema>): PlaceIndex {
  const exact = new Map<string, SchemaId>();
  const elsewhere = new Map<string, { readonly id: SchemaId; readonly document: string }[]>();
  for (const [id, { places }] of schemas)
    for (const { document, pointer, position, base } of places) {
      exact.set(JSON.stringify([document, pointer, position, base]), id);
      const key = JSON.stringify([pointer, position, base]);
      const known = elsewhere.get(key);
      if (known) known.push({ id, document });
      else elsewhere.set(key, [{ id, document }]);
    }
  return { exact, elsewhere };
}

/** The schema of each entry, and the first entry of each schema. */
function matchLocked(
  schemas: ReadonlyMap<SchemaId, SharedSchema>,
  entries: readonly LockedType[],
): Pick<RecalledTypes, "known" | "matched"> {
  const { exact, elsewhere } = indexPlaces(schemas);
  const known = new Map<SchemaId, LockedType>();
  const matched = new Map<LockedType, SchemaId>();
  const match = (entry: LockedType, id: SchemaId | undefined): void => {
    if (id === undefined) return;
    matched.set(entry, id);
    if (!known.has(id)) known.set(id, entry);
  };
  for (const entry of entries) {
    const { document, pointer } = entry;
    const ids = positionsOf(entry).map((position) =>
      exact.get(JSON.stringify([document, pointer, position, isBase(entry)])),
    );
    match(
      entry,
      ids.find((id) => id !== undefined),
    );
  }
  // The document was moved: a file has the same name. Or another document declares the schema now.
  for (const entry of entries) {
    if (matched.has(entry)) continue;
    const open = positionsOf(entry)
      .flatMap(
        (position) => elsewhere.get(JSON.stringify([entry.pointer, position, isBase(entry)])) ?? [],
      )
      .filter(({ id }) => !known.has(id))
      .sort((a, b) => byCodePoint(a.document, b.document));
    const moved = open.find(({ document }) => fileOf(document) === fileOf(entry.document));
    match(entry, (moved ?? (entry.removed ? undefined : open[0]))?.id);
  }
  return { known, matched };
}

const isBase = ({ form }: LockedType): boolean => form === "base" || form === "requestBase";
const positionsOf = ({ form }: LockedType): readonly string[] =>
  form === "request" || form === "requestBase" ? ["request"] : ["response", "request"];
const fileOf = (document: string): string => document.replace(/^.*\//, "");

/** The location of a schema for the lock: the earlier one if it still exists, or else the first one. */
function placeOf(
  { places, members }: SharedSchema,
  inline: boolean,
  before: readonly LockedType[],
): Pick<LockedType, "document" | "pointer" | "form"> | undefined {
  const all = places.filter((place) => place.inline === inline);
  const same = (a: SchemaPlace, b: Pick<SchemaPlace, "document" | "pointer">): boolean =>
    a.document === b.document && a.pointer === b.pointer;
  const place = all.find((one) => before.some((entry) => same(one, entry))) ?? all[0];
  if (!place) return undefined;
  const { document, pointer, base } = place;
  // An enum is the same in requests and responses.
  const request =
    !members &&
    all.filter((one) => same(one, place)).every(({ position }) => position === "request");
  const form = base ? (request ? "requestBase" : "base") : request ? "request" : "value";
  return { document, pointer, form };
}

function changed(entry: LockedType, name: string, joined: boolean): Diagnostic {
  const why = joined ? ": its schema is the same as that one's, and it is one type" : "";
  return located(entry, {
    code: "name-changed",
    severity: "warning",
    message: `The type ${entry.name} is now ${name}${why} (${printPlace(entry)}).`,
    hint: "This breaks users of the package who import it by its old name.",
  });
}

function vanished(entry: LockedType): Diagnostic {
  return located(entry, {
    code: "name-vanished",
    severity: "warning",
    message: `The type ${entry.name} was removed: no batch endpoint has the schema of ${printPlace(entry)} any more.`,
    hint: "This breaks users of the package who import it. The name is kept for it; remove its line from the lock to free it.",
  });
}

const located = (entry: LockedType, diagnostic: Diagnostic): Diagnostic => ({
  ...diagnostic,
  ...(entry.at ? { location: entry.at() } : {}),
});

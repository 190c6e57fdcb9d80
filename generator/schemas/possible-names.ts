/** The names that a schema may have. None of them depends on the order of documents. */
import { byCodePoint } from "../base/order.js";
import { enumNames, otherNames, typeName } from "./names.js";
import type { SchemaId, SchemaPosition, SharedSchema } from "./schema.js";
import type { Usage } from "./usage.js";

/** The names that fit a schema, the best first. */
export function baseNames(schema: SharedSchema, hints: readonly string[]): readonly string[] {
  if (schema.name !== undefined) {
    const name = typeName(schema.name);
    return [schema.requestOf === undefined ? name : `${name}Input`];
  }
  const [hint = "Unnamed"] = hints;
  if (schema.inline.length === 0) return [typeName(hint)];
  const property = mostFrequent(schema.inline.map((one) => one.property));
  const met = schema.inline.filter((one) => one.property === property);
  const owners = [
    ...new Set(met.flatMap(({ owner }) => (owner === undefined ? [] : [owner]))),
  ].sort();
  const within = mostFrequent(met.map((one) => one.within));
  const names = enumNames(owners.length ? owners : [hint], property, owners.length > 0);
  const inner = within === undefined ? [] : enumNames([within], property);
  const full = inner[0] === undefined ? [] : [(owners[0] ?? hint) + typeName(inner[0])];
  return [...new Set([...names, ...inner, ...full].map(typeName))];
}

/** If another schema in a module of an enum has the short name of the enum, the enum gets its longer one, in `bases`. */
export function preferLongerEnumNames(
  { live, schemaOf, usersOf }: Usage,
  bases: Map<SchemaId, readonly string[]>,
  known: Pick<ReadonlyMap<SchemaId, unknown>, "has">,
): void {
  const keysOf = (id: SchemaId): readonly string[] =>
    usersOf(id).map((user) => JSON.stringify([user, bases.get(id)?.[0]]));
  const keys = new Map(live.map((id) => [id, keysOf(id)]));
  const counts = new Map<string, number>();
  for (const key of [...keys.values()].flat()) counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const id of live) {
    const [base = "", longer, ...others] = bases.get(id) ?? [];
    const taken = keys.get(id)?.some((key) => (counts.get(key) ?? 0) > 1);
    if (taken && !known.has(id) && schemaOf(id).inline.length && longer !== undefined)
      bases.set(id, [longer, ...others, base]);
  }
}

/** The most frequent name; of several, the first by code points. */
export function mostFrequent(names: readonly (string | undefined)[]): string | undefined {
  const counts = new Map<string, number>();
  for (const name of names) if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([a, x], [b, y]) => y - x || byCodePoint(a, b))[0]?.[0];
}

/** A sort key: schemas whose name in the document is the name of the type come first, and so get it. */
export const rank = (schema: SharedSchema, base: string): string =>
  [
    schema.name === undefined ? 1 : 0,
    schema.name === base ? 0 : 1,
    schema.requestOf === undefined ? 0 : 1,
    JSON.stringify(schema.name ?? ""),
    schema.digest,
  ].join(" ");

/** All names that a schema may be declared under, the best first. */
export function possibleNames(schema: SharedSchema, bases: readonly string[]): readonly string[] {
  const [base = "Unnamed"] = bases;
  const suffix = schema.requestOf === undefined ? "" : "Input";
  const [document = ""] = schema.documents;
  return [
    ...bases,
    ...(schema.name === undefined ? [] : otherNames(schema.name).map((name) => name + suffix)),
    ...(positionWord(schema.positions) ? [base + positionWord(schema.positions)] : []),
    ...(schema.inline.length ? [`${base}Value`] : []),
    `${base}Model`,
    `${typeName(document.replace(/^.*\//, "").replace(/\.\w+$/, ""))}${base}`,
    `${base}_${schema.digest.slice(0, 8)}`,
    `${base}_${schema.digest}`,
  ];
}

function positionWord(positions: ReadonlySet<SchemaPosition>): string {
  if (positions.size !== 1) return "";
  return positions.has("request") ? "Input" : "Output";
}

/** All names that a module may import a schema by, the best first. */
export function aliases(
  name: string,
  from: string,
  users: readonly string[],
  schema: SharedSchema,
): readonly string[] {
  const folders = from.split("/").slice(1, -1).join("/");
  const qualified = [folders, users[0] ?? "", users.at(-1) ?? ""].filter(Boolean);
  return [
    name,
    ...qualified.map((qualifier) => typeName(`${qualifier}/${name}`)),
    `Shared${name}`,
    `${name}_${schema.digest.slice(0, 8)}`,
    `${name}_${schema.digest}`,
  ];
}

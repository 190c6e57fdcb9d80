/**
 * `compareTypes`: compares the types of two packages. Callers write the types of requests and read those of responses:
 * a wider type is compatible in a request, and breaks code that reads it in a response.
 */
import type { Schema } from "../schemas/schema.js";
import type { ChangeCode } from "./changes.js";
import { comparePrimitives, type Primitives } from "./compare-primitives.js";
import { matchBranches } from "./match-branches.js";
import {
  createViews,
  fieldsOf,
  member,
  nameOfKey,
  typeText,
  type Fields,
  type Types,
  type View,
  type Views,
} from "./view.js";

export type Position = "request" | "response";

/** One difference of types; `compare.ts` adds the endpoints. */
export interface Finding {
  readonly code: ChangeCode;
  readonly at: string;
  readonly message: string;
}

/** Where two types are compared. */
export interface Met {
  readonly position: Position;
  /** The location of the comparison: the name of a type, and a path in it. */
  readonly at: string;
  /** The fields of this type are the parameters of an endpoint. */
  readonly parameters?: true;
}

interface Pair extends Met {
  readonly key: string;
  readonly old: Schema;
  readonly new: Schema;
}

interface Compared {
  readonly findings: readonly Finding[];
  /** Keys of the pairs inside this one. */
  readonly parts: readonly string[];
}

export interface TypeComparison {
  /** Compares two types, and returns a key for `under`. */
  compare(old: Schema, next: Schema, met: Met): string;
  /** The findings of a pair and of all pairs inside it. */
  under(key: string): readonly Finding[];
}

/** The comparisons so far. */
interface Context {
  readonly before: Views;
  readonly after: Views;
  /** A number for each schema. */
  readonly ids: Map<Schema, number>;
  readonly pairs: Map<string, Compared>;
}

/** Each pair of types is compared once, however many endpoints have it. */
export function compareTypes(oldTypes: Types, newTypes: Types): TypeComparison {
  const context: Context = {
    before: createViews(oldTypes),
    after: createViews(newTypes),
    ids: new Map(),
    pairs: new Map(),
  };
  return {
    compare: (old, next, met) => compare(context, old, next, met),
    under: (key) => under(context, key),
  };
}

/** A loop instead of recursion: types refer to each other in circles, and in long chains. */
function compare(context: Context, old: Schema, next: Schema, met: Met): string {
  const { pairs } = context;
  const start = pairOf(context, old, next, met);
  const queue = [start];
  for (let pair = queue.pop(); pair; pair = queue.pop()) {
    if (pairs.has(pair.key)) continue;
    const open: OpenPair = { context, pair, findings: [], parts: [] };
    compareViews(open);
    pairs.set(pair.key, { findings: open.findings, parts: open.parts.map(({ key }) => key) });
    queue.push(...open.parts);
  }
  return start.key;
}

function idOf({ ids }: Context, schema: Schema): number {
  const id = ids.get(schema) ?? ids.size;
  ids.set(schema, id);
  return id;
}

function pairOf(context: Context, old: Schema, next: Schema, met: Met): Pair {
  const parameters = met.parameters ? " parameters" : "";
  const key = `${met.position}${parameters} ${idOf(context, old)} ${idOf(context, next)}`;
  // A type that keeps its name has its findings once, under that name; another has them at each of its locations.
  return sameName(old, next)
    ? { ...met, at: nameOfKey(old.$ref ?? ""), key, old, new: next }
    : { ...met, key: `${key} ${met.at}`, old, new: next };
}

function under({ pairs }: Context, key: string): readonly Finding[] {
  const found: Finding[] = [];
  const seen = new Set<string>();
  const queue = [key];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    const pair = pairs.get(at);
    found.push(...(pair?.findings ?? []));
    queue.push(...(pair?.parts ?? []));
  }
  return found;
}

/** Whether the new type allows every value of the old one. */
function allowed(context: Context, old: Schema, next: Schema): boolean {
  const key = compare(context, old, next, { position: "request", at: "" });
  return under(context, key).every(({ code }) => compatibleInRequests.has(code));
}

/** The pair that `compare` is at, its findings, and the pairs inside it. */
interface OpenPair {
  readonly context: Context;
  readonly pair: Pair;
  readonly findings: Finding[];
  readonly parts: Pair[];
}

/** @param message default: both types */
function report({ pair, findings }: OpenPair, code: ChangeCode, message?: string): void {
  const texts = `${typeText(pair.old)} → ${typeText(pair.new)}`;
  findings.push({ code, at: pair.at, message: message ?? texts });
}

function addPart({ context, parts }: OpenPair, old: Schema, next: Schema, met: Met): void {
  parts.push(pairOf(context, old, next, met));
}

function compareViews(open: OpenPair): void {
  const { context, pair } = open;
  const { position, at } = pair;
  const old = context.before.viewOf(pair.old);
  const next = context.after.viewOf(pair.new);
  if (old.anything && next.anything) return;
  if (next.anything) return report(open, `${position}-type-widened`);
  if (old.anything) return report(open, `${position}-type-narrowed`);
  const { together, lost, gained } = matchBranches(old.branches, next.branches);
  const primitives = comparePrimitives(old, next);
  const nothingInCommon = together.length === 0 && !primitives.common;
  const wasSomething = old.branches.length + old.primitives.size > 0;
  const isSomething = next.branches.length + next.primitives.size > 0;
  if (nothingInCommon && wasSomething && isSomething)
    return report(open, `${position}-type-changed`);
  for (const [a, b] of together) {
    // Locations start at the nearest declaration: those of a type that contains itself would be endless.
    const owner = pair.old.$ref === undefined ? at : nameOfKey(pair.old.$ref);
    const met = { ...pair, at: a.name ?? owner };
    if (a.kind === "object") compareObjects(open, a.schema, b.schema, met);
    else if (a.kind === "array") compareArrays(open, a.schema, b.schema, met);
    else if (a.kind === "intersection") compareIntersections(open, a.schema, b.schema, met);
  }
  compareAlternatives(open, old, next, primitives, { lost: lost.length, gained: gained.length });
}

/** Members of enums, primitives, `null`, and whole branches that only one of the types has. */
function compareAlternatives(
  open: OpenPair,
  old: View,
  next: View,
  primitives: Primitives,
  branches: { readonly lost: number; readonly gained: number },
): void {
  const { position } = open.pair;
  const unlisted = old.unlisted && next.unlisted && position === "response";
  for (const name of primitives.added)
    report(open, unlisted ? "response-member-listed" : `${position}-member-added`, name);
  for (const name of primitives.removed)
    report(open, unlisted ? "response-member-unlisted" : `${position}-member-removed`, name);
  if ((old.null && !next.null) || (old.unlisted && !next.unlisted))
    report(open, `${position}-type-narrowed`);
  if (primitives.narrowed) report(open, `${position}-type-narrowed`);
  if (branches.lost > 0 || primitives.lost)
    report(open, position === "request" ? "request-type-narrowed" : "response-branch-removed");
  const widened =
    branches.gained > 0 ||
    primitives.gained ||
    primitives.widened ||
    (next.null && !old.null) ||
    (next.unlisted && !old.unlisted);
  if (widened) report(open, `${position}-type-widened`);
}

/** The fields of two objects. */
interface ObjectPair {
  readonly a: Fields;
  readonly b: Fields;
  readonly met: Met;
}

function compareObjects(open: OpenPair, old: Schema, next: Schema, met: Met): void {
  const objects: ObjectPair = { a: fieldsOf(old), b: fieldsOf(next), met };
  for (const name of objects.a.fields.keys()) compareField(open, objects, name);
  for (const name of objects.b.fields.keys())
    if (!objects.a.fields.has(name)) compareAddedField(open, objects, name);
  compareIndexes(open, objects);
}

function fieldText({ fields }: Fields, name: string): string {
  const one = fields.get(name);
  return one ? `${name}${one.required ? "" : "?"}: ${typeText(one.schema, 1)}` : "";
}

function reportField(
  { findings }: OpenPair,
  { met }: ObjectPair,
  code: FieldCode,
  name: string,
  message: string,
): void {
  findings.push({ code: fieldCode(code, met), at: met.at + member(name), message });
}

/** A field that the old object has. */
function compareField(open: OpenPair, objects: ObjectPair, name: string): void {
  const { a, b, met } = objects;
  const { position, at } = met;
  const was = a.fields.get(name);
  const is = b.fields.get(name);
  if (!was) return;
  if (is) {
    addPart(open, was.schema, is.schema, { position, at: at + member(name) });
    const change = `${fieldText(a, name)} → ${fieldText(b, name)}`;
    if (was.required && !is.required)
      reportField(open, objects, "field-now-optional", name, change);
    if (!was.required && is.required)
      reportField(open, objects, "field-now-required", name, change);
    if (is.schema.deprecated === true && was.schema.deprecated !== true)
      open.findings.push({
        code: "field-deprecated",
        at: at + member(name),
        message: fieldText(b, name),
      });
    return;
  }
  const rest = indexOf(b, name);
  // an optional field is `undefined` in an index signature, too
  const fits = rest && (was.required || open.context.after.viewOf(rest).anything);
  if (position === "request" && fits && allowed(open.context, was.schema, rest))
    reportField(open, objects, "type-widened", name, `${fieldText(a, name)} → any name`);
  else reportField(open, objects, "field-removed", name, fieldText(a, name));
}

/** A field that only the new object has. */
function compareAddedField(open: OpenPair, objects: ObjectPair, name: string): void {
  const { a, b, met } = objects;
  const is = b.fields.get(name);
  if (!is) return;
  const rest = indexOf(a, name);
  const text = fieldText(b, name);
  if (is.required) reportField(open, objects, "required-field-added", name, text);
  else if (met.position === "request" && rest && !allowed(open.context, rest, is.schema))
    reportField(open, objects, "type-narrowed", name, `any name → ${text}`);
  else reportField(open, objects, "field-added", name, text);
}

/** Index signatures: fields of any name. */
function compareIndexes(open: OpenPair, { a, b, met: { position, at } }: ObjectPair): void {
  for (const [prefix, was] of a.index) {
    const is = b.index.get(prefix) ?? b.index.get("");
    if (is) addPart(open, was, is, { position, at: `${at}[…]` });
    else report(open, position === "request" ? "request-type-narrowed" : "response-branch-removed");
  }
  for (const [prefix, is] of b.index)
    if (!a.index.has(prefix) && !a.index.has(""))
      report(
        open,
        position === "request" ? "request-type-widened" : "response-type-narrowed",
        `any name → ${typeText(is, 1)}`,
      );
}

function compareArrays(open: OpenPair, old: Schema, next: Schema, { position, at }: Met): void {
  const [a, b] = [old.prefixItems, next.prefixItems];
  if (!a !== !b || (a && b && (a.length !== b.length || old.minItems !== next.minItems)))
    return report(open, `${position}-type-changed`);
  a?.forEach((item, index) =>
    addPart(open, item, b?.[index] ?? {}, { position, at: `${at}[${index}]` }),
  );
  if (!a || old.items || next.items)
    addPart(open, old.items ?? (a ? never : {}), next.items ?? (b ? never : {}), {
      position,
      at: `${at}[]`,
    });
}

function compareIntersections(
  open: OpenPair,
  old: Schema,
  next: Schema,
  { position, at }: Met,
): void {
  const [a, b] = [old.allOf ?? [old], next.allOf ?? [next]];
  if (a.length !== b.length) return report(open, `${position}-type-changed`);
  // parts with names are paired by name, others by index
  const names = new Map(b.map((one) => [one.$ref === undefined ? one : typeText(one), one]));
  a.forEach((one, index) =>
    addPart(open, one, names.get(typeText(one)) ?? b[index] ?? {}, { position, at }),
  );
}

const never: Schema = { not: {} };

const sameName = (a: Schema, b: Schema): boolean =>
  a.$ref !== undefined && b.$ref !== undefined && nameOfKey(a.$ref) === nameOfKey(b.$ref);

const compatibleInRequests: ReadonlySet<ChangeCode> = new Set<ChangeCode>([
  "request-field-added",
  "request-field-now-optional",
  "request-member-added",
  "request-type-widened",
  "field-deprecated",
]);

type FieldCode =
  | "field-added"
  | "required-field-added"
  | "field-removed"
  | "field-now-required"
  | "field-now-optional"
  | "type-widened"
  | "type-narrowed";

const parameterCodes: Partial<Record<FieldCode, ChangeCode>> = {
  "field-added": "parameter-added",
  "required-field-added": "parameter-required-added",
  "field-removed": "parameter-removed",
  "field-now-required": "parameter-now-required",
  "field-now-optional": "parameter-now-optional",
};

function fieldCode(code: FieldCode, { position, parameters }: Met): ChangeCode {
  const asParameter = parameters ? parameterCodes[code] : undefined;
  if (asParameter) return asParameter;
  // for code that reads, a new field is the same whether it is optional or required
  if (code === "required-field-added" && position === "response") return "response-field-added";
  return code === "required-field-added"
    ? "request-required-field-added"
    : (`${position}-${code}` as const);
}

/** The index signature for a name: the longest prefix wins. */
function indexOf({ index }: Fields, name: string): Schema | undefined {
  const prefixes = [...index.keys()].filter((prefix) => name.startsWith(prefix));
  const longest = prefixes.sort((a, b) => b.length - a.length)[0];
  return longest === undefined ? undefined : index.get(longest);
}

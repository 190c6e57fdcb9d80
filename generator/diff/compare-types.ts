/**
 * Types of two packages side by side. A request's type is what callers write, a response's what they read: what
 * widens the one is compatible, and breaks the other.
 */
import type { Schema } from "../schemas/schema.js";
import type { ChangeCode } from "./changes.js";
import {
  createViews,
  fieldsOf,
  member,
  nameOfKey,
  typeText,
  type Branch,
  type Fields,
  type Primitive,
  type Types,
  type View,
} from "./view.js";

export type Position = "request" | "response";

/** One difference of types, before anybody knows in which endpoints. */
export interface Finding {
  readonly code: ChangeCode;
  readonly at: string;
  readonly message: string;
}

/** Where two types are met. */
export interface Met {
  readonly position: Position;
  /** Where the comparison is: a type's name, and the way below it. */
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
  /** Keys of the pairs that this one holds. */
  readonly parts: readonly string[];
}

export interface TypeComparison {
  /** Asks for a comparison; the key finds what was found. */
  compare(old: Schema, next: Schema, met: Met): string;
  /** Everything that was found in a pair and in what it holds, each pair once. */
  under(key: string): readonly Finding[];
}

/** Each pair of types is compared once, however many endpoints have it. */
export function compareTypes(oldTypes: Types, newTypes: Types): TypeComparison {
  const before = createViews(oldTypes);
  const after = createViews(newTypes);
  const ids = new Map<Schema, number>();
  const idOf = (schema: Schema): number => {
    const id = ids.get(schema) ?? ids.size;
    ids.set(schema, id);
    return id;
  };
  const pairs = new Map<string, Compared>();

  /** Without recursion from type to type: they refer to each other in circles, and in long chains. */
  function compare(old: Schema, next: Schema, met: Met): string {
    const start = pairOf(old, next, met);
    const queue = [start];
    for (let pair = queue.pop(); pair; pair = queue.pop()) {
      if (pairs.has(pair.key)) continue;
      const findings: Finding[] = [];
      const parts: Pair[] = [];
      views(pair, findings, (a, b, at, how) => parts.push(pairOf(a, b, { ...how, at })));
      pairs.set(pair.key, { findings, parts: parts.map(({ key }) => key) });
      queue.push(...parts);
    }
    return start.key;
  }

  function pairOf(old: Schema, next: Schema, met: Met): Pair {
    const key = `${met.position}${met.parameters ? " parameters" : ""} ${idOf(old)} ${idOf(next)}`;
    // A type that has kept its name is told of by it, once; any other by each place that has it.
    return sameName(old, next)
      ? { ...met, at: nameOfKey(old.$ref ?? ""), key, old, new: next }
      : { ...met, key: `${key} ${met.at}`, old, new: next };
  }

  function under(key: string): readonly Finding[] {
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

  /** Whether what the old type allows is allowed by the new one too. */
  function allowed(old: Schema, next: Schema): boolean {
    const key = compare(old, next, { position: "request", at: "" });
    return under(key).every(({ code }) => compatibleInRequests.has(code));
  }

  type Part = (old: Schema, next: Schema, at: string, met: Met) => void;

  function views(pair: Pair, findings: Finding[], part: Part): void {
    const old = before.viewOf(pair.old);
    const next = after.viewOf(pair.new);
    const { position, at } = pair;
    const texts = `${typeText(pair.old)} → ${typeText(pair.new)}`;
    const say = (code: ChangeCode, message = texts): void =>
      void findings.push({ code, at, message });
    if (old.anything && next.anything) return;
    if (next.anything) return say(`${position}-type-widened`);
    if (old.anything) return say(`${position}-type-narrowed`);

    const { together, lost, gained } = match(old.branches, next.branches);
    const primitives = comparePrimitives(old, next);
    const nothingInCommon = together.length === 0 && !primitives.common;
    const wasSomething = old.branches.length + old.primitives.size > 0;
    const isSomething = next.branches.length + next.primitives.size > 0;
    if (nothingInCommon && wasSomething && isSomething) return say(`${position}-type-changed`);

    for (const [a, b] of together) {
      // What is below a declaration is told of by its name: or else a type in itself had places without end.
      const owner = pair.old.$ref === undefined ? at : nameOfKey(pair.old.$ref);
      const place = { ...pair, at: a.name ?? owner };
      if (a.kind === "object") objects(a.schema, b.schema, place, say, part, findings);
      else if (a.kind === "array") arrays(a.schema, b.schema, place, say, part);
      else if (a.kind === "intersection") intersections(a.schema, b.schema, place, say, part);
    }
    const open = old.unlisted && next.unlisted && position === "response";
    for (const name of primitives.added)
      say(open ? "response-member-listed" : `${position}-member-added`, name);
    for (const name of primitives.removed)
      say(open ? "response-member-unlisted" : `${position}-member-removed`, name);
    if ((old.null && !next.null) || (old.unlisted && !next.unlisted))
      say(`${position}-type-narrowed`);
    if (primitives.narrowed) say(`${position}-type-narrowed`);
    if (lost.length > 0 || primitives.lost)
      say(position === "request" ? "request-type-narrowed" : "response-branch-removed");
    if (
      gained.length > 0 ||
      primitives.gained ||
      primitives.widened ||
      (next.null && !old.null) ||
      (next.unlisted && !old.unlisted)
    )
      say(`${position}-type-widened`);
  }

  function objects(
    old: Schema,
    next: Schema,
    met: Met,
    say: (code: ChangeCode, message?: string) => void,
    part: Part,
    findings: Finding[],
  ): void {
    const { position, at } = met;
    const a = fieldsOf(old);
    const b = fieldsOf(next);
    const below: Met = { position, at };
    const field = (code: FieldCode, name: string, message: string): void =>
      void findings.push({ code: fieldCode(code, met), at: at + member(name), message });
    const textOf = (fields: Fields, name: string): string => {
      const one = fields.fields.get(name);
      return one ? `${name}${one.required ? "" : "?"}: ${typeText(one.schema, 1)}` : "";
    };
    for (const [name, was] of a.fields) {
      const is = b.fields.get(name);
      if (is) {
        part(was.schema, is.schema, at + member(name), below);
        const change = `${textOf(a, name)} → ${textOf(b, name)}`;
        if (was.required && !is.required) field("field-now-optional", name, change);
        if (!was.required && is.required) field("field-now-required", name, change);
        if (is.schema.deprecated === true && was.schema.deprecated !== true)
          findings.push({
            code: "field-deprecated",
            at: at + member(name),
            message: textOf(b, name),
          });
        continue;
      }
      const rest = indexOf(b, name);
      // What an optional field leaves in an index signature is `undefined` too.
      const fits = rest && (was.required || after.viewOf(rest).anything);
      if (position === "request" && fits && allowed(was.schema, rest))
        field("type-widened", name, `${textOf(a, name)} → any name`);
      else field("field-removed", name, textOf(a, name));
    }
    for (const [name, is] of b.fields) {
      if (a.fields.has(name)) continue;
      const rest = indexOf(a, name);
      if (is.required) field("required-field-added", name, textOf(b, name));
      else if (position === "request" && rest && !allowed(rest, is.schema))
        field("type-narrowed", name, `any name → ${textOf(b, name)}`);
      else field("field-added", name, textOf(b, name));
    }
    for (const [prefix, was] of a.index) {
      const is = b.index.get(prefix) ?? b.index.get("");
      if (is) part(was, is, `${at}[…]`, below);
      else if (position === "request") say("request-type-narrowed");
      else say("response-branch-removed");
    }
    for (const [prefix, is] of b.index)
      if (!a.index.has(prefix) && !a.index.has(""))
        say(
          position === "request" ? "request-type-widened" : "response-type-narrowed",
          `any name → ${typeText(is, 1)}`,
        );
  }

  function arrays(
    old: Schema,
    next: Schema,
    { position, at }: Met,
    say: (code: ChangeCode) => void,
    part: Part,
  ): void {
    const [a, b] = [old.prefixItems, next.prefixItems];
    if (!a !== !b || (a && b && (a.length !== b.length || old.minItems !== next.minItems)))
      return say(`${position}-type-changed`);
    a?.forEach((item, index) => part(item, b?.[index] ?? {}, `${at}[${index}]`, { position, at }));
    if (!a || old.items || next.items)
      part(old.items ?? (a ? never : {}), next.items ?? (b ? never : {}), `${at}[]`, {
        position,
        at,
      });
  }

  function intersections(
    old: Schema,
    next: Schema,
    { position, at }: Met,
    say: (code: ChangeCode) => void,
    part: Part,
  ): void {
    const [a, b] = [old.allOf ?? [old], next.allOf ?? [next]];
    if (a.length !== b.length) return say(`${position}-type-changed`);
    // Parts that have names keep them; the others keep their places.
    const names = new Map(b.map((one) => [one.$ref === undefined ? one : typeText(one), one]));
    a.forEach((one, index) =>
      part(one, names.get(typeText(one)) ?? b[index] ?? {}, at, { position, at }),
    );
  }

  return { compare, under };
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
  // Whoever reads does not care whether a field that is new is always there.
  if (code === "required-field-added" && position === "response") return "response-field-added";
  return code === "required-field-added"
    ? "request-required-field-added"
    : (`${position}-${code}` as const);
}

/** What the index signatures of an object say of a name: the longest prefix wins. */
function indexOf({ index }: Fields, name: string): Schema | undefined {
  const prefixes = [...index.keys()].filter((prefix) => name.startsWith(prefix));
  const longest = prefixes.sort((a, b) => b.length - a.length)[0];
  return longest === undefined ? undefined : index.get(longest);
}

/** Which branch of a union became which: by name, then by the value that tells them apart, then the only ones left. */
function match(
  old: readonly Branch[],
  next: readonly Branch[],
): {
  readonly together: readonly (readonly [Branch, Branch])[];
  readonly lost: readonly Branch[];
  readonly gained: readonly Branch[];
} {
  const together: (readonly [Branch, Branch])[] = [];
  let lost = [...old];
  let gained = [...next];
  const pairBy = (textOf: (branch: Branch) => string | undefined): void => {
    for (const branch of lost) {
      const text = textOf(branch);
      const same = gained.filter((other) => other.kind === branch.kind && textOf(other) === text);
      const [only] = same;
      if (text === undefined || !only || same.length > 1) continue;
      if (lost.filter((o) => o.kind === branch.kind && textOf(o) === text).length > 1) continue;
      together.push([branch, only]);
      gained = gained.filter((other) => other !== only);
    }
    const paired = new Set(together.map(([a]) => a));
    lost = lost.filter((branch) => !paired.has(branch));
  };
  pairBy(({ name }) => name);
  pairBy(({ schema }) => discriminatorOf(schema));
  pairBy(({ kind }) => kind);
  return { together, lost, gained };
}

/** The required properties of which only one value is allowed. */
function discriminatorOf({ properties = {}, required = [] }: Schema): string | undefined {
  const values = required.flatMap((name) => {
    const members = Object.hasOwn(properties, name) ? (properties[name]?.enum ?? []) : [];
    return members.length === 1 ? [`${name}=${JSON.stringify(members[0])}`] : [];
  });
  return values.length > 0 ? values.sort().join() : undefined;
}

const noMembers: ReadonlySet<string | number | boolean> = new Set();

const primitiveKinds: readonly Primitive[] = ["string", "number", "boolean", "bigint"];

interface Primitives {
  /** Members of an enum, as they are written. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** From a list to every string (number, boolean), or back. */
  readonly widened: boolean;
  readonly narrowed: boolean;
  readonly lost: boolean;
  readonly gained: boolean;
  /** Some value is allowed by both. */
  readonly common: boolean;
}

function comparePrimitives(old: View, next: View): Primitives {
  const added: string[] = [];
  const removed: string[] = [];
  const seen = { widened: false, narrowed: false, lost: false, gained: false, common: false };
  // A list may hold strings beside numbers: it is one list.
  const lists = (view: View): boolean => [...view.primitives.values()].some((one) => one !== "all");
  for (const kind of primitiveKinds) {
    const a = old.primitives.get(kind);
    const b = next.primitives.get(kind);
    if (a === undefined && b === undefined) continue;
    if (a === "all" && b === "all") seen.common = true;
    else if (a === "all" && b !== undefined) seen.narrowed = seen.common = true;
    else if (b === "all" && a !== undefined) seen.widened = seen.common = true;
    else if (a === "all") seen.lost = true;
    else if (b === "all") seen.gained = true;
    else {
      const [was, is] = [a ?? noMembers, b ?? noMembers];
      if (was.size > 0 && is.size > 0) seen.common = true;
      if (was.size === 0 && !lists(old)) seen.gained = true;
      else for (const one of is) if (!was.has(one)) added.push(JSON.stringify(one));
      if (is.size === 0 && !lists(next)) seen.lost = true;
      else for (const one of was) if (!is.has(one)) removed.push(JSON.stringify(one));
    }
  }
  if (added.length + removed.length > 0 && lists(old) && lists(next)) seen.common = true;
  return { added: added.sort(), removed: removed.sort(), ...seen };
}

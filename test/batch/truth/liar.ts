/**
 * `tell`: a reply of a service that knows nothing of `x-batch`, made from its document alone; and `lies`: what such a
 * service may do instead. Each says which inputs it has applied.
 */
import { isArray, isObject, type JsonValue } from "../../../generator/base/json.js";
import { wordsOf } from "../../../generator/base/words.js";
import type { Cursor } from "../../../generator/openapi/cursor.js";
import { elementOf, isArray as isList, viewOf } from "../../../generator/openapi/schema-view.js";

/** A member that tells which input an object of a reply is about. No document has it. */
export const mark = "~input";

/** Words of members that tell failures. `reject` is an order, not a report. */
const failing =
  /error|fail|(?<!de)fault|invalid|reject(?!$)|unprocess|exception|notfound|not_found|skipped|conflict|duplicate|missing/i;
const isFailing = (name: string): boolean => failing.test(name);
const successFlag = /^(is)?_?(success|succeeded|successful|ok|valid|accepted)$/i;
const good = /^(succe|ok$|done|complete|created|updated|deleted|accepted|200|201)/i;

/** A value of a schema, different for each `seed`. `full`: with the members that it does not require. */
export function sample(
  schema: Cursor | undefined,
  seed: string,
  full: boolean,
  depth = 0,
  name = "",
): JsonValue {
  if (!schema || depth > 6) return `${name}${seed}`;
  const view = viewOf(schema);
  const [first] = view.allowed ?? [];
  if (first !== undefined) return first;
  const type = [...view.types].find((one) => one !== "null");
  if (type === "array" || isList(view))
    return view.items && depth < 5 ? [sample(view.items, seed, full, depth + 1, name)] : [];
  if (view.properties.size > 0 || type === "object") {
    const branch = view.branches[0];
    const inner = branch ? sample(branch, seed, full, depth + 1, name) : {};
    const own = Object.fromEntries(
      [...view.properties].flatMap(([key, member]) =>
        view.required.has(key) || (full && depth < 4)
          ? [[key, sample(member, seed, full, depth + 1, key)] as const]
          : [],
      ),
    );
    return { ...(isObject(inner) ? inner : {}), ...own };
  }
  const branch = view.branches[0];
  if (!type && branch) return sample(branch, seed, full, depth + 1, name);
  if (type === "integer" || type === "number") return numberOf(seed + name);
  if (type === "boolean") return true;
  return `${name}-${seed}`;
}

const numberOf = (text: string): number =>
  [...text].reduce((sum, one) => (sum * 31 + one.charCodeAt(0)) % 999_983, 7) + 1_000;

interface Told {
  body: JsonValue;
  /** The lists and maps of the reply that have an entry for each input, by their pointers as tokens. */
  readonly places: readonly (readonly string[])[];
  /** The lists and counts of failures. */
  readonly failures: readonly {
    readonly at: readonly string[];
    readonly schema: Cursor;
    readonly kind: "list" | "map" | "count";
  }[];
  /** The schema of an entry, at each of `places`. */
  readonly entries: readonly (Cursor | undefined)[];
}

export interface Sent {
  /** The values of the inputs, and their keys in a map. */
  readonly values: readonly JsonValue[];
  readonly keys: readonly string[] | undefined;
}

/** An entry about one input: what it repeats, and values for the rest. */
function entryOf(
  schema: Cursor | undefined,
  value: JsonValue,
  seed: string,
  index: number | string,
  item = true,
): JsonValue {
  if (!schema) return value;
  const view = viewOf(schema);
  const structured =
    view.properties.size > 0 || view.types.has("object") || view.branches.length > 0;
  if (!structured) return isObject(value) ? sample(schema, seed, true) : value;
  const made = sample(schema, seed, true);
  if (!isObject(made)) return made;
  const repeated = isObject(value) ? value : {};
  const members = Object.entries(made).map(([name, member]): [string, JsonValue] => {
    if (isFailing(name)) return [name, empty(member)];
    if (successFlag.test(name)) return [name, typeof member === "boolean" ? true : member];
    if (/^(status|state|result|code|(http)?_?status_?code)$/i.test(name))
      return [name, goodValue(view.properties.get(name), member, repeated[name])];
    if (Object.hasOwn(repeated, name) && kindOf(repeated[name] ?? null) === kindOf(member))
      return [name, repeated[name] ?? null];
    if (!isObject(value) && isId(name) && typeof member === typeof value) return [name, value];
    if (item && isObject(member) && isObject(value))
      return [name, entryOf(view.properties.get(name), value, seed, index, false)];
    return [name, member];
  });
  return { ...Object.fromEntries(members), [mark]: index };
}

const textOf = (value: JsonValue): string =>
  typeof value === "string" ? value : JSON.stringify(value);
const isId = (name: string): boolean =>
  /^(id|uid|uuid|guid|key|name|sid|range|path|email|identifier)$/.test(wordsOf(name).at(-1) ?? "");
const kindOf = (value: JsonValue): string => (isArray(value) ? "array" : typeof value);
const empty = (value: JsonValue): JsonValue =>
  isArray(value)
    ? []
    : isObject(value)
      ? {}
      : typeof value === "string"
        ? ""
        : typeof value === "number"
          ? 0
          : typeof value === "boolean"
            ? false
            : null;

function goodValue(
  schema: Cursor | undefined,
  member: JsonValue,
  repeated: JsonValue | undefined,
): JsonValue {
  if (repeated !== undefined) return repeated;
  if (isObject(member)) return {};
  const allowed = schema ? viewOf(schema).allowed : undefined;
  return (
    allowed?.find((one) => good.test(textOf(one))) ??
    (typeof member === "number"
      ? 200
      : typeof member === "string"
        ? (allowed?.[0] ?? "success")
        : member)
  );
}

/** The reply to a plain success. */
export function tell(schema: Cursor, { values, keys }: Sent): Told {
  const places: string[][] = [];
  const entries: (Cursor | undefined)[] = [];
  const failures: { at: string[]; schema: Cursor; kind: "list" | "map" | "count" }[] = [];
  const all = (element: Cursor | undefined): JsonValue[] =>
    values.map((value, i) => entryOf(element, value, `r${i}`, i));
  const names =
    keys ??
    values.map((value, i) =>
      isObject(value) ? textOf(value["correlation_id"] ?? value["id"] ?? `k${i}`) : textOf(value),
    );
  const make = (part: Cursor, at: string[], depth: number): JsonValue => {
    const view = viewOf(part);
    const name = at.at(-1) ?? "";
    if (/^_?(links|warnings)$/.test(name)) return sample(part, "s", false); // not about items
    if (isList(view)) {
      const element = elementOf(part);
      if (isFailing(name)) {
        failures.push({ at, schema: part, kind: "list" });
        return [];
      }
      places.push(at);
      entries.push(element);
      return all(element);
    }
    if (view.values && view.properties.size === 0) {
      if (isFailing(name)) {
        failures.push({ at, schema: part, kind: "map" });
        return {};
      }
      places.push(at);
      entries.push(view.values);
      return Object.fromEntries(all(view.values).map((entry, i) => [names[i] ?? "", entry]));
    }
    if (view.properties.size > 0 && depth < 3)
      return Object.fromEntries(
        [...view.properties].map(([key, member]) => [key, make(member, [...at, key], depth + 1)]),
      );
    if (view.properties.size === 0 && view.branches[0] && depth < 5)
      return make(view.branches[0], at, depth + 1);
    if (view.types.has("integer") || view.types.has("number")) {
      if (!isFailing(name)) return values.length;
      failures.push({ at, schema: part, kind: "count" });
      return 0;
    }
    if (view.types.has("boolean")) return !isFailing(name);
    if (/^(status|state)$/i.test(name)) return goodValue(part, "success", undefined);
    return isFailing(name) ? empty(sample(part, "x", false)) : sample(part, "s", false, 0, name);
  };
  return { body: make(schema, [], 0), places, failures, entries };
}

function change(
  value: JsonValue,
  tokens: readonly string[],
  how: (part: JsonValue) => JsonValue,
): JsonValue {
  const [token, ...rest] = tokens;
  if (token === undefined) return how(value);
  return isObject(value) ? { ...value, [token]: change(value[token] ?? null, rest, how) } : value;
}
const everywhere = (
  told: Told,
  how: (part: JsonValue, schema: Cursor | undefined) => JsonValue,
): JsonValue =>
  told.places.reduce(
    (body, tokens, i) => change(body, tokens, (part) => how(part, told.entries[i])),
    told.body,
  );
const listOrMap = (
  part: JsonValue,
  how: (entries: [string, JsonValue][]) => [string, JsonValue][],
): JsonValue => {
  if (isArray(part)) return how(part.map((one, i) => [String(i), one])).map(([, one]) => one);
  return isObject(part) ? Object.fromEntries(how(Object.entries(part))) : part;
};

interface Lie {
  /** Undefined: an empty body. */
  readonly body: JsonValue | undefined;
  /** The inputs that are applied, as far as the reply can be believed. */
  readonly applied: readonly number[];
  /** Results belong to the inputs that their marks say. */
  readonly marked: boolean;
}

/** Undefined if a reply of this form cannot tell this lie. */
type Teller = (told: Told, sent: Sent, declared: boolean) => Lie | undefined;

const everyone = ({ values }: Sent): number[] => values.map((_, i) => i);
const but = (sent: Sent, ...left: number[]): number[] =>
  everyone(sent).filter((i) => !left.includes(i));

const stranger = (schema: Cursor | undefined, value: JsonValue): JsonValue =>
  entryOf(schema, foreign(value), "zz", "stranger");
const foreign = (value: JsonValue): JsonValue =>
  isObject(value)
    ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, foreign(one)]))
    : typeof value === "number"
      ? value + 7777
      : typeof value === "string"
        ? `${value}-foreign`
        : value;

/** The entry, or the part of it, with what a failed one says in the members that the document has for that. */
function failed(
  entry: JsonValue,
  sent: JsonValue | undefined,
  schema: Cursor | undefined,
): JsonValue | undefined {
  const properties = schema ? viewOf(schema).properties : new Map<string, Cursor>();
  if (!isObject(entry)) return undefined;
  let changed = false;
  const members = Object.entries(entry).map(([name, member]): [string, JsonValue] => {
    const own = !(
      sent !== undefined &&
      isObject(sent) &&
      Object.hasOwn(sent, name) &&
      !isFailing(name)
    );
    const bad = own ? badValue(name, member, properties.get(name)) : undefined;
    if (bad === undefined) return [name, member];
    changed = true;
    return [name, bad];
  });
  return changed ? Object.fromEntries(members) : undefined;
}
function badValue(
  name: string,
  member: JsonValue,
  schema: Cursor | undefined,
): JsonValue | undefined {
  const allowed = schema ? viewOf(schema).allowed : undefined;
  if (allowed && !isFailing(name)) return allowed.find((one) => isFailing(textOf(one)));
  if (isFailing(name))
    return isArray(member)
      ? [{ code: "BAD" }]
      : isObject(member)
        ? { code: "BAD" }
        : typeof member === "number"
          ? 1
          : typeof member === "boolean"
            ? true
            : "BAD";
  if (successFlag.test(name) && typeof member === "boolean") return false;
  if (!/^(status|state|code|(http)?_?status_?code)$/i.test(name)) return undefined;
  return typeof member === "number"
    ? 422
    : typeof member === "string"
      ? "failed"
      : isObject(member)
        ? { code: 3, message: "BAD" }
        : undefined;
}

export const lies: Readonly<Record<string, Teller>> = {
  reordered: (told, sent) => ({
    body: everywhere(told, (part) => (isArray(part) ? [...part].reverse() : part)),
    applied: everyone(sent),
    marked: true,
  }),
  omitted: (told, sent) =>
    told.places.length === 0
      ? undefined
      : {
          body: everywhere(told, (part) =>
            listOrMap(part, (entries) => entries.filter((_, i) => i !== 1)),
          ),
          applied: but(sent, 1),
          marked: true,
        },
  "all omitted": (told, sent) =>
    told.places.length === 0
      ? undefined
      : {
          body: everywhere(told, (part) => listOrMap(part, () => [])),
          applied: but(sent, ...everyone(sent)),
          marked: true,
        },
  duplicated: (told, sent) =>
    told.places.length === 0
      ? undefined
      : {
          body: everywhere(told, (part) =>
            listOrMap(part, (entries) =>
              entries.map(([key, one], i) => [
                i === 1 && isObject(part) ? "again" : key,
                i === 1 ? (entries[0]?.[1] ?? one) : one,
              ]),
            ),
          ),
          applied: but(sent, 1),
          marked: true,
        },
  foreign: (told, sent) =>
    told.places.length === 0
      ? undefined
      : {
          body: everywhere(told, (part, schema) =>
            listOrMap(part, (entries) =>
              entries.map(([key, one], i) =>
                i === 1 ? ["foreign", stranger(schema, sent.values[1] ?? one)] : [key, one],
              ),
            ),
          ),
          applied: but(sent, 1),
          marked: true,
        },
  extra: (told, sent) =>
    told.places.length === 0
      ? undefined
      : {
          body: everywhere(told, (part, schema) =>
            listOrMap(part, (entries) => [
              ...entries,
              ["more", stranger(schema, sent.values[0] ?? null)],
            ]),
          ),
          applied: everyone(sent),
          marked: true,
        },
  swapped: (told, sent) =>
    told.places.length === 0
      ? undefined
      : {
          body: everywhere(told, (part) =>
            listOrMap(part, (entries) =>
              entries.map(([key, one], i) => [key, i > 1 ? one : (entries[1 - i]?.[1] ?? one)]),
            ),
          ),
          applied: everyone(sent),
          marked: false,
        },
  "empty body": (_, sent, declared) => ({
    body: undefined,
    applied: declared ? [] : everyone(sent),
    marked: true,
  }),
  "another type": (told, _, declared) =>
    !declared
      ? undefined
      : {
          body: isArray(told.body) ? { message: "hello" } : ["hello"],
          applied: [],
          marked: true,
        },
  "texts for lists": (told) =>
    told.places.length === 0
      ? undefined
      : { body: everywhere(told, () => "hello"), applied: [], marked: true },
  "objects for ids": (told) =>
    told.places.length === 0
      ? undefined
      : {
          body: everywhere(told, (part) =>
            listOrMap(part, (entries) =>
              entries.map(([key, one]) => [
                isArray(part) ? key : `${key}?`,
                isObject(one)
                  ? Object.fromEntries(
                      Object.entries(one).map(([name, member]) => [
                        name,
                        isObject(member) || isArray(member) ? member : { value: member },
                      ]),
                    )
                  : { value: one },
              ]),
            ),
          ),
          applied: [],
          marked: true,
        },
  "failed inside": (told, sent) => {
    let can = false;
    const body = everywhere(told, (part, schema) =>
      listOrMap(part, (entries) =>
        entries.map(([key, one], i) => {
          const bad = i === 1 ? failed(one, sent.values[1], schema) : undefined;
          can ||= bad !== undefined;
          return [key, bad ?? one];
        }),
      ),
    );
    return can ? { body, applied: but(sent, 1), marked: true } : undefined;
  },
  "failed beside": (told, sent) => {
    if (told.failures.length === 0) return undefined;
    const cut = everywhere(told, (part) =>
      listOrMap(part, (entries) => entries.filter((_, i) => i !== 1)),
    );
    const value = sent.values[1] ?? null;
    const body = told.failures.reduce(
      (so, { at, schema, kind }) =>
        change(so, at, () => {
          if (kind === "count") return 1;
          const entry = entryOf(elementOf(schema), value, "f", 1);
          return kind === "list"
            ? [entry]
            : { [sent.keys?.[1] ?? textOf(isObject(value) ? "k1" : value)]: entry };
        }),
      cut,
    );
    return { body, applied: but(sent, 1), marked: true };
  },
};

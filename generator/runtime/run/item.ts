/** From what comes out of a source to an entry that can be sent. */
import type { Mapped } from "../endpoint/endpoint.js";
import type { Finding } from "../reply/match.js";
import type { Sent, UnknownReason } from "./outcome.js";
import { get, isObject, member, put, putAt } from "../pointer.js";
import type { RunSetup } from "./run-options.js";
import type { Rule } from "../endpoint/resolve.js";

/** One input on its way. */
export interface Entry {
  readonly index: number;
  readonly source: unknown;
  input: unknown;
  key: string;
  /** The input in the service's form, keys injected. */
  item: unknown;
  /** Its place in a keyed map, where the runtime chose it. */
  mapKey: string;
  /** Of the item as JSON; 0 where no limit counts them. */
  bytes: number;
  /** The caller's ids for it, by the rules; first the caller's key. Entries that share one go one after the other. */
  ids: readonly (string | undefined)[];
  /** How many of them others have, who came before it. */
  waits: number;
  /** An earlier entry with one of its ids was lost. */
  contested: boolean;
  sent: Sent;
  /** What the last reply said of it. */
  found: Finding | undefined;
  /** It has its outcome. */
  settled: boolean;
  /** Set when a send left nothing proved: from then on it cannot have failed for sure. */
  lost: { readonly reason: UnknownReason; readonly cause: unknown } | undefined;
}

const NONE: Entry["ids"] = [];
const NEVER_SENT: Sent = { attempts: 0, requestIds: [] };

export const newEntry = (source: unknown, index: number): Entry => ({
  index,
  source,
  input: source,
  key: String(index),
  item: undefined,
  mapKey: "",
  bytes: 0,
  ids: NONE,
  waits: 0,
  contested: false,
  sent: NEVER_SENT,
  found: undefined,
  settled: false,
  lost: undefined,
});

/** How an id compares. Undefined where there is none. */
export function idOf(value: unknown, { fold }: Pick<Rule, "fold">): string | undefined {
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "bigint")
    return undefined;
  const text = String(value);
  return fold === "lower" ? text.toLowerCase() : text;
}

const readId = (rule: Rule, item: unknown) => {
  const { by, request } = rule;
  return idOf(by === "mapKey" ? member(item, "key") : request && get(item, request), rule);
};

/** What a rule finds an entry by. `shared`: the body without its items. */
export function idIn(
  rule: Rule,
  { item, mapKey }: Pick<Entry, "item" | "mapKey">,
  shared: unknown,
): string | undefined {
  const { unless } = rule;
  // Here the id means something else than in the reply, and might be another input's.
  if (unless !== undefined && (get(item, unless) ?? get(shared, unless)) !== undefined)
    return undefined;
  return mapKey && rule.by === "mapKey" ? mapKey : readId(rule, item);
}

/**
 * Prepares entries: the input, its key, its ids, its item. `shared`: the body without its items. What it returns throws
 * where an input cannot be sent; the entry tells how far it came.
 */
export function preparer(
  {
    endpoint: { operation, uses, bound },
    data,
    options,
  }: Pick<RunSetup, "endpoint" | "data" | "options">,
  mapped: Pick<Mapped<unknown, unknown>, "input" | "key"> | undefined,
  shared: unknown,
): (entry: Entry) => void {
  const { match, retry } = data;
  const generating = match.filter(({ generate }) => generate);
  const naming = match.filter(({ generate }) => !generate);
  const idempotency = retry.key?.in === "item" ? retry.key.name : undefined;

  return (entry) => {
    const { source, index, key: counter } = entry;
    let own = mapped?.key(source);
    entry.key = own ?? entry.key;
    const input = mapped ? mapped.input(source, index) : source;
    entry.input = input;
    own ??= options.key?.(input);
    entry.key = own ?? entry.key;
    entry.item = bound?.input ? bound.input(input) : input;
    const flaw = flawOf(entry.item, uses.json && "bigint");
    if (flaw) throw new TypeError(flaw.startsWith("/") ? flaw : `the input${flaw}`);

    // By the caller's own ids: those that are generated keep nobody apart.
    const ids = (entry.ids = [own]);
    for (const rule of data.lanes) ids.push(readId(rule, entry.item));
    for (const rule of naming) {
      if (own !== undefined) break;
      own = idIn(rule, entry, shared);
      entry.key = own ?? entry.key;
    }
    for (const rule of generating) {
      const key = rule.generate === "uuid" ? crypto.randomUUID() : counter;
      if (rule.by === "mapKey") entry.mapKey = key;
      else if (readId(rule, entry.item) === undefined)
        entry.item = putAt(entry.item, rule.request ?? [], 0, key);
    }
    if (idempotency !== undefined && get(entry.item, idempotency) === undefined)
      entry.item = put(entry.item, idempotency, crypto.randomUUID());
    // What the encoding refuses, it refuses for this entry alone.
    uses.encode?.([entry.item], operation, [entry.mapKey], uses.json);
  };
}

/**
 * What JSON would lose or refuse in a value: ` is …`, after the pointer to it. `also`: a type that will be written all
 * the same. Throws RangeError for a cycle.
 */
function flawOf(value: unknown, also: string | undefined): string | undefined {
  if (typeof value === also) return undefined;
  switch (typeof value) {
    case "string":
    case "boolean":
      return undefined;
    case "number":
      return Number.isFinite(value) ? undefined : ` is ${value}`;
    case "object":
      break;
    default:
      return ` is ${typeof value === "bigint" ? "a bigint" : typeof value}`;
  }
  if (value === null) return undefined;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const flaw = flawOf(value[i], also);
      if (flaw) return `/${i}${flaw}`;
    }
    return undefined;
  }
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === "function") {
    const plain: unknown = toJSON.call(value);
    return plain === null ? " is not valid" : flawOf(plain, also);
  }
  if (isObject(value))
    for (const name in value) {
      // Of a prototype's members nothing is sent. (Object.keys would make a list of names for each item.)
      const flaw = Object.hasOwn(value, name) && flawOf(value[name], also);
      if (flaw) return `/${name}${flaw}`;
    }
  return undefined;
}

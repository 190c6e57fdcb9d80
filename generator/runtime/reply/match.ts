/** `readReply`: what a successful reply proves about each item of its request, and about items that it leaves out. */
import { idIn, idOf, type Item } from "../run/item.js";
import { get, isObject, type Path } from "../pointer.js";
import type { Resolved, Rule } from "../endpoint/resolve.js";
import { matches, passes } from "./statuses.js";
import type { Errors, Results } from "../endpoint/x-batch.js";

/** What a reply proves about an item. */
export type Finding =
  | { readonly is: "ok"; readonly result: unknown }
  | {
      readonly is: "failed";
      readonly body: unknown;
      readonly status?: number;
      /** The service asks to send the item again. */
      readonly again: boolean;
    }
  | { readonly is: "unclear"; readonly cause: unknown };

export interface Reading {
  /** What the reply says about items. It may leave some out. */
  readonly findings: ReadonlyMap<Item, Finding>;
  /** What it means that an item is left out. */
  readonly leftOut: "ok" | "failed" | "unknown";
  /** Entries of the reply that match no item. */
  readonly strays: readonly unknown[];
}

/** One member of a list in a reply. */
interface Entry {
  /** Its key in a map. */
  readonly key: string | undefined;
  /** The entry, without its wrapper. */
  readonly body: unknown;
  /** The part that is the result. */
  readonly value: unknown;
  readonly position: number;
}

interface Stray {
  readonly finding: Finding;
  readonly entry: Entry;
}

/** A reading that is not complete yet. */
interface Draft {
  readonly reply: unknown;
  readonly findings: Map<Item, Finding>;
  readonly strays: Stray[];
}

const isOk = ({ finding }: Stray) => finding.is === "ok";

/** `siblings`: the body of the request without its items. Throws nothing, whatever the reply contains. */
export function readReply(
  data: Resolved,
  items: readonly Item[],
  reply: unknown,
  siblings: unknown,
): Reading {
  const { errors } = data;
  const finder = itemFinder(data, items, siblings);
  const draft: Draft = { reply, findings: new Map(), strays: [] };
  const listed = entriesOf(errors, reply);
  const isIgnored = ({ body }: Entry) =>
    errors?.ignore?.some(({ at, equals }) => get(body, at) === equals) ?? false;
  const failures = listed.filter((entry) => !isIgnored(entry));
  for (const entry of failures)
    note(draft, entry, failure(data, entry.body, undefined), finder.error(entry));
  const results = entriesOf(data.results, reply);
  for (const entry of results)
    note(draft, entry, judge(data, entry), finder.result(entry, results.length));
  // For a read, an ignored error means that there was nothing to read. For a write it proves nothing.
  if (data.kind === "read")
    for (const entry of listed.filter(isIgnored))
      for (const item of finder.error(entry))
        if (!draft.findings.has(item)) draft.findings.set(item, { is: "ok", result: undefined });
  matchLast(draft, items, results.length + failures.length, finder.isOther);
  const { findings, strays } = draft;
  return {
    findings,
    leftOut: meaningOfSilence(data, reply, strays),
    strays: strays.map(({ entry }) => entry.body),
  };
}

function note(
  { reply, findings, strays }: Draft,
  entry: Entry,
  finding: Finding,
  of: readonly Item[],
) {
  for (const item of of) {
    const earlier = findings.get(item);
    // The reply contradicts itself: the item was both applied and refused.
    if (earlier && earlier.is !== finding.is) findings.set(item, { is: "unclear", cause: reply });
    else if (!earlier) findings.set(item, finding);
  }
  if (!of.length) strays.push({ finding, entry });
}

/**
 * If one item and one entry are left, and the counts agree, they belong together, unless the entry has an id of its own
 * that the item's contradicts. `entries`: the number in the reply.
 */
function matchLast(
  { findings, strays }: Draft,
  items: readonly Item[],
  entries: number,
  isOther: (item: Item, entry: Entry) => boolean,
): void {
  const [last, ...others] = items.filter((item) => !findings.has(item));
  const [stray] = strays;
  if (!last || !stray || others.length || isOther(last, stray.entry)) return;
  const proved = isOk(stray)
    ? strays.length === 1 && entries === items.length
    : items.length === 1 && !strays.some(isOk);
  if (proved) findings.set(last, stray.finding);
}

/** Decides what it means that a reply leaves an item out. */
function meaningOfSilence(
  { match, mode, acknowledged, results }: Resolved,
  reply: unknown,
  strays: readonly Stray[],
): Reading["leftOut"] {
  const declared = match.find(({ absent }) => absent)?.absent;
  // Rules that match results promise a result for each item, so a missing one proves nothing.
  const confirmed = acknowledged && (!results?.at || get(reply, results.at) !== undefined);
  const covered = confirmed || (mode === "atomic" && !match.length);
  const meaning = declared ?? (covered ? "ok" : "unknown");
  return meaning === "ok" && !strays.every(isOk) ? "unknown" : meaning;
}

function entriesOf(where: Results | Errors | undefined, reply: unknown): readonly Entry[] {
  if (where?.at === undefined || where.as === "none") return [];
  const { first, value: at } = where as Results; // errors have neither
  const list = get(reply, where.at);
  // The value must be of the declared form: a map, or an array.
  if (!isObject(list) || Array.isArray(list) !== (where.as !== "map")) return [];
  const entry = (wrapped: unknown, position: number, key?: string): Entry => {
    const body = first && isObject(wrapped) ? Object.values(wrapped)[0] : wrapped;
    return { key, body, value: at === undefined ? body : get(body, at), position };
  };
  return Array.isArray(list)
    ? list.map((wrapped, i) => entry(wrapped, i))
    : Object.entries(list).map(([key, wrapped], i) => entry(wrapped, i, key));
}

/** Finds the items that an entry is about. */
function itemFinder({ match }: Resolved, items: readonly Item[], siblings: unknown) {
  /** Items by their ids, for each rule that was needed. Usually the first rule finds all items. */
  const tables = new Map<Rule, ReadonlyMap<unknown, Item | undefined>>();
  const tableOf = (rule: Rule) => {
    const table = tables.get(rule) ?? itemsById(rule, items, siblings);
    tables.set(rule, table);
    return table;
  };
  /** What an entry has in the place of an id. */
  const idsAt = ({ by }: Rule, { key, body, value }: Entry, at: Path | undefined): unknown =>
    by === "mapKey" ? key : at === undefined ? at : (get(value, at) ?? get(body, at));
  const byRule = (
    rule: Rule,
    entry: Entry,
    at: Path | undefined,
  ): readonly (Item | undefined)[] => {
    const { by, base = 0 } = rule;
    const ids = idsAt(rule, entry, at);
    if (ids === undefined) return [];
    const one = (id: unknown) =>
      by === "index" ? items[Number(id ?? NaN) - base] : tableOf(rule).get(idOf(id, rule));
    return Array.isArray(ids) ? ids.map(one) : [one(ids)];
  };
  return {
    /** By its id the entry is about another item, or it is no entry at all. */
    isOther: (item: Item, entry: Entry): boolean =>
      match.some((rule) => {
        if (rule.result?.length && !isObject(entry.body)) return true;
        const id = rule.by === "index" ? undefined : idOf(idsAt(rule, entry, rule.result), rule);
        return id !== undefined && ![undefined, id].includes(idIn(rule, item, siblings));
      }),
    /** The item of a result, by the first rule that finds one. `results`: the number of results in the reply. */
    result(entry: Entry, results: number): readonly Item[] {
      for (const rule of match) {
        // The order is promised only if every input has an entry.
        const inOrder = rule.by === "order" && results === items.length;
        const found = inOrder ? [items[entry.position]] : byRule(rule, entry, rule.result);
        const first = found.find(Boolean);
        if (first) return [first];
      }
      return [];
    },
    /** The items of an error, by all rules, because an error may name different items by different rules. */
    error: (entry: Entry): readonly Item[] => [
      ...new Set(match.flatMap((rule) => byRule(rule, entry, rule.error)).filter((one) => !!one)),
    ],
  };
}

/** An id of two items proves nothing, such as a caller's id that equals a generated one. */
function itemsById(rule: Rule, items: readonly Item[], siblings: unknown) {
  const table = new Map<unknown, Item | undefined>();
  for (const item of items) {
    const id = idIn(rule, item, siblings);
    if (id !== undefined) table.set(id, table.has(id) ? undefined : item);
  }
  return table;
}

/** A result may say that its item failed. */
function judge(data: Resolved, { body, value }: Entry): Finding {
  const { status: statusAt, error: errorAt, ok = ["2XX"] } = data.results ?? {};
  const error = errorAt === undefined ? undefined : get(body, errorAt);
  const status = statusAt === undefined ? undefined : get(body, statusAt);
  if (!isEmpty(error)) return failure(data, body, status, error);
  if (statusAt === undefined || matches(status, ok)) return { is: "ok", result: value };
  return status === undefined || status === null
    ? { is: "unclear", cause: body }
    : failure(data, body, status);
}

const isEmpty = (value: unknown) => !value || (isObject(value) && Object.keys(value).length === 0);

/** The status of an item that the service did not process, to slow its client down. */
export const THROTTLED = 429;

function failure(
  { errors, results }: Resolved,
  entry: unknown,
  status: unknown,
  body = entry,
): Finding {
  const code = Number(status);
  // A service that has codes of its own for a success may have others of its own, too.
  const ofHttp = matches(200, results?.ok ?? ["2XX"]);
  const again =
    (ofHttp && code === THROTTLED) || (errors?.retry?.some((test) => passes(test, entry)) ?? false);
  return { is: "failed", body, ...(code >= 100 && code < 600 && { status: code }), again };
}

/** The items that the refusal of a request names as its reason. */
export function findNamed(
  data: Resolved,
  items: readonly Item[],
  reply: unknown,
  siblings: unknown,
): readonly Item[] {
  const finder = itemFinder(data, items, siblings);
  const whole: Entry = { key: undefined, body: reply, value: reply, position: -1 };
  return [...new Set([whole, ...entriesOf(data.errors, reply)].flatMap(finder.error))];
}

/** Why a reply with a success status is not a success, or not yet; undefined if it is one. */
export function stateOf(
  { state, job, acknowledged }: Resolved,
  status: number,
  reply: unknown,
): "pending" | "canceled" | "noResult" | undefined {
  if (job) return job.fireAndForget ? undefined : "pending";
  // Accepted does not mean done, unless the reply contains results.
  if (status === 202 && acknowledged) return "pending";
  const value = state && get(reply, state.at);
  if (!state || value === undefined || value === null) return undefined;
  const name = typeof value === "string" ? value : JSON.stringify(value);
  if (state.done?.includes(name)) return undefined;
  if (state.pending?.includes(name)) return "pending";
  // A state that the data does not list does not count as done.
  return state.failed?.includes(name) ? "canceled" : state.done ? "noResult" : undefined;
}

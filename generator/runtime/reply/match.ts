/** Reads a success reply: what it proves about each item of its request, and about the items that it leaves out. */
import { idIn, idOf, type Item } from "../run/item.js";
import { get, isObject, type Path } from "../pointer.js";
import type { Resolved, Rule } from "../endpoint/resolve.js";
import { matches } from "./statuses.js";
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
  /** Items of which the reply says nothing are not in it. */
  readonly findings: ReadonlyMap<Item, Finding>;
  /** What that means for them. */
  readonly leftOut: "ok" | "failed" | "unknown";
  /** Entries of the reply that match no item. */
  readonly strays: readonly unknown[];
}

/** One member of a list in a reply. */
interface Entry {
  /** Its key in a map. */
  readonly key: string | undefined;
  /** The member, out of its wrapper. */
  readonly body: unknown;
  /** The part that is the result. */
  readonly value: unknown;
  readonly position: number;
}

interface Stray {
  readonly finding: Finding;
  readonly body: unknown;
}

/** A reading in the making. */
interface Draft {
  readonly reply: unknown;
  readonly findings: Map<Item, Finding>;
  readonly strays: Stray[];
}

const isOk = ({ finding }: Stray) => finding.is === "ok";

/** `siblings`: the body of the request without its items. Throws nothing, whatever the reply holds. */
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
  // An ignored error says of a read that there was nothing to read. Of a write it proves nothing.
  if (data.kind === "read")
    for (const entry of listed.filter(isIgnored))
      for (const item of finder.error(entry))
        if (!draft.findings.has(item)) draft.findings.set(item, { is: "ok", result: undefined });
  matchLast(draft, items, results.length + failures.length);
  const { findings, strays } = draft;
  return {
    findings,
    leftOut: meaningOfSilence(data, strays),
    strays: strays.map(({ body }) => body),
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
    // Both applied and refused: the reply contradicts itself.
    if (earlier && earlier.is !== finding.is) findings.set(item, { is: "unclear", cause: reply });
    else if (!earlier) findings.set(item, finding);
  }
  if (!of.length) strays.push({ finding, body: entry.body });
}

/** One item and one entry are left, and the sum is right: there is no other reading. `entries`: how many the reply has. */
function matchLast({ findings, strays }: Draft, items: readonly Item[], entries: number): void {
  const [last, ...others] = items.filter((item) => !findings.has(item));
  const [stray] = strays;
  if (!last || !stray || others.length) return;
  const proved = isOk(stray)
    ? strays.length === 1 && entries === items.length
    : items.length === 1 && !strays.some(isOk);
  if (proved) findings.set(last, stray.finding);
}

/** What it means that a reply leaves an item out. */
function meaningOfSilence(
  { match, mode, acknowledged }: Resolved,
  strays: readonly Stray[],
): Reading["leftOut"] {
  const declared = match.find(({ absent }) => absent)?.absent;
  // Rules that match results to items promise a result for each item: one that is left out proves nothing.
  const covered = acknowledged || (mode === "atomic" && !match.length);
  const meaning = declared ?? (covered ? "ok" : "unknown");
  return meaning === "ok" && !strays.every(isOk) ? "unknown" : meaning;
}

function entriesOf(where: Results | Errors | undefined, reply: unknown): readonly Entry[] {
  if (where?.at === undefined || where.as === "none") return [];
  const { first, value: at } = where as Results; // errors have neither
  const list = get(reply, where.at);
  // The members of a map, or of an array: never of the other.
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
  /** Items by their ids, made when a reply first needs a rule: mostly the first rule finds all. */
  const tables = new Map<Rule, ReadonlyMap<unknown, Item | undefined>>();
  const tableOf = (rule: Rule) => {
    const table = tables.get(rule) ?? itemsById(rule, items, siblings);
    tables.set(rule, table);
    return table;
  };
  const byRule = (
    rule: Rule,
    { key, body, value }: Entry,
    at: Path | undefined,
  ): readonly (Item | undefined)[] => {
    const { by, base = 0 } = rule;
    const ids = by === "mapKey" ? key : at === undefined ? at : (get(value, at) ?? get(body, at));
    if (ids === undefined) return [];
    const one = (id: unknown) =>
      by === "index" ? items[Number(id ?? NaN) - base] : tableOf(rule).get(idOf(id, rule));
    return Array.isArray(ids) ? ids.map(one) : [one(ids)];
  };
  return {
    /** The one item of a result, by the first rule that finds any. `results`: how many the reply has. */
    result(entry: Entry, results: number): readonly Item[] {
      for (const rule of match) {
        // Promised only where every input has its entry.
        const inOrder = rule.by === "order" && results === items.length;
        const found = inOrder ? [items[entry.position]] : byRule(rule, entry, rule.result);
        const first = found.find(Boolean);
        if (first) return [first];
      }
      return [];
    },
    /** By all rules: an error may name some items by one of them and some by another. */
    error: (entry: Entry): readonly Item[] => [
      ...new Set(match.flatMap((rule) => byRule(rule, entry, rule.error)).filter((one) => !!one)),
    ],
  };
}

/** An id that two items have, such as one of the caller's that equals one of ours, proves nothing. */
function itemsById(rule: Rule, items: readonly Item[], siblings: unknown) {
  const table = new Map<unknown, Item | undefined>();
  for (const item of items) {
    const id = idIn(rule, item, siblings);
    if (id !== undefined) table.set(id, table.has(id) ? undefined : item);
  }
  return table;
}

/** An entry of the results may itself say that its item failed. */
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

function failure({ errors }: Resolved, entry: unknown, status: unknown, body = entry): Finding {
  const again =
    errors?.retry?.some(({ at, in: values }) => matches(get(entry, at), values)) ?? false;
  const code = Number(status);
  return { is: "failed", body, ...(code >= 100 && code < 600 && { status: code }), again };
}

/** The items that a refusal of the whole request names as its reason. */
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

/** Why a success is none yet, or not at all. Undefined where it is one. */
export function stateOf(
  { state, job, acknowledged }: Resolved,
  status: number,
  reply: unknown,
): "pending" | "canceled" | "noResult" | undefined {
  if (job) return job.fireAndForget ? undefined : "pending";
  // Accepted is not done, unless the reply itself holds results.
  if (status === 202 && acknowledged) return "pending";
  const value = state && get(reply, state.at);
  if (!state || value === undefined || value === null) return undefined;
  const name = typeof value === "string" ? value : JSON.stringify(value);
  if (state.done?.includes(name)) return undefined;
  if (state.pending?.includes(name)) return "pending";
  // A state that the data does not list never counts as done.
  return state.failed?.includes(name) ? "canceled" : state.done ? "noResult" : undefined;
}

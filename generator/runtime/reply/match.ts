/** `readReply`: what a successful reply proves about each item of its request, and about items that it leaves out. */
import { idIn, idOf, type Item } from "../run/item.js";
import { canonical } from "./canonical.js";
import { get, isObject, member, type Path } from "../pointer.js";
import type { Resolved, Rule } from "../endpoint/resolve.js";
import { matches, passes } from "./statuses.js";
import type { Results } from "../endpoint/x-batch.js";

/** What a reply proves about an item. */
export type Finding =
  | { readonly is: "ok"; readonly result: unknown }
  | {
      readonly is: "failed";
      readonly body: unknown;
      readonly status?: number;
      /** The text of the failure, and where else it may be, if the data says so. */
      readonly message?: string;
      readonly category?: string;
      readonly parts?: readonly unknown[];
      /** The service asks to send the item again. */
      readonly again: boolean;
      /** When, in the form of `Retry-After`. */
      readonly after?: string;
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

/** What a reading is about, besides its replies. */
export interface Counted {
  /** The reply that has `counts`. Default: the first. */
  readonly body?: unknown;
  /** The number of items that the service returned as not processed. */
  readonly unprocessed?: number;
}

/** One member of a list in a reply. */
interface Entry {
  /** Its key in a map, or the key of its group. */
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
  readonly replies: readonly unknown[];
  readonly findings: Map<Item, Finding>;
  readonly strays: Stray[];
}

const isOk = ({ finding }: Stray) => finding.is === "ok";

/**
 * `replies`: the reply, or the pages of a report. `siblings`: the body of the request without its items. Throws nothing,
 * whatever the replies contain.
 */
export function readReply(
  data: Resolved,
  items: readonly Item[],
  replies: readonly unknown[],
  siblings: unknown,
  { body: counted = replies[0], unprocessed = 0 }: Counted = {},
): Reading {
  const { errors } = data;
  const finder = itemFinder(data, items, siblings);
  const draft: Draft = { replies, findings: new Map(), strays: [] };
  const listed = entriesOf(errors, replies);
  const isIgnored = ({ body }: Entry) =>
    errors?.ignore?.some(({ at, equals }) => get(body, at) === equals) ?? false;
  const failures = listed.filter((entry) => !isIgnored(entry));
  for (const entry of failures)
    note(draft, entry, failure(data, entry.body, undefined), finder.error(entry));
  const results = entriesOf(data.results, replies);
  // Results may be those of the items without an error, in order; an error that names no item leaves this open.
  const others = draft.strays.length ? [] : items.filter((item) => !draft.findings.has(item));
  for (const entry of results)
    note(draft, entry, judge(data, entry), finder.result(entry, results.length, others));
  // For a read, an ignored error means that there was nothing to read. For a write it proves nothing.
  if (data.kind === "read")
    for (const entry of listed.filter(isIgnored))
      for (const item of finder.error(entry))
        if (!draft.findings.has(item)) draft.findings.set(item, { is: "ok", result: undefined });
  matchLast(draft, items, results.length + failures.length, finder.isOther);
  const { findings, strays } = draft;
  return {
    findings,
    leftOut:
      meaningOfCounts(data, draft, counted, items.length - unprocessed) ??
      meaningOfSilence(data, replies[0], strays),
    strays: strays.map(({ entry }) => entry.body),
  };
}

function note(
  { replies, findings, strays }: Draft,
  entry: Entry,
  finding: Finding,
  of: readonly Item[],
) {
  for (const item of of) {
    const earlier = findings.get(item);
    // The reply contradicts itself: the item was both applied and refused.
    if (earlier && earlier.is !== finding.is)
      findings.set(item, { is: "unclear", cause: replies[0] });
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

/** What the numbers in a reply prove about the items that it leaves out. `count`: the number of items. */
function meaningOfCounts(
  { counts: { ok, failed } = {} }: Resolved,
  { findings, strays }: Draft,
  reply: unknown,
  count: number,
): Reading["leftOut"] | undefined {
  const found = [...findings.values(), ...strays.map(({ finding }) => finding)];
  const failures = found.filter(({ is }) => is === "failed").length;
  const number = (at: string, missing: unknown) => Number(get(reply, at) ?? missing);
  // A number that is missing may be 0.
  const bad = failed === undefined ? undefined : number(failed, 0);
  if (bad !== undefined && bad === count) return "failed";
  if (bad !== undefined && bad !== failures) return "unknown";
  if (ok === undefined) return undefined;
  return number(ok, NaN) === count - failures ? "ok" : "unknown";
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

function entriesOf(
  {
    at: listAt,
    as,
    first,
    value: at,
  }: Partial<Pick<Results, "at" | "as" | "first" | "value">> = {},
  replies: readonly unknown[],
): readonly Entry[] {
  if (listAt === undefined || as === "none") return [];
  return replies
    .flatMap((reply) => membersOf(get(reply, listAt), as))
    .map(([key, wrapped], position): Entry => {
      const body = first && isObject(wrapped) ? Object.values(wrapped)[0] : wrapped;
      return { key, body, value: at === undefined ? body : get(body, at), position };
    });
}

type Member = readonly [key: string | undefined, value: unknown];

/** The members of a list, a map or a map of lists; none if the value has another form than the declared one. */
function membersOf(list: unknown, as: Results["as"]): readonly Member[] {
  if (Array.isArray(list))
    return as === "map" || as === "groups"
      ? []
      : list.map((value: unknown): Member => [undefined, value]);
  if (!isObject(list) || (as !== "map" && as !== "groups")) return [];
  const members = Object.entries(list);
  return as === "map"
    ? members
    : members.flatMap(([key, values]) =>
        Array.isArray(values) ? values.map((value: unknown): Member => [key, value]) : [],
      );
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
  const likenesses = new Map<Rule, FindLike>();
  const like = (rule: Rule, key: string | undefined, value: object) => {
    const find = likenesses.get(rule) ?? findLike(rule, items);
    likenesses.set(rule, find);
    return find(key, value);
  };
  /** What an entry has in the place of an id. */
  const idsAt = ({ by }: Rule, { key, body, value }: Entry, at: Path | undefined): unknown =>
    by === "mapKey" ? key : at === undefined ? at : (get(value, at) ?? get(body, at));
  const byRule = (
    rule: Rule,
    entry: Entry,
    at: Path | undefined,
  ): readonly (Item | undefined)[] => {
    const { by } = rule;
    const ids = idsAt(rule, entry, at);
    if (ids === undefined) return [];
    const one = (id: unknown) => {
      if (by === "index") return items[Number(id ?? NaN)];
      return isObject(id) ? like(rule, entry.key, id) : tableOf(rule).get(idOf(id, rule));
    };
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
    /**
     * The item of a result, by the first rule that finds one. `results`: the number of results in the reply; `others`:
     * the items that no error names.
     */
    result(entry: Entry, results: number, others: readonly Item[]): readonly Item[] {
      for (const rule of match) {
        // The order is promised only if every input has an entry, or every one without an error.
        const ordered =
          rule.by === "order" && [items, others].find((all) => all.length === results);
        const found = ordered ? [ordered[entry.position]] : byRule(rule, entry, rule.result);
        const first = found.find(Boolean);
        if (first) return [first];
      }
      return [];
    },
    /** The items of an error, by all rules, because an error may name different items by different rules. */
    error: (entry: Entry): readonly Item[] => [
      ...new Set(
        match.flatMap((rule) => byRule(rule, entry, rule.error)).flatMap((one) => one ?? []),
      ),
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

type FindLike = (key: string | undefined, value: object) => Item | undefined;

/** So many different sets of members are compared. */
const MOST_FORMS = 16;

/** Finds the item whose value, an object, has members that are all in a value of the reply. `key`: that of its group. */
function findLike(rule: Rule, items: readonly Item[]): FindLike {
  const forms = new Map<string, { names: readonly string[]; found: Map<string, Item[]> }>();
  const text = (names: readonly string[], value: unknown) =>
    canonical(names.map((name) => member(value, name)));
  for (const item of items) {
    const value = rule.request && get(item.value, rule.request);
    const names = isObject(value) ? Object.keys(value).sort() : [];
    const form = forms.get(canonical(names)) ?? { names, found: new Map<string, Item[]>() };
    if (names.length) forms.set(canonical(names), form);
    const own = text(names, value);
    const others = form.found.get(own);
    if (others) others.push(item);
    else form.found.set(own, [item]);
  }
  return (key, value) => {
    if (forms.size > MOST_FORMS) return undefined;
    const alike = [...forms.values()]
      .flatMap(({ names, found }) => found.get(text(names, value)) ?? [])
      .filter((item) => !rule.grouped || key === undefined || member(item.value, "key") === key);
    return alike.length === 1 ? alike[0] : undefined;
  };
}

/** A result may say that its item failed. */
function judge(data: Resolved, { body, value }: Entry): Finding {
  const { status: statusAt, error: errorAt, ok = ["2XX"] } = data.results ?? {};
  const error = errorAt === undefined ? undefined : get(body, errorAt);
  const status = statusAt === undefined ? undefined : get(body, statusAt);
  if (!isEmpty(error)) return failure(data, body, status, error);
  if (statusAt === undefined || matches(status, ok)) return { is: "ok", result: value };
  return deniesSuccess(status, ok) ? failure(data, body, status) : { is: "unclear", cause: body };
}

/** Whether a status is of the form of those that mean success, and none of them. A 2XX may be another success. */
function deniesSuccess(status: unknown, ok: NonNullable<Results["ok"]>): boolean {
  const ofHttp = (one: unknown) => matches(one, ["1XX", "2XX", "3XX", "4XX", "5XX"]);
  const formOf = (one: unknown) => (ofHttp(one) || /^\dXX$/i.test(String(one)) ? "" : typeof one);
  if (status === undefined || status === null || matches(status, ["2XX"])) return false;
  // A service with numbers of its own may use any number.
  const number = typeof status === "number" && ok.some((one) => typeof one === "number");
  return number || ok.some((one) => one === null || formOf(one) === formOf(status));
}

const isEmpty = (value: unknown) => !value || (isObject(value) && Object.keys(value).length === 0);

/** The status of an item that the service did not process, to slow its client down. */
export const THROTTLED = 429;

/** `error`: the part of the entry that is the error. The whole entry is its body. */
function failure(
  { errors, results, envelope }: Resolved,
  entry: unknown,
  status: unknown,
  error?: unknown,
): Finding {
  const code = Number(status);
  // A service that has codes of its own for a success may have others of its own, too.
  const ofHttp = matches(200, results?.ok ?? ["2XX"]);
  const again =
    (ofHttp && code === THROTTLED) || (errors?.retry?.some((test) => passes(test, entry)) ?? false);
  const textAt = (at: string | undefined) => {
    const found = at === undefined ? undefined : get(entry, at);
    return typeof found === "string" || typeof found === "number" ? String(found) : undefined;
  };
  const message = textAt(errors?.message);
  const category = textAt(errors?.category);
  const after = textAt(results?.retryAfter);
  return {
    is: "failed",
    body: entry,
    ...(code >= 100 && code < 600 && { status: code }),
    ...(message !== undefined && { message }),
    ...(category && { category }),
    ...(after !== undefined && { after }),
    parts: [error, envelope && get(entry, envelope.response.body)],
    again,
  };
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
  return [...new Set([whole, ...entriesOf(data.errors, [reply])].flatMap(finder.error))];
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

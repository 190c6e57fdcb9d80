/** Reads a success reply: what it says about each entry. */
import { idIn, idOf, type Entry } from "../run/item.js";
import { get, isObject, type Path } from "../pointer.js";
import type { Resolved, Rule } from "../endpoint/resolve.js";
import { matches } from "./statuses.js";
import type { Errors, Results } from "../endpoint/x-batch.js";

/** What a reply proves about an entry. */
export type Finding =
  | { readonly is: "ok"; readonly result: unknown }
  | {
      readonly is: "failed";
      readonly body: unknown;
      readonly status?: number;
      readonly again: boolean;
    }
  | { readonly is: "unclear"; readonly cause: unknown };

/** One member of a list in a reply. */
interface Line {
  readonly key: string | undefined;
  /** The member, out of its wrapper. */
  readonly entry: unknown;
  /** The part that is the result. */
  readonly value: unknown;
  readonly position: number;
}

function linesOf(where: Results | Errors | undefined, body: unknown): readonly Line[] {
  if (where?.at === undefined || where.as === "none") return [];
  const { first, value: at } = where as Results; // errors have neither
  const list = get(body, where.at);
  // The members of a map, or of an array: never of the other.
  if (!isObject(list) || Array.isArray(list) !== (where.as !== "map")) return [];
  const line = (wrapped: unknown, position: number, key?: string): Line => {
    const entry = first && isObject(wrapped) ? Object.values(wrapped)[0] : wrapped;
    return { key, entry, value: at === undefined ? entry : get(entry, at), position };
  };
  return Array.isArray(list)
    ? list.map((wrapped, i) => line(wrapped, i))
    : Object.entries(list).map(([key, wrapped], i) => line(wrapped, i, key));
}

const isEmpty = (value: unknown) => !value || (isObject(value) && Object.keys(value).length === 0);

/** Finds the entries that a line is about. `shared`: the body of the request without its items. */
function finder({ match }: Resolved, entries: readonly Entry[], shared: unknown) {
  /** By the rules, made when a reply first needs one: mostly the first rule finds all. */
  const tables = new Map<Rule, ReadonlyMap<unknown, Entry | undefined>>();
  const tableOf = (rule: Rule) => {
    const table = new Map<unknown, Entry | undefined>();
    for (const entry of entries) {
      const id = idIn(rule, entry, shared);
      // An id that two of them have, such as one of the caller's like one of ours, proves nothing.
      if (id !== undefined) table.set(id, table.has(id) ? undefined : entry);
    }
    tables.set(rule, table);
    return table;
  };
  const byRule = (rule: Rule, { key, entry, value }: Line, at: Path | undefined) => {
    const { by, base = 0 } = rule;
    const told = by === "mapKey" ? key : at === undefined ? at : (get(value, at) ?? get(entry, at));
    const one = (id: unknown) =>
      by === "index"
        ? entries[Number(id ?? NaN) - base]
        : (tables.get(rule) ?? tableOf(rule)).get(idOf(id, rule));
    return told === undefined ? undefined : Array.isArray(told) ? told.map(one) : one(told);
  };
  return {
    /** By the first rule that finds any: a result is of one input. `lines`: how many results there are. */
    result(line: Line, lines: number): Entry | undefined {
      for (const rule of match) {
        // Promised only where every input has its line.
        const inOrder = rule.by === "order" && lines === entries.length;
        const found = inOrder ? entries[line.position] : byRule(rule, line, rule.result);
        const first = Array.isArray(found) ? found.find(Boolean) : found;
        if (first) return first;
      }
      return undefined;
    },
    /** By all rules: an error may name some by one of them and some by another. */
    error: (line: Line): readonly Entry[] => [
      ...new Set(
        match.flatMap((rule) => byRule(rule, line, rule.error) ?? []).filter((one) => !!one),
      ),
    ],
  };
}

/** What a reply says of the entries that it does not mention. What it says of the others stands in their `found`. */
export interface Reading {
  readonly rest: "ok" | "failed" | "unknown";
  /** Entries of the reply that could be given to no input. */
  readonly strays: readonly unknown[];
}

/** `shared`: the body of the request without its items. */
export function readReply(
  data: Resolved,
  entries: readonly Entry[],
  body: unknown,
  shared: unknown,
): Reading {
  const { results: where, errors, match } = data;
  const find = finder(data, entries, shared);
  const strays: { readonly finding: Finding; readonly entry: unknown }[] = [];
  const note = (entry: Entry, finding: Finding) => {
    const { found = finding } = entry;
    // Both applied and refused: the reply contradicts itself.
    entry.found = found.is === finding.is ? found : { is: "unclear", cause: body };
  };
  for (const entry of entries) entry.found = undefined;

  const told = linesOf(errors, body);
  const isNone = ({ entry }: Line) =>
    errors?.ignore?.some(({ at, equals }) => get(entry, at) === equals) ?? false;
  const failures = told.filter((line) => !isNone(line));
  for (const line of failures) {
    const { entry } = line;
    const finding = failure(data, entry, undefined);
    const found = find.error(line);
    for (const each of found) note(each, finding);
    if (!found.length) strays.push({ finding, entry });
  }
  const results = linesOf(where, body);
  for (const line of results) {
    const { entry } = line;
    const finding = judge(data, line);
    const found = find.result(line, results.length);
    if (found) note(found, finding);
    else strays.push({ finding, entry });
  }
  // An error that is none says of a read that there was nothing to read. Of a write it proves nothing.
  if (data.kind === "read")
    for (const line of told.filter(isNone))
      for (const entry of find.error(line)) entry.found ??= { is: "ok", result: undefined };

  const isOk = ({ finding }: (typeof strays)[number]) => finding.is === "ok";
  const [last, ...others] = entries.filter(({ found }) => !found);
  const [stray] = strays;
  if (last && stray && !others.length) {
    // One input and one answer are left, and the sum is right: there is no other reading.
    const proved = isOk(stray)
      ? strays.length === 1 && results.length + failures.length === entries.length
      : entries.length === 1 && !strays.some(isOk);
    if (proved) note(last, stray.finding);
  }
  const said = match.find(({ absent }) => absent)?.absent;
  const covered = said ?? (data.acknowledged || data.mode === "atomic" ? "ok" : "unknown");
  return {
    rest: covered === "ok" && !strays.every(isOk) ? "unknown" : covered,
    strays: strays.map(({ entry }) => entry),
  };
}

/** A line of the results may tell a failure of its own. */
function judge(data: Resolved, { entry, value }: Line): Finding {
  const { status: statusAt, error: errorAt, ok = ["2XX"] } = data.results ?? {};
  const error = errorAt === undefined ? undefined : get(entry, errorAt);
  const status = statusAt === undefined ? undefined : get(entry, statusAt);
  if (!isEmpty(error)) return failure(data, entry, status, error);
  if (statusAt === undefined || matches(status, ok)) return { is: "ok", result: value };
  return status === undefined || status === null
    ? { is: "unclear", cause: entry }
    : failure(data, entry, status);
}

function failure({ errors }: Resolved, entry: unknown, status: unknown, body = entry): Finding {
  const again =
    errors?.retry?.some(({ at, in: values }) => matches(get(entry, at), values)) ?? false;
  const code = Number(status);
  return { is: "failed", body, ...(code >= 100 && code < 600 && { status: code }), again };
}

/** The entries that a refusal of the whole request names as its reason. */
export function findNamed(
  data: Resolved,
  entries: readonly Entry[],
  body: unknown,
  shared: unknown,
): readonly Entry[] {
  const find = finder(data, entries, shared);
  const whole: Line = { key: undefined, entry: body, value: body, position: -1 };
  return [...new Set([whole, ...linesOf(data.errors, body)].flatMap(find.error))];
}

/** Why a success is none yet, or not at all. Undefined where it is one. */
export function stateOf(
  { state, job, acknowledged }: Resolved,
  status: number,
  body: unknown,
): "pending" | "canceled" | "noResult" | undefined {
  if (job) return job.fireAndForget ? undefined : "pending";
  // Accepted is not done, unless the reply itself tells of results.
  if (status === 202 && acknowledged) return "pending";
  const value = state && get(body, state.at);
  if (!state || value === undefined || value === null) return undefined;
  const told = typeof value === "string" ? value : JSON.stringify(value);
  if (state.done?.includes(told)) return undefined;
  if (state.pending?.includes(told)) return "pending";
  // A state that the data does not list never counts as done.
  return state.failed?.includes(told) ? "canceled" : state.done ? "noResult" : undefined;
}

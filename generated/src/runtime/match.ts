/** Reads a success reply: what it says about each entry. */
import { idOf, type Entry } from "./entry.js";
import { get, isObject } from "./pointer.js";
import type { Resolved } from "./resolve.js";
import { matches } from "./statuses.js";
import type { Errors, Results } from "./x-batch.js";

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

function linesOf(where: Results | Errors | undefined, body: unknown): Line[] {
  if (where?.at === undefined || where.as === "none") return [];
  const { first, value = "" } = where as Results; // errors have neither
  const list = get(body, where.at);
  // The members of a map, or of an array: never of the other.
  if (!isObject(list) || Array.isArray(list) !== (where.as !== "map")) return [];
  return Object.entries(list).map(([key, wrapped], position) => {
    const entry = first && isObject(wrapped) ? Object.values(wrapped)[0] : wrapped;
    return { key, entry, value: get(entry, value), position };
  });
}

const isEmpty = (value: unknown) => !value || (isObject(value) && Object.keys(value).length === 0);

/** Finds the entries that a line is about: a result by the first rule that finds any, an error by all of them. */
export function finder({ match }: Resolved, entries: readonly Entry[]) {
  /** By the rules, made when a reply first needs one: mostly the first rule finds all. */
  const tables: (ReadonlyMap<unknown, Entry | undefined> | undefined)[] = [];
  const tableOf = (i: number) => {
    const table = new Map<unknown, Entry | undefined>();
    for (const entry of entries) {
      const id = entry.ids[i];
      // An id that two of them have, such as one of the caller's like one of ours, proves nothing.
      if (id !== undefined) table.set(id, table.has(id) ? undefined : entry);
    }
    return table;
  };
  return (line: Line, side: "result" | "error", lines: number): readonly Entry[] => {
    const found = new Set<Entry>();
    for (const [i, rule] of match.entries()) {
      const { by, base = 0 } = rule;
      const at = rule[side];
      const told =
        by === "mapKey"
          ? line.key
          : at === undefined
            ? undefined
            : (get(line.value, at) ?? get(line.entry, at));
      for (const value of Array.isArray(told) ? (told as readonly unknown[]) : [told]) {
        const entry =
          by === "order"
            ? // Promised only where every input has its line.
              side === "result" && lines === entries.length
              ? entries[line.position]
              : undefined
            : by === "index"
              ? entries[Number(value ?? NaN) - base]
              : (tables[i] ??= tableOf(i)).get(idOf(value, rule));
        if (entry) found.add(entry);
      }
      // A result is of one input; an error may name some by one rule and some by another.
      if (found.size && side === "result") break;
    }
    return [...found];
  };
}

/** What the reply says; entries that it does not mention are not in the map, and `rest` says what that means. */
export interface Reading {
  readonly findings: ReadonlyMap<Entry, Finding>;
  /** For the entries that are not mentioned. */
  readonly rest: "ok" | "failed" | "unknown";
  /** Entries of the reply that could be given to no input. */
  readonly strays: readonly unknown[];
}

export function readReply(data: Resolved, entries: readonly Entry[], body: unknown): Reading {
  const { results: where, errors, match } = data;
  const find = finder(data, entries);
  const findings = new Map<Entry, Finding>();
  const add = (found: readonly Entry[], finding: Finding) => {
    for (const entry of found) {
      const before = findings.get(entry);
      // Both applied and refused: the reply contradicts itself.
      if (before && before.is !== finding.is) findings.set(entry, { is: "unclear", cause: body });
      else if (!before) findings.set(entry, finding);
    }
  };
  const strays: { readonly finding: Finding; readonly entry: unknown }[] = [];
  const take = (lines: readonly Line[], side: "result" | "error") => {
    for (const line of lines) {
      const { entry } = line;
      const finding = side === "error" ? failure(data, entry, undefined) : judge(data, line);
      const found = find(line, side, lines.length);
      if (found.length) add(side === "error" ? found : found.slice(0, 1), finding);
      else strays.push({ finding, entry });
    }
  };
  const told = linesOf(errors, body);
  const isNone = ({ entry }: Line) =>
    errors?.ignore?.some(({ at, equals }) => get(entry, at) === equals) ?? false;
  const failures = told.filter((line) => !isNone(line));
  const results = linesOf(where, body);
  take(failures, "error");
  take(results, "result");
  // An error that is none says of a read that there was nothing to read. Of a write it proves nothing.
  if (data.kind === "read")
    for (const line of told.filter(isNone))
      for (const entry of find(line, "error", told.length))
        if (!findings.has(entry)) findings.set(entry, { is: "ok", result: undefined });

  const isOk = ({ finding }: (typeof strays)[number]) => finding.is === "ok";
  const [last, ...others] = entries.filter((entry) => !findings.has(entry));
  const [stray] = strays;
  if (last && stray && !others.length) {
    // One input and one answer are left, and the sum is right: there is no other reading.
    const proved = isOk(stray)
      ? strays.length === 1 && results.length + failures.length === entries.length
      : entries.length === 1 && !strays.some(isOk);
    if (proved) add([last], stray.finding);
  }
  const said = match.find(({ absent }) => absent)?.absent;
  const covered = said ?? (data.acknowledged || data.mode === "atomic" ? "ok" : "unknown");
  return {
    findings,
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
): readonly Entry[] {
  const find = finder(data, entries);
  const lines = linesOf(data.errors, body);
  const whole: Line = { key: undefined, entry: body, value: body, position: -1 };
  return [...new Set([whole, ...lines].flatMap((line) => find(line, "error", lines.length)))];
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

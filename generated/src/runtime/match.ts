/** Reads a success reply: what it says about each entry. */
import { idOf, type Entry } from "./entry.js";
import { get, isObject } from "./pointer.js";
import type { Resolved } from "./resolve.js";
import { matches } from "./statuses.js";
import type { Errors, Match, Results } from "./x-batch.js";

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
  const { at, as = "array" } = where;
  const { first, value } = where as Results; // errors have neither
  const list = get(body, at);
  const lineOf = (wrapped: unknown, position: number, key?: string): Line => {
    const entry = first && isObject(wrapped) ? Object.values(wrapped)[0] : wrapped;
    return { key, entry, value: value === undefined ? entry : get(entry, value), position };
  };
  if (as === "map")
    return isObject(list)
      ? Object.entries(list).map(([key, member], i) => lineOf(member, i, key))
      : [];
  return Array.isArray(list) ? list.map((member: unknown, i) => lineOf(member, i)) : [];
}

const isEmpty = (value: unknown) =>
  value === undefined ||
  value === null ||
  value === false ||
  value === "" ||
  (isObject(value) && Object.keys(value).length === 0);

/** Finds the entries that a line is about: a result by the first rule that finds any, an error by all of them. */
export function finder({ match }: Resolved, entries: readonly Entry[]) {
  /** By the rules, made when a reply first needs one: mostly the first rule finds all. */
  const tables: (ReadonlyMap<string, Entry | undefined> | undefined)[] = [];
  const tableOf = (i: number) => {
    const table = new Map<string, Entry | undefined>();
    for (const entry of entries) {
      const id = entry.ids[i];
      // An id that two of them have, such as one of the caller's like one of ours, proves nothing.
      if (id !== undefined) table.set(id, table.has(id) ? undefined : entry);
    }
    return table;
  };
  const named = (value: unknown, rule: Match, i: number): Entry | undefined => {
    if (rule.by === "index") return entries[Number(value ?? NaN) - (rule.base ?? 0)];
    const id = idOf(value, rule);
    return id === undefined ? undefined : (tables[i] ??= tableOf(i)).get(id);
  };
  return (line: Line, side: "result" | "error", lines: number): readonly Entry[] => {
    const found = new Set<Entry>();
    for (let i = 0; i < match.length; i++) {
      const rule = match[i];
      if (!rule) break;
      const pointer = rule[side];
      let told: unknown;
      if (rule.by === "mapKey") told = line.key;
      else if (rule.by === "order") {
        // Promised only where every input has its line.
        const entry = side === "result" && lines === entries.length && entries[line.position];
        if (entry) found.add(entry);
      } else if (pointer !== undefined) told = get(line.value, pointer) ?? get(line.entry, pointer);
      if (Array.isArray(told))
        for (const value of told) {
          const entry = named(value, rule, i);
          if (entry) found.add(entry);
        }
      else if (told !== undefined) {
        const entry = named(told, rule, i);
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
  const strayErrors: { finding: Finding; body: unknown }[] = [];
  const strayResults: { finding: Finding; body: unknown }[] = [];

  const failures = linesOf(errors, body).filter(
    ({ entry }) => !errors?.ignore?.some(({ at, equals }) => get(entry, at) === equals),
  );
  for (const line of failures) {
    const finding = failure(data, line.entry, undefined);
    const found = find(line, "error", failures.length);
    if (found.length) add(found, finding);
    else strayErrors.push({ finding, body: line.entry });
  }
  const results = linesOf(where, body);
  for (const line of results) {
    const finding = judge(data, line);
    const found = find(line, "result", results.length).slice(0, 1);
    if (found.length) add(found, finding);
    else (finding.is === "ok" ? strayResults : strayErrors).push({ finding, body: line.entry });
  }

  const unmentioned = entries.filter((entry) => !findings.has(entry));
  const [last] = unmentioned;
  if (last && unmentioned.length === 1) {
    // One input and one answer are left, and the sum is right: there is no other reading.
    const [result] = strayResults;
    const balanced = results.length + failures.length === entries.length;
    if (result && strayResults.length === 1 && !strayErrors.length && balanced)
      add([last], result.finding);
    const [error] = strayErrors;
    if (error && entries.length === 1 && !strayResults.length) add([last], error.finding);
  }
  const said = match.find(({ absent }) => absent)?.absent;
  const covered = said ?? (data.acknowledged || data.mode === "atomic" ? "ok" : "unknown");
  return {
    findings,
    rest: covered === "ok" && strayErrors.length ? "unknown" : covered,
    strays: [...strayErrors, ...strayResults].map((stray) => stray.body),
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

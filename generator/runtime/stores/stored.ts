/** What the journals of all databases share: records as rows, texts as they are kept, and the words of refusals. */
import { JournalError } from "../journal/journal-error.js";
import type { Account, FoundRecord, JournalRecord, KeptKind } from "../journal/store.js";

/** Of the tables. A run keeps the version that it was begun with. */
export const VERSION = 1;

/** The most rows that are read at once. */
export const PAGE = 1000;

/**
 * A text that every database keeps as it is: they refuse or change a NUL and half a surrogate pair, which keys may have.
 * Texts that differ stay different.
 */
export const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);

export const unescaped = (text: string): string =>
  text.includes("\\") ? (JSON.parse(`"${text}"`) as string) : text; // it was a string

/** A row of `batch_input`, but its run and its times. */
export interface InputRow {
  readonly key: string;
  readonly digest: string;
  readonly state: JournalRecord["state"];
  readonly kind: KeptKind | null;
  readonly category: string | null;
  readonly outcome: string | null;
  readonly request: string | null;
}

/** Its times are milliseconds ago, by the clock of the database. */
export interface FoundRow extends InputRow {
  readonly age: number;
  readonly written: number;
  /** The epoch of the session that put it. */
  readonly epoch: number;
}

export function rowOf(record: JournalRecord): InputRow {
  const { key, digest, state, kind = null, category, outcome = null, request } = record;
  return {
    key: escaped(key),
    digest,
    state,
    kind,
    category: category === undefined ? null : escaped(category),
    outcome,
    request: request === undefined ? null : escaped(request),
  };
}

const textOf = (kept: string | null): string | undefined =>
  kept === null ? undefined : unescaped(kept);

// In what is made of each row, the spread comes last: members that follow one take V8 ten times as long.

export const recordOf = (row: InputRow): JournalRecord => ({
  key: unescaped(row.key),
  digest: row.digest,
  state: row.state,
  kind: row.kind ?? undefined,
  category: textOf(row.category),
  outcome: row.outcome ?? undefined,
  request: textOf(row.request),
});

/** By key. */
export function foundOf(
  rows: readonly FoundRow[],
  epoch: number,
): ReadonlyMap<string, FoundRecord> {
  const found = new Map<string, FoundRecord>();
  for (const row of rows) {
    const record = {
      ageMs: row.age,
      writtenMs: row.written,
      own: row.epoch === epoch,
      ...recordOf(row),
    };
    found.set(record.key, record);
  }
  return found;
}

/** Inputs of a run and its parts that have the same kind and category. */
export interface CountRow extends Pick<InputRow, "kind" | "category"> {
  readonly inputs: number;
}

/** @param rows without a kind: their outcome is open */
export function accountOf(rows: readonly CountRow[]): Account {
  const account = { ok: 0, failed: 0, unknown: 0, open: 0 };
  const failedBy = new Map<string, number>();
  for (const { kind, category, inputs } of rows) {
    account[kind ?? "open"] += inputs;
    if (category === null) continue;
    failedBy.set(unescaped(category), inputs);
  }
  return { ...account, failedBy: Object.fromEntries(failedBy) };
}

/** Of the names of a run and its parts, for `run = a or run >= b and run < c`: parts are `run/…`, and `0` comes after `/`. */
export const bounds = (run: string): [string, string, string] => [
  escaped(run),
  `${escaped(run)}/`,
  `${escaped(run)}0`,
];

/** The opening of a run that it was begun with. */
export interface FirstRow {
  readonly fingerprint: string;
  readonly version: number;
}

/** Why a run is not opened: it is there, and another one. An error that is no JournalError is tried again. */
export function refused(run: string, first: FirstRow | undefined): Error {
  if (!first) return new Error(`the run ${run} was forgotten meanwhile`);
  return first.version === VERSION
    ? new JournalError(
        `the run ${run} is one of ${unescaped(first.fingerprint)}: give this one another name`,
        false,
      )
    : new JournalError(
        `the run ${run} is kept in version ${first.version} of the tables, and this package knows version ${VERSION}`,
        false,
      );
}

export const taken = (run: string): JournalError =>
  new JournalError(`another process has taken over the run ${run}`, true);

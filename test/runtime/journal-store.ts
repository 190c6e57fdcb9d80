/**
 * `newTables`: what a journal's store keeps, in memory. `memoryStore`: a store over it, whose clock, delays, failures and
 * death are the test's.
 */
import { createJournal } from "../../generator/runtime/journal/journal.js";
import { JournalError } from "../../generator/runtime/journal/journal-error.js";
import type {
  Account,
  Changes,
  FoundRecord,
  JournalBackend,
  JournalRecord,
  JournalSession,
  KeptKind,
  KeptRecord,
} from "../../generator/runtime/journal/store.js";

interface Row extends JournalRecord {
  readonly epoch: number;
  readonly since: number;
  readonly at: number;
}
interface Kept {
  epoch: number;
  readonly fingerprint: string;
  readonly rows: Map<string, Row>;
}

/** What is durable. Each of its functions is one transaction. */
export interface Tables {
  /** The store's own clock, in milliseconds. */
  now: number;
  readonly runs: Map<string, Kept>;
  /** Returns the epoch. */
  openRun(run: string, fingerprint: string): number;
  findIn(run: string, epoch: number, keys: readonly string[]): ReadonlyMap<string, FoundRecord>;
  writeTo(run: string, epoch: number, changes: Changes): void;
  accountOf(run: string): Account;
  recordsOf(run: string): readonly KeptRecord[];
}

export function newTables(): Tables {
  const runs: Tables["runs"] = new Map();
  const keptOf = (run: string) => {
    const kept = runs.get(run);
    if (!kept) throw new Error(`${run} was not opened`);
    return kept;
  };
  const tables: Tables = {
    ...{ now: 0, runs },
    openRun(run, fingerprint) {
      const kept = runs.get(run) ?? { epoch: 0, fingerprint, rows: new Map() };
      if (kept.fingerprint !== fingerprint) throw new JournalError(`${run} is another run`, false);
      runs.set(run, kept);
      return ++kept.epoch;
    },
    findIn(run, epoch, keys) {
      const { rows } = keptOf(run);
      const found = keys.flatMap((key) => {
        const row = rows.get(key);
        return row ? [[key, foundIn(tables, row, epoch)] as const] : [];
      });
      return new Map(found);
    },
    writeTo(run, epoch, changes) {
      const kept = keptOf(run);
      if (kept.epoch !== epoch) throw new JournalError(`${run} has been taken over`, true);
      apply(tables, kept, changes, epoch);
    },
    accountOf: (run) => sumsOf(rowsOf(tables, run)),
    recordsOf: (run) => rowsOf(tables, run),
  };
  return tables;
}

export interface MemoryStore extends JournalBackend, Tables {
  /** All changes, in the order in which they became durable. */
  readonly writes: Changes[];
  /** Called before and after each call; what it throws is what the call rejects with. */
  hook: (call: "open" | "find" | "write", when: "before" | "after", changes?: Changes) => unknown;
}

export function memoryStore(): MemoryStore {
  const store: MemoryStore = Object.assign(newTables(), {
    ...{ writes: [], hook: () => undefined },
    async open(run: string, fingerprint: string): Promise<JournalSession> {
      await store.hook("open", "before");
      const epoch = store.openRun(run, fingerprint);
      await store.hook("open", "after");
      return {
        epoch,
        async find(keys) {
          await store.hook("find", "before");
          const found = store.findIn(run, epoch, keys);
          await store.hook("find", "after");
          return found;
        },
        async write(changes) {
          await store.hook("write", "before", changes);
          store.writeTo(run, epoch, changes);
          store.writes.push(changes);
          await store.hook("write", "after", changes);
        },
        close: () => Promise.resolve(),
      };
    },
    account: (run: string) => Promise.resolve(store.accountOf(run)),
    async *records(run: string, kinds: readonly KeptKind[]) {
      await Promise.resolve();
      for (const row of store.recordsOf(run)) if (row.kind && kinds.includes(row.kind)) yield row;
    },
    forget(run: string) {
      for (const name of store.runs.keys()) if (isPart(name, run)) store.runs.delete(name);
      return Promise.resolve();
    },
  });
  return store;
}

function foundIn({ now }: Tables, row: Row, epoch: number): FoundRecord {
  const { epoch: by, since, at, ...record } = row;
  return { ...record, ageMs: now - since, writtenMs: now - at, own: by === epoch };
}

function apply({ now }: Tables, { rows }: Kept, changes: Changes, epoch: number): void {
  const keys = [...changes.put.map(({ key }) => key), ...changes.seen, ...changes.drop];
  if (new Set(keys).size < keys.length) throw new Error("a key came twice in one write");
  for (const record of changes.put) {
    const before = rows.get(record.key);
    const since = before && before.request === record.request ? before.since : now;
    rows.set(record.key, { ...record, epoch, since, at: now });
  }
  for (const key of changes.seen) {
    const row = rows.get(key);
    if (row) rows.set(key, { ...row, state: "seen" });
  }
  for (const key of changes.drop) rows.delete(key);
}

const isPart = (name: string, run: string) => name === run || name.startsWith(`${run}/`);

const rowsOf = ({ runs }: Tables, run: string): (KeptRecord & Row)[] =>
  [...runs]
    .filter(([name]) => isPart(name, run))
    .flatMap(([name, { rows }]) => [...rows.values()].map((row) => ({ ...row, run: name })));

function sumsOf(rows: readonly Row[]): Account {
  const count = (kind: string | undefined) => rows.filter((row) => row.kind === kind).length;
  const failedBy: Record<string, number> = {};
  for (const { kind, category = "" } of rows)
    if (kind === "failed") failedBy[category] = (failedBy[category] ?? 0) + 1;
  return {
    ok: count("ok"),
    failed: count("failed"),
    unknown: count("unknown"),
    open: count(undefined),
    failedBy,
  };
}

export const journalOf = (store: MemoryStore) => createJournal(store);

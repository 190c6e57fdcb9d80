/** A journal in memory, whose clock, delays, failures and death are the test's. */
import { createJournal } from "../../generator/runtime/journal/journal.js";
import { JournalError } from "../../generator/runtime/journal/journal-error.js";
import type {
  Account,
  Changes,
  FoundRecord,
  JournalBackend,
  JournalRecord,
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

export interface MemoryStore extends JournalBackend {
  /** The store's own clock, in milliseconds. */
  now: number;
  readonly runs: Map<string, Kept>;
  /** All changes, in the order in which they became durable. */
  readonly writes: Changes[];
  /** Called before and after each call; what it throws is what the call rejects with. */
  hook: (call: "open" | "find" | "write", when: "before" | "after", changes?: Changes) => unknown;
}

export function memoryStore(): MemoryStore {
  const store: MemoryStore = {
    ...{ now: 0, runs: new Map(), writes: [], hook: () => undefined },
    async open(run, fingerprint) {
      await store.hook("open", "before");
      const kept = store.runs.get(run) ?? { epoch: 0, fingerprint, rows: new Map() };
      if (kept.fingerprint !== fingerprint) throw new JournalError(`${run} is another run`, false);
      store.runs.set(run, kept);
      const epoch = ++kept.epoch;
      await store.hook("open", "after");
      return {
        epoch,
        async find(keys) {
          await store.hook("find", "before");
          const found = keys.flatMap((key) => {
            const row = kept.rows.get(key);
            return row ? [[key, foundIn(store, row, epoch)] as const] : [];
          });
          await store.hook("find", "after");
          return new Map(found);
        },
        async write(changes) {
          await store.hook("write", "before", changes);
          if (kept.epoch !== epoch) throw new JournalError(`${run} has been taken over`, true);
          apply(store, kept, changes, epoch);
          store.writes.push(changes);
          await store.hook("write", "after", changes);
        },
        close: () => Promise.resolve(),
      };
    },
    account: (run) => Promise.resolve(accountOf(rowsOf(store, run))),
    async *records(run, kinds) {
      await Promise.resolve();
      for (const row of rowsOf(store, run)) if (row.kind && kinds.includes(row.kind)) yield row;
    },
    forget(run) {
      for (const name of store.runs.keys()) if (isPart(name, run)) store.runs.delete(name);
      return Promise.resolve();
    },
  };
  return store;
}

function foundIn({ now }: MemoryStore, row: Row, epoch: number): FoundRecord {
  const { epoch: by, since, at, ...record } = row;
  return { ...record, ageMs: now - since, writtenMs: now - at, own: by === epoch };
}

function apply({ now }: MemoryStore, { rows }: Kept, changes: Changes, epoch: number): void {
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

const rowsOf = ({ runs }: MemoryStore, run: string): (KeptRecord & Row)[] =>
  [...runs]
    .filter(([name]) => isPart(name, run))
    .flatMap(([name, { rows }]) => [...rows.values()].map((row) => ({ ...row, run: name })));

function accountOf(rows: readonly Row[]): Account {
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

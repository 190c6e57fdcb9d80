/** `journal`: the journal of runs in SQLite, for the processes of one host. A subpath of a package, `…/sqlite`. */
import { createJournal } from "../journal/journal.js";
import type { Changes, JournalBackend, JournalSession } from "../journal/store.js";
import {
  accountOf,
  bounds,
  escaped,
  foundOf,
  PAGE,
  recordOf,
  refused,
  rowOf,
  taken,
  unescaped,
  VERSION,
  type CountRow,
  type FirstRow,
  type FoundRow,
  type InputRow,
} from "./stored.js";
import type { Journal } from "../run/run-journal.js";

/** A journal for the processes of one host. It makes its tables itself. */
export const journal = (db: SqliteDatabase): Journal => createJournal(journalBackend(db));

/** A database of node:sqlite, better-sqlite3, libsql or bun:sqlite. */
export interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): { run(...values: never[]): unknown; all(...values: never[]): unknown[] };
}

/** A commit waits for the disk, so that a loss of power forgets nothing; with a log of its own, it waits once. */
const SCHEMA = `
pragma journal_mode = wal;
pragma synchronous = full;
create table if not exists batch_run (
  id integer primary key autoincrement,
  run text not null unique,
  fingerprint text not null,
  version int not null,
  epoch int not null default 1
);
create table if not exists batch_input (
  run int, key text,
  digest text not null,
  state text not null,
  kind text, category text, outcome text, request text,
  since real not null, written real not null,
  epoch int not null,
  primary key (run, key)
) without rowid;
`;

const NOW = "((julianday('now') - 2440587.5) * 86400000)";
const IN_RUN = "(run = ? or run >= ? and run < ?)";
const COLUMNS = "key, digest, state, kind, category, outcome, request";
/** Keys, as a JSON array: one statement for all of them costs a tenth of one for each. */
const KEYS = "(select value from json_each(?))";

type Values = readonly (string | number | null)[];
interface Opened {
  readonly id: number;
  readonly epoch: number;
}

/** Makes the tables, and compiles each statement once. */
function connect(db: SqliteDatabase) {
  db.exec(SCHEMA);
  // Each database has types of its own for what it takes; `run` changes rows, and `all` reads those that are named.
  const change = (sql: string): ((...values: Values) => void) => {
    const statement = db.prepare(sql) as { run(...values: Values): unknown };
    return (...values) => void statement.run(...values);
  };
  const read = <R>(sql: string): ((...values: Values) => readonly R[]) => {
    const statement = db.prepare(sql) as { all(...values: Values): unknown[] };
    return (...values) => statement.all(...values) as R[];
  };
  const page = (after: string) =>
    read<InputRow>(
      `select ${COLUMNS} from batch_input
        where run = ? and key ${after} ? and kind in (?, ?, ?) order by key limit ${PAGE}`,
    );
  return {
    db,
    open: read<Opened>(
      `insert into batch_run (run, fingerprint, version) values (?, ?, ?)
        on conflict (run) do update set epoch = epoch + 1
        where fingerprint = excluded.fingerprint and version = excluded.version
        returning id, epoch`,
    ),
    first: read<FirstRow>("select fingerprint, version from batch_run where run = ?"),
    has: read<{ now: number }>(`select ${NOW} as now from batch_run where id = ? and epoch = ?`),
    find: read<FoundRow>(
      `select ${COLUMNS}, ${NOW} - since as age, ${NOW} - written as written, epoch
        from batch_input where run = ? and key in ${KEYS}`,
    ),
    put: change(
      `insert into batch_input (run, epoch, since, written, key, digest, state, kind, category, outcome, request)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        on conflict (run, key) do update set epoch = excluded.epoch, written = excluded.written,
          since = case when request is excluded.request then since else excluded.since end,
          digest = excluded.digest, state = excluded.state, kind = excluded.kind, category = excluded.category,
          outcome = excluded.outcome, request = excluded.request`,
    ),
    seen: change(`update batch_input set state = 'seen' where run = ? and key in ${KEYS}`),
    drop: change(`delete from batch_input where run = ? and key in ${KEYS}`),
    counts: read<CountRow>(
      `select kind, category, count(*) as inputs from batch_input
        where run in (select id from batch_run where ${IN_RUN}) group by kind, category`,
    ),
    runs: read<{ id: number; run: string }>(
      `select id, run from batch_run where ${IN_RUN} order by run`,
    ),
    page: { first: page(">="), next: page(">") },
    forgetInputs: change(
      `delete from batch_input where run in (select id from batch_run where ${IN_RUN})`,
    ),
    forgetRuns: change(`delete from batch_run where ${IN_RUN}`),
  };
}
type Connection = ReturnType<typeof connect>;

/** All of it or nothing. It begins with the lock for writing, so that what it reads stays so. */
function atOnce({ db }: Connection, act: () => void): void {
  db.exec("begin immediate");
  try {
    act();
    db.exec("commit");
  } catch (error) {
    db.exec("rollback");
    throw error;
  }
}

/** Keeps runs in the database, whose tables it makes. Databases of this kind answer at once: nothing is under way. */
export function journalBackend(db: SqliteDatabase): JournalBackend {
  let connected: Connection | undefined;
  const connection = () => (connected ??= connect(db));
  return {
    async open(run, fingerprint) {
      const { open, first } = connection();
      const [opened] = open(escaped(run), escaped(fingerprint), VERSION);
      if (opened) return sessionOf(connection(), run, opened);
      throw refused(run, first(escaped(run))[0]);
    },
    account: async (run) => accountOf(connection().counts(...bounds(run))),
    async *records(run, kinds) {
      const { runs, page } = connection();
      const [a = null, b = null, c = null] = new Set(kinds);
      for (const { id, run: name } of runs(...bounds(run))) {
        let rows = page.first(id, "", a, b, c);
        for (;;) {
          for (const row of rows) yield { run: unescaped(name), ...recordOf(row) };
          const last = rows.at(-1);
          if (last === undefined || rows.length < PAGE) break;
          rows = page.next(id, last.key, a, b, c);
        }
      }
    },
    async forget(run) {
      const known = connection();
      atOnce(known, () => {
        known.forgetInputs(...bounds(run));
        known.forgetRuns(...bounds(run));
      });
    },
  };
}

function sessionOf(connection: Connection, run: string, { id, epoch }: Opened): JournalSession {
  const { has, find } = connection;
  return {
    epoch,
    find: async (keys) => foundOf(find(id, listed(keys)), epoch),
    async write(changes) {
      atOnce(connection, () => {
        const [own] = has(id, epoch);
        if (!own) throw taken(run);
        apply(connection, { id, epoch }, own.now, changes);
      });
    },
    close: () => Promise.resolve(),
  };
}

function apply(
  { put, seen, drop }: Connection,
  { id, epoch }: Opened,
  now: number,
  changes: Changes,
): void {
  if (changes.drop.length) drop(id, listed(changes.drop));
  for (const record of changes.put) {
    const { key, digest, state, kind, category, outcome, request } = rowOf(record);
    put(id, epoch, now, now, key, digest, state, kind, category, outcome, request);
  }
  if (changes.seen.length) seen(id, listed(changes.seen));
}

const listed = (keys: readonly string[]) => JSON.stringify(keys.map(escaped));

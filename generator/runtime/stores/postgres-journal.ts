/** `journalSchema`, `journalBackend`: the journal of runs in PostgreSQL, in two tables and a function. */
import { JournalError } from "../journal/journal-error.js";
import type { JournalBackend, JournalSession } from "../journal/store.js";
import { member } from "../pointer.js";
import type { Queries } from "./postgres-limiter.js";
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

/** The rows of keys that `changes` lists. With a limit each is a look-up of its own: a join may read the whole run. */
const rowsOf = (list: "drop" | "seen") => `array(
    select i.ctid from json_array_elements_text(changes::json -> '${list}') as listed(key)
    cross join lateral (select ctid from batch_input where run = of_run and key = listed.key limit 1) as i)`;

/**
 * What the journal needs; it may run twice. A write is one call, so it is a transaction of its own on any connection of a
 * pool. It locks the run, so that whoever takes the run over waits for it, and its rows stay where they are. The planner
 * knows nothing of a run that has just begun, and would read all rows for each write: the setting leaves it the index.
 */
export const journalSchema: string = `
create table if not exists batch_run (
  id int generated always as identity primary key,
  run text collate "C" not null unique,
  fingerprint text not null,
  version int not null,
  epoch int not null default 1,
  turn int not null default 0
);
create table if not exists batch_input (
  run int, key text collate "C",
  digest text not null,
  state text not null,
  kind text, category text, outcome text, request text,
  since timestamptz not null, written timestamptz not null,
  epoch int not null,
  primary key (run, key)
) with (fillfactor = 70);

create or replace function batch_journal_write(of_run int, of_epoch int, of_turn int, changes text)
returns boolean language plpgsql set enable_seqscan = off as $$
begin
  perform 1 from batch_run where id = of_run and epoch = of_epoch and turn = of_turn for share;
  if not found then return false; end if;
  delete from batch_input where ctid = any(${rowsOf("drop")});
  insert into batch_input (run, epoch, since, written, key, digest, state, kind, category, outcome, request)
    select of_run, of_epoch, clock_timestamp(), clock_timestamp(), put.* from json_to_recordset(changes::json -> 'put') as put(
      key text, digest text, state text, kind text, category text, outcome text, request text)
    on conflict (run, key) do update set epoch = excluded.epoch, written = excluded.written,
      since = case when batch_input.request is not distinct from excluded.request
        then batch_input.since else excluded.since end,
      digest = excluded.digest, state = excluded.state, kind = excluded.kind, category = excluded.category,
      outcome = excluded.outcome, request = excluded.request;
  update batch_input set state = 'seen' where ctid = any(${rowsOf("seen")});
  return true;
end $$;
`;

const IN_RUN = "(run = $1 or run >= $2 and run < $3)";
const COLUMNS = "i.key, i.digest, i.state, i.kind, i.category, i.outcome, i.request";
const ago = (time: string) => `(extract(epoch from clock_timestamp() - i.${time}) * 1000)::float8`;

type Query = <R>(text: string, ...values: unknown[]) => Promise<readonly R[]>;

/** Keeps runs in the database, in which `journalSchema` has run. */
export function journalBackend(db: Queries): JournalBackend {
  const query: Query = async <R>(text: string, ...values: unknown[]) => {
    try {
      return (await db.query(text, values)).rows as R[]; // the rows have the columns that the text names
    } catch (error) {
      throw refusalOf(error) ?? error;
    }
  };
  return {
    async open(run, fingerprint) {
      const name = escaped(run);
      const [opened] = await query<{ id: number; epoch: number }>(
        `insert into batch_run (run, fingerprint, version) values ($1, $2, $3)
          on conflict (run) do update set epoch = batch_run.epoch + 1, turn = 0
          where batch_run.fingerprint = excluded.fingerprint and batch_run.version = excluded.version
          returning id, epoch`,
        ...[name, escaped(fingerprint), VERSION],
      );
      if (opened) return sessionOf(query, run, opened);
      const [first] = await query<FirstRow>(
        "select fingerprint, version from batch_run where run = $1",
        name,
      );
      throw refused(run, first);
    },
    async account(run) {
      const rows = await query<CountRow>(
        `select kind, category, count(*)::int as inputs from batch_input
          where run in (select id from batch_run where ${IN_RUN}) group by kind, category`,
        ...bounds(run),
      );
      return accountOf(rows);
    },
    async *records(run, kinds) {
      const runs = await query<{ id: number; run: string }>(
        `select id, run from batch_run where ${IN_RUN} order by run`,
        ...bounds(run),
      );
      for (const { id, run: name } of runs)
        for await (const row of inputsOf(query, id, kinds))
          yield { run: unescaped(name), ...recordOf(row) };
    },
    async forget(run) {
      // Whoever has the run loses it first: what it writes meanwhile would be left over.
      await query(`update batch_run set epoch = epoch + 1 where ${IN_RUN}`, ...bounds(run));
      await query(
        `with gone as (delete from batch_run where ${IN_RUN} returning id)
          delete from batch_input where run in (select id from gone)`,
        ...bounds(run),
      );
    },
  };
}

/** What PostgreSQL refuses each time: data (22), statements and permissions (42), and what exceeds a limit of its own (54). */
const FOR_GOOD = /^(22|42|54)/;
/** A table, a column or a function that is not there. */
const NOT_THERE = /^42(P01|703|883)$/;

/** Undefined for an error that may be over when the call is made again. */
function refusalOf(error: unknown): JournalError | undefined {
  const [code, message] = [member(error, "code"), member(error, "message")];
  if (typeof code !== "string" || !FOR_GOOD.test(code)) return undefined;
  const advice = NOT_THERE.test(code)
    ? ": run `schema`, or put it into your migrations"
    : code === "54000"
      ? ": names and keys of up to 2,600 bytes fit"
      : "";
  return new JournalError(
    `PostgreSQL refuses the journal (${code}, ${String(message)})${advice}`,
    false,
    error,
  );
}

async function* inputsOf(query: Query, id: number, kinds: readonly string[]) {
  let last: string | undefined;
  do {
    const rows: readonly InputRow[] = await query<InputRow>(
      `select ${COLUMNS} from batch_input as i
        where i.run = $1 and i.key ${last === undefined ? ">=" : ">"} $2 and i.kind = any(string_to_array($3, ','))
        order by i.key limit ${PAGE}`,
      ...[id, last ?? "", kinds.join(",")],
    );
    yield* rows;
    last = rows.length < PAGE ? undefined : rows.at(-1)?.key;
  } while (last !== undefined);
}

function sessionOf(
  query: Query,
  run: string,
  { id, epoch }: { readonly id: number; readonly epoch: number },
): JournalSession {
  let turn = 0;
  let begun = 0;
  let resolved = 0;
  return {
    epoch,
    async find(keys) {
      const rows = await query<FoundRow>(
        `select ${COLUMNS}, ${ago("since")} as age, ${ago("written")} as written, i.epoch
          from json_array_elements_text($2::text::json) as asked(key)
          cross join lateral (
            select * from batch_input where run = $1 and batch_input.key = asked.key limit 1
          ) as i`,
        ...[id, JSON.stringify(keys.map(escaped))],
      );
      return foundOf(rows, epoch);
    },
    async write({ put, seen, drop }) {
      if (begun > resolved) {
        // Nobody knows whether the write before is still on its way: its turn is over, so that it comes to nothing.
        const next = await query(
          `update batch_run set turn = $3 where id = $1 and epoch = $2 and turn <= $3 returning turn`,
          ...[id, epoch, turn + 1],
        );
        if (next.length === 0) throw taken(run);
        turn++;
      }
      const number = ++begun;
      const changes = { put: put.map(rowOf), seen: seen.map(escaped), drop: drop.map(escaped) };
      const [answer] = await query<{ written: boolean }>(
        "select batch_journal_write($1, $2, $3, $4) as written",
        ...[id, epoch, turn, JSON.stringify(changes)],
      );
      if (!answer?.written) throw taken(run);
      resolved = Math.max(resolved, number);
    },
    close: () => Promise.resolve(),
  };
}

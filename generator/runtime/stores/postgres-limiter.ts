/** `limiterSchema`, `rateLimiterStore`: one rate limit for many processes, in PostgreSQL: two tables and three functions. */
import type { RateLimiterStore } from "../send/rate-limiter.js";

/** pg's Pool or a client of it, PGlite, or `{ query: async (text, values) => ({ rows: await sql.unsafe(text, values) }) }` over postgres.js. */
export interface Queries {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

/**
 * What the store needs; it may run twice. The row of a limit is locked by whoever decides, by the server's own clock.
 * Requests of a 40th of a period are one row, so a window has at most 50, and many requests come free at once. An eighth
 * as many wait for a group as it has requests: the others come later, so that they hardly ask in vain. Commits do not wait for the disk: a limit that lost half a second costs a refusal at worst.
 */
export const limiterSchema = `
create table if not exists batch_limit (
  key text primary key,
  paused_until float8 not null default 0
);
create table if not exists batch_limit_group (
  key text, period float8, slot float8,
  last float8 not null,
  requests float8 not null,
  waiters int not null default 0,
  primary key (key, period, slot)
) with (fillfactor = 50);

create or replace function batch_limit_lock(of_key text, out now_ms float8, out pause_ms float8)
language plpgsql as $$
begin
  insert into batch_limit (key) values (of_key) on conflict do nothing;
  select paused_until into pause_ms from batch_limit where key = of_key for update;
  now_ms := extract(epoch from clock_timestamp()) * 1000;
  pause_ms := greatest(0, pause_ms - now_ms);
end $$;

create or replace function batch_limit_add(of_key text, of_period float8, now_ms float8, many float8)
returns void language sql as $$
  delete from batch_limit_group
    where key = of_key and period = of_period and slot < floor((now_ms - of_period * 1.25) * 40 / of_period);
  insert into batch_limit_group (key, period, slot, last, requests) values (of_key, of_period, floor(now_ms * 40 / of_period), now_ms, many)
    on conflict (key, period, slot) do update
    set last = excluded.last, requests = batch_limit_group.requests + excluded.requests;
$$;

create or replace function batch_limit_take(of_key text, windows jsonb)
returns float8 language plpgsql set synchronous_commit = off as $$
declare now_ms float8; wait float8; target record;
begin
  select * into now_ms, wait from batch_limit_lock(of_key);
  -- In each window without room, the group to wait for: the first that has to leave it, or a newer one.
  select * into target from (
    select distinct on (n) period, slot, last + ms - now_ms as free from (
      select *, max(last) filter (where newer >= most) over (partition by n) as first from (
        select w.n, w.period, w.ms, w.requests as most, g.slot, g.last,
          g.waiters >= greatest(1, g.requests / 8) as busy,
          sum(g.requests) over (partition by w.n order by g.last desc) as newer
        from rows from (jsonb_to_recordset(windows) as (period float8, ms float8, requests float8))
          with ordinality as w(period, ms, requests, n)
        join batch_limit_group g on g.key = of_key and g.period = w.period and g.last + w.ms > now_ms
      ) as groups
    ) as groups where last >= first
    order by n, busy, case when busy then -last else last end
  ) as targets order by free desc limit 1;
  if target.free > wait then
    update batch_limit_group set waiters = waiters + 1
      where key = of_key and period = target.period and slot = target.slot;
    return ceil(target.free);
  end if;
  if wait <= 0 then
    perform batch_limit_add(of_key, period, now_ms, 1)
      from (select distinct period from jsonb_to_recordset(windows) as w(period float8)) as periods;
  end if;
  return ceil(wait);
end $$;

create or replace function batch_limit_pause(of_key text, ms float8)
returns void language sql as $$
  insert into batch_limit values (of_key, extract(epoch from clock_timestamp()) * 1000 + ms)
    on conflict (key) do update set paused_until = greatest(batch_limit.paused_until, excluded.paused_until);
$$;

create or replace function batch_limit_observe(of_key text, windows jsonb)
returns void language plpgsql set synchronous_commit = off as $$
declare now_ms float8;
begin
  select l.now_ms into now_ms from batch_limit_lock(of_key) as l;
  perform batch_limit_add(of_key, period, now_ms, others) from (
    select w.period, w.requests - w.remaining - coalesce(sum(g.requests), 0) as others
    from jsonb_to_recordset(windows) as w(period float8, ms float8, requests float8, remaining float8)
    left join batch_limit_group g on g.key = of_key and g.period = w.period and g.last + w.ms > now_ms
    group by w.period, w.ms, w.requests, w.remaining
  ) as reported where others > 0;
end $$;
`;

/** Keeps one limit for all processes that reach the same database, in which `schema` has run. */
export function rateLimiterStore(db: Queries): RateLimiterStore {
  // The types are named: some clients make JSON of a text that is JSON, if they know that JSON is expected.
  const call = async (
    name: string,
    type: "text::jsonb" | "float8",
    ...values: readonly [key: string, argument: string | number]
  ): Promise<unknown> => {
    const text = `select batch_limit_${name}($1, $2::${type}) as answer`;
    const { rows } = await db.query(text, [...values]);
    return (rows[0] as { answer: unknown }).answer; // a query of one function has one row
  };
  return {
    take: async (key, windows) =>
      Number(await call("take", "text::jsonb", key, JSON.stringify(windows))),
    async pause(key, ms) {
      await call("pause", "float8", key, ms);
    },
    async observe(key, remaining, windows) {
      const told = windows
        .map((window, i) => ({ ...window, remaining: remaining[i] ?? NaN }))
        .filter((window) => window.remaining >= 0); // not NaN
      await call("observe", "text::jsonb", key, JSON.stringify(told));
    },
  };
}

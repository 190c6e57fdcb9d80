/** One limit for many processes, on the engines themselves: what each store answers, and what processes do with it. */
import { Redis } from "ioredis";
import pg from "pg";
import postgresJs from "postgres";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import {
  createRateLimiter,
  type RateLimiterStore,
  type StoreWindow,
} from "../../generator/runtime/send/rate-limiter.js";
import * as postgresStore from "../../generator/runtime/stores/postgres-limiter.js";
import * as redisStore from "../../generator/runtime/stores/redis.js";
import { missing, startPostgres, startRedis } from "./engines.js";
import { measureLimit } from "./measure-limit.js";

interface Opened {
  readonly url: string;
  readonly store: RateLimiterStore;
  /** The number of groups that are kept for a window of a key. */
  groups(key: string, period: number): Promise<number>;
  close(): Promise<void>;
}

async function openRedis(): Promise<Opened> {
  const engine = await startRedis();
  if (!engine) throw new Error("it was there before");
  const db = new Redis(engine.url);
  return {
    url: engine.url,
    store: redisStore.rateLimiterStore((script, keys, args) =>
      db.eval(script, keys.length, ...keys, ...args),
    ),
    async groups(key, period) {
      const state = JSON.parse((await db.get(`openapi-batch:${key}`)) ?? "") as {
        windows: { [period: string]: number[][] };
      };
      return state.windows[period]?.length ?? 0;
    },
    async close() {
      db.disconnect();
      await engine.stop();
    },
  };
}

async function openPostgres(): Promise<Opened> {
  const engine = await startPostgres();
  if (!engine) throw new Error("it was there before");
  const pool = new pg.Pool({ connectionString: engine.url });
  pool.on("error", () => undefined);
  await pool.query(postgresStore.limiterSchema);
  await pool.query(postgresStore.limiterSchema); // a migration may run twice
  return {
    url: engine.url,
    store: postgresStore.rateLimiterStore(pool),
    async groups(key, period) {
      const text =
        "select count(*)::int as n from batch_limit_group where key = $1 and period = $2";
      return (await pool.query<{ n: number }>(text, [key, period])).rows[0]?.n ?? 0;
    },
    async close() {
      await pool.end();
      await engine.stop();
    },
  };
}

const never = new AbortController().signal;
const window = (requests: number, ms: number): StoreWindow => ({ requests, ms, period: ms });

describe.each([
  ["redis", openRedis],
  ["postgres", openPostgres],
] as const)("a limit in %s", (engine, open) => {
  const reason = missing[engine];
  let opened: Opened;
  beforeAll(async () => {
    if (reason === undefined) opened = await open();
  });
  afterAll(() => opened?.close());
  const test = (name: string, act: (context: TestContext) => Promise<void>) =>
    it(name, async (context) => {
      context.skip(reason !== undefined, reason);
      await act(context);
    });
  const take = (key: string, ...windows: StoreWindow[]) => opened.store.take(key, windows, never);

  test("gives as many places as there are, each to one of those who ask at once", async () => {
    const all = Array.from({ length: 30 }, () => take("many", window(20, 60_000)));
    const waits = await Promise.all(all);
    expect(waits.filter((wait) => wait === 0)).toHaveLength(20);
    for (const wait of waits.filter((each) => each > 0)) {
      expect(wait).toBeGreaterThan(50_000);
      expect(wait).toBeLessThanOrEqual(60_000);
    }
    expect(await take("another", window(20, 60_000))).toBe(0);
  });
  test("takes a place in all windows or in none", async () => {
    const [short, long] = [window(2, 60_000), window(5, 3_600_000)];
    const first: boolean[] = [];
    for (let i = 0; i < 4; i++) first.push((await take("all", short, long)) === 0);
    expect(first).toEqual([true, true, false, false]);
    const rest: boolean[] = [];
    for (let i = 0; i < 4; i++) rest.push((await take("all", long)) === 0);
    expect(rest).toEqual([true, true, true, false]);
  });
  test("frees a place when its window is over", async () => {
    const short = window(1, 400);
    const [first, full] = [await take("free", short), await take("free", short)];
    expect([first, full > 0 && full <= 400]).toEqual([0, true]);
    await new Promise((resolve) => setTimeout(resolve, full + 5));
    expect(await take("free", short)).toBe(0);
  });
  test("counts one window for processes that leave different time between windows", async () => {
    expect(await take("gap", { requests: 1, ms: 60_000, period: 60_000 })).toBe(0);
    expect(await take("gap", { requests: 1, ms: 66_000, period: 60_000 })).toBeGreaterThan(60_000);
  });
  test("is paused for so long, and the later end wins", async () => {
    await opened.store.pause("pause", 30_000);
    await opened.store.pause("pause", 5000);
    const wait = await take("pause", window(9, 1000));
    expect(wait).toBeGreaterThan(20_000);
    expect(wait).toBeLessThanOrEqual(30_000);
    expect(await take("pauses", window(9, 1000))).toBe(0);
  });
  test("counts what others take, as the service reports it", async () => {
    const windows = [window(9, 50_000), window(10, 60_000)];
    await take("others", ...windows);
    await opened.store.observe("others", [NaN, 9], windows); // as it is known
    await opened.store.observe("others", [NaN, 1], windows);
    expect([await take("others", ...windows), (await take("others", ...windows)) > 0]).toEqual([
      0,
      true,
    ]);
    // Nothing was said of the other window.
    expect(await take("others", windows[0] ?? window(0, 0))).toBe(0);
  });
  test("keeps at most a hundred groups, however many requests", async () => {
    const until = performance.now() + 250;
    // The long window keeps the key for as long as the machine may stand still.
    const windows = [window(1e6, 80), window(1e6, 60_000)];
    while (performance.now() < until) await take("groups", ...windows);
    const groups = await opened.groups("groups", 80);
    expect(groups).toBeGreaterThan(0);
    expect(groups).toBeLessThanOrEqual(100);
  });
  test("keeps groups apart, so that a window slides", async () => {
    const wide = window(1e6, 4000);
    await take("apart", wide);
    await new Promise((resolve) => setTimeout(resolve, 100)); // a group is 40 ms
    await take("apart", wide);
    expect(await opened.groups("apart", 4000)).toBe(2);
  });
  test("obeys the part of the limit that a rate limiter uses", async () => {
    const store = opened.store;
    const limiter = () =>
      createRateLimiter({
        ...{ key: "use", store, maxWaitMs: 1000 },
        windows: [{ requests: 20, ms: 60_000, use: 0.5 }],
      });
    const both = [limiter(), limiter()];
    const taken = Array.from({ length: 7 }, () => both.map((each) => each.take(never))).flat();
    const ended = await Promise.allSettled(taken);
    expect(ended.filter(({ status }) => status === "fulfilled")).toHaveLength(10);
  });
  test("is the same over another client of the database", async ({ skip }) => {
    skip(engine !== "postgres", "Redis is reached by a function");
    const sql = postgresJs(opened.url, { onnotice: () => undefined });
    const other = postgresStore.rateLimiterStore({
      query: async (text, values) => ({ rows: await sql.unsafe(text, values as never[]) }),
    });
    const windows = [window(3, 60_000)];
    expect([await take("client", ...windows), await other.take("client", windows, never)]).toEqual([
      0, 0,
    ]);
    await other.observe("client", [0], windows);
    expect(await take("client", ...windows)).toBeGreaterThan(50_000);
    await other.pause("client", 300_000);
    expect(await take("client", ...windows)).toBeGreaterThan(200_000);
    await sql.end();
  });
  test("is kept by three processes: they are hardly refused, and use their places", async () => {
    const { rate, refused, calls } = await measureLimit({
      ...{ engine, url: opened.url, processes: 3, concurrency: 4, windows: 2 },
      ...{ requests: 40, ms: 1500, use: 0.8 },
    });
    // A machine that is busy is slow and lets requests arrive late: the exact figures are those of `npm run limits`.
    expect(refused).toBeLessThanOrEqual(4);
    expect(calls).toBeLessThan(2.5);
    expect(rate).toBeGreaterThan(0.5);
  });
});

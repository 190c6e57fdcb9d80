/** One of the processes of `measureLimit`: sends requests under the shared limit until it is killed. */
import { once } from "node:events";
import { Redis } from "ioredis";
import pg from "pg";
import { createClient } from "../../generator/runtime/send/client.js";
import {
  createRateLimiter,
  type RateLimiterStore,
} from "../../generator/runtime/send/rate-limiter.js";
import * as postgres from "../../generator/runtime/stores/postgres-limiter.js";
import * as redis from "../../generator/runtime/stores/redis.js";
import { row } from "../runtime/rate-servers.js";
import type { Task, Told } from "./measure-limit.js";

const open = {
  redis(url: string): RateLimiterStore {
    const db = new Redis(url, { maxRetriesPerRequest: null });
    db.on("error", () => undefined); // it connects again
    return redis.rateLimiterStore((script, keys, args) =>
      db.eval(script, keys.length, ...keys, ...args),
    );
  },
  postgres(url: string): RateLimiterStore {
    const pool = new pg.Pool({ connectionString: url, max: 2 });
    pool.on("error", () => undefined); // it connects again
    return postgres.rateLimiterStore(pool);
  },
};

const task = JSON.parse(process.argv[2] ?? "") as Task; // our parent's
const told: Told = { calls: 0, slowest: 0, totalMs: 0 };
const store = open[task.engine](task.url);
const counted: RateLimiterStore = {
  ...store,
  async take(...given) {
    const start = performance.now();
    told.calls++;
    try {
      return await store.take(...given);
    } finally {
      const ms = performance.now() - start;
      told.totalMs += ms;
      told.slowest = Math.max(told.slowest, ms);
    }
  },
};
const { requests, ms, use } = task;
const client = createClient({
  auth: "a token",
  baseUrl: task.server,
  timeoutMs: 0,
  rateLimiter: createRateLimiter({ key: "rows", windows: [{ requests, ms }], use, store: counted }),
});

function* inputs() {
  for (let id = 0; ; id++) yield { id };
}
// What is slow only once is done before: connections, code that is compiled.
for (let i = 0; i < 20; i++) {
  await store.take("warm", [{ requests: 1e6, ms: 1000, period: 1000 }], AbortSignal.timeout(9000));
  const warm = Array.from({ length: task.concurrency }, () => fetch(`${task.server}/warm`));
  await Promise.all(warm.map(async (reply) => (await reply).text()));
}
process.on("disconnect", () => process.exit());
process.send?.("ready");
await once(process, "message");
process.on("message", () => process.send?.(told, () => process.exit()));
await client.run(row, inputs(), { concurrency: task.concurrency }).drain();

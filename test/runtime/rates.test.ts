/**
 * How fast a run is under a rate limit, in virtual time: 3,000 requests against services that count in three ways, each
 * with delays on the way that vary. No time is lost, and hardly a request is refused.
 */
import { expect, it } from "vitest";
import { createClient } from "../../generator/runtime/send/client.js";
import { createRateLimiter } from "../../generator/runtime/send/rate-limiter.js";
import { seeded, virtualClock } from "./kit.js";
import { row, servers, type Count, type Limit } from "./rate-servers.js";

const REQUESTS = 3000;
async function measure(
  server: Count,
  limit: Limit,
  seed: number,
  concurrency: number,
  jitter: number,
) {
  const clock = virtualClock();
  const random = seeded(seed);
  let refused = 0;
  const delay = () => clock.sleep(20 + jitter * random(), new AbortController().signal);
  const client = createClient({
    auth: "a token",
    clock,
    random,
    timeoutMs: 0,
    rateLimiter: createRateLimiter({ key: "k", windows: [limit], clock, random }),
    async fetch() {
      await delay();
      const accepted = server(clock.now());
      if (!accepted) refused++;
      await delay();
      return new Response(accepted ? "[]" : "", { status: accepted ? 200 : 429 });
    },
  });
  const inputs = Array.from({ length: REQUESTS }, (_, id) => ({ id }));
  const summary = await client.run(row, inputs, { concurrency }).drain();
  expect(summary).toMatchObject({ ok: REQUESTS, ended: "complete" });
  return { ms: summary.elapsedMs, refused };
}

const usual: Limit = { requests: 190, ms: 10_000 };
it.each<[keyof typeof servers, Limit, number, number]>([
  ["a sliding window", { requests: 100, ms: 10_000 }, 4, 60],
  ["a sliding window", usual, 8, 60],
  ["a sliding window", { requests: 50, ms: 2000 }, 8, 60],
  ["a sliding window", { requests: 10, ms: 1000 }, 4, 20],
  ["a fixed window", usual, 8, 60],
  ["a token bucket", usual, 8, 60],
])("%s of %j, %i requests at once", async (name, limit, concurrency, jitter) => {
  const server = servers[name](limit);
  // The last of the requests may leave after so many full windows.
  const least = (Math.ceil(REQUESTS / limit.requests) - 1) * limit.ms;
  const { ms, refused } = await measure(server, limit, limit.requests, concurrency, jitter);
  expect(ms / least).toBeLessThanOrEqual(1.05);
  expect(refused).toBeLessThanOrEqual(REQUESTS / 1000);
});

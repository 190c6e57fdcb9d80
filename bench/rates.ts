/**
 * 300 requests at 50 in 2 seconds, in real time, against services that count in three ways: the rate limiter of the
 * runtime beside Bottleneck and p-throttle, in turns. Prints the time by the least possible, and the 429s. The others do
 * not send a refused request again, so it is lost.
 *
 *     npm run bench:rates [-- --requests 300]
 */
import { parseArgs } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";
import Bottleneck from "bottleneck";
import pThrottle from "p-throttle";
import { createClient } from "../generator/runtime/send/client.js";
import { createRateLimiter } from "../generator/runtime/send/rate-limiter.js";
import { row, servers, type Count } from "../test/runtime/rate-servers.js";

const limit = { requests: 50, ms: 2000 };
const CONCURRENCY = 8;
const { values } = parseArgs({ options: { requests: { type: "string", default: "300" } } });
const total = Number(values.requests);

/** A service, whose requests and replies are on their way for 20 to 80 ms. */
function service(count: Count) {
  const told = { refused: 0 };
  const delay = () => sleep(20 + 60 * Math.random());
  const fetch = async () => {
    await delay();
    const accepted = count(performance.now());
    if (!accepted) told.refused++;
    await delay();
    return new Response(accepted ? "[]" : "", { status: accepted ? 200 : 429 });
  };
  return { fetch, told };
}
type Fetch = () => Promise<unknown>;
const jobs = Array.from({ length: total }, (_, id) => ({ id }));

const tools: { readonly [name: string]: (fetch: Fetch) => Promise<unknown> } = {
  "openapi-batch": (fetch) =>
    createClient({
      ...{ auth: "a token", timeoutMs: 0, fetch: fetch as typeof globalThis.fetch }, // it takes no notice of the request
      rateLimiter: createRateLimiter({ key: "rows", windows: [limit] }),
    })
      .run(row, jobs, { concurrency: CONCURRENCY })
      .drain(),
  Bottleneck: (fetch) => {
    const limiter = new Bottleneck({
      ...{ reservoir: limit.requests, reservoirRefreshAmount: limit.requests },
      ...{ reservoirRefreshInterval: limit.ms, maxConcurrent: CONCURRENCY },
    });
    const all = jobs.map(() => limiter.schedule(fetch));
    return Promise.all(all).finally(() => limiter.disconnect());
  },
  "p-throttle": (fetch) => {
    const throttled = pThrottle({ limit: limit.requests, interval: limit.ms })(fetch);
    return Promise.all(jobs.map(() => throttled()));
  },
};

const least = (Math.ceil(total / limit.requests) - 1) * limit.ms;
console.log(`| service | ${Object.keys(tools).join(" | ")} |`);
console.log(
  `| --- | ${Object.keys(tools)
    .map(() => "---")
    .join(" | ")} |`,
);
for (const [name, count] of Object.entries(servers)) {
  const cells: string[] = [];
  for (const send of Object.values(tools)) {
    const { fetch, told } = service(count(limit));
    const start = performance.now();
    await send(fetch);
    const ratio = (performance.now() - start) / least;
    cells.push(`${ratio.toFixed(2)}, ${told.refused} 429s`);
  }
  console.log(`| ${name} | ${cells.join(" | ")} |`);
}

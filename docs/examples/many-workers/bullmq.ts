/**
 * An import that many workers share. Its queue is BullMQ.
 *
 *     node bullmq.ts work                               in as many processes as you like
 *     node bullmq.ts produce rows.jsonl
 *     node bullmq.ts pause | cancel | resume | account | failed
 *     node bullmq.ts produce rows.jsonl unknown  what is unknown is looked up
 *     node bullmq.ts produce rows.jsonl failed   what failed is sent again
 */
import { Queue, Relay, Worker } from "bullmq";
import { Redis } from "ioredis";
import { shards } from "hubspot-batch/journal";
import { rateLimiterStore } from "hubspot-batch/redis";
import { main, rowsOf } from "./commands.js";
import { clientWith, importPart, pool, RUN, type Again, type Part } from "./contacts.js";

const redis = new Redis(process.env["REDIS_URL"] ?? "redis://localhost:6379", {
  maxRetriesPerRequest: null,
});
redis.on("error", console.error);
const queue = new Queue<Part>(RUN, { connection: redis });
const relay = new Relay({ connection: redis });
queue.on("error", console.error);
relay.on("error", console.error);

async function produce(file: string, again: Again[]) {
  for await (const { name, rows } of shards(rowsOf(file), 1000)) {
    const run = `${RUN}/${name}`;
    const options = {
      jobId: run, // a part that is in the queue is not added twice
      attempts: 1000,
      backoff: { type: "fixed", delay: 5000 },
      removeOnComplete: true, // its id is free again
    };
    await queue.add("part", { run, rows, again }, options);
  }
}

async function work() {
  const client = clientWith(
    rateLimiterStore((script, keys, args) => redis.eval(script, keys.length, ...keys, ...args)),
  );
  const worker = new Worker<Part>(
    RUN,
    (job, _token, signal) => importPart(client, job.data, signal),
    { connection: redis, concurrency: 2, maxStalledCount: 1000 },
  );
  worker.on("error", console.error);
  await relay.subscribe(`${RUN}.cancel`, () => worker.cancelAllJobs());
  console.log("at work");
  process.once("SIGTERM", () => void worker.close().finally(() => process.exit()));
}

/** Parts that are under way go on to their ends. */
const pause = () => queue.pause();

/** Parts that are under way stop after the requests on their way. */
async function cancel() {
  await queue.pause();
  await relay.publish(`${RUN}.cancel`, {});
}

const resume = () => queue.resume();

const left = () => queue.getJobCountByTypes("waiting", "delayed", "active");

await main({ produce, work, pause, cancel, resume, left });
if (process.argv[2] !== "work") {
  await Promise.all([queue.close(), relay.close(), pool.end()]);
  redis.disconnect();
}

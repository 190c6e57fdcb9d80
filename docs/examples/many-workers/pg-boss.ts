/**
 * An import that many workers share. Its queue is pg-boss, so PostgreSQL has the queue, the journal and the limit.
 *
 *     node pg-boss.ts work                               in as many processes as you like
 *     node pg-boss.ts produce rows.jsonl
 *     node pg-boss.ts pause | cancel | resume | account | failed
 *     node pg-boss.ts produce rows.jsonl unknown  what is unknown is looked up
 *     node pg-boss.ts produce rows.jsonl failed   what failed is sent again
 */
import PgBoss from "pg-boss";
import { shards } from "hubspot-batch/journal";
import { rateLimiterStore } from "hubspot-batch/postgres";
import { main, rowsOf } from "./commands.js";
import { clientWith, importPart, pool, RUN, type Again, type Part } from "./contacts.js";

const boss = new PgBoss({
  connectionString: process.env["DATABASE_URL"] ?? "",
  maintenanceIntervalSeconds: 10,
});
boss.on("error", console.error);
await boss.start();
await boss.createQueue(RUN, {
  name: RUN,
  policy: "short", // a part that waits is not added twice
  retryLimit: 1000,
  retryDelay: 5,
  expireInSeconds: 60, // so long after its begin, a part that is not done is given to another worker
});

async function produce(file: string, again: Again[]) {
  for await (const { name, rows } of shards(rowsOf(file), 1000)) {
    const run = `${RUN}/${name}`;
    await boss.send(RUN, { run, rows, again }, { singletonKey: run });
  }
}

async function work() {
  const client = clientWith(rateLimiterStore(pool));
  const act = async ([job]: PgBoss.Job<Part>[]) => {
    if (job) await whileActive(job.id, (signal) => importPart(client, job.data, signal));
  };
  for (let i = 0; i < 2; i++) await boss.work(RUN, { pollingIntervalSeconds: 1 }, act);
  console.log("at work");
  process.once("SIGTERM", () => void boss.stop().finally(() => process.exit()));
}

/** Version 10 of pg-boss does not say that a job was cancelled, or given to another worker. */
async function whileActive(id: string, act: (signal: AbortSignal) => Promise<void>) {
  const stop = new AbortController();
  const look = async () => {
    const job = await boss.getJobById(RUN, id);
    if (job?.state !== "active") stop.abort();
  };
  const timer = setInterval(() => void look().catch(console.error), 2000);
  try {
    await act(stop.signal);
  } finally {
    clearInterval(timer);
  }
}

/** The ids of jobs in these states. */
async function jobs(...states: string[]): Promise<string[]> {
  const text = "select id from pgboss.job where name = $1 and state::text = any($2)";
  const { rows } = await pool.query<{ id: string }>(text, [RUN, states]);
  return rows.map(({ id }) => id);
}

/** Parts that are under way go on to their ends. */
const pause = async () => boss.cancel(RUN, await jobs("created", "retry"));

/** Parts that are under way stop after the requests on their way. */
const cancel = async () => boss.cancel(RUN, await jobs("created", "retry", "active"));

const resume = async () => boss.resume(RUN, await jobs("cancelled"));

const left = async () => (await jobs("created", "retry", "active", "cancelled")).length;

await main({ produce, work, pause, cancel, resume, left });
if (process.argv[2] !== "work") await Promise.all([boss.stop(), pool.end()]);

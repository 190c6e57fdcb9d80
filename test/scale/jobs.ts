/**
 * The recipes of docs/examples/many-workers, while everything happens to them that can: three workers, one killed, one
 * stopped and woken when others have finished its parts, a pause, a cancel, and restarts of Redis and PostgreSQL. A
 * service in a process of its own counts what it created, and loses 0.5 % of its replies. At the end what is
 * unknown is looked up, and the rows that it refused are corrected, and go again.
 *
 *     npm run jobs [-- --rows 100000 --engine bullmq --engine pg-boss --seed 1]
 *
 * Exits with 1 if the journal contradicts the service, or a row is created twice or lost.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { Account } from "../../generator/runtime/journal/store.js";
import { seeded } from "../runtime/kit.js";
import { missing, startPostgres, startRedis, type Engine, type Postgres } from "./engines.js";
import { queues, startImport, type Import, type Queue, type Worker } from "./many-workers.js";

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "100000" },
    engine: { type: "string", multiple: true, default: [...queues] },
    seed: { type: "string", default: "1" },
    help: { type: "boolean", default: false },
  },
});
const [rows, seed] = [Number(values.rows), Number(values.seed)];
const chosen = queues.filter((queue) => values.engine.includes(queue));

const HELP = `npm run jobs [-- --rows 100000 --engine bullmq --engine pg-boss --seed 1]
  --rows    how many contacts are created, at least 20,000 (default 100000)
  --engine  bullmq or pg-boss; may be given twice (default: both)
  --seed    decides when each thing happens, and which replies are lost (default 1)`;

const total = ({ ok, failed, unknown }: Account) => ok + failed + unknown;
const words = ({ ok, failed, unknown, open }: Account) =>
  `${ok} ok + ${failed} failed + ${unknown} unknown = ${ok + failed + unknown}, ${open} open`;

interface Scene {
  readonly job: Import;
  readonly workers: readonly Worker[];
  readonly redis: Engine;
  readonly postgres: Postgres;
  readonly log: (text: string) => void;
  readonly check: (isSo: boolean, text: string) => void;
}

/** Waits until so many rows are created. */
async function created({ job }: Scene, count: number): Promise<void> {
  while ((await job.ask()).created < count) await sleep(50);
}

/** Waits until the service hears nothing for some seconds. */
async function quiet({ job }: Scene): Promise<number> {
  for (let last = -1; ;) {
    const { requests, created } = await job.ask();
    if (requests === last) return created;
    last = requests;
    await sleep(6000); // a request may wait for the limit, or for a database that was away
  }
}

async function done({ job }: Scene, isDone: (account: Account) => boolean): Promise<Account> {
  const start = performance.now();
  for (;;) {
    const account = await job.account();
    if (isDone(account) && account.open === 0) return account;
    if (performance.now() - start > 20 * 60_000)
      throw new Error(`It does not end: ${words(account)}`);
    await sleep(500);
  }
}

type Step = readonly [what: string, act: (scene: Scene) => Promise<unknown>];

/** In this order, each when a further part of the rows is created. */
const steps: readonly Step[] = [
  ["a worker is killed", async ({ workers }) => workers[0]?.child.kill("SIGKILL")],
  ["a worker is stopped", async ({ workers }) => workers[1]?.child.kill("SIGSTOP")],
  ["paused", pause],
  ["Redis is killed, and started again", ({ redis }) => redis.restart(500)],
  ["PostgreSQL is killed, and started again", ({ postgres }) => postgres.restart(500)],
  ["cancelled", cancel],
];

async function pause(scene: Scene): Promise<void> {
  await scene.job.run("pause");
  const count = await quiet(scene);
  const { open } = await scene.job.account();
  scene.log(
    `  the parts under way ended: ${count} rows are created, ${open} are open, of the two that are gone`,
  );
  await scene.job.run("resume");
}

async function cancel(scene: Scene): Promise<void> {
  await scene.job.run("cancel");
  const count = await quiet(scene);
  scene.log(`  the parts under way stopped: ${count} rows are created`);
  await scene.job.run("resume");
}

/** The stopped worker wakes, and others have finished its parts. */
async function wake({ job, workers, log, check }: Scene): Promise<void> {
  const [, sleeper] = workers;
  if (!sleeper) return;
  const before = await job.ask();
  const woken = performance.now();
  sleeper.child.kill("SIGCONT");
  while (!/taken over/.test(sleeper.printed) && performance.now() - woken < 10_000) await sleep(20);
  const ms = Math.round(performance.now() - woken);
  await sleep(3000);
  const { requests } = await job.ask();
  log(`the stopped worker woke: after ${ms} ms it says that another has its parts`);
  check(ms < 5000, "it learned that within 5 s");
  check(requests === before.requests, "it sent nothing");
}

async function run(queue: Queue, redis: Engine, postgres: Postgres): Promise<boolean> {
  const start = performance.now();
  let isGood = true;
  const log = (text: string) => {
    console.log(
      `${queue}, ${((performance.now() - start) / 1000).toFixed(1).padStart(6)} s: ${text}`,
    );
  };
  const check = (isSo: boolean, text: string) => {
    if (!isSo) isGood = false;
    log(`  ${isSo ? "yes" : "NO"}: ${text}`);
  };
  const job = await startImport({ queue, redis, postgres, rows, seed, loses: 0.005, ms: 20 });
  try {
    const first = job.write(false);
    const began = performance.now();
    await job.run("produce", first);
    log(`${rows} rows are produced in ${((performance.now() - began) / 1000).toFixed(1)} s`);
    const workers = Array.from({ length: 3 }, () => job.work());
    const scene: Scene = { job, workers, redis, postgres, log, check };
    await happen(scene);
    await judge(scene);
    await again(scene, first);
    log(`workers were started ${workers.map(({ starts }) => starts).join(", ")} times`);
  } finally {
    await job.stop();
  }
  return isGood;
}

async function happen(scene: Scene): Promise<void> {
  const random = seeded(seed);
  for (const [i, [what, act]] of steps.entries()) {
    await created(scene, (rows * (i + 0.7 + 0.6 * random())) / (steps.length + 2));
    scene.log(what);
    await act(scene);
  }
  const account = await done(scene, (account) => total(account) === rows);
  scene.log(words(account));
  await wake(scene);
}

async function judge({ job, log, check }: Scene): Promise<void> {
  const account = await job.account();
  const told = await job.ask({ all: true });
  const twice = told.times.filter(([, times]) => times > 1).length;
  log(
    `the service: ${told.created} created, ${twice} twice, ${told.requests} requests, ${told.refused} over the limit`,
  );
  const wrong = await job.contradictions();
  for (const sentence of wrong.slice(0, 5)) log(`  ${sentence}`);
  check(wrong.length === 0, `${wrong.length} contradictions`);
  check(total(account) === rows && account.open === 0, `the account is exact: ${words(account)}`);
}

/** What is unknown is looked up; then the rows are corrected, and what failed goes again. */
async function again(scene: Scene, file: string): Promise<void> {
  const { job, log, check } = scene;
  await job.ask({ losesNone: true });
  log("produced again with: unknown");
  await job.run("produce", file, "unknown");
  while ((await job.left()) > 0) await sleep(1000);
  await judge(scene);
  check((await job.account()).unknown === 0, "nothing is unknown");
  log("the rows are corrected, and produced again with: failed");
  await job.run("produce", job.write(true), "failed");
  while ((await job.left()) > 0) await sleep(1000);
  await judge(scene);
  check((await job.account()).ok === rows, "each row is created");
}

if (values.help) console.log(HELP);
else if (!(rows >= 20_000) || !Number.isSafeInteger(seed) || chosen.length < values.engine.length)
  throw new Error(HELP);
else {
  // The engines end with this process.
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
  for (const queue of chosen) {
    const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
    if (!redis || !postgres)
      console.log(`skipped, because ${String(missing.redis ?? missing.postgres)}`);
    else if (!(await run(queue, redis, postgres))) process.exitCode = 1;
    await Promise.all([redis?.stop(), postgres?.stop()]);
  }
}

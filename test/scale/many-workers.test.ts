/** The recipes of docs/promises/many-workers.md, as programs: the short form of `npm run jobs`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { missing, startPostgres, startRedis, type Engine, type Postgres } from "./engines.js";
import { queues, startImport, type Import } from "./many-workers.js";

let redis: Engine | undefined;
let postgres: Postgres | undefined;
beforeAll(async () => {
  [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
});
afterAll(() => Promise.all([redis?.stop(), postgres?.stop()]));

const ROWS = 5000;

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(200);
}

/** Waits until the service hears nothing more. */
async function quiet(job: Import): Promise<void> {
  let last = -1;
  await until(async () => {
    const { requests } = await job.ask();
    if (requests !== last) await sleep(1500);
    return last === (last = requests);
  });
}

describe("creates each row once, through a pause, a cancel, lost replies and corrections", () => {
  const reason = missing.redis ?? missing.postgres;
  for (const queue of queues)
    it.concurrent(
      queue,
      async ({ skip }) => {
        skip(reason !== undefined, reason);
        if (!redis || !postgres) return;
        const job = await startImport({
          queue,
          redis,
          postgres,
          rows: ROWS,
          seed: 1,
          loses: 0.1,
          ms: 400,
        });
        try {
          const file = job.write(false);
          await job.run("produce", file);
          await job.run("pause");
          const worker = job.work();
          await until(async () => worker.printed.includes("at work"));
          await sleep(1500);
          expect(await job.ask()).toMatchObject({ requests: 0 });
          await job.run("resume");

          await until(async () => (await job.ask()).created > 0);
          await job.run("cancel");
          await quiet(job);
          const stopped = await job.ask();
          expect(stopped.created).toBeLessThan(ROWS * 0.9);
          expect(await job.account()).toMatchObject({ open: 0, unknown: stopped.lost });
          await job.run("resume");

          await until(async () => {
            const { ok, failed, unknown } = await job.account();
            return ok + failed + unknown === ROWS;
          });
          const { unknown, open } = await job.account();
          const { lost } = await job.ask({ losesNone: true });
          expect([lost > 0, unknown, open]).toEqual([true, lost, 0]);
          expect(await job.contradictions()).toEqual([]);

          await job.pool.query("update batch_input set written = written - interval '1 hour'");
          await job.run("produce", file, "unknown");
          await until(async () => (await job.left()) === 0);
          expect(await job.account()).toMatchObject({ unknown: 0, open: 0 });
          await job.run("produce", job.write(true), "failed");
          await until(async () => (await job.left()) === 0);
          const account = { ok: ROWS, failed: 0, unknown: 0, open: 0 };
          expect(await job.account()).toMatchObject(account);
          expect(await job.contradictions()).toEqual([]);
          expect(await job.ask()).toMatchObject({ created: ROWS });
        } finally {
          await job.stop();
        }
      },
      180_000,
    );
});

test("the page shows what runs here", () => {
  const read = (path: string) => readFileSync(join(import.meta.dirname, "../..", path), "utf8");
  const programs = ["contacts", "bullmq", "pg-boss"]
    .map((name) => read(`docs/examples/many-workers/${name}.ts`))
    .join("\n");
  const blocks = [...read("docs/promises/many-workers.md").matchAll(/^```ts.*\n([\s\S]*?)^```$/gm)];
  const pieces = blocks.flatMap(([, code = ""]) => code.trimEnd().split(/\n\n(?=\S)/));
  expect(pieces.length).toBeGreaterThan(8);
  expect(pieces.filter((piece) => !programs.includes(piece))).toEqual([]);
});

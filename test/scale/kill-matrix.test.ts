/** Processes that are killed, and others that go on: what the service applied, against all outcomes. */
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { journalSchema } from "../../generator/runtime/stores/postgres-journal.js";
import { seeded } from "../runtime/kit.js";
import { missing, startPostgres, type Postgres } from "./engines.js";
import { kinds, live, points, type Given, type Life, type Point } from "./kill-life.js";
import {
  contradictions,
  countingService,
  killAtRandom,
  start,
  stopBetweenWrites,
} from "./kills.js";

const folder = mkdtempSync(join(tmpdir(), "openapi-batch-kills-"));
let engine: Postgres | undefined;
beforeAll(async () => {
  engine = await startPostgres();
  if (!engine) return;
  const client = new pg.Client({ connectionString: engine.url });
  await client.connect();
  await client.query(journalSchema);
  await client.end();
});
afterAll(async () => {
  await engine?.stop();
  await rm(folder, { recursive: true, force: true });
});

const never = () => expect.unreachable("this process goes on");

/** Of 30 creates, 10 in a request: how many are unknown at the end, at least and at most. */
const unknown: { readonly [point in Point]: readonly [least: number, most: number] } = {
  "before sent is written": [0, 0],
  "after sent is written": [10, 10],
  "before the request leaves": [10, 10],
  "when the reply is there": [10, 10],
  "before done is written": [10, 10],
  "after done is written": [0, 0],
  // The next request may have left.
  "in the consumer": [0, 10],
  "before seen is written": [0, 10],
  "after seen is written": [0, 10],
};

describe.each(["sqlite", "postgres"] as const)("%s", (store) => {
  const reason = store === "postgres" ? missing.postgres : undefined;
  const test = (name: string, act: () => Promise<void>) =>
    it.concurrent(name, async ({ skip }) => {
      skip(reason !== undefined, reason);
      await act();
    });
  const lifeOf = (run: string, server: string, more: Partial<Life> = {}): Life => ({
    ...{ store, server, run, kind: "create", inputs: 30, chunkSize: 10, concurrency: 1 },
    at: store === "sqlite" ? join(folder, `${run}.db`) : (engine?.url ?? ""),
    ...more,
  });

  for (const kind of kinds)
    for (const point of points)
      test(`${kind}, killed ${point}`, async () => {
        const { applied, url, close } = await countingService();
        try {
          const life = lifeOf(`${kind}, ${point}`, url, { kind });
          const first = start({ ...life, point });
          expect(await first.ended).toBe("");
          const given: Given[] = [...first.given];
          const { summary, account } = await live(life, (each) => given.push(each), never);
          expect(contradictions(life, given, applied)).toEqual([]);
          const { read, skipped, ok, failed, notSent } = summary;
          expect(skipped + ok + failed + summary.unknown + notSent).toBe(read);
          expect([summary.ended, read, failed, notSent]).toEqual(["complete", 30, 0, 0]);
          const [least, most] = kind === "create" ? unknown[point] : [0, 0];
          expect(summary.unknown).toBeGreaterThanOrEqual(least);
          expect(summary.unknown).toBeLessThanOrEqual(most);
          expect(account).toMatchObject({
            ok: 30 - summary.unknown,
            unknown: summary.unknown,
            open: 0,
          });
          // Nothing is given as new twice.
          const fresh = given.filter((each) => !each.replayed).map(({ key }) => key);
          expect(new Set(fresh).size).toBe(fresh.length);
        } finally {
          close();
        }
      });

  // 204 in all: over the kinds and the stores.
  for (const kind of kinds)
    test(`${kind}, killed at random 34 times`, async () => {
      for (let kills = 0, seed = 1; kills < 34; seed++) {
        const { applied, url, close } = await countingService(seeded(seed));
        try {
          const more = { kind, inputs: 3000, chunkSize: 50, concurrency: 4 };
          const life = lifeOf(`${kind}, random ${seed}`, url, more);
          const random = seeded(1000 + seed);
          const one = await killAtRandom(life, { kills: 34 - kills, withinMs: 15, random });
          expect(one.end).toBe("complete");
          expect(contradictions(life, one.given, applied)).toEqual([]);
          const lost = one.given.filter((each) => each.kind === "unknown").length;
          expect(lost).toBeLessThanOrEqual(one.killed * 200 + 3000 * 0.05);
          kills += one.killed;
        } finally {
          close();
        }
      }
    });

  test("stopped, and woken after another process has finished, it sends nothing and says who has the run", async () => {
    const { applied, url, close } = await countingService();
    try {
      const life = lifeOf("fence", url, { inputs: 6000, chunkSize: 50, concurrency: 4 });
      const first = start(life);
      while (applied.size === 0) await new Promise((resolve) => setTimeout(resolve, 10));
      await stopBetweenWrites(life, first);
      const given: Given[] = [];
      const { summary } = await live(life, (each) => given.push(each), never);
      expect(summary.ended).toBe("complete");
      first.child.kill("SIGCONT");
      // `npm run kills` measures how soon.
      expect(await first.ended).toBe("taken");
      expect(contradictions(life, [...given, ...first.given], applied)).toEqual([]);
    } finally {
      close();
    }
  });
});

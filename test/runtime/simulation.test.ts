/**
 * Thousands of processes that run with a journal, in virtual time: `npm run simulate` runs as many as one likes, and
 * CONTRIBUTING.md says how to repeat one.
 */
import { expect, it } from "vitest";
import { simulate } from "./simulation/simulate.js";

const LIVES = 10 * Number(process.env["RUNS"] ?? 1000);

it("keeps every promise, life after life", { timeout: 300_000 }, async () => {
  let lives = 0;
  for (let seed = 1; lives < LIVES; seed++) {
    const { broken, lives: some } = await simulate(seed);
    expect(broken, `seed ${seed}`).toBeUndefined();
    lives += some;
  }
});

it("does the same for the same seed", async () => {
  const traces = new Set<string>();
  for (const seed of [1, 2, 3, 4, 5]) {
    const [one, two] = [
      await simulate(seed, { traced: true }),
      await simulate(seed, { traced: true }),
    ];
    expect(two).toEqual(one);
    traces.add(one.trace.join("\n"));
  }
  expect(traces.size).toBe(5);
});

it("sees that a store which forgets creates twice", async () => {
  let broken: string | undefined;
  for (let seed = 1; seed <= 200 && !broken?.endsWith("is created 2 times"); seed++)
    ({ broken } = await simulate(seed, { forgets: true }));
  expect(broken).toMatch(/^r\d+ is created 2 times$/);
});

/**
 * What a run keeps of its requests: nothing that only a full collection would free. Such collections are dear, and
 * until then the memory of a long run grows.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { update } from "./endpoints.js";
import { clientFor } from "./kit.js";

/** Collects young objects alone. */
function collectYoung(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as (options: { type: "minor" }) => void; // V8's own
  collect({ type: "minor" });
}
const usedMb = () => process.memoryUsage().heapUsed / 2 ** 20;

test("replies are forgotten without a full collection", async () => {
  const filler = "x".repeat(200_000);
  const client = clientFor("https://api.example", {
    async fetch(request) {
      await nextTurn();
      const { inputs } = (await request.json()) as { inputs: readonly { id: string }[] };
      return Response.json({ filler, results: inputs.map(({ id }) => ({ id, properties: {} })) });
    },
  });
  const source = Array.from({ length: 2000 }, (_, i) => ({ id: String(i), properties: { n: i } }));
  const used: number[] = [];
  let seen = 0;
  for await (const { kind } of client.run(update, source, { chunkSize: 10 })) {
    expect(kind).toBe("ok");
    if (++seen % 100 !== 0) continue;
    await nextTurn();
    collectYoung();
    used.push(usedMb());
  }
  // 150 replies later. All of them would take 30 MB as text alone.
  expect(used.at(-1)! - used[4]!).toBeLessThan(15);
});

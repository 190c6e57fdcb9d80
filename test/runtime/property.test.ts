/**
 * Random inputs × faults × options against a server that keeps state. `RUNS=100000` runs the long mode.
 */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Outcome } from "../../generator/runtime/run/outcome.js";
import { bulk, create, customers, send, update, updateAll, type Write } from "./endpoints.js";
import { clientFor } from "./kit.js";
import { serve, type Fault, type Service } from "./server.js";

const RUNS = Number(process.env["RUNS"] ?? 1000);
const EACH = Math.ceil(RUNS / 6);

let server: Service;
beforeAll(async () => {
  server = await serve();
});
afterAll(() => server.close());

const faults = fc.constantFrom<Fault[]>(
  "none",
  "none",
  "none",
  "resetBefore",
  "resetAfter",
  "hangBefore",
  "hangAfter",
  "truncated",
  "html",
  "empty",
  "undeclared",
  "withoutSome",
  { status: 500 },
  { status: 503, applied: true },
  { status: 504, applied: true },
  { status: 429 },
  { status: 429, headers: { "retry-after": "1" } },
  { status: 423 },
  { status: 400, body: { category: "ALL", message: "all of them" } },
  { status: 413 },
  { status: 403 },
  { status: 302, headers: { location: "/elsewhere" } },
);

/** Values are unique, so that a value in the server's log belongs to one input. */
const scenario = fc.record({
  ids: fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 40 }),
  faults: fc.array(faults, { maxLength: 8 }),
  bad: fc.array(fc.integer({ min: 0, max: 39 }), { maxLength: 6 }),
  concurrency: fc.integer({ min: 1, max: 5 }),
  chunkSize: fc.integer({ min: 1, max: 10 }),
  order: fc.constantFrom<("completion" | "source")[]>("completion", "source"),
  asynchronous: fc.boolean(),
  abortAfter: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined, freq: 4 }),
  stopAfter: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined, freq: 6 }),
  seed: fc.integer({ min: 1, max: 1000 }),
});

let lot = 0;

const kinds = {
  update: {
    endpoint: update,
    input: (id: string, n: string) => ({ id, properties: { n } }),
    once: false,
  },
  updateAll: {
    endpoint: updateAll,
    input: (id: string, n: string) => ({ id, properties: { n } }),
    once: false,
  },
  send: { endpoint: send, input: (To: string, n: string) => ({ To, n }), once: true },
  customers: {
    endpoint: customers,
    input: (given: string, n: string) => ({ given, n }),
    once: true,
  },
  bulk: {
    endpoint: bulk,
    input: (_id: string, n: string) => ({ action: { index: { _id } }, source: { n } }),
    once: true,
  },
  create: {
    endpoint: create,
    input: (_: string, n: string) => ({ properties: { n } }),
    once: true,
  },
};

describe.each(Object.entries(kinds))("%s", (name, { endpoint, input, once }) => {
  it(
    `every input has one outcome, and it is true (${EACH} runs)`,
    { timeout: RUNS * 60 + 20_000 },
    () =>
      fc.assert(
        fc.asyncProperty(scenario, async (given) => {
          const run = ++lot;
          const inputs = given.ids.map((id, i) => input(`k${id}`, `${run}/${i}`));
          const bad = new Set(given.bad.map((i) => `${run}/${i}`));
          const controller = new AbortController();
          const mine = (n: unknown) => String(n).startsWith(`${run}/`);
          let requests = 0;
          server.refuse = ({ n }) => (bad.has(String(n)) ? "BAD" : undefined);
          server.fault = () => {
            requests++;
            if (requests === given.abortAfter) controller.abort(new Error("enough"));
            return given.faults[requests - 1] ?? "none";
          };
          server.applied.length = 0;
          server.received.length = 0;
          let state = given.seed;
          const client = clientFor(server.url, {
            random: () => (state = (state * 16807) % 2147483647) / 2147483647,
            timeoutMs: 15,
          });
          const source = given.asynchronous ? slowly(inputs) : inputs;
          const options = {
            concurrency: given.concurrency,
            chunkSize: given.chunkSize,
            order: given.order,
            signal: controller.signal,
            params: { objectType: "x" },
            ...(given.stopAfter !== undefined && {
              stopWhen: (p: { ok: number }) => p.ok >= (given.stopAfter ?? 0),
            }),
          };
          // One body for endpoints of six types: each gets inputs that its own `input` made.
          const work = client.run(endpoint as typeof update, source as never, options);
          const outcomes: Outcome<{ input: Write; result: unknown }>[] = [];
          for await (const outcome of work) outcomes.push(outcome);
          const summary = await work.summary;

          const applied = server.applied
            .filter(({ value }) => mine(value))
            .map(({ value }) => String(value));
          const times = (i: number) => applied.filter((value) => value === `${run}/${i}`).length;
          const by = (kind: string) => outcomes.filter((outcome) => outcome.kind === kind);

          expect(summary.read).toBe(
            summary.ok + summary.failed + summary.unknown + summary.notSent,
          );
          expect(outcomes).toHaveLength(summary.read);
          expect(new Set(outcomes.map(({ index }) => index)).size).toBe(outcomes.length);
          if (summary.ended === "complete") expect(summary.read).toBe(inputs.length);
          if (given.order === "source")
            expect(outcomes.map(({ index }) => index)).toEqual(outcomes.map((_, i) => i));
          for (const { index, input: own } of outcomes) expect(own).toBe(inputs[index]);
          for (const { index } of by("ok")) expect(times(index)).toBeGreaterThan(0);
          // What was given up on may still arrive: what is not unknown is settled.
          for (const { index } of [...by("failed"), ...by("notSent")]) expect(times(index)).toBe(0);
          if (once) inputs.forEach((_, i) => expect(times(i)).toBeLessThan(2));
          // The right result for the right input.
          for (const outcome of by("ok")) {
            const result = (outcome as { result?: { properties?: { n?: unknown } } }).result;
            if (result?.properties) expect(result.properties.n).toBe(`${run}/${outcome.index}`);
          }
          // Of one key, acknowledged writes are in order.
          if (name.startsWith("update")) {
            const acknowledged = new Set(
              by("ok")
                .filter((o) => "sent" in o && o.sent.attempts === 1)
                .map(({ index }) => `${run}/${index}`),
            );
            for (const id of new Set(given.ids)) {
              const writes = server.applied
                .filter((each) => each.id === `k${id}` && acknowledged.has(String(each.value)))
                .map(({ value }) => Number(String(value).split("/")[1]));
              expect(writes).toEqual([...writes].sort((a, b) => a - b));
            }
          }
        }),
        { numRuns: EACH, ...(process.env["SEED"] && { seed: Number(process.env["SEED"]) }) },
      ),
  );
});

async function* slowly<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const item of items) {
    await Promise.resolve();
    yield item;
  }
}

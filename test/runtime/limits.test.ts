import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeKey } from "../../generator/runtime/encode/make-key.js";
import { endpoint, type Endpoint, type Reply } from "../../generator/runtime/endpoint/endpoint.js";
import type { Operation } from "../../generator/runtime/endpoint/operation.js";
import { styles } from "../../generator/runtime/endpoint/styles.js";
import type { RunEvent } from "../../generator/runtime/send/instrument.js";
import type { XBatch } from "../../generator/runtime/endpoint/x-batch.js";
import { update, type Result, type Write } from "./endpoints.js";
import { clientFor, jumpingClock } from "./kit.js";
import { serve, type Service } from "./server.js";

let server: Service;
beforeEach(async () => {
  server = await serve();
});
afterEach(() => server.close());

const limited = (changes: Partial<XBatch> & Partial<Operation>) =>
  endpoint<
    Endpoint<{
      kind: "update";
      params: { history?: unknown };
      input: Write;
      result: Result;
      reply: Reply;
    }>
  >({ ...update.operation, ...changes }, { fill: styles, makeKey });
/** Names of several bytes a letter. */
const writes = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    id: `i${i}`,
    properties: { n: "é".repeat((i * 7) % 40) },
  }));
const sizes = () =>
  server.received.map(({ body }) => (JSON.parse(body) as { inputs: unknown[] }).inputs.length);
const lengths = () => server.received.map(({ body }) => new TextEncoder().encode(body).length);

describe("limits", () => {
  it.each([[60], [150], [400], [1000]])(
    "no request is longer than %i bytes, and not many are short",
    async (bytes) => {
      const summary = await clientFor(server.url)
        .run(limited({ limit: { bytes } }), writes(60))
        .drain();
      const fit = writes(60).filter((each) => {
        const item = { objectWriteTraceId: "00", ...each };
        return new TextEncoder().encode(JSON.stringify({ inputs: [item] })).length <= bytes;
      });
      expect(summary).toMatchObject({ read: 60, ok: summary.ok, failed: 60 - summary.ok });
      expect(Math.abs(summary.ok - fit.length)).toBeLessThan(3);
      expect(Math.max(...lengths(), 0)).toBeLessThanOrEqual(bytes);
      if (bytes === 1000) expect(server.received.length).toBeLessThan(10);
    },
  );
  it("an item that is too large fails alone", async () => {
    const outcomes = await clientFor(server.url)
      .run(limited({ limit: { items: 10, itemBytes: 100 } }), writes(10))
      .collect();
    expect(outcomes.filter(({ kind }) => kind === "ok").length).toBeGreaterThan(3);
    for (const outcome of outcomes)
      expect(outcome.kind).toBe(
        new TextEncoder().encode(
          JSON.stringify({ ...outcome.input, objectWriteTraceId: String(outcome.index) }),
        ).length > 100
          ? "failed"
          : "ok",
      );
    expect(outcomes.find(({ kind }) => kind === "failed")).toMatchObject({
      at: "input",
      error: { category: "tooLarge" },
    });
  });
  it("a limit that depends on the body", async () => {
    const target = limited({
      limit: { items: 10, when: [{ present: "/history", items: 4 }] },
      parameters: [{ name: "/history", in: "body" }],
    });
    await clientFor(server.url).run(target, writes(20)).drain();
    expect(sizes()).toEqual([10, 10]);
    server.received.length = 0;
    await clientFor(server.url)
      .run(target, writes(20), { params: { history: true } })
      .drain();
    expect(sizes()).toEqual([4, 4, 4, 4, 4]);
  });
  const present = "/history";
  it.each<{
    readonly when: NonNullable<NonNullable<XBatch["limit"]>["when"]>[number];
    readonly given: unknown;
    readonly want: number;
  }>([
    ...[undefined, null, [], {}].map((given) => ({
      ...{ when: { present, items: 4 }, given, want: 10 },
    })),
    ...[["a"], { a: 1 }, "a", "", 0, false].map((given) => ({
      ...{ when: { present, items: 4 }, given, want: 4 },
    })),
    { when: { present, equals: "b", items: 4 }, given: "b", want: 4 },
    { when: { present, equals: "b", items: 4 }, given: "a", want: 10 },
    { when: { present, equals: false, items: 4 }, given: false, want: 4 },
    { when: { present, equals: false, items: 4 }, given: undefined, want: 10 },
  ])("a limit $when where the body has $given", async ({ when, given, want }) => {
    const target = limited({
      limit: { items: 10, when: [when] },
      parameters: [{ name: present, in: "body" }],
    });
    await clientFor(server.url)
      .run(target, writes(10), { params: { history: given } })
      .drain();
    expect(sizes()[0]).toBe(want);
  });
  it("a smaller chunk on demand, never a larger one", async () => {
    await clientFor(server.url).run(update, writes(9), { chunkSize: 3 }).drain();
    expect(sizes()).toEqual([3, 3, 3]);
    server.received.length = 0;
    await clientFor(server.url).run(update, writes(20), { chunkSize: 1000 }).drain();
    expect(sizes()).toEqual([10, 10]);
  });
  it("what must not be split goes whole, or not at all", async () => {
    const target = limited({ split: "never", limit: { items: 30 } });
    expect(await clientFor(server.url).run(target, writes(30)).drain()).toMatchObject({
      ok: 30,
      requests: 1,
    });
    expect(await clientFor(server.url).run(target, writes(31)).drain()).toMatchObject({
      failed: 31,
      failedBy: { tooMany: 31 },
      requests: 0,
    });
    server.fault = () => ({ status: 413 });
    expect(await clientFor(server.url).run(target, writes(30)).drain()).toMatchObject({
      failed: 30,
      requests: 1,
    });
  });
});

describe("idempotency keys", () => {
  it.each(["header", "body", "item"] as const)(
    "in the %s: the same for a resend, another for other items",
    async (place) => {
      server.fault = (_, n) => (n === 1 ? { status: 503 } : "none");
      const name = place === "header" ? "idempotency-key" : "/options/key";
      const target = limited({ kind: "create", retry: { key: { in: place, name } } });
      expect(
        await clientFor(server.url).run(target, writes(15), { concurrency: 1 }).drain(),
      ).toMatchObject({ ok: 15 });
      const keys = server.received.map(({ headers, body }) => {
        const parsed = JSON.parse(body) as {
          options?: { key: string };
          inputs: { options?: { key: string } }[];
        };
        const { key } = (place === "item" ? parsed.inputs[0]?.options : parsed.options) ?? {};
        return place === "header" ? headers["idempotency-key"] : key;
      });
      expect(keys).toHaveLength(3);
      expect(keys[0]).toBe(keys[1]);
      expect(new Set(keys).size).toBe(2);
      expect(keys).not.toContain(undefined);
    },
  );
});

describe("waits before a resend", () => {
  it("are random, and grow to half a minute", async () => {
    server.fault = () => ({ status: 500 });
    const delays: unknown[] = [];
    const event = ({ type, delayMs }: RunEvent) => type === "retry" && delays.push(delayMs);
    await clientFor(server.url, { random: () => 0.5, instrument: { event } })
      .run(update, writes(1))
      .drain();
    expect(delays).toEqual([250, 500, 1000, 2000]);
  });
  it("are as long as the service says, in seconds or as a date", async () => {
    const clock = jumpingClock();
    const date = new Date(Date.now() + 90_000).toUTCString();
    const values = ["7", date, "soon"];
    server.fault = (_, n) =>
      n <= 3 ? { status: 429, headers: { "retry-after": values[n - 1] ?? "" } } : "none";
    const run = clientFor(server.url, { clock, random: () => 0 }).run(update, writes(1), {
      concurrency: 1,
    });
    expect(await run.drain()).toMatchObject({ ok: 1 });
    expect(clock.slept[0]).toBe(7000);
    expect(Math.max(...clock.slept)).toBeGreaterThan(80_000);
  });
  it("stop when all requests together have used up the quota of retries", async () => {
    server.fault = () => ({ status: 500 });
    const summary = await clientFor(server.url)
      .run(
        update,
        Array.from({ length: 1000 }, (_, i) => ({ id: `i${i}`, properties: { n: i } })),
      )
      .drain();
    // 100 requests of their own, and 100 resends instead of 400.
    expect(summary).toMatchObject({ unknown: 1000, requests: 200, retries: 100 });
  });
});

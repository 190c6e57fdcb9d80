import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { BatchSourceError } from "../../generator/runtime/errors.js";
import type { RequestEvent, RunEvent } from "../../generator/runtime/send/instrument.js";
import { create, update, type Write } from "./endpoints.js";
import { clientFor, jumpingClock } from "./kit.js";
import { serve, type Service } from "./server.js";

let server: Service;
beforeEach(async () => {
  server = await serve();
});
afterEach(() => server.close());

const rejections: unknown[] = [];
const onRejection = (reason: unknown) => rejections.push(reason);
beforeAll(() => void process.on("unhandledRejection", onRejection));
afterAll(() => {
  process.off("unhandledRejection", onRejection);
  expect(rejections).toEqual([]);
});

const write = (i: number): Write => ({ id: `i${i}`, properties: { n: i } });
const writes = (count: number) => Array.from({ length: count }, (_, i) => write(i));
function* forever(): Generator<Write> {
  for (let i = 0; ; i++) yield write(i);
}
const turns = async (count: number) => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

describe("a run", () => {
  it("starts with the first read", async () => {
    let read = 0;
    const run = clientFor(server.url).run(
      update,
      (function* () {
        read++;
        yield write(0);
      })(),
    );
    await turns(3);
    expect(read).toBe(0);
    expect((await run.collect()).length).toBe(1);
  });
  it("has one consumer", async () => {
    const run = clientFor(server.url).run(update, writes(3));
    await run.collect();
    expect(() => run.drain()).toThrow(TypeError);
    await expect(run.collect()).rejects.toThrow("one consumer");
  });
  it("is drained by its summary alone", async () => {
    expect(await clientFor(server.url).run(update, writes(23)).summary).toMatchObject({
      ended: "complete",
      read: 23,
      ok: 23,
      requests: 3,
      inFlight: 0,
    });
  });
  it("is drained by await", async () => {
    expect(await clientFor(server.url).run(update, writes(23))).toMatchObject({ read: 23, ok: 23 });
  });
  it("can be consumed after its summary was asked for", async () => {
    const run = clientFor(server.url).run(update, writes(3));
    const { summary } = run;
    const outcomes = [];
    for await (const outcome of run) outcomes.push(outcome);
    expect(outcomes).toHaveLength(3);
    expect((await summary).ok).toBe(3);
  });
  it("gives groups", async () => {
    const sizes: number[] = [];
    for await (const group of clientFor(server.url).run(update, writes(23)).batches(10))
      sizes.push(group.length);
    expect(sizes).toEqual([10, 10, 3]);
  });
  it("carries rows and their keys", async () => {
    const rows = [{ pk: 7n, text: "a" }];
    const source = update.from(rows, ({ text }) => ({ id: text, properties: { n: 1 } }), {
      key: ({ pk }) => String(pk),
    });
    const [outcome] = await clientFor(server.url).run(update, source).collect();
    expect(outcome).toMatchObject({ kind: "ok", key: "7", input: { id: "a" } });
    expect(outcome?.source).toBe(rows[0]);
  });
  it("gives outcomes in the order of the source on demand", async () => {
    let n = 0;
    server.fault = () => (n++ === 0 ? { status: 429 } : "none");
    const seen: number[] = [];
    for await (const { index } of clientFor(server.url).run(update, writes(60), {
      order: "source",
    }))
      seen.push(index);
    expect(seen).toEqual(writes(60).map((_, i) => i));
  });
  it("reads a ReadableStream", async () => {
    const stream = new ReadableStream<Write>({
      start(controller) {
        writes(12).forEach((each) => controller.enqueue(each));
        controller.close();
      },
    });
    // Some platforms' streams are not iterable.
    Object.defineProperty(stream, Symbol.asyncIterator, { value: undefined });
    expect(await clientFor(server.url).run(update, stream).drain()).toMatchObject({ ok: 12 });
  });
});

describe("flat memory", () => {
  it("reads no more than concurrency + 1 chunks ahead of a consumer that stops reading", async () => {
    let read = 0;
    const run = clientFor(server.url).run(
      update,
      (function* () {
        for (const each of forever()) {
          read++;
          yield each;
        }
      })(),
      { concurrency: 2, chunkSize: 10 },
    );
    const iterator = run[Symbol.asyncIterator]();
    await iterator.next();
    await turns(50);
    expect(read).toBeLessThanOrEqual(31);
    await iterator.return?.();
  });
  it("counts inputs that are held back", async () => {
    let read = 0;
    server.fault = () => "hangBefore";
    const run = clientFor(server.url).run(
      update,
      (function* () {
        for (;;) {
          read++;
          yield write(1);
        }
      })(),
      { concurrency: 2, chunkSize: 10 },
    );
    const iterator = run[Symbol.asyncIterator]();
    const first = iterator.next();
    await turns(50);
    expect(read).toBe(30);
    await run.close();
    expect(await first).toMatchObject({ value: { kind: "notSent", reason: "stopped" } });
  });
});

describe("abort", () => {
  it.each([
    ["before it starts", (controller: AbortController) => controller.abort(), ["notSent"]],
  ] as const)("%s: nothing is sent", async (_, act) => {
    const controller = new AbortController();
    act(controller);
    const run = clientFor(server.url).run(update, writes(3), { signal: controller.signal });
    expect(await run.drain()).toMatchObject({ ended: "aborted", ok: 0, unknown: 0 });
    expect(server.received).toHaveLength(0);
  });
  it("in flight: what left is unknown, what waits is not sent", async () => {
    const controller = new AbortController();
    server.fault = () => "hangBefore";
    server.arrived = () => controller.abort(new Error("enough"));
    const run = clientFor(server.url).run(update, writes(25), {
      signal: controller.signal,
      concurrency: 1,
    });
    const outcomes = await run.collect();
    expect(outcomes.filter(({ kind }) => kind === "unknown")).toHaveLength(10);
    expect(outcomes[0]).toMatchObject({
      kind: "unknown",
      reason: "aborted",
      sent: { attempts: 1 },
    });
    expect(outcomes.at(-1)).toMatchObject({ kind: "notSent", reason: "aborted" });
  });
  it("in the wait before a resend", async () => {
    const controller = new AbortController();
    server.fault = () => ({ status: 423 });
    const clock = jumpingClock();
    const run = clientFor(server.url, {
      clock: {
        ...clock,
        sleep: (_, signal) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener("abort", () => reject(new Error("aborted")));
            controller.abort();
          }),
      },
    }).run(create, [{ properties: { n: 1 } }], {
      params: { objectType: "x" },
      signal: controller.signal,
    });
    expect(await run.collect()).toMatchObject([{ kind: "notSent", reason: "aborted" }]);
  });
  it("while the source keeps us waiting", async () => {
    const controller = new AbortController();
    let closed = false;
    const source: AsyncIterable<Write> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => setImmediate(() => controller.abort())),
        return() {
          closed = true;
          return Promise.resolve({ done: true, value: undefined });
        },
      }),
    };
    const summary = await clientFor(server.url)
      .run(update, source, { signal: controller.signal })
      .drain();
    expect(summary).toMatchObject({ ended: "aborted", read: 0 });
    expect(closed).toBe(true);
  });
});

describe("what can go wrong outside", () => {
  it("a server that never answers", async () => {
    server.fault = () => "hangAfter";
    const outcomes = await clientFor(server.url)
      .run(create, [{ properties: { n: 1 } }], { params: { objectType: "x" }, timeoutMs: 20 })
      .collect();
    expect(outcomes).toMatchObject([{ kind: "unknown", reason: "timeout" }]);
  });
  it("a fetch that ignores its signal", async () => {
    const fetch = () => new Promise<Response>(() => undefined);
    const run = clientFor(server.url, { fetch }).run(update, writes(1), { timeoutMs: 5 });
    expect(await run.drain()).toMatchObject({ unknown: 1 });
  });
  it("a source that throws: what was read has its outcome, then the loop throws", async () => {
    const source = function* () {
      yield* writes(3);
      throw new Error("cursor lost");
    };
    const run = clientFor(server.url).run(update, source());
    const kinds: string[] = [];
    await expect(async () => {
      for await (const { kind } of run) kinds.push(kind);
    }).rejects.toThrow(BatchSourceError);
    expect(kinds).toEqual(["ok", "ok", "ok"]);
    expect(await run.summary).toMatchObject({
      ended: "stopped",
      ok: 3,
      cause: { message: "cursor lost" },
    });
  });
  it("a source that throws: collect keeps the outcomes", async () => {
    const source = async function* () {
      yield write(0);
      await turns(1);
      throw new Error("cursor lost");
    };
    const error: unknown = await clientFor(server.url)
      .run(update, source())
      .collect()
      .catch((e: unknown) => e);
    expect(error).toMatchObject({ cause: { message: "cursor lost" }, outcomes: [{ kind: "ok" }] });
  });
  it("a consumer that leaves the loop stops the run and closes the source", async () => {
    let closed = false;
    const source = (function* () {
      try {
        yield* forever();
      } finally {
        closed = true;
      }
    })();
    const run = clientFor(server.url).run(update, source);
    for await (const outcome of run) {
      expect(outcome.kind).toBe("ok");
      break;
    }
    expect(closed).toBe(true);
    const { ended, read, ok, unknown, notSent } = await run.summary;
    expect({ ended, sum: ok + unknown + notSent }).toEqual({ ended: "stopped", sum: read });
    await turns(20);
    expect(server.open()).toBe(0);
  });
  it("rows that cannot be mapped fail alone", async () => {
    const source = update.from(
      [1, 2],
      (row) => {
        if (row === 1) throw new Error("no such row");
        return write(row);
      },
      { key: String },
    );
    expect(await clientFor(server.url).run(update, source).collect()).toMatchObject([
      { kind: "failed", at: "input", key: "1", source: 1, error: { message: "no such row" } },
      { kind: "ok", key: "2" },
    ]);
  });
  it("a slow source does not keep a chunk waiting", async () => {
    const source = async function* () {
      yield* writes(3);
      await new Promise(() => undefined);
    };
    const run = clientFor(server.url).run(update, source(), { flushInterval: 1 });
    let seen = 0;
    for await (const { kind } of run) {
      expect(kind).toBe("ok");
      if (++seen === 3) break;
    }
    expect(server.received).toHaveLength(1);
  });
});

describe("ends of the caller's choice", () => {
  it("a budget of requests", async () => {
    const summary = await clientFor(server.url)
      .run(update, writes(100), { budget: { requests: 3 } })
      .drain();
    expect(summary).toMatchObject({ ended: "budget", ok: 30, requests: 3 });
    expect(server.received).toHaveLength(3);
  });
  it("stopWhen", async () => {
    const summary = await clientFor(server.url)
      .run(update, forever(), { stopWhen: ({ ok }) => ok >= 50 })
      .drain();
    expect(summary).toMatchObject({ ended: "stopped", unknown: 0, failed: 0 });
    expect(summary.ok).toBeGreaterThanOrEqual(50);
  });
  it("close", async () => {
    const run = clientFor(server.url).run(update, forever());
    const drained = run.drain();
    await turns(5);
    await run.close();
    expect((await drained).ended).toBe("stopped");
  });
});

describe("hooks", () => {
  it("wrap each request, add headers, and see no secret", async () => {
    const seen: RequestEvent[] = [];
    const events: RunEvent[] = [];
    const client = clientFor(server.url, {
      instrument: {
        async request(event, headers, send) {
          expect(headers.has("authorization")).toBe(false);
          headers.set("traceparent", "00-1");
          await send();
          seen.push(event);
        },
        event: (event) => void events.push(event),
      },
    });
    server.fault = (_, n) => (n === 1 ? { status: 500 } : "none");
    const outcomes = await client.run(update, writes(10)).collect();
    expect(seen[0]?.keys).toEqual(outcomes.map(({ key }) => key));
    expect(server.received[1]?.headers).toMatchObject({
      traceparent: "00-1",
      authorization: "Bearer secret-token",
    });
    expect(seen).toMatchObject([
      { endpoint: "objects.update", attempt: 1, items: 10, status: 500, requestId: "r1" },
      { attempt: 2, status: 200 },
    ]);
    expect(events.map(({ type }) => type)).toEqual(["retry", "end"]);
    expect(JSON.stringify([seen, events])).not.toMatch(/secret-token|"n"/);
  });
  it.each([
    [
      "throw at once",
      () => {
        throw new Error("hook");
      },
    ],
    ["reject", () => Promise.reject(new Error("hook"))],
    ["do not send", () => Promise.resolve()],
    [
      "throw after sending",
      async (_: unknown, __: unknown, send: () => Promise<void>) => {
        await send();
        throw new Error("hook");
      },
    ],
    [
      "never come back",
      async (_: unknown, __: unknown, send: () => Promise<void>) => {
        await send();
        await new Promise(() => undefined);
      },
    ],
  ] as const)("that %s harm nothing", async (_, request) => {
    const client = clientFor(server.url, {
      instrument: {
        request,
        event: () => {
          throw new Error("hook");
        },
      },
    });
    const run = client.run(update, writes(10), {
      stopWhen: () => {
        throw new Error("hook");
      },
    });
    expect(await run.drain()).toMatchObject({ ended: "complete", ok: 10 });
    expect(server.received).toHaveLength(1);
    expect(run.progress.hookErrors).toBeGreaterThan(0);
  });
});

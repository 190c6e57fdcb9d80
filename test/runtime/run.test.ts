import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { endpoint } from "../../generator/runtime/endpoint/endpoint.js";
import {
  archive,
  bulk,
  create,
  customers,
  send,
  update,
  updateAll,
  type Write,
} from "./endpoints.js";
import { clientFor, jumpingClock } from "./kit.js";
import { serve, type Fault, type Service } from "./server.js";

let server: Service;
beforeEach(async () => {
  server = await serve();
});
afterEach(() => server.close());

const writes = (count: number): Write[] =>
  Array.from({ length: count }, (_, i) => ({ id: `i${i}`, properties: { n: i } }));

describe("four dialects", () => {
  it("matches by trace id and by id, in another order", async () => {
    const inputs = writes(25);
    const outcomes = await clientFor(server.url).run(update, inputs).collect();
    expect(outcomes.map(({ kind }) => kind)).toEqual(inputs.map(() => "ok"));
    outcomes.forEach((outcome, i) => {
      expect(outcome.input).toBe(inputs[i]);
      expect(outcome).toMatchObject({ index: i, key: `i${i}`, result: { id: `i${i}` } });
    });
    expect(inputs[0]).toEqual({ id: "i0", properties: { n: 0 } });
    expect(server.received).toHaveLength(3);
  });
  it("reads several inputs out of one error entry", async () => {
    server.refuse = ({ n }) => (Number(n) % 3 === 0 ? "BAD" : undefined);
    const run = clientFor(server.url).run(update, writes(10));
    const outcomes = await run.collect();
    expect(outcomes.map(({ kind }) => kind)).toEqual(
      writes(10).map((_, i) => (i % 3 === 0 ? "failed" : "ok")),
    );
    expect(outcomes[3]).toMatchObject({
      at: "item",
      error: { category: "BAD", message: "it is BAD" },
    });
    expect(await run.summary).toMatchObject({
      ended: "complete",
      read: 10,
      ok: 6,
      failed: 4,
      failedBy: { BAD: 4 },
    });
  });
  it("matches creates by their trace id or a value", async () => {
    const inputs = writes(5).map(({ properties }) => ({ properties }));
    const outcomes = await clientFor(server.url)
      .run(create, inputs, { params: { objectType: "a/b" } })
      .collect();
    expect(outcomes.map((o) => o.kind === "ok" && o.result.properties["n"])).toEqual([
      0, 1, 2, 3, 4,
    ]);
    expect(server.received[0]?.url).toBe("/objects/create/a%2Fb");
  });
  it("reads an acknowledgement without a body", async () => {
    const outcomes = await clientFor(server.url).run(archive, writes(12)).collect();
    expect(outcomes.every((o) => o.kind === "ok" && o.result === undefined)).toBe(true);
  });
  it("matches a root array by order", async () => {
    server.refuse = ({ n }) => (n === 1 ? "inactive" : undefined);
    const outcomes = await clientFor(server.url)
      .run(
        send,
        [0, 1, 2].map((n) => ({ To: `a${n}`, n })),
      )
      .collect();
    expect(outcomes).toMatchObject([
      { kind: "ok", result: { MessageID: "m-a0" } },
      { kind: "failed", at: "item", error: { category: "406", message: "inactive" } },
      { kind: "ok", result: { MessageID: "m-a2" } },
    ]);
  });
  it("matches a map by its keys", async () => {
    server.refuse = ({ n }) => (n === 1 ? "INVALID" : undefined);
    const outcomes = await clientFor(server.url)
      .run(
        customers,
        [0, 1, 2].map((n) => ({ given: `g${n}`, n })),
      )
      .collect();
    expect(outcomes).toMatchObject([
      { kind: "ok", result: { given: "g0" } },
      { kind: "failed", error: { category: "INVALID" } },
      { kind: "ok", result: { given: "g2" } },
    ]);
  });
  it("matches line pairs by order, and sends again what was busy", async () => {
    let busy = 2;
    server.refuse = ({ id }) =>
      id === "b" && busy-- > 0 ? "busy" : id === "c" ? "mapping" : undefined;
    const outcomes = await clientFor(server.url)
      .run(bulk, [
        { action: { index: { _id: "a" } }, source: { n: 1 } },
        { action: { index: { _id: "b" } }, source: { n: 2 } },
        { action: { index: { _id: "c" } }, source: { n: 3 } },
        { action: { delete: { _id: "d" } } },
      ])
      .collect();
    expect(outcomes).toMatchObject([
      { kind: "ok", result: { _id: "a", status: 201 }, sent: { attempts: 1 } },
      { kind: "ok", sent: { attempts: 3, requestIds: ["r1", "r2", "r3"] } },
      { kind: "failed", error: { category: "mapping", status: 400 } },
      { kind: "ok" },
    ]);
    expect(server.applied.filter(({ id }) => id === "b")).toHaveLength(1);
  });
  it("fails a pair without its source alone, before sending", async () => {
    const outcomes = await clientFor(server.url)
      .run(bulk, [{ action: { index: { _id: "a" } } }, { action: { delete: { _id: "d" } } }])
      .collect();
    expect(outcomes).toMatchObject([{ kind: "failed", at: "input" }, { kind: "ok" }]);
  });
});

describe("retry by what a resend would do", () => {
  const inputs = [{ properties: { n: 1 } }];
  const params = { objectType: "x" };
  it.each([
    ["500", { status: 500 }, "serverError"],
    ["503", { status: 503 }, "serverError"],
    ["a reset", "resetAfter", "reset"],
    ["truncated JSON", "truncated", "reset"],
    ["an HTML page", "html", "noResult"],
    ["an empty 200", "empty", "noResult"],
  ] as const)("never sends a create again after %s", async (_, fault, reason) => {
    server.fault = () => fault;
    const outcomes = await clientFor(server.url).run(create, inputs, { params }).collect();
    expect(outcomes).toMatchObject([{ kind: "unknown", reason, sent: { attempts: 1 } }]);
    expect(server.received).toHaveLength(1);
  });
  it.each([[429], [423], [477], [425]])("sends a create again after %i", async (status) => {
    server.fault = (_, n) => (n < 3 ? { status, headers: { "retry-after": "7" } } : "none");
    const clock = jumpingClock();
    const outcomes = await clientFor(server.url, { clock })
      .run(create, inputs, { params })
      .collect();
    expect(outcomes).toMatchObject([{ kind: "ok", sent: { attempts: 3 } }]);
    expect(server.applied).toHaveLength(1);
    expect(clock.slept.filter((ms) => ms >= 7000)).not.toHaveLength(0);
  });
  it.each(["resetBefore", "resetAfter", "truncated", "html"] as const)(
    "sends an update again after %s",
    async (fault) => {
      server.fault = (_, n) => (n < 3 ? fault : "none");
      const run = clientFor(server.url).run(update, writes(3));
      expect((await run.collect()).map(({ kind }) => kind)).toEqual(["ok", "ok", "ok"]);
      expect(await run.summary).toMatchObject({ requests: 3, retries: 2 });
    },
  );
  it("gives up an update after five sends: unknown", async () => {
    server.fault = () => ({ status: 502 });
    const outcomes = await clientFor(server.url).run(update, writes(1)).collect();
    expect(outcomes).toMatchObject([
      { kind: "unknown", reason: "serverError", sent: { attempts: 5 } },
    ]);
  });
  it("does not call an update failed when an earlier send may have been applied", async () => {
    server.fault = (_, n) => (n === 1 ? { status: 500, applied: true } : { status: 403 });
    const outcomes = await clientFor(server.url).run(update, writes(1)).collect();
    expect(outcomes).toMatchObject([{ kind: "unknown", reason: "serverError" }]);
  });
  it("sends nothing where no connection comes about, and says so", async () => {
    const { url } = server;
    await server.close();
    const outcomes = await clientFor(url).run(create, inputs, { params }).collect();
    expect(outcomes).toMatchObject([{ kind: "notSent", reason: "unreachable" }]);
    server = await serve();
  });
  it("a throttle costs no attempts", async () => {
    server.fault = (_, n) => (n < 12 ? { status: 429 } : "none");
    const outcomes = await clientFor(server.url).run(create, inputs, { params }).collect();
    expect(outcomes).toMatchObject([{ kind: "ok", sent: { attempts: 12 } }]);
  });
  it("a daily quota stops the run; what is left is not sent", async () => {
    server.fault = (_, n) => (n > 1 ? { status: 429, body: { policyName: "DAILY" } } : "none");
    const run = clientFor(server.url).run(update, writes(100), { concurrency: 1 });
    const summary = await run.drain();
    expect(summary).toMatchObject({ ended: "quota", ok: 10, failed: 0, unknown: 0 });
    expect(summary.read).toBe(10 + summary.notSent);
    expect(summary.read).toBeLessThan(100);
    expect(server.received).toHaveLength(2);
  });
  it("what waits for its place when the quota is used up is not sent", async () => {
    server.fault = () => ({ status: 429, body: { policyName: "DAILY" } });
    let taken = 0;
    const take = (signal: AbortSignal) =>
      new Promise<number>((resolve, reject) => {
        if (taken++ === 0) resolve(0);
        signal.addEventListener("abort", () => reject(signal.reason as Error));
      });
    const state = { waitMs: 0, remaining: [] };
    const rateLimiter = { ...{ key: "k", take, state }, pause: () => {}, observe: () => {} };
    const outcomes = await clientFor(server.url, { rateLimiter })
      .run(update, writes(20), { concurrency: 2 })
      .collect();
    for (const outcome of outcomes) expect(outcome).toMatchObject({ kind: "notSent" });
    expect(outcomes.at(-1)).toMatchObject({ reason: "quota", sent: { attempts: 0 } });
  });
});

describe("refusals of a whole request", () => {
  it("finds the bad ones by halving", async () => {
    server.refuse = ({ id }) => (id === "i3" || id === "i7" ? "BAD" : undefined);
    const run = clientFor(server.url).run(updateAll, writes(10));
    const outcomes = await run.collect();
    expect(outcomes.filter(({ kind }) => kind === "failed").map(({ key }) => key)).toEqual([
      "i3",
      "i7",
    ]);
    expect(outcomes.filter(({ kind }) => kind === "ok")).toHaveLength(8);
    expect((await run.summary).isolations).toBeGreaterThan(0);
  });
  it("fails the ones that are named, and sends the rest again", async () => {
    server.fault = (_, n) =>
      n === 1
        ? { status: 400, body: { category: "GONE", context: { ids: ["i3", "i4"] } } }
        : "none";
    const run = clientFor(server.url).run(updateAll, writes(10));
    const outcomes = await run.collect();
    expect(outcomes.map(({ kind }) => kind)).toEqual(
      writes(10).map((_, i) => (i === 3 || i === 4 ? "failed" : "ok")),
    );
    expect(server.received).toHaveLength(2);
  });
  it("stops halving when it is not the items", async () => {
    server.fault = () => ({ status: 400, body: { category: "SCOPES", message: "missing" } });
    const summary = await clientFor(server.url)
      .run(updateAll, writes(10), { chunkSize: 10 })
      .drain();
    expect(summary).toMatchObject({ failed: 10, failedBy: { SCOPES: 10 } });
    expect(server.received.length).toBeLessThan(19);
  });
  it("halves what is too large", async () => {
    server.fault = ({ body }) => (body.length > 300 ? { status: 413 } : "none");
    const summary = await clientFor(server.url).run(update, writes(10)).drain();
    expect(summary).toMatchObject({ ok: 10, failed: 0 });
  });
  it("learns a limit once", async () => {
    server.fault = ({ body }) => {
      const { inputs } = JSON.parse(body) as { inputs: unknown[] };
      const message = "The maximum number of inputs supported in a batch is 4";
      return inputs.length > 4 ? { status: 400, body: { message } } : "none";
    };
    const summary = await clientFor(server.url)
      .run(update, writes(100), { concurrency: 1 })
      .drain();
    expect(summary).toMatchObject({ ok: 100 });
    expect(server.received.length).toBeLessThan(31);
  });
  it("a refused token stops the run", async () => {
    server.fault = () => ({ status: 401 });
    const summary = await clientFor(server.url)
      .run(update, writes(200), { concurrency: 1 })
      .drain();
    expect(summary).toMatchObject({ ended: "stopped", failed: 10, ok: 0 });
    expect(server.received).toHaveLength(1);
  });
});

describe("one key, in order", () => {
  const same = (count: number): Write[] =>
    Array.from({ length: count }, (_, i) => ({
      id: i % 2 ? `other${i}` : "same",
      properties: { n: i },
    }));
  it("never sends a key twice at once, and keeps its order", async () => {
    const run = clientFor(server.url).run(update, same(30), { concurrency: 4 });
    const outcomes = await run.collect();
    expect(outcomes.every(({ kind }) => kind === "ok")).toBe(true);
    const order = server.applied.filter(({ id }) => id === "same").map(({ value }) => value);
    expect(order).toEqual(
      same(30)
        .map((_, i) => i)
        .filter((i) => i % 2 === 0),
    );
  });
  it("gives up earlier ones, if asked", async () => {
    const outcomes = await clientFor(server.url)
      .run(update, same(8), { duplicates: "last" })
      .collect();
    expect(outcomes.filter(({ kind }) => kind === "notSent").map(({ index }) => index)).toEqual([
      0, 2, 4,
    ]);
    expect(server.applied.filter(({ id }) => id === "same")).toEqual([{ id: "same", value: 6 }]);
  });
  it("fails later ones, if asked", async () => {
    const outcomes = await clientFor(server.url)
      .run(update, same(8), { duplicates: "error" })
      .collect();
    expect(outcomes.map(({ kind }) => kind)).toEqual([
      "ok",
      "ok",
      "failed",
      "ok",
      "failed",
      "ok",
      "failed",
      "ok",
    ]);
  });

  // Every second input has the key "same", which the first request of 10 inputs holds once.
  const contested = async (fault: Fault, endpoint = update, options = {}) => {
    let n = 0;
    server.fault = () => (n++ === 0 ? fault : "none");
    const outcomes = await clientFor(server.url, { timeoutMs: 200 })
      .run(endpoint, same(8), { chunkSize: 1, concurrency: 1, ...options })
      .collect();
    return {
      kinds: outcomes.map(({ kind }) => kind),
      contested: outcomes.filter((each) => each.contested).map(({ index }) => index),
    };
  };
  it.each<readonly [string, Fault, number[]]>([
    ["nothing went wrong", "none", []],
    ["it was refused before any work", { status: 429 }, []],
    ["it failed and was sent again", { status: 503 }, [2, 4, 6]],
    ["it was never answered, and sent again", "hangAfter", [2, 4, 6]],
  ])("says of later ones that an earlier send may yet take effect: %s", async (_, fault, want) => {
    const seen = await contested(fault);
    expect(seen.kinds.every((kind) => kind === "ok")).toBe(true);
    expect(seen.contested).toEqual(want);
  });
  it("says so where the earlier one is given up", async () => {
    const unsafe = endpoint<typeof update>({ ...update.operation, retry: { safe: false } });
    const seen = await contested({ status: 503 }, unsafe);
    expect(seen.kinds).toEqual(["unknown", ...Array<string>(7).fill("ok")]);
    expect(seen.contested).toEqual([2, 4, 6]);
  });
  it("has nothing to say of reads", async () => {
    const reads = endpoint<typeof update>({ ...update.operation, kind: "read" });
    expect((await contested({ status: 503 }, reads)).contested).toEqual([]);
  });
});

describe("inputs that cannot be sent", () => {
  it.each([
    ["a bigint", { n: 1n }, "/properties/n is a bigint"],
    ["NaN", { n: NaN }, "/properties/n is NaN"],
    ["undefined", { n: undefined }, "/properties/n is undefined"],
  ])("fail alone: %s", async (_, properties, message) => {
    const bad = { id: "bad", properties } as unknown as Write; // what a JavaScript caller may pass
    const [good, other] = await clientFor(server.url)
      .run(update, [...writes(1), bad])
      .collect();
    expect(good?.kind).toBe("ok");
    expect(other).toMatchObject({ kind: "failed", at: "input", error: { message } });
  });
  it("fail alone: a cycle", async () => {
    const bad: Record<string, unknown> = { id: "bad" };
    bad["self"] = bad;
    const [outcome] = await clientFor(server.url)
      .run(update, [bad as unknown as Write])
      .collect(); // as above
    expect(outcome).toMatchObject({ kind: "failed", at: "input" });
  });
});

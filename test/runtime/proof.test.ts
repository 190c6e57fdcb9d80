/** What only a seeded defect had shown to be untested (`npm run mutants`). */
import { afterEach, beforeEach, expect, it } from "vitest";
import { endpoint, type Endpoint, type Reply } from "../../generator/runtime/endpoint/endpoint.js";
import { BatchNetworkError } from "../../generator/runtime/errors.js";
import { createRateLimiter } from "../../generator/runtime/send/rate-limiter.js";
import { readIntegers } from "../../generator/runtime/reply/int64.js";
import { bulk, service, update } from "./endpoints.js";
import { clientFor, jumpingClock } from "./kit.js";
import { serve, type Service } from "./server.js";

let server: Service;
beforeEach(async () => {
  server = await serve();
});
afterEach(() => server.close());

it("stopped after a send that may have been applied: unknown, not unsent", async () => {
  server.fault = () => ({ status: 500, applied: true });
  const outcomes = await clientFor(server.url)
    .run(update, [{ id: "1", properties: { n: 1 } }], { budget: { requests: 1 } })
    .collect();
  expect(outcomes).toMatchObject([
    { kind: "unknown", reason: "serverError", sent: { attempts: 1 } },
  ]);
  expect(server.applied).toHaveLength(1);
});

it("a defect in what the caller gave ends a chunk, and no input has two outcomes", async () => {
  server.refuse = ({ id }) => (id === "b" ? "busy" : undefined);
  const random = () => {
    throw new Error("no numbers left");
  };
  const run = clientFor(server.url, { random }).run(bulk, [
    { action: { index: { _id: "a" } }, source: { n: 1 } },
    { action: { index: { _id: "b" } }, source: { n: 2 } },
  ]);
  const outcomes = [];
  for await (const outcome of run) outcomes.push(outcome);
  expect(outcomes).toMatchObject([
    { index: 0, kind: "ok" },
    { index: 1, kind: "unknown", reason: "crashed", cause: { message: "no numbers left" } },
  ]);
  expect(outcomes).toHaveLength(2);
  expect(await run.summary).toMatchObject({ read: 2, ok: 1, unknown: 1 });
});

it("a short pause does not end a long one", () => {
  const rateLimiter = createRateLimiter({ key: "k", windows: [], clock: jumpingClock() });
  rateLimiter.pause(5000);
  rateLimiter.pause(100);
  expect(rateLimiter.state.waitMs).toBe(5000);
});

it("a throttle pauses every client that shares the rate limiter", async () => {
  server.fault = (_, n) =>
    n === 1 ? { status: 429, body: { policyName: "TEN_SECONDLY_ROLLING" } } : "none";
  const pauses: number[] = [];
  const rateLimiter = createRateLimiter({ key: "k", windows: [], clock: jumpingClock() });
  const client = clientFor(server.url, {
    rateLimiter: {
      ...rateLimiter,
      state: rateLimiter.state,
      pause: (ms) => void pauses.push(ms),
    },
  });
  expect(await client.run(update, [{ id: "1", properties: { n: 1 } }]).drain()).toMatchObject({
    ok: 1,
  });
  expect(pauses).toEqual([10_000]);
});

it("no part of a token is in an error, wherever one looks", async () => {
  const error: unknown = await clientFor(server.url, { auth: { token: () => "first\nsecond" } })
    .send(update([{ id: "1", properties: { n: 1 } }]))
    .catch((e: unknown) => e);
  expect(error).toBeInstanceOf(BatchNetworkError);
  for (let at: unknown = error; at instanceof Error; at = at.cause)
    expect(`${at.message} ${at.stack ?? ""} ${JSON.stringify(at)}`).not.toMatch(/second|Bearer/);
});

it.each(["send", "run"] as const)("%s reads integers beyond 2^53 losslessly", async (how) => {
  const big = "9007199254740993";
  const text = `{"results": [{"id": "1", "size": ${big}}]}`;
  const sized: Endpoint<{
    kind: "read";
    input: { id: string };
    result: { id: string; size: string };
    reply: Reply<200, { results: readonly { id: string; size: string }[] }>;
  }> = endpoint(
    {
      name: "x.sized",
      service,
      method: "POST",
      path: "/x",
      kind: "read",
      items: { at: "/inputs" },
      limit: { items: 10 },
      results: { at: "/results" },
      match: [{ by: "value", request: "/id", result: "/id" }],
      replies: [200],
      int64: [{ results: 1 }, { "*": 2 }, { size: true }],
    },
    { readIntegers },
  );
  const client = clientFor(server.url, {
    fetch: () => Promise.resolve(new Response(text, { status: 200 })),
  });
  const result =
    how === "send"
      ? (await client.send(sized([{ id: "1" }]))).body.results
      : (await client.run(sized, [{ id: "1" }]).collect()).map((o) => o.kind === "ok" && o.result);
  expect(result).toEqual([{ id: "1", size: big }]);
});

it("a reply that lost its body proves nothing: no failure may be in a list that is not there", async () => {
  const insert: Endpoint<{
    kind: "create";
    input: { n: number };
    result: undefined;
    reply: Reply<200, object>;
  }> = endpoint({
    name: "things.insert",
    service,
    method: "POST",
    path: "/update",
    items: { at: "/inputs" },
    kind: "create",
    results: { at: "", as: "none" },
    errors: { at: "/errors" },
    match: [{ by: "index", error: "/index" }],
    replies: [200],
  });
  for (const [body, kind] of [
    ["{}", "ok"],
    ["", "unknown"],
  ] as const) {
    server.fault = () => ({ status: 200, body });
    const outcomes = await clientFor(server.url)
      .run(insert, [{ n: 1 }], { chunkSize: 1 })
      .collect();
    expect(outcomes).toMatchObject([{ kind }]);
  }
});

it("a status that the document does not declare, without a body, proves nothing", async () => {
  const remove: Endpoint<{
    kind: "delete";
    input: { id: string };
    result: undefined;
    reply: Reply<204, undefined>;
  }> = endpoint({
    name: "things.remove",
    service,
    method: "POST",
    path: "/update",
    items: { at: "/inputs" },
    kind: "delete",
    results: { at: "", as: "none" },
    match: [{ by: "value", request: "/id", error: "/id", absent: "ok" }],
    replies: [204],
  });
  for (const [status, kind] of [
    [204, "ok"],
    [200, "unknown"],
  ] as const) {
    server.fault = () => ({ status, body: "" });
    const outcomes = await clientFor(server.url)
      .run(remove, [{ id: "1" }], { chunkSize: 1 })
      .collect();
    expect(outcomes).toMatchObject([{ kind }]);
  }
});

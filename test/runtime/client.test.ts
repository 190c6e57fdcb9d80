import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createClient } from "../../generator/runtime/send/client.js";
import { authorize } from "../../generator/runtime/send/credentials.js";
import { endpoint, type Endpoint, type Reply } from "../../generator/runtime/endpoint/endpoint.js";
import {
  BatchAbortError,
  BatchHttpError,
  BatchNetworkError,
  BatchTimeoutError,
} from "../../generator/runtime/errors.js";
import { createRateLimiter } from "../../generator/runtime/send/rate-limiter.js";
import type { Place } from "../../generator/runtime/endpoint/operation.js";
import { readIntegers } from "../../generator/runtime/reply/int64.js";
import type { Operation } from "../../generator/runtime/endpoint/operation.js";
import { service, update } from "./endpoints.js";
import { clientFor, jumpingClock } from "./kit.js";
import { serve, type Service } from "./server.js";

let server: Service;
beforeEach(async () => {
  server = await serve();
});
afterEach(() => server.close());

const request = update([{ id: "1", properties: { n: 1 } }]);

describe("send", () => {
  it("gives a declared success, discriminated by status", async () => {
    const reply = await clientFor(server.url).send(request);
    expect(reply.status).toBe(200);
    expect(reply.body.status satisfies "CANCELED" | "COMPLETE" | "PENDING" | "PROCESSING").toBe(
      "COMPLETE",
    );
    expect(reply.headers.get("x-request-id")).toBe("r1");
    expect(server.received[0]).toMatchObject({
      method: "POST",
      url: "/objects/update",
      body: JSON.stringify(request.body),
      headers: { authorization: "Bearer secret-token", "content-type": "application/json" },
    });
  });
  it.each([
    [
      "an error",
      { status: 409, body: { category: "CONFLICT", message: "no", correlationId: "c1" } },
      409,
      "CONFLICT",
    ],
    ["an error without JSON", { status: 502, body: "<html>" }, 502, "HTTP_502"],
    ["an undeclared success", "undeclared", 203, "HTTP_203"],
    ["a success without JSON", "html", 200, "HTTP_200"],
  ] as const)("throws a typed error for %s", async (_, fault, status, category) => {
    server.fault = () => fault;
    const error = await clientFor(server.url)
      .send(request)
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(BatchHttpError);
    expect(error).toMatchObject({ status, category, requestId: "r1" });
    expect(server.received).toHaveLength(1);
  });
  it("has errors that can be logged, without the token", async () => {
    server.fault = () => ({
      status: 409,
      body: { category: "CONFLICT", message: "no", correlationId: "c1" },
    });
    const error = await clientFor(server.url)
      .send(request)
      .catch((e: unknown) => e);
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: "BatchHttpError",
      message: "HTTP 409: no",
      sent: true,
      status: 409,
      category: "CONFLICT",
      correlationId: "c1",
      requestId: "r1",
      body: { category: "CONFLICT", message: "no", correlationId: "c1" },
    });
  });
  it("times out", async () => {
    server.fault = () => "hangBefore";
    const sent = clientFor(server.url).send(request, { timeoutMs: 15 });
    await expect(sent).rejects.toThrow(BatchTimeoutError);
  });
  it("is aborted by a signal", async () => {
    server.fault = () => "hangBefore";
    const controller = new AbortController();
    server.arrived = () => controller.abort(new Error("enough"));
    const error = await clientFor(server.url)
      .send(request, { signal: controller.signal })
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(BatchAbortError);
    expect(error).toMatchObject({ sent: true, cause: { message: "enough" } });
  });
  it("tells a connection that never came about from one that broke", async () => {
    server.fault = () => "resetBefore";
    const broken = await clientFor(server.url)
      .send(request)
      .catch((e: unknown) => e);
    const gone = await serve();
    await gone.close();
    const refused = await clientFor(gone.url)
      .send(request)
      .catch((e: unknown) => e);
    expect(broken).toBeInstanceOf(BatchNetworkError);
    expect([broken, refused]).toMatchObject([{ sent: true }, { sent: false }]);
  });
});

describe("authentication", () => {
  it("asks for a token before each request, and tells of a rejected one once", async () => {
    let token = "old";
    const rejected: string[] = [];
    server.fault = ({ headers }) =>
      headers.authorization === "Bearer new" ? "none" : { status: 401 };
    const client = clientFor(server.url, {
      auth: {
        token: () => token,
        async rejected(stale) {
          rejected.push(stale);
          await new Promise((resolve) => setImmediate(resolve));
          token = "new";
        },
      },
    });
    const summary = await client
      .run(
        update,
        Array.from({ length: 40 }, (_, i) => ({ id: String(i), properties: { n: i } })),
      )
      .drain();
    expect(summary).toMatchObject({ ok: 40, ended: "complete" });
    expect(rejected).toEqual(["old"]);
  });
  it("a second 401 stops the run", async () => {
    server.fault = () => ({ status: 401 });
    const client = clientFor(server.url, { auth: { token: () => "t", rejected: () => undefined } });
    const run = client.run(
      update,
      Array.from({ length: 90 }, (_, i) => ({ id: String(i), properties: { n: i } })),
      { concurrency: 1 },
    );
    expect(await run.drain()).toMatchObject({ ended: "stopped", failed: 10 });
    expect(server.received).toHaveLength(2);
  });
  it("signs complete requests", async () => {
    const client = clientFor(server.url, {
      auth: {
        async sign(unsigned) {
          const headers = new Headers(unsigned.headers);
          headers.set("x-signature", String((await unsigned.clone().text()).length));
          return new Request(unsigned, { headers });
        },
      },
    });
    await client.send(request);
    const [received] = server.received;
    expect(received?.headers["x-signature"]).toBe(String(received?.body.length));
  });
  it.each([
    [
      "basic",
      { type: "basic" },
      { username: "me", password: "ä" },
      { authorization: "Basic bWU6w6Q=" },
      "",
    ],
    ["a header", { type: "apiKey", in: "header", name: "X-Key" }, "k", { "x-key": "k" }, ""],
    ["a query", { type: "apiKey", in: "query", name: "api key" }, "k&", {}, "?api%20key=k%26"],
    ["a cookie", { type: "apiKey", in: "cookie", name: "sid" }, "k", { cookie: "sid=k" }, ""],
  ] as const)("puts a credential into %s", async (_, scheme, credential, headers, query) => {
    const operation: Operation = {
      ...update.operation,
      service: { ...service, security: { main: scheme, other: { type: "bearer" } }, authorize },
      auth: [["other", "absent"], ["main"]],
    };
    const keyed =
      endpoint<Endpoint<{ kind: "update"; input: { id: string }; result: unknown; reply: Reply }>>(
        operation,
      );
    const client = createClient({
      auth: { credentials: { main: credential } },
      baseUrl: server.url,
    });
    await client.send(keyed([{ id: "1" }])).catch(() => undefined);
    expect(server.received[0]).toMatchObject({ headers, url: `/objects/update${query}` });
    const none = createClient({ auth: { credentials: {} }, baseUrl: server.url });
    await expect(none.send(keyed([]))).rejects.toThrow(
      /credentials are missing.*other and absent, or main/,
    );
  });
  it("keeps the secret from another origin", async () => {
    const other = createServer((_, response) => response.end("{}"));
    other.listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const seen: unknown[] = [];
    other.on("request", ({ headers, method }) => seen.push([method, headers.authorization]));
    server.fault = () => ({ status: 307, headers: { location: `http://127.0.0.1:${port}/x` } });
    await clientFor(server.url).send(request);
    expect(seen).toEqual([["POST", undefined]]);
    other.close();
  });
  it("keeps it through a redirect within the origin", async () => {
    server.fault = (_, n) =>
      n === 1 ? { status: 308, headers: { location: "/objects/update" } } : "none";
    await clientFor(server.url).send(request);
    expect(server.received[1]).toMatchObject({
      method: "POST",
      headers: { authorization: "Bearer secret-token" },
    });
  });
  it("quotes no token that cannot stand in a header", async () => {
    expect(() => clientFor(server.url, { auth: "se\ncret" })).toThrow("auth has a line break");
    const error = await clientFor(server.url, { auth: { token: () => "se\ncret" } })
      .send(request)
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(BatchNetworkError);
    expect(
      JSON.stringify([error, String(error), (error as Error).stack, (error as Error).cause]),
    ).not.toContain('cret"');
    expect(String((error as Error).stack)).not.toContain("se\ncret");
  });
});

describe("fetch", () => {
  it("sends any request with the secret, to its own service only", async () => {
    const client = clientFor(server.url);
    await client.fetch(
      new Request(`${server.url}/objects/update?q=1`, {
        method: "POST",
        body: JSON.stringify(request.body),
      }),
    );
    expect(server.received[0]).toMatchObject({
      url: "/objects/update?q=1",
      headers: { authorization: "Bearer secret-token" },
    });
    const elsewhere = clientFor("http://127.0.0.1:1");
    await elsewhere.fetch(
      new Request(`${server.url}/objects/update`, { method: "POST", body: "{}" }),
    );
    expect(server.received[1]?.headers.authorization).toBeUndefined();
  });
  it("passes the rate limiter", async () => {
    const clock = jumpingClock();
    const rateLimiter = createRateLimiter({
      key: "k",
      windows: [{ requests: 1, ms: 1000 }],
      clock,
    });
    const client = clientFor(server.url, { rateLimiter });
    for (let i = 0; i < 3; i++)
      await client.fetch(
        new Request(`${server.url}/objects/update`, { method: "POST", body: "{}" }),
      );
    expect(clock.slept.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(2000);
  });
});

describe("integers beyond 2^53", () => {
  const big = "9007199254740993";
  const id = { id: true };
  it.each<[string, readonly Place[], unknown]>([
    [`{"id": ${big}, "n": ${big}}`, [id], { id: big, n: 9007199254740992 }],
    [
      `{"r": [{"id": ${big}}, {"id": -1}, {"id": null}]}`,
      [{ r: 1 }, { "*": 2 }, id],
      { r: [{ id: big }, { id: "-1" }, { id: null }] },
    ],
    [
      `{"m": {"a/b": ${big}, "c": [${big}]}}`,
      [{ m: 1 }, { "a/b": true, c: 2 }, { "*": true }],
      { m: { "a/b": big, c: [big] } },
    ],
    [
      `{"id": "a, \\"id\\": 5", "x": {"id": 5}, "id2": [ "id", 5 ]}`,
      [{ id: true, x: 0 }],
      { id: 'a, "id": 5', x: { id: "5" }, id2: ["id", 5] },
    ],
    [`{"id": 1.5e3, "n": [1.5]}`, [id], { id: "1500", n: [1.5] }],
    [`{"id": 123456789012345678901234567890}`, [id], { id: 123456789012345678901234567890 }],
    [
      `[[${big}, ${big}, 3], [1]]`,
      [{ "*": 1 }, { 0: true, 2: true }],
      [[big, 9007199254740992, "3"], ["1"]],
    ],
    [`{"n": 1, "any": 2}`, [{ n: false, "*": true }], { n: 1, any: "2" }],
    [
      `{"id": 1, "next": [{"id": 2, "next": [{"id": 3}]}]}`,
      [{ id: true, next: 1 }, { "*": 0 }],
      { id: "1", next: [{ id: "2", next: [{ id: "3" }] }] },
    ],
    [
      `{"\\\\": {"toString": 1, "\\u0069d": 2}, "constructor": 3}`,
      [{ "\\": 1 }, { id: true }],
      { "\\": { toString: 1, id: "2" }, constructor: 3 },
    ],
  ])("%s", (text, places, wanted) => {
    expect(readIntegers(text, places)).toEqual(wanted);
  });
  it.each(['{"id": 5', '{"id": "', "]", '{"id": 5 5}', '{"id" "id": 5}', ""])(
    "throws as JSON.parse does: %s",
    (text) => {
      expect(() => readIntegers(text, [id])).toThrow(SyntaxError);
    },
  );
  it("reads a string of 8 MB", () => {
    const long = "x".repeat(8_000_000);
    expect(readIntegers(`{"s": "${long}", "id": ${big}}`, [id])).toEqual({ s: long, id: big });
  });
});

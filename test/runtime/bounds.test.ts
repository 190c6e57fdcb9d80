/** What a service can choose has a bound, and what proves that nothing left is no more than that: over real sockets. */
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import {
  connect as connectTcp,
  createServer as createTcpServer,
  type AddressInfo,
  type Server as TcpServer,
  type Socket,
} from "node:net";
import { Worker } from "node:worker_threads";
import { afterEach, describe, expect, it, vi } from "vitest";
import { endpoint, type Endpoint, type Reply } from "../../generator/runtime/endpoint/endpoint.js";
import type { Operation } from "../../generator/runtime/endpoint/operation.js";
import { createClient } from "../../generator/runtime/send/client.js";
import { systemClock } from "../../generator/runtime/send/clock.js";
import { pollJob } from "../../generator/runtime/send/job.js";
import { createRateLimiter } from "../../generator/runtime/send/rate-limiter.js";
import { service } from "./endpoints.js";
import { clientFor, jumpingClock } from "./kit.js";

/** Self-signed, for this test only. */
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgBI9kZC53wng4YhL5
ozJX7ZuuBMW732N0k9FU7GLxWqihRANCAAQV2if5rgunVHzuFx+MYT1jBh/xdhSl
Y3OVMLq2zTFEw0H2buczaRJKOmJZiZZo07WOSKuqMGuqYlF7kcMKiToM
-----END PRIVATE KEY-----`;
const cert = `-----BEGIN CERTIFICATE-----
MIIBhTCCASugAwIBAgIUSbNWdPsPoZonQP+SsOW0e9nTQUQwCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMdGVzdC5leGFtcGxlMCAXDTI2MTEyODAyNDkyMVoYDzIxMjYx
MTA0MDI0OTIxWjAXMRUwEwYDVQQDDAx0ZXN0LmV4YW1wbGUwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAAQV2if5rgunVHzuFx+MYT1jBh/xdhSlY3OVMLq2zTFEw0H2
buczaRJKOmJZiZZo07WOSKuqMGuqYlF7kcMKiToMo1MwUTAdBgNVHQ4EFgQUCZMC
4i2nFi6TxWJP1oDixkpFxUgwHwYDVR0jBBgwFoAUCZMC4i2nFi6TxWJP1oDixkpF
xUgwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEA9UI2L4vGgmBk
6pQl7mQqXTGs0I/ejC/QayeWpkaQ6QUCICQDH6n3/4rB78jUtHoKNoXGQOx87DmL
jQj/k5V4eyNj
-----END CERTIFICATE-----`;

const open: (Server | TcpServer)[] = [];
afterEach(() => {
  for (const server of open.splice(0)) {
    if ("closeAllConnections" in server) server.closeAllConnections();
    server.close();
  }
});
async function listen<S extends Server | TcpServer>(server: S): Promise<number> {
  open.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port; // a TCP server's
}
const serve = async (listener: RequestListener) =>
  `http://127.0.0.1:${await listen(createServer(listener))}`;

type Rows = Endpoint<{ kind: "create"; input: { id: string }; result: unknown; reply: Reply }>;
const base: Operation = {
  name: "rows.create",
  service,
  method: "POST",
  path: "/rows",
  kind: "create",
  items: { at: "" },
  limit: { items: 10 },
  replies: [200],
};
const target = (changes: Partial<Operation> = {}) =>
  endpoint<Rows>({ ...base, ...changes }, { pollJob });
const one = [{ id: "1" }];
const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): RequestListener =>
  (_, response) =>
    response.writeHead(status, headers).end(JSON.stringify(body));

it("waits for a service that goes down in a run, and loses nothing", async () => {
  const applied: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => (body += part.toString()));
    request.on("end", () => {
      applied.push(...(JSON.parse(body) as { id: string }[]).map(({ id }) => id));
      response.setHeader("connection", "close").end("{}");
      if (applied.length === 10) server.close();
    });
  });
  const port = await listen(server);
  const clock = jumpingClock();
  let pauses = 0;
  const sleep: typeof clock.sleep = async (ms, signal) => {
    if (++pauses === 3) await once(server.listen(port, "127.0.0.1"), "listening");
    await clock.sleep(ms, signal);
  };
  const inputs = Array.from({ length: 100 }, (_, id) => ({ id: String(id) }));
  const run = clientFor(`http://127.0.0.1:${port}`, { clock: { now: clock.now, sleep } }).run(
    target({ results: { at: "", as: "none" } }),
    inputs,
    { concurrency: 1 },
  );
  expect(await run.drain()).toMatchObject({ ok: 100, ended: "complete" });
  expect(pauses).toBeGreaterThanOrEqual(3);
  expect(applied).toEqual(inputs.map(({ id }) => id)); // each once
});

async function outcomeAt(
  url: string,
  options: Parameters<typeof clientFor>[1] = {},
  changes: Partial<Operation> = {},
) {
  const run = clientFor(url, options).run(target(changes), one);
  const [outcome] = await run.collect();
  return { outcome, summary: await run.summary };
}

/** What is no TLS, or the end of it: records have a type, a version, a length. */
const garbage = {
  "a text": Buffer.from("SSH-2.0-OpenSSH_9\r\n"),
  "the page of another protocol": Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"),
  zeros: Buffer.alloc(100),
  "a record without an end": Buffer.from(`160303ffff${"00".repeat(50)}`, "hex"),
  "a message that is none": Buffer.from("1603030005ffffffffff", "hex"),
  "data before the handshake": Buffer.from(`1703030010${"00".repeat(16)}`, "hex"),
  "the alert of a failed handshake": Buffer.from("15030300020228", "hex"),
  "the alert of an internal error": Buffer.from("15030300020250", "hex"),
  "a reply that breaks off": Buffer.from("160303003a020000", "hex"),
};

describe("nothing left", () => {
  const places: Readonly<Record<string, () => Promise<string>>> = {
    "a certificate that is not accepted": async () =>
      `https://127.0.0.1:${await listen(createTlsServer({ key, cert }))}`,
    "a server that does not know TLS": async () =>
      (await serve(json(200, []))).replace("http:", "https:"),
    "a connection that closes during the handshake": async () =>
      `https://127.0.0.1:${await listen(createTcpServer((socket) => socket.destroy()))}`,
    "a port that fetch refuses": () => Promise.resolve("http://127.0.0.1:6000"),
    ...Object.fromEntries(
      Object.entries(garbage).map(([what, bytes]) => [
        `a handshake that is answered by ${what}`,
        async () =>
          `https://127.0.0.1:${await listen(
            createTcpServer((socket) =>
              socket.on("error", () => undefined).once("data", () => socket.end(bytes)),
            ),
          )}`,
      ]),
    ),
  };
  it.each(Object.entries(places))("through %s", async (_, place) => {
    const { outcome, summary } = await outcomeAt(await place());
    expect(outcome).toMatchObject({ kind: "notSent", reason: "unreachable" });
    expect(summary.ended).toBe("unreachable");
  });
  const connect = (code: string, syscall = "connect") =>
    Object.assign(new Error(), { code, syscall });
  it.each<[string, () => Promise<Response>]>([
    [
      "if all addresses refuse",
      () =>
        Promise.reject(
          new TypeError("fetch failed", {
            cause: new AggregateError([connect("ECONNREFUSED"), connect("ETIMEDOUT")]),
          }),
        ),
    ],
    [
      "if the connect times out",
      () => Promise.reject(new TypeError("fetch failed", { cause: connect("ETIMEDOUT") })),
    ],
    [
      "if a function of the caller throws at once",
      () => {
        throw new Error("the journal is full");
      },
    ],
    [
      "if a later version of Node tells of the handshake",
      () =>
        Promise.reject(
          new TypeError("fetch failed", {
            cause: connect("ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE", "undefined"),
          }),
        ),
    ],
    ["if it says so", () => Promise.reject(Object.assign(new Error("full"), { sent: false }))],
  ])("%s", async (_, fetch) => {
    expect((await outcomeAt("https://h", { fetch })).outcome).toMatchObject({ kind: "notSent" });
  });
  it.each<[string, unknown]>([
    [
      "one of its connects had success",
      new AggregateError([connect("ECONNREFUSED"), new Error("read")]),
    ],
    ["an error does not say why", new Error("broken")],
    ["TLS breaks in the middle", connect("ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC", "read")],
  ])("is not proved if %s", async (_, cause) => {
    const fetch = () => Promise.reject(new TypeError("fetch failed", { cause }));
    expect((await outcomeAt("https://h", { fetch })).outcome).toMatchObject({ kind: "unknown" });
  });
  it("is not proved by TLS that is none, in the words of another function than fetch", async () => {
    const cause = connect("ERR_SSL_WRONG_VERSION_NUMBER", "read");
    const fetch = () => Promise.reject(new Error("request failed", { cause }));
    expect((await outcomeAt("https://h", { fetch })).outcome).toMatchObject({ kind: "unknown" });
  });
  it.each(Object.entries(garbage))(
    "is not proved by %s after the service has the request",
    async (_, bytes) => {
      vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
      const warned = vi.spyOn(process, "emitWarning").mockReturnValue();
      let received: (() => void) | undefined;
      const tls = createTlsServer({ key, cert }, () => received?.());
      const port = await listen(tls);
      const between = createTcpServer((socket) => {
        const service = connectTcp(port, "127.0.0.1");
        service.on("error", () => undefined).pipe(socket.on("error", () => undefined));
        socket.pipe(service);
        received = () => {
          service.unpipe(socket);
          socket.end(bytes, () => service.destroy());
        };
      });
      const { outcome } = await outcomeAt(`https://127.0.0.1:${await listen(between)}`);
      expect(outcome).toMatchObject({ kind: "unknown", reason: "reset" });
      vi.unstubAllEnvs();
      warned.mockRestore();
    },
  );
  it("is not proved by a redirect to a place where nobody listens", async () => {
    const url = await serve(json(307, {}, { location: "http://127.0.0.1:2/" }));
    expect((await outcomeAt(url)).outcome).toMatchObject({ kind: "unknown" });
  });
});

describe("a redirect", () => {
  it.each<[string, number, string, number]>([
    ["to a file", 307, "file:///etc/hostname", 1],
    ["to data", 308, "data:application/json,[]", 1],
    ["with a password", 307, "http://me:secret@127.0.0.1:PORT/rows", 1],
    ["that makes a GET of it", 302, "/other", 1],
    ["that is none", 307, "http://[", 1],
    ["that keeps it", 307, "/other", 2],
  ])("%s", async (_, status, location, requests) => {
    let count = 0;
    const url = await serve((request, response) => {
      count++;
      if (request.url === "/other") response.end("[]");
      else response.writeHead(status, { location: location.replace("PORT", "1") }).end();
    });
    const { outcome } = await outcomeAt(url);
    expect([outcome?.kind, count]).toEqual([requests === 2 ? "ok" : "unknown", requests]);
  });
  it("from https to http is not followed", async () => {
    const asked: string[] = [];
    const fetch = (request: Request) => {
      asked.push(request.url);
      return Promise.resolve(
        new Response(null, { status: 307, headers: { location: "http://h/rows" } }),
      );
    };
    expect((await outcomeAt("https://h", { fetch })).outcome?.kind).toBe("unknown");
    expect(asked).toEqual(["https://h/rows"]);
  });
  it.each([
    ["PUT", 301],
    ["DELETE", 302],
  ])("keeps the method of a %s with %i", async (method, status) => {
    const methods: unknown[] = [];
    const url = await serve((request, response) => {
      methods.push(request.method);
      if (request.url === "/other") response.end("[]");
      else response.writeHead(status, { location: "/other" }).end();
    });
    expect((await outcomeAt(url, {}, { method })).outcome?.kind).toBe("ok");
    expect(methods).toEqual([method, method]);
  });
});

describe("a reply", () => {
  it("of more than maxReplyBytes is not read to its end, and proves nothing", async () => {
    let sent = 0;
    const url = await serve((_, response) => {
      const part = "x".repeat(10_000);
      const more = () => {
        while (!response.destroyed && response.write(part)) sent += part.length;
        if (!response.destroyed) response.once("drain", more);
      };
      more();
    });
    const { outcome } = await outcomeAt(url, { maxReplyBytes: 50_000 });
    expect(outcome).toMatchObject({ kind: "unknown", reason: "noResult" });
    expect(sent).toBeLessThan(20_000_000);
  });
});

describe("a wait that a service asks for", () => {
  const after = (status: number, value: string, date?: string) =>
    json(status, {}, { "retry-after": value, ...(date !== undefined && { date }) });
  it.each<[number, string]>([
    [429, "86400"],
    [503, "86400"],
    [429, "9".repeat(400)],
    [429, "Fri, 31 Dec 9999 23:59:59 GMT"],
  ])("%i, %s: ends the run", async (status, value) => {
    const clock = jumpingClock();
    const { outcome, summary } = await outcomeAt(await serve(after(status, value)), { clock });
    expect(summary.ended).toBe("quota");
    expect(outcome?.kind).toBe(status === 429 ? "notSent" : "unknown");
    expect(Math.max(0, ...clock.slept)).toBeLessThanOrEqual(900_000);
  });
  it("as a date counts from the date of the reply", async () => {
    const clock = jumpingClock();
    let requests = 0;
    const hour = 3_600_000;
    const at = (ms: number) => new Date(Date.now() + hour + ms).toUTCString();
    const url = await serve((request, response) =>
      (requests++ ? json(200, []) : after(429, at(60_000), at(0)))(request, response),
    );
    expect((await outcomeAt(url, { clock })).outcome?.kind).toBe("ok");
    expect(Math.max(...clock.slept)).toBeLessThan(62_000);
    expect(Math.max(...clock.slept)).toBeGreaterThan(58_000);
  });
  it("grows with each throttle in a row that names none", async () => {
    const clock = jumpingClock();
    let requests = 0;
    const url = await serve((request, response) =>
      json(requests++ < 6 ? 429 : 200, [])(request, response),
    );
    expect((await outcomeAt(url, { clock })).outcome?.kind).toBe("ok");
    expect(clock.slept.filter((ms) => ms >= 700)).toEqual([750, 1500, 3000, 6000, 12_000, 22_500]);
  });
  it("by an item alone is a throttle, too", async () => {
    let requests = 0;
    const url = await serve((request, response) =>
      json(200, [{ id: "1", status: requests++ < 9 ? 429 : 201 }])(request, response),
    );
    const results = { at: "", status: "/status" };
    const match = [{ by: "value", request: "/id", result: "/id" }] as const;
    expect((await outcomeAt(url, {}, { results, match })).outcome?.kind).toBe("ok");
  });
});

describe("the store of a rate limiter", () => {
  const never = new AbortController().signal;
  const limiter = (take: () => Promise<number>) =>
    createRateLimiter({
      ...{ key: "k", windows: [], clock: jumpingClock(), random: () => 0.5 },
      store: { take, pause: () => Promise.resolve(), observe: () => Promise.resolve() },
    });
  it.each<[string, () => Promise<number>]>([
    ["hangs", () => new Promise(() => undefined)],
    ["rejects", () => Promise.reject(new Error("down"))],
  ])("that %s for ever is a quota that is used up", async (_, take) => {
    const run = clientFor("https://h", { rateLimiter: limiter(take) }).run(target(), one);
    expect(await run.collect()).toMatchObject([{ kind: "notSent", reason: "quota" }]);
    expect((await run.summary).ended).toBe("quota");
  });
  it.each<[string, () => Promise<unknown>]>([
    ["rejects", () => Promise.reject(new Error("down"))],
    ["answers with nothing", () => Promise.resolve(undefined)],
    ["answers with no number", () => Promise.resolve("0")],
    ["answers with NaN", () => Promise.resolve(NaN)],
    ["wants a wait that is too long", () => Promise.resolve(1e9)],
  ])("that %s ends a run, which sends nothing and reads no further", async (_, take) => {
    let read = 0;
    let sent = 0;
    function* inputs() {
      for (; read < 100_000; read++) yield { id: String(read) };
    }
    const fetch = () => (sent++, Promise.resolve(Response.json([])));
    // Stores are not always of TypeScript.
    const rateLimiter = limiter(take as () => Promise<number>);
    const summary = await clientFor("https://h", { rateLimiter, fetch })
      .run(target(), inputs())
      .drain();
    expect(summary).toMatchObject({ ended: "quota", ok: 0, failed: 0, unknown: 0 });
    expect(summary.notSent).toBe(summary.read);
    expect({ sent, few: read < 5000 }).toEqual({ sent: 0, few: true });
  });
  it("that comes back is asked again", async () => {
    let asked = 0;
    const take = () => (asked++ < 5 ? Promise.reject(new Error("down")) : Promise.resolve(0));
    expect(await limiter(take).take(never)).toBeGreaterThan(10_000);
  });
  it("that hangs for one caller does not stop the next one", async () => {
    let asked = 0;
    const take = () => (asked++ ? Promise.resolve(0) : new Promise<number>(() => undefined));
    const rateLimiter = createRateLimiter({
      ...{ key: "k", windows: [], clock: systemClock },
      store: { take, pause: () => Promise.resolve(), observe: () => Promise.resolve() },
    });
    const controller = new AbortController();
    const first = rateLimiter.take(controller.signal);
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort(new Error("enough"));
    await expect(first).rejects.toThrow("enough");
    expect(await rateLimiter.take(never)).toBeLessThan(1000);
  });
});

describe("a service that is down for a while", () => {
  it("is waited for, and nothing is lost", async () => {
    let requests = 0;
    const refused = new TypeError("fetch failed", {
      cause: Object.assign(new Error(), { syscall: "connect" }),
    });
    const fetch = () => {
      const n = requests++;
      return n > 0 && n < 9 ? Promise.reject(refused) : Promise.resolve(Response.json([]));
    };
    const inputs = Array.from({ length: 200 }, (_, id) => ({ id: String(id) }));
    const summary = await clientFor("https://h", { fetch })
      .run(target(), inputs, { concurrency: 1 })
      .drain();
    expect(summary).toMatchObject({ ok: 200, ended: "complete" });
  });
  it("costs few creates, because the next ones wait", async () => {
    const clock = jumpingClock();
    let until = 0;
    const fetch = () => {
      until ||= clock.now() + 8000;
      return Promise.resolve(
        clock.now() < until ? new Response("", { status: 503 }) : Response.json([]),
      );
    };
    const inputs = Array.from({ length: 2000 }, (_, id) => ({ id: String(id) }));
    const summary = await clientFor("https://h", { fetch, clock }).run(target(), inputs).drain();
    expect(summary.ok + summary.unknown).toBe(2000);
    expect(summary.unknown).toBeLessThanOrEqual(120);
  });
  it("whose refusals are all alike costs two requests a chunk", async () => {
    let requests = 0;
    const url = await serve((request, response) => {
      requests++;
      json(400, { category: "SCOPES" })(request, response);
    });
    const inputs = Array.from({ length: 500 }, (_, id) => ({ id: String(id) }));
    const whole = target({ statuses: { wholeBatch: [400] } });
    const summary = await clientFor(url).run(whole, inputs, { concurrency: 1 }).drain();
    expect(summary).toMatchObject({ failed: 500 });
    expect(requests).toBeLessThan(150);
  });
});

describe("a job", () => {
  const job = { id: "/id", poll: { path: "/jobs/{id}" }, state: { at: "/state", done: ["done"] } };
  const asked: string[] = [];
  const jobs = (first: RequestListener, polls: RequestListener) => {
    asked.length = 0;
    return serve((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      (request.method === "POST" ? first : polls)(request, response);
    });
  };
  it.each(["..", ".", "", "\ud800"])("with the id %j is not polled", async (id) => {
    const url = await jobs(json(202, { id }), json(200, { state: "done" }));
    expect((await outcomeAt(url, {}, { job })).outcome).toMatchObject({
      kind: "unknown",
      reason: "pending",
    });
    expect(asked).toHaveLength(1);
  });
  it("is polled when the service asks for it", async () => {
    const clock = jumpingClock();
    const url = await jobs(
      json(202, { id: "7" }, { "retry-after": "90" }),
      json(200, { state: "done" }),
    );
    expect((await outcomeAt(url, { clock }, { job })).outcome?.kind).toBe("ok");
    expect(clock.slept).toContain(90_000);
  });
  it("is done when a poll leads to its result", async () => {
    const url = await jobs(json(202, { id: "7" }), (request, response) =>
      (request.url === "/result" ? json(200, {}) : json(303, {}, { location: "/result" }))(
        request,
        response,
      ),
    );
    expect((await outcomeAt(url, {}, { job })).outcome?.kind).toBe("ok");
    expect(asked).toEqual(["POST /rows", "GET /jobs/7", "GET /result"]);
  });
  it.each<[string, string]>([
    ["/operations/7?v=1", "ok"],
    ["http://localhost:PORT/7", "unknown"],
  ])("at the address %s of a header", async (address, kind) => {
    const url = await jobs(
      (request, response) => {
        const port = request.headers.host?.split(":")[1] ?? "";
        const location = address.replace("PORT", port);
        json(202, {}, { "operation-location": location })(request, response);
      },
      json(200, { state: "done" }),
    );
    const poll = { header: "Operation-Location" };
    expect((await outcomeAt(url, {}, { job: { ...job, poll } })).outcome?.kind).toBe(kind);
    expect(asked.slice(1)).toEqual(kind === "ok" ? ["GET /operations/7?v=1"] : []);
  });
  it("is polled on when the budget is used up, and told before", async () => {
    const events: unknown[] = [];
    const url = await jobs(json(202, { id: "7" }), json(200, { state: "done" }));
    const instrument = { event: (event: unknown) => events.push(event) };
    const run = clientFor(url, { instrument }).run(target({ job }), one, {
      budget: { requests: 1 },
      runId: "r",
    });
    expect(await run.collect()).toMatchObject([{ kind: "ok" }]);
    expect(events).toMatchObject([
      { type: "job", runId: "r", keys: ["0"], job: { id: "7", method: "GET", path: "/jobs/7" } },
      { type: "end" },
    ]);
  });
});

describe("a secret", () => {
  const marked = "MARKED-secret/0123456789+==";
  const leaks = (value: unknown): boolean => {
    const error = value instanceof Error ? [value.message, value.stack, leaks(value.cause)] : [];
    return /MARKED/.test(JSON.stringify([value, ...error]) ?? "") || error.includes(true);
  };
  it.each<[string, RequestListener | (() => Promise<Response>)]>([
    [
      "that a service quotes",
      (request, response) =>
        json(400, { message: request.headers.authorization })(request, response),
    ],
    [
      "that a service quotes in a 500",
      (request, response) =>
        json(500, { message: request.headers.authorization })(request, response),
    ],
    [
      "that a service quotes in the error of one input of a success",
      (request, response) =>
        json(207, { errors: [{ message: request.headers.authorization }] })(request, response),
    ],
    [
      "in an error of a body that breaks off",
      () =>
        Promise.resolve(
          new Response(
            new ReadableStream({ start: (body) => body.error(new Error(`key=${marked}`)) }),
          ),
        ),
    ],
    [
      "in an error of the caller's fetch",
      () => Promise.reject(new Error(`to https://h/?key=${marked}`)),
    ],
  ])("%s is nowhere in what a client tells", async (_, answer) => {
    const isFetch = answer.length === 0;
    const url = isFetch ? "https://h" : await serve((asked, reply) => void answer(asked, reply));
    const told: unknown[] = [];
    const client = createClient({
      ...{ auth: marked, baseUrl: url, clock: jumpingClock(), random: () => 0.5 },
      ...(isFetch && { fetch: answer as () => Promise<Response> }),
      instrument: {
        request: async (event, _headers, send) => (
          await send().catch(() => 0),
          void told.push(event)
        ),
        event: (event) => told.push(event),
      },
    });
    const run = client.run(target(), one);
    told.push(
      ...(await run.collect()),
      await run.summary,
      await client.send(target()(one)).catch((e: unknown) => e),
    );
    expect(told.length).toBeGreaterThan(3);
    expect(told.filter(leaks)).toEqual([]);
  });
  it("or a URL that cannot be used is told at once, by name, and not quoted", () => {
    const make = (auth: unknown, baseUrl?: string) => () =>
      createClient({ auth: auth as string, ...(baseUrl !== undefined && { baseUrl }) });
    expect(make("")).toThrow("auth is empty");
    expect(make(undefined)).toThrow("auth is missing");
    expect(make("a\nMARKED")).toThrow("auth has a line break");
    expect(make({ credentials: { key: "" } })).toThrow("auth.credentials.key is empty");
    expect(make("t", "localhost:4010")).toThrow("baseUrl: expected a URL");
    expect(make("t", "https://me:MARKED@h")).toThrow(
      /^baseUrl: a user name and a password belong into auth$/,
    );
    expect(() => target()(one).toRequest("https://me:MARKED@h")).toThrow(/^a header or the URL/);
    expect(() => target()(one).toRequest("https://h", { token: "a\nMARKED" })).toThrow(
      /^a header or the URL/,
    );
  });
  it("over http to another machine is warned of, once, unless that is switched off", () => {
    const told: string[] = [];
    const warn = (message: string) => void told.push(message);
    for (const baseUrl of [
      "http://api.example/v1",
      "http://localhost:1",
      "http://127.0.0.1",
      "http://[::1]:1",
      "https://h",
    ])
      createClient({ auth: "t", baseUrl, warn });
    expect(told).toEqual([expect.stringContaining("http://api.example:")]);
  });
});

it("a token whose renewal failed is renewed with the next request", async () => {
  let token = "old";
  let renewals = 0;
  const url = await serve((request, response) =>
    json(request.headers.authorization === "Bearer new" ? 200 : 401, [])(request, response),
  );
  const rejected = () => {
    if (renewals++ === 0) throw new Error("the identity provider is down");
    token = "new";
  };
  const client = clientFor(url, { auth: { token: () => token, rejected } });
  expect((await client.run(target(), one).drain()).ended).toBe("stopped");
  expect(await client.run(target(), one).drain()).toMatchObject({ ok: 1 });
});

it("many requests at once cause no warning of many listeners", async () => {
  const warnings: unknown[] = [];
  const listener = (warning: unknown) => warnings.push(warning);
  process.on("warning", listener);
  const url = await serve((_, response) => void setTimeout(() => response.end("[]"), 5));
  const inputs = Array.from({ length: 400 }, (_, id) => ({ id: String(id) }));
  const options = { concurrency: 30, signal: new AbortController().signal };
  await clientFor(url, { clock: systemClock }).run(target(), inputs, options).drain();
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", listener);
  expect(warnings).toEqual([]);
});

describe("a service that closes a connection when the next request comes", () => {
  /** How the race of an idle connection ends: the request finds it closed. Nothing of it is applied. */
  const closing = async () => {
    const used = new WeakSet<Socket>();
    const counts = { connections: 0, applied: 0 };
    const server = createServer((request, response) => {
      if (used.has(request.socket)) return void request.socket.destroy();
      used.add(request.socket);
      let body = "";
      request.on("data", (part: Buffer) => (body += part.toString()));
      request.on("end", () => {
        counts.applied += (JSON.parse(body) as unknown[]).length;
        response.end("[]");
      });
    });
    server.on("connection", () => counts.connections++);
    return { url: `http://127.0.0.1:${await listen(server)}`, counts };
  };
  const inputs = Array.from({ length: 50 }, (_, id) => ({ id: String(id) }));
  const options = { concurrency: 1 };

  it("makes creates unknown, since nothing proves that they were not applied", async () => {
    const { url, counts } = await closing();
    const summary = await clientFor(url).run(target(), inputs, options).drain();
    expect(summary.unknown).toBeGreaterThan(0);
    expect(summary.ok).toBe(counts.applied);
  });
  it("loses nothing where each request has a connection of its own", async () => {
    const { url, counts } = await closing();
    const client = clientFor(url, { freshConnections: true });
    expect(await client.run(target(), inputs, options).drain()).toMatchObject({ ok: 50 });
    expect(counts).toEqual({ connections: 5, applied: 50 });
  });
});

describe("what JSON would lose fails its input alone, before sending", () => {
  it.each<[string, unknown]>([
    ["a Blob", new Blob(["a"])],
    ["a Map", new Map([["a", 1]])],
    ["a Set", new Set([1])],
    ["bytes", new Uint8Array([1])],
    ["a Buffer", Buffer.from("a")],
    ["an ArrayBuffer", new ArrayBuffer(1)],
    ["an invalid date", new Date(NaN)],
    ["a function", () => 1],
    ["a symbol", Symbol("a")],
    ["an error", new Error("a")],
  ])("%s", async (_, value) => {
    const url = await serve(json(200, []));
    const inputs = [
      { id: "1", deep: [{ value }] },
      { id: "2", at: new Date(0) },
    ];
    const outcomes = await clientFor(url).run(target(), inputs).collect();
    expect(outcomes).toMatchObject([
      {
        kind: "failed",
        at: "input",
        error: { message: expect.stringMatching(/^\/deep\/0\/value is /) },
      },
      { kind: "ok" },
    ]);
    await expect(clientFor(url).send(target()(inputs))).rejects.toThrow(TypeError);
  });
});

it("a clock that is set back holds no request back", async () => {
  const rateLimiter = createRateLimiter({ key: "k", windows: [{ requests: 1, ms: 20 }] });
  const { signal } = new AbortController();
  await rateLimiter.take(signal);
  const now = vi.spyOn(Date, "now").mockReturnValue(Date.now() - 600_000);
  expect(await rateLimiter.take(signal)).toBeLessThan(1000);
  now.mockRestore();
});

it("a reply that came while the process was blocked is in time", async () => {
  const worker = new Worker(
    `const server = require("node:http").createServer((_, response) => setTimeout(() => response.end("[]"), 50));
     server.listen(0, "127.0.0.1", () => require("node:worker_threads").parentPort.postMessage(server.address().port));`,
    { eval: true },
  );
  const [port] = (await once(worker, "message")) as [number];
  const run = clientFor(`http://127.0.0.1:${port}`).run(target(), one, { timeoutMs: 150 });
  const outcomes = run.collect();
  const block = () => {
    const until = performance.now() + 400;
    while (performance.now() < until);
  };
  // After an immediate, timers come before the network.
  setTimeout(() => setImmediate(block), 20);
  expect(await outcomes).toMatchObject([{ kind: "ok" }]);
  await worker.terminate();
});

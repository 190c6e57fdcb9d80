/** Faults that real servers and reports have shown (see each name): over HTTP, with the inputs counted at the server. */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { endpoint, type Endpoint, type Reply } from "../../generator/runtime/endpoint/endpoint.js";
import type { Operation } from "../../generator/runtime/endpoint/operation.js";
import { systemClock } from "../../generator/runtime/send/clock.js";
import { service } from "./endpoints.js";
import { clientFor } from "./kit.js";

interface Row {
  readonly id: string;
}

const base: Operation = {
  name: "rows.create",
  service,
  method: "POST",
  path: "/rows",
  kind: "create",
  items: { at: "" },
  limit: { items: 100 },
  replies: [200],
  results: { at: "" },
  match: [{ by: "value", request: "/id", result: "/id" }],
};

interface RowTypes {
  kind: "create";
  input: Row;
  result: unknown;
  reply: Reply;
}

const target = (changes: Partial<Operation> = {}) =>
  endpoint<Endpoint<RowTypes>>({ ...base, ...changes });

const rows = (count: number): Row[] => Array.from({ length: count }, (_, i) => ({ id: `r${i}` }));

/** What the server does with the rows of a request: the status and body of its reply, as JSON or as text; undefined: none. */
let answer: (
  rows: readonly Row[],
) => { status?: number; body?: unknown; text?: string } | undefined;
let delayMs = 0;
const server = createServer((request, response) => {
  void (async () => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer); // bytes, since no encoding is set
    const reply = answer(JSON.parse(Buffer.concat(parts).toString()) as Row[]); // what the runtime sent
    if (!reply) return;
    setTimeout(() => {
      response.writeHead(reply.status ?? 200, { "content-type": "application/json" });
      response.end(reply.text ?? JSON.stringify(reply.body));
    }, delayMs);
  })();
});
let url = "";
beforeEach(async () => {
  delayMs = 0;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // a TCP server's
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});

const kinds = (outcomes: readonly { readonly kind: string }[]) => {
  const counts: Record<string, number> = {};
  for (const { kind } of outcomes) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
};

describe("a connection that fails", () => {
  /** How Node ends a socket whose system call fails. */
  const fault = (syscall: string, code: string) =>
    Object.assign(new Error(`${syscall} ${code}`), { code, syscall, errno: -113 });

  it.each([
    ["read", "EHOSTUNREACH"],
    ["read", "ENETUNREACH"],
    ["write", "EHOSTUNREACH"],
    ["read", "ECONNRESET"],
  ])("with `%s %s`, after the request has left, proves nothing", async (syscall, code) => {
    const sockets: Socket[] = [];
    const connected = (message: unknown) =>
      sockets.push((message as { readonly socket: Socket }).socket); // documented by undici
    subscribe("undici:client:connected", connected);
    let applied = 0;
    answer = (received) => {
      applied += received.length;
      for (const socket of sockets) socket.destroy(fault(syscall, code));
      return undefined;
    };
    const outcomes = await clientFor(url).run(target(), rows(2)).collect();
    unsubscribe("undici:client:connected", connected);
    expect(applied).toBe(2);
    expect(outcomes.map(({ kind }) => kind)).toEqual(["unknown", "unknown"]);
  });

  it("by a refused connect proves that nothing left", async () => {
    const idle = createServer().listen(0, "127.0.0.1");
    await once(idle, "listening");
    const { port } = idle.address() as AddressInfo; // a TCP server's
    idle.close();
    await once(idle, "close");
    const outcomes = await clientFor(`http://127.0.0.1:${port}`).run(target(), rows(1)).collect();
    expect(outcomes).toMatchObject([{ kind: "notSent", reason: "unreachable" }]);
  });
});

describe("an input that a reply leaves out", () => {
  it.each<[string, Partial<Operation>, string]>([
    ["of an atomic create with a match", { mode: "atomic" }, "unknown"],
    ["of an atomic read with a match", { mode: "atomic", kind: "read" }, "unknown"],
    ["of a create with a match", {}, "unknown"],
    [
      "where the data says what that means",
      { mode: "atomic", match: [{ by: "value", request: "/id", result: "/id", absent: "ok" }] },
      "ok",
    ],
    ["of an atomic create without a match", { mode: "atomic", match: [] }, "ok"],
  ])("%s", async (_, changes, kind) => {
    answer = (received) => ({ body: received.slice(1) });
    const [first] = await clientFor(url).run(target(changes), rows(4)).collect();
    expect(first).toMatchObject({ kind, index: 0 });
  });
});

describe("timeoutMs", () => {
  const waits = [0, Infinity, 2 ** 31, 1e12];

  it.each(waits)("%d waits for a slow reply", async (timeoutMs) => {
    delayMs = 60;
    answer = (received) => ({ body: received });
    const clock = systemClock;
    const outcomes = await clientFor(url, { clock })
      .run(target(), rows(3), { timeoutMs })
      .collect();
    expect(kinds(outcomes)).toEqual({ ok: 3 });
  });

  it.each(waits)("%d of a client is obeyed by send", async (timeoutMs) => {
    delayMs = 60;
    answer = (received) => ({ body: received });
    const { status } = await clientFor(url, { timeoutMs }).send(target()(rows(1)));
    expect(status).toBe(200);
  });

  it("ends a request where it is shorter", async () => {
    delayMs = 500;
    answer = (received) => ({ body: received });
    const outcomes = await clientFor(url).run(target(), rows(1), { timeoutMs: 20 }).collect();
    expect(outcomes).toMatchObject([{ kind: "unknown", reason: "timeout" }]);
  });

  it.each([-1, NaN])("%d is refused", async (timeoutMs) => {
    expect(() => clientFor(url, { timeoutMs })).toThrow(TypeError);
    expect(() => clientFor(url).run(target(), rows(1), { timeoutMs })).toThrow(TypeError);
    await expect(clientFor(url).send(target()(rows(1)), { timeoutMs })).rejects.toThrow(TypeError);
  });

  it.each([Infinity, 2 ** 31])("a flush interval of %d is not over at once", async (interval) => {
    const sizes: number[] = [];
    answer = (received) => {
      sizes.push(received.length);
      return { body: received };
    };
    async function* slowly() {
      for (const row of rows(4)) {
        await new Promise((resolve) => setTimeout(resolve, 15));
        yield row;
      }
    }
    const run = clientFor(url).run(target(), slowly(), { flushInterval: interval });
    await run.drain();
    expect(sizes).toEqual([4]);
  });
});

describe("a status that means something with a body only, and a body that was cut off", () => {
  const rule = [{ status: 400, at: "/type", in: ["SOME"] }];
  it.each([
    ["partial", '{"type":"SO', { unknown: 2 }],
    ["ambiguous", '{"type":"SO', { unknown: 2 }],
    ["wholeBatch", '{"type":"SO', { failed: 2 }],
    ["partial", '{"type":"NONE"}', { failed: 2 }],
    ["partial", "", { failed: 2 }],
  ])("%s: %s", async (list, text, want) => {
    answer = () => ({ status: 400, text });
    const outcomes = await clientFor(url)
      .run(target({ statuses: { [list]: rule } }), rows(2))
      .collect();
    expect(kinds(outcomes)).toEqual(want);
  });
});

describe("a refused chunk", () => {
  const whole = target({ statuses: { wholeBatch: [400] } });
  const applied = new Set<string>();
  let requests = 0;
  beforeEach(() => {
    applied.clear();
    requests = 0;
  });
  /** One bad row refuses the whole request. */
  const refusing = (isBad: (n: number) => boolean) => (received: readonly Row[]) => {
    requests++;
    if (received.some(({ id }) => isBad(Number(id.slice(1)))))
      return { status: 400, body: { category: "BAD" } };
    for (const { id } of received) applied.add(id);
    return { body: received };
  };

  it.each<[string, (n: number) => boolean]>([
    ["eight bad inputs at its start", (n) => n < 8],
    ["eight bad inputs in its middle", (n) => n >= 40 && n < 48],
    ["eight bad inputs at its end", (n) => n >= 92],
    ["thirty bad inputs in a row", (n) => n < 30],
    ["every other input bad", (n) => n % 2 === 0],
    ["one good input at its end", (n) => n < 99],
  ])("with %s fails for these alone", async (_, isBad) => {
    answer = refusing(isBad);
    const outcomes = await clientFor(url).run(whole, rows(100)).collect();
    const bad = rows(100).filter((_, i) => isBad(i));
    expect(
      outcomes.filter(({ kind }) => kind === "failed").map(({ index }) => `r${index}`),
    ).toEqual(bad.map(({ id }) => id));
    expect(kinds(outcomes)).toEqual({ ok: 100 - bad.length, failed: bad.length });
    expect(applied.size).toBe(100 - bad.length);
  });

  it("whose inputs are all refused is given up, after some from all over it were tried", async () => {
    answer = refusing(() => true);
    const outcomes = await clientFor(url).run(whole, rows(100)).collect();
    expect(kinds(outcomes)).toEqual({ failed: 100 });
    expect(requests).toBeLessThan(30);
  });
});

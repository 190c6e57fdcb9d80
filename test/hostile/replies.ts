/** `hostileReply`: a run against a service that replies anything. */
import { inspect } from "node:util";
import { createClient } from "../../generator/runtime/send/client.js";
import type { Outcome } from "../../generator/runtime/run/outcome.js";
import {
  defaults,
  bulk,
  create,
  customers,
  read,
  send,
  service,
  update,
  updateAll,
} from "../runtime/endpoints.js";
import { virtualClock } from "../runtime/kit.js";
import type { Finding } from "./finding.js";
import type { Random } from "./random.js";
import { name, scalar, value } from "./values.js";

const SECRET = "marked/secret+0123456789";

const endpoints = [
  [update, (n: number) => ({ id: `k${n}`, properties: { n } })],
  [updateAll, (n: number) => ({ id: `k${n}`, properties: { n } })],
  [create, (n: number) => ({ properties: { n } })],
  [read, (n: number) => ({ id: `k${n}` })],
  [send, (n: number) => ({ To: `k${n}`, n })],
  [customers, (n: number) => ({ given: `k${n}`, n })],
  [bulk, (n: number) => ({ action: { index: { _id: `k${n}` } }, source: { n } })],
] as const;

const statuses = [
  200, 200, 200, 201, 202, 204, 207, 207, 300, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 408, 409, 413, 422, 423, 425, 429, 429, 477, 500, 502, 503,
  503, 504, 599,
] as const; // prettier-ignore
const bodiless: ReadonlySet<number> = new Set([204, 205, 304]);

const headers = [
  "retry-after", "location", "content-type", "x-ratelimit-remaining", "x-ratelimit-reset", "ratelimit", "ratelimit-policy", "date", "x-request-id",
  "content-length", "operation-location",
] as const; // prettier-ignore
const headerValues = [
  "0", "-1", "1", "1e12", "Infinity", "NaN", "99999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "file:///etc/passwd",
  "data:,x", "//other.example/", "http://user:pw@other.example/", "/..//..", "https://[", "application/json; charset=utf-16", "text/html",
  "application/x-ndjson", '"a";q=9;w=', "=", ";;;", "x".repeat(2000),
] as const; // prettier-ignore

/** A reply as the service should send it, with some of it replaced. */
function likely(random: Random, sent: string): string {
  const results = random.list(12, () =>
    random.chance(0.2)
      ? value(random, 2)
      : {
          id: `k${random.below(12)}`,
          properties: { n: random.below(12) },
          [name(random)]: scalar(random),
        },
  );
  const errors = random.list(3, () => ({
    [name(random)]: scalar(random),
    message: random.chance(0.3) ? `refused: ${sent}` : scalar(random),
    context: {
      ids: random.list(3, () => `k${random.below(12)}`),
      [name(random)]: value(random, 1),
    },
  }));
  return JSON.stringify({
    status: scalar(random),
    results,
    errors,
    [name(random)]: value(random, 2),
  });
}

function body(random: Random, request: Request): string | Uint8Array<ArrayBuffer> {
  // What the service was sent, it may quote.
  const sent = request.headers.get("authorization") ?? SECRET;
  const quoted = random.pick([sent, SECRET, encodeURIComponent(SECRET), btoa(SECRET)]);
  const text = random.pick<() => string>([
    () => likely(random, quoted),
    () => likely(random, quoted),
    () => JSON.stringify(value(random)),
    () => JSON.stringify({ message: `No: ${quoted}`, [name(random)]: value(random, 2) }),
    () => `<html>${quoted}</html>`,
    () => random.list(6, () => JSON.stringify(value(random, 2))).join("\n"),
    () => '{"a":"' + '\\"{['.repeat(random.below(3000)),
    () => "[".repeat(random.below(20_000)),
    () => "",
  ])();
  if (random.chance(0.15)) return text.slice(0, random.below(text.length + 1));
  if (random.chance(0.05)) return Uint8Array.from(random.list(50, () => random.below(256)));
  return text;
}

function reply(random: Random, request: Request): Response {
  const status = random.pick(statuses);
  const given = new Headers();
  for (const header of random.list(3, () => random.pick<string>(headers)))
    given.set(header, random.pick<string>(headerValues));
  const content = bodiless.has(status) ? null : body(random, request);
  if (content === null || !random.chance(0.1))
    return new Response(content, { status, headers: given });
  const broken = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(typeof content === "string" ? new TextEncoder().encode(content) : content);
      controller.error(new TypeError(`terminated: ${SECRET}`));
    },
  });
  return new Response(broken, { status, headers: given });
}

/** Fails as `fetch` does, with what it was sent in the message. */
const failure = (random: Random): Error =>
  random.pick<() => Error>([
    () => new TypeError("fetch failed", { cause: new Error(`Bearer ${SECRET}`) }),
    () => Object.assign(new Error(`connect: ${SECRET}`), { code: "ECONNRESET" }),
    () => new DOMException("aborted", "AbortError"),
  ])();

export async function hostileReply(random: Random, report: Finding): Promise<void> {
  const [endpoint, input] = random.pick<(typeof endpoints)[number]>(endpoints);
  const inputs = Array.from({ length: 1 + random.below(12) }, (_, n) => input(n));
  let left = 200; // then the service is gone for good
  const said: unknown[] = [];
  const client = createClient(
    {
      auth: SECRET,
      baseUrl: "https://api.example.com",
      clock: virtualClock(),
      random: random.next,
      timeoutMs: 0,
      maxReplyBytes: random.pick([100, 100_000]),
      warn: (message) => said.push(message),
      fetch: async (request) => {
        await Promise.resolve();
        if (left-- <= 0 || random.chance(0.05)) throw failure(random);
        return reply(random, request);
      },
    },
    new Map([[service, defaults]]),
  );
  const options = {
    params: { objectType: "x", properties: ["n"] },
    concurrency: 1 + random.below(3),
  };
  // One body for endpoints of seven types: each gets inputs that its own `input` made.
  const run = client.run(endpoint as typeof create, inputs as never, options);
  const outcomes: Outcome<{ input: unknown; result: unknown }>[] = [];
  for await (const outcome of run) outcomes.push(outcome);
  const summary = await run.summary;
  const { ok, failed, unknown, notSent } = summary;
  if (ok + failed + unknown + notSent !== summary.read || outcomes.length !== summary.read)
    report("crash", `${outcomes.length} outcomes of ${summary.read} inputs`);
  // What the service gives as a result is handed on as it is; all else is for logs.
  const told = outcomes.map((one) => (one.kind === "ok" ? { ...one, result: undefined } : one));
  const printed = `${inspect([told, summary, said], { depth: 12 })}${JSON.stringify([told, summary])}`;
  for (const form of [SECRET, encodeURIComponent(SECRET), btoa(SECRET)])
    if (printed.includes(form)) {
      const at = printed.indexOf(form);
      report(
        "leak",
        `${endpoint.operation.name}: ${printed.slice(Math.max(0, at - 300), at + 60)}`,
      );
    }
}

const bases = [
  `https://user:${SECRET}@api.example.com`, `https://${encodeURIComponent(SECRET)}@api.example.com`, `https://api.example.com/?key=${SECRET}`,
  `ftp://${encodeURIComponent(SECRET)}:x@h`, `localhost:4010/${SECRET}`, `https://[${SECRET}`, `http://h:99999/${SECRET}`,
] as const; // prettier-ignore

/** Options with a secret where none may stand: an error that names the option, and quotes nothing. */
export async function hostileOptions(random: Random, report: Finding): Promise<void> {
  const auth = random.pick<string>([
    `${SECRET}\n`,
    `\r${SECRET}`,
    `${SECRET}\u0000`,
    `${SECRET}\u20ac`,
    SECRET,
  ]);
  const said: string[] = [];
  try {
    const client = createClient({
      auth,
      baseUrl: random.pick<string>([...bases, "https://api.example.com"]),
      clock: virtualClock(),
      warn: (message) => said.push(message),
      fetch: () => Promise.reject(new TypeError("refused")),
    });
    const run = client.run(send, [{ To: "a", n: 1 }]);
    said.push(inspect(await run.collect(), { depth: 12 }));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    said.push(inspect(error));
  }
  const told = said.join("\n");
  if (told.includes(SECRET) || told.includes(encodeURIComponent(SECRET)))
    report("leak", told.slice(0, 600));
}

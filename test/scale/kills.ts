/** Runs with a journal in processes that are killed: the run, the places where it dies, and a service that counts. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import Libsql from "libsql";
import pg from "pg";
import { makeKey } from "../../generator/runtime/encode/make-key.js";
import { endpoint, type Endpoint, type Reply } from "../../generator/runtime/endpoint/endpoint.js";
import type { Operation } from "../../generator/runtime/endpoint/operation.js";
import { createJournal } from "../../generator/runtime/journal/journal.js";
import type { JournalBackend, JournalRecord } from "../../generator/runtime/journal/store.js";
import type { JournalOptions } from "../../generator/runtime/run/run-journal.js";
import { createClient } from "../../generator/runtime/send/client.js";
import { createRateLimiter } from "../../generator/runtime/send/rate-limiter.js";
import * as postgres from "../../generator/runtime/stores/postgres-journal.js";
import * as sqlite from "../../generator/runtime/stores/sqlite.js";
import { built } from "./program.js";

export interface Row {
  readonly id: string;
}
type Rows = Endpoint<{ kind: "create"; input: Row; result: Row; reply: Reply }>;

const operation: Operation = {
  ...{ name: "rows.create", service: { baseUrl: "https://api.example" } },
  ...{ method: "POST", path: "/create", kind: "create" },
  ...{ items: { at: "/inputs" }, limit: { items: 50 }, results: { at: "/results" } },
  match: [{ by: "value", request: "/id", result: "/id" }],
  replies: [200],
};
const targets = {
  create: endpoint<Rows>(operation),
  update: endpoint<Rows>({ ...operation, name: "rows.update", kind: "update", path: "/update" }),
  "create with an idempotency key": endpoint<Rows>(
    { ...operation, retry: { key: { in: "header", name: "Idempotency-Key" } } },
    { makeKey },
  ),
};
export type Kind = keyof typeof targets;
export const kinds = Object.keys(targets) as readonly Kind[];

/** Where a process dies, when it comes there for the second time; in the consumer, at its 15th outcome. */
export const points = [
  ...["before sent is written", "after sent is written", "before the request leaves"],
  ...["when the reply is there", "before done is written", "after done is written"],
  ...["in the consumer", "before seen is written", "after seen is written"],
] as const;
export type Point = (typeof points)[number];

/** What one process does. */
export interface Life {
  readonly store: "sqlite" | "postgres";
  /** The address of the database, or its file. */
  readonly at: string;
  /** The address of the service. */
  readonly server: string;
  readonly kind: Kind;
  readonly run: string;
  readonly inputs: number;
  readonly chunkSize: number;
  readonly concurrency: number;
  readonly point?: Point | undefined;
  /** Asks the service about what an earlier process left unknown. */
  readonly reconciles?: boolean | undefined;
}

export interface Given {
  readonly key: string;
  readonly kind: string;
  readonly replayed: boolean;
}

function open({ store, at }: Life): { backend: JournalBackend; close(): Promise<unknown> } {
  if (store === "sqlite") {
    const db = new Libsql(at);
    return { backend: sqlite.journalBackend(db), close: async () => db.close() };
  }
  const pool = new pg.Pool({ connectionString: at });
  pool.on("error", () => undefined);
  return { backend: postgres.journalBackend(pool), close: () => pool.end() };
}

/** The backend, which tells before and after each kind of write. */
const watched = (backend: JournalBackend, reach: (place: string) => void): JournalBackend => ({
  ...backend,
  async open(run, fingerprint) {
    const session = await backend.open(run, fingerprint);
    return {
      ...session,
      async write(changes) {
        const states = new Set(changes.put.map(({ state }: JournalRecord) => state as string));
        if (changes.seen.length > 0) states.add("seen");
        for (const state of states) reach(`before ${state} is written`);
        await session.write(changes);
        for (const state of states) reach(`after ${state} is written`);
      },
    };
  },
});

/** Runs in this process. `die` is called at the life's point; it does not return. */
export async function live(life: Life, give: (outcome: Given) => void, die: () => void) {
  const { backend, close } = open(life);
  const reached = new Map<string, number>();
  const reach = (place: string) => {
    const count = (reached.get(place) ?? 0) + 1;
    reached.set(place, count);
    if (place === life.point && count === (place === "in the consumer" ? 15 : 2)) die();
  };
  const client = createClient({
    ...{ auth: "token", baseUrl: life.server },
    rateLimiter: createRateLimiter({ key: "none", windows: [] }),
    async fetch(request) {
      reach("before the request leaves");
      const reply = await fetch(request);
      const body = await reply.text();
      reach("when the reply is there");
      return new Response(body, reply);
    },
  });
  const { kind, run, inputs, chunkSize, concurrency, server } = life;
  const source = Array.from({ length: inputs }, (_, i) => ({ id: `row ${i}` }));
  const store = createJournal(watched(backend, reach));
  const running = client.run(targets[kind], source, {
    ...{ key: ({ id }: Row) => id, chunkSize, concurrency },
    ...(life.reconciles
      ? {
          journal: { store, run, again: ["unknown"], reconcile: lookUpAt(server) },
          timeoutMs: 2000,
        }
      : { journal: { store, run } }),
  });
  try {
    for await (const { key, kind, replayed = false } of running) {
      give({ key, kind, replayed });
      reach("in the consumer");
    }
    return { summary: await running.summary, account: await store.account(run) };
  } finally {
    await close();
  }
}

/** Asks the service for rows, by a property that it keeps unique. */
const lookUpAt =
  (server: string): NonNullable<JournalOptions<Row, Row, Row>["reconcile"]> =>
  async (lost, signal) => {
    const ids = lost.map(({ input }) => input.id);
    const body = JSON.stringify({ ids });
    const reply = await fetch(`${server}/find`, { method: "POST", body, signal });
    const found = new Set((await reply.json()) as string[]); // our own service
    return ids.map((id) => (found.has(id) ? { found: { id } } : "absent"));
  };

type Asked = { readonly inputs: readonly Row[] } | { readonly ids: readonly string[] };

/** A service that counts what it applied, and finds it by its id. A request whose idempotency key it knows gets the same reply, and no work. */
export async function countingService(random: () => number = () => 1) {
  const applied = new Map<string, number>();
  const known = new Set<string>();
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const asked = JSON.parse(Buffer.concat(parts).toString()) as Asked;
      if ("ids" in asked)
        return void response.end(JSON.stringify(asked.ids.filter((id) => applied.has(id))));
      const { inputs } = asked;
      const key = request.headers["idempotency-key"];
      const isKnown = typeof key === "string" && known.has(`${request.url} ${key}`);
      if (typeof key === "string") known.add(`${request.url} ${key}`);
      if (!isKnown) for (const { id } of inputs) applied.set(id, (applied.get(id) ?? 0) + 1);
      if (random() < 0.005) return void request.socket.destroy(); // the reply is lost
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ results: inputs }));
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo; // it listens at a port
  return {
    applied,
    url: `http://127.0.0.1:${port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

export interface Process {
  readonly child: ChildProcess;
  readonly given: readonly Given[];
  /** How the process says that it ended; empty if it was killed. */
  readonly ended: Promise<string>;
}

/** Starts a process that runs. Each outcome that it was given is a line that it has written before it goes on. */
export function start(life: Life): Process {
  const child = spawn(
    process.execPath,
    [built("test/scale/kill-worker.ts"), JSON.stringify(life)],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const given: Given[] = [];
  let text = "";
  let end = "";
  child.stdout.on("data", (part: Buffer) => {
    const lines = (text + part.toString()).split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) {
      if (line.startsWith("end ")) end = line.slice(4);
      else given.push(JSON.parse(line) as Given);
    }
  });
  return { child, given, ended: once(child, "close").then(() => end) };
}

/** What is wrong with the outcomes of all lives of a run, by what the service applied. */
export function contradictions(
  { kind, inputs }: Life,
  given: readonly Given[],
  applied: ReadonlyMap<string, number>,
): readonly string[] {
  const wrong: string[] = [];
  const kindsOf = new Map<string, Set<string>>();
  for (const each of given)
    kindsOf.set(each.key, (kindsOf.get(each.key) ?? new Set()).add(each.kind));
  for (let i = 0; i < inputs; i++) {
    const key = `row ${i}`;
    const count = applied.get(key) ?? 0;
    const outcomes = kindsOf.get(key) ?? new Set();
    if (count > 1 && kind !== "update") wrong.push(`${key} was created ${count} times`);
    if (outcomes.size !== 1) wrong.push(`${key} has ${outcomes.size} different outcomes`);
    if (outcomes.has("ok") && count === 0) wrong.push(`${key} is ok and was not applied`);
    if (outcomes.has("failed") && count > 0) wrong.push(`${key} is failed and was applied`);
  }
  return wrong;
}

/** Starts processes that run, and kills each at a random time after its first outcome, until one ends. */
export async function killAtRandom(life: Life, kills: number, random: () => number) {
  const given: Given[] = [];
  let killed = 0;
  for (;;) {
    const one = start(life);
    const isOver = one.ended.then(() => true);
    if (killed < kills) {
      while (one.given.length === 0 && !(await Promise.race([isOver, sleep(5)])));
      await sleep(Math.floor(300 * random()));
      if (one.child.kill("SIGKILL")) killed++;
    }
    const end = await one.ended;
    given.push(...one.given);
    if (end !== "") return { given, end, killed };
  }
}

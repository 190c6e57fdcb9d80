/** What a process does that is killed: a run with a journal. It starts often, so it loads no more than it needs. */
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

async function open({ store, at }: Life): Promise<{
  readonly backend: JournalBackend;
  close(): Promise<unknown>;
}> {
  if (store === "sqlite") {
    const { default: Libsql } = await import("libsql");
    const db = new Libsql(at);
    return { backend: sqlite.journalBackend(db), close: async () => db.close() };
  }
  const { default: pg } = await import("pg");
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
  const { backend, close } = await open(life);
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

/**
 * What a worker does with a part of the rows, whatever queue gave it to it. A part is a run, and the journal of the run
 * is in PostgreSQL: it does no harm if the queue gives a part to two workers.
 */
import pg from "pg";
import {
  createClient,
  createRateLimiter,
  type BatchClient,
  type RateLimiterStore,
} from "hubspot-batch";
import type { LostInput, Verdict } from "hubspot-batch/journal";
import * as objects from "hubspot-batch/objects";
import * as postgres from "hubspot-batch/postgres";

export interface Row {
  readonly pk: number;
  readonly email: string;
  readonly name: string;
}

/** A job of the queue. */
export interface Part {
  /** Such as `import-42/0007`. */
  readonly run: string;
  readonly rows: Row[];
  /** Earlier outcomes that do not stand: `failed`, `unknown`. */
  readonly again: Again[];
}
export type Again = "failed" | "unknown";

/** Names these rows for good: other rows need another name. */
export const RUN = "import-42";

const { HUBSPOT_TOKEN: auth = "", OPENAPI_BATCH_URL: baseUrl = "https://api.hubapi.com" } =
  process.env;

export const pool = new pg.Pool({ connectionString: process.env["DATABASE_URL"] });
pool.on("error", console.error); // without it, a restart of the database ends your process
await pool.query(postgres.schema); // or in your migrations
export const books = postgres.journal(pool);

/** All workers share the limit of the account. */
export const clientWith = (store: RateLimiterStore): BatchClient =>
  createClient({
    auth,
    baseUrl,
    timeoutMs: 10_000,
    rateLimiter: createRateLimiter({
      key: "my-app:portal-42",
      windows: [{ requests: 190, ms: 10_000 }],
      use: 0.9,
      store,
    }),
  });

const params = { objectType: "contacts" };

/** Throws if something of the part is left for another attempt. */
export async function importPart(client: BatchClient, part: Part, signal?: AbortSignal) {
  const { run, rows, again } = part;
  const source = objects.create.from(
    rows,
    ({ email, name }) => ({ properties: { email, firstname: name }, associations: [] }),
    { key: ({ pk }) => String(pk) },
  );
  const reconcile = (lost: readonly Lost[], halt: AbortSignal) => lookUp(client, lost, halt);
  const running = client.run(objects.create, source, {
    params,
    journal: { store: books, run, again, ...(again.includes("unknown") && { reconcile }) },
    stopWhen: () => signal?.aborted === true, // what is on its way is finished, so nothing becomes unknown
  });
  try {
    const { ended } = await running.drain();
    if (ended !== "complete") throw new Error(ended);
  } catch (error) {
    console.error(run, error);
    throw error;
  }
}

type Lost = LostInput<unknown, Row>;
type Contact = objects.Create["result"];

/** What became of contacts that may have been created when a worker died. */
async function lookUp(client: BatchClient, lost: readonly Lost[], signal: AbortSignal) {
  const emails = lost.map(({ source }) => ({ id: source.email }));
  const fields = { idProperty: "email", properties: ["email"], propertiesWithHistory: [] };
  const options = { params: { ...params, ...fields }, signal };
  const found = await client.run(objects.read, emails, options).collect();
  return found.map((each): Verdict<Contact> => {
    if (each.kind === "ok") return { found: each.result };
    const isAbsent = each.kind === "failed" && each.error.category === "OBJECT_NOT_FOUND";
    return isAbsent ? "absent" : "undecided";
  });
}

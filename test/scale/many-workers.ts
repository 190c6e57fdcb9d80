/**
 * `startImport`: the programs of docs/examples/many-workers as processes, the queue and the journal they need, and a
 * service that counts. `contradictions`: what is wrong with the journal, by what the service created.
 */
import { execFile, fork, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import type { Account, KeptKind } from "../../generator/runtime/journal/store.js";
import { journal, schema } from "../../generator/runtime/stores/postgres.js";
import type { Asked, Told } from "./contacts-service.js";
import type { Engine, Postgres } from "./engines.js";
import { built } from "./program.js";

export const queues = ["bullmq", "pg-boss"] as const;
export type Queue = (typeof queues)[number];

/** As in docs/examples/many-workers/contacts.ts. */
const RUN = "import-42";

interface Setup {
  readonly queue: Queue;
  readonly redis: Engine;
  readonly postgres: Postgres;
  readonly rows: number;
  readonly seed: number;
  /** The part of the replies that the service loses. */
  readonly loses: number;
  /** What a reply takes, on average. */
  readonly ms: number;
}

/** A worker. Like a supervisor, it starts the process again when that ends. */
export interface Worker {
  /** The process of this moment. */
  readonly child: ChildProcess;
  /** How often it was started. */
  readonly starts: number;
  /** What it has printed. */
  readonly printed: string;
  stop(): Promise<void>;
}

export interface Import {
  readonly pool: pg.Pool;
  /** Runs the program with a command of its own, and returns what it prints. */
  run(...args: string[]): Promise<string>;
  work(): Worker;
  /** The file of the rows. One in 100 has an address that the service refuses, until it is corrected. */
  write(isCorrected: boolean): string;
  account(): Promise<Account>;
  /** The number of parts that are not done. */
  left(): Promise<number>;
  ask(asked?: Asked): Promise<Told>;
  /** What contradicts what the service created. */
  contradictions(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** The journal's pool is in use while PostgreSQL is restarted: the call is made again. */
async function patiently<T>(call: () => Promise<T>): Promise<T> {
  for (let left = 50; ; left--)
    try {
      return await call();
    } catch (error) {
      if (left === 0) throw error;
      await sleep(200);
    }
}

export async function startImport(setup: Setup): Promise<Import> {
  const { queue, redis, postgres, rows, seed, loses, ms } = setup;
  const folder = mkdtempSync(join(tmpdir(), "openapi-batch-many-workers-"));
  const service = fork(built("test/scale/contacts-service.ts"), [seed, loses, ms].map(String));
  const [port] = (await once(service, "message")) as [number];
  const database = await postgres.create(`${queue}-${seed}`);
  const pool = new pg.Pool({ connectionString: database, max: 2 });
  pool.on("error", () => undefined); // it connects again
  await pool.query(schema);
  const books = journal(pool);
  const program = built(`docs/examples/many-workers/${queue}.ts`, "external");
  const env = {
    ...{ ...process.env, DATABASE_URL: database, REDIS_URL: redis.url },
    ...{ HUBSPOT_TOKEN: "a token", OPENAPI_BATCH_URL: `http://127.0.0.1:${port}` },
  };
  const workers: Worker[] = [];
  const ask = async (asked: Asked = {}) => {
    const answer = once(service, "message");
    service.send(asked);
    return ((await answer) as [Told])[0];
  };
  const run = async (...args: string[]) => {
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], { env });
    return stdout;
  };
  return {
    pool,
    ask,
    run,
    work() {
      const worker = supervised(() => spawn(process.execPath, [program, "work"], { env }));
      workers.push(worker);
      return worker;
    },
    write(isCorrected) {
      const file = join(folder, `${isCorrected ? "corrected" : "rows"}.jsonl`);
      const lines = Array.from({ length: rows }, (_, pk) =>
        JSON.stringify({ pk, name: `Row ${pk}`, email: emailOf(pk, isCorrected) }),
      );
      writeFileSync(file, `${lines.join("\n")}\n`);
      return file;
    },
    account: () => patiently(() => books.account(RUN)),
    async left() {
      return (JSON.parse(await run("account")) as { parts: number }).parts;
    },
    async contradictions() {
      const { times } = await ask({ all: true });
      const kinds = new Map<string, KeptKind>();
      for await (const { key, kind } of books.records(RUN, ["ok", "failed", "unknown"]))
        kinds.set(key, kind);
      return contradictions(rows, kinds, new Map(times));
    },
    async stop() {
      await Promise.all(workers.map((worker) => worker.stop()));
      service.disconnect();
      await pool.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const isRefused = (pk: number) => pk % 100 === 7;

const emailOf = (pk: number, isCorrected: boolean) =>
  isRefused(pk) && !isCorrected ? `row-${pk} at example.com` : `row-${pk}@example.com`;

function contradictions(
  rows: number,
  kinds: ReadonlyMap<string, KeptKind>,
  times: ReadonlyMap<string, number>,
): readonly string[] {
  const wrong: string[] = [];
  for (let pk = 0; pk < rows; pk++) {
    const kind = kinds.get(String(pk));
    const created = times.get(emailOf(pk, true)) ?? 0;
    if (created > 1) wrong.push(`row ${pk} was created ${created} times`);
    if (!kind) wrong.push(`row ${pk} has no outcome`);
    if (kind === "ok" && created === 0) wrong.push(`row ${pk} is ok and was not created`);
    if (kind === "failed" && created > 0) wrong.push(`row ${pk} is failed and was created`);
  }
  return wrong;
}

function supervised(start: () => ChildProcess): Worker {
  let [isOver, starts, printed] = [false, 0, ""];
  let child: ChildProcess;
  const begin = () => {
    starts++;
    child = start();
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (part: Buffer) => (printed = (printed + part.toString()).slice(-100_000)));
    child.once("exit", () => {
      setTimeout(() => isOver || begin(), 1000);
    });
  };
  begin();
  return {
    get child() {
      return child;
    },
    get starts() {
      return starts;
    },
    get printed() {
      return printed;
    },
    async stop() {
      isOver = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

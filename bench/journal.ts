/**
 * What a journal costs: creates against a fetch in memory, 100 in a request, four at once, without a journal and with one
 * in each database; then the same run again, which skips all of them. Each row of the table is a process of its own.
 * Commits wait for the disk.
 *
 *     npm run bench:journal [-- --inputs 1000000]
 *
 * better-sqlite3 is measured where it is installed: `npm install --no-save better-sqlite3`.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setImmediate as nextTurn } from "node:timers/promises";
import { parseArgs } from "node:util";
import pg from "pg";
import { createClient, createRateLimiter } from "hubspot-batch";
import type { Journal } from "hubspot-batch/journal";
import * as objects from "hubspot-batch/objects";
import * as postgres from "hubspot-batch/postgres";
import * as sqlite from "hubspot-batch/sqlite";
import { missing, startPostgres } from "../test/scale/engines.js";
import { sqliteDrivers, type SqliteDriver } from "../test/scale/sqlite-drivers.js";

const CONCURRENCY = 4;
const CHUNK = 100;
const FIRST = 10_000;
const GOAL_RESUME = 75_000;
const GOAL_MEMORY_MB = 10;

interface Opened {
  readonly store: Journal | undefined;
  close(): unknown;
}
interface Kind {
  /** Microseconds an input. */
  readonly goal: number;
  readonly reason?: string | undefined;
  /** `at`: the file or the address of the database. */
  open(at: string): Promise<Opened> | Opened;
}
const inFile = (driver: SqliteDriver | string): Kind => ({
  goal: 60,
  reason: typeof driver === "string" ? driver : undefined,
  open(at) {
    if (typeof driver === "string") throw new Error(driver);
    const db = new driver(at);
    return { store: sqlite.journal(db), close: () => db.close() };
  },
});
const kinds: { readonly [name: string]: Kind } = {
  "no journal": { goal: Infinity, open: () => ({ store: undefined, close: () => undefined }) },
  ...Object.fromEntries(
    Object.entries(sqliteDrivers).map(([name, driver]) => [name, inFile(driver)]),
  ),
  PostgreSQL: {
    goal: 120,
    reason: missing.postgres,
    async open(at) {
      const pool = new pg.Pool({ connectionString: at });
      await pool.query(postgres.schema);
      return { store: postgres.journal(pool), close: () => pool.end() };
    },
  },
};

interface Measured {
  /** Microseconds an input: by the clock, and of this process's processors. */
  readonly wall: number;
  readonly cpu: number;
  /** Inputs a second; none without a journal. */
  readonly resume?: number;
  /** What is left of the heap by a full collection, in MB: after the first inputs, and at the end. */
  readonly first: number;
  readonly last: number;
}

interface Input {
  readonly properties: { readonly [name: string]: string };
  readonly associations: readonly never[];
  readonly objectWriteTraceId?: string;
}
function* rows(count: number): Generator<number> {
  for (let i = 0; i < count; i++) yield i;
}
const source = (count: number) =>
  objects.create.from(
    rows(count),
    (i): Input => ({ properties: { email: `row-${i}@example.com` }, associations: [] }),
    { key: (i) => String(100_000_000 + i) },
  );

/** Answers with a small record for each input, in a later turn: nothing is collected before the end of a turn. */
async function fetchInMemory(request: Request | URL | string): Promise<Response> {
  await nextTurn();
  const { inputs } = (await (request as Request).json()) as { inputs: Input[] }; // our client sends requests
  const stamp = "2026-01-01T00:00:00.000Z";
  const results = inputs.map(({ properties, objectWriteTraceId }) => ({
    ...{ id: properties["email"], properties: {}, createdAt: stamp, updatedAt: stamp },
    ...{ archived: false, objectWriteTraceId },
  }));
  const body = { status: "COMPLETE", startedAt: stamp, completedAt: stamp, results };
  return Response.json(body, { status: 201 });
}

const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
function heapMb(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

async function measure(name: string, at: string, inputs: number): Promise<Measured> {
  const { store, close } = await kinds[name]!.open(at); // our parent's name
  const client = createClient({
    ...{ auth: "token", fetch: fetchInMemory },
    rateLimiter: createRateLimiter({ key: "none", windows: [] }),
  });
  const begin = (count: number, run: string) =>
    client.run(objects.create, source(count), {
      ...{ params: { objectType: "contacts" }, concurrency: CONCURRENCY, chunkSize: CHUNK },
      ...(store && { journal: { store, run } }),
    });
  await begin(FIRST, "warm").drain(); // the code is compiled
  let [seen, ok, first] = [0, 0, 0];
  const [start, startCpu] = [performance.now(), cpuMs()];
  for await (const { kind } of begin(inputs, "run")) {
    if (kind === "ok") ok++;
    if (++seen === FIRST) first = heapMb();
  }
  const [wall, cpu] = [performance.now() - start, cpuMs() - startCpu].map(
    (ms) => (ms * 1000) / inputs,
  );
  const last = heapMb();
  if (ok !== inputs) throw new Error(`${ok} of ${inputs} are ok`);
  const resumed = performance.now();
  const { skipped } = store ? await begin(inputs, "run").drain() : { skipped: inputs };
  if (skipped !== inputs) throw new Error(`${skipped} of ${inputs} are skipped`);
  const resume = store && { resume: (inputs * 1000) / (performance.now() - resumed) };
  await close();
  return { wall: wall ?? NaN, cpu: cpu ?? NaN, ...resume, first, last };
}

async function inProcess(name: string, at: string, inputs: number): Promise<Measured> {
  const child = fork(fileURLToPath(import.meta.url), ["measure", name, at, String(inputs)], {
    execArgv: ["--expose-gc"],
  });
  const failed = once(child, "exit").then(([code]) => {
    throw new Error(`${name}: the process ended with ${String(code)}`);
  });
  const [measured] = (await Promise.race([once(child, "message"), failed])) as [Measured];
  failed.catch(() => undefined); // it ends now
  return measured;
}

const row = (name: string, { wall, cpu, resume, first, last }: Measured) => {
  const cells = [
    wall.toFixed(1),
    cpu.toFixed(1),
    resume?.toFixed(0) ?? "",
    first.toFixed(1),
    last.toFixed(1),
  ];
  return `| ${[name, ...cells].join(" | ")} |`;
};

async function main(inputs: number): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "openapi-batch-bench-"));
  const engine = await startPostgres("on");
  let isGood = true;
  console.log(
    "| journal | µs an input | µs of processor | resumed inputs a second | MB after 10,000 | MB at the end |",
  );
  console.log("| --- | --- | --- | --- | --- | --- |");
  for (const [name, { goal, reason }] of Object.entries(kinds)) {
    if (reason !== undefined) {
      console.log(`${name}: skipped, because ${reason}`);
      continue;
    }
    const at =
      name === "PostgreSQL" ? (engine?.url ?? "") : join(folder, `${name.replace(":", "-")}.db`);
    const measured = await inProcess(name, at, inputs);
    console.log(row(name, measured));
    isGood &&= measured.wall <= goal && measured.last - measured.first < GOAL_MEMORY_MB;
    isGood &&= (measured.resume ?? Infinity) >= GOAL_RESUME;
  }
  await engine?.stop();
  rmSync(folder, { recursive: true, force: true });
  return isGood;
}

if (process.argv[2] === "measure") {
  const [, , , name = "", at = "", inputs] = process.argv;
  process.send?.(await measure(name, at, Number(inputs)), () => process.exit());
} else {
  const { values } = parseArgs({ options: { inputs: { type: "string", default: "1000000" } } });
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1)); // the engine ends with this process
  process.exitCode = (await main(Number(values.inputs))) ? 0 : 1;
}

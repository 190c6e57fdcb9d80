/**
 * Runs generated packages against servers that nobody here wrote. Each server is killed in the middle of a run, and
 * started again; at the end its own rows are compared with the outcomes.
 *
 *     npm run servers [-- --only NAME --seeds 1,2,3 --rows 2000]
 *
 * Exits with 1 if an outcome contradicts the rows.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import type * as Package from "hubspot-batch";
import { freePort, startPostgres, type Postgres } from "../scale/engines.js";
import { judge, type OutcomeKind } from "./judge.js";
import { here, startServer, type Place } from "./server.js";
import { servers, type Row, type Server } from "./servers.js";

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [] },
    seeds: { type: "string", default: "1,2,3" },
    rows: { type: "string", default: "2000" },
  },
});
const seeds = values.seeds.split(",").map(Number);
const count = Number(values.rows);
const unknownNames = values.only.filter((name) => !servers.some((server) => server.name === name));
if (unknownNames.length > 0) throw new Error(`No such server: ${unknownNames.join(", ")}`);
if (!seeds.every(Number.isSafeInteger) || !Number.isSafeInteger(count) || count < 100)
  throw new Error("--seeds are whole numbers with commas, and --rows is a number of at least 100.");

/** Numbers from 0 to 1 that a seed decides (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** An endpoint whose types are not known here. */
type AnyEndpoint = Package.Endpoint<Package.EndpointTypes & { readonly chunkSize?: undefined }>;

/** Generates the package of a document, and loads it: the client, and its only endpoint. */
async function load(
  document: string,
  more: { readonly overlays: readonly string[]; readonly presets: readonly string[] },
  folder: string,
) {
  const output = join(folder, "package");
  execFileSync(
    process.execPath,
    [
      resolve("dist/main.js"),
      ...["generate", document, "-o", output, "--name", "rows", "--no-cache", "--no-format", "-q"],
      ...more.overlays.flatMap((overlay) => ["--overlay", overlay]),
      ...more.presets.flatMap((preset) => ["--preset", preset]),
    ],
    { stdio: ["ignore", "inherit", "inherit"] },
  );
  const outfile = join(folder, "package.mjs");
  await build({
    entryPoints: [join(output, "src", "index.ts")],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    logLevel: "error",
  });
  // The module is what the generator wrote: its client has the type of every generated client.
  const loaded = (await import(pathToFileURL(outfile).href)) as Record<string, unknown> &
    typeof Package;
  const endpoints = Object.values(loaded)
    .filter((value) => typeof value === "object" && value !== null)
    .flatMap((namespace) => Object.values(namespace as Record<string, unknown>))
    .filter((value) => typeof value === "function" && "operation" in value);
  return { createClient: loaded.createClient, endpoints: endpoints as unknown as AnyEndpoint[] };
}

/** In our own words: that of its preset, if it has none of its own. */
function documentOf({ name, presets: [preset = name] = [] }: Server): string {
  const own = join(here, "documents", `${name}.yaml`);
  return existsSync(own) ? own : join("presets", preset, "document.yaml");
}

interface Result {
  readonly counts: Readonly<Record<OutcomeKind, number>>;
  readonly rows: number;
  readonly requests: number;
  readonly ended: string;
  readonly contradictions: readonly string[];
}

/** One run: the server is killed after a number of outcomes that the seed decides, and started again. */
async function run(server: Server, seed: number, place: Place): Promise<Result> {
  const random = seeded(seed);
  const url = `http://127.0.0.1:${place.port}`;
  let running = await startServer(server.start(place), place);
  try {
    await server.prepare?.(url);
    const own = await server.document?.(url);
    const document = own ? join(place.folder, "openapi.json") : documentOf(server);
    if (own) writeFileSync(document, JSON.stringify(own));
    const overlay = join(here, "documents", `${server.name}.overlay.yaml`);
    const { createClient, endpoints } = await load(
      document,
      { overlays: existsSync(overlay) ? [overlay] : [], presets: server.presets ?? [] },
      place.folder,
    );
    const endpoint = endpoints.find(
      ({ operation: { method, path } }) => `${method} ${path}` === server.operation,
    );
    if (!endpoint) throw new Error(`${server.name}: no endpoint for ${server.operation}`);

    const list: Row[] = Array.from({ length: count }, (_, id) => ({
      id,
      ref: `row-${id}`,
      title: id % 41 === 40 ? "" : `Row ${id}`,
    }));
    const client = createClient({ auth: server.auth, baseUrl: url + (server.base ?? "") });
    const killAt = Math.floor(count * (0.1 + 0.6 * random()));
    const pause = Math.floor(200 + 1300 * random());
    const outcomes: { ref: string; kind: OutcomeKind }[] = [];
    let restarted: Promise<void> | undefined;
    const restart = async () => {
      await sleep(Math.floor(40 * random())); // between two requests, or within one
      await running.kill();
      await sleep(pause);
      running = await startServer(server.start(place), place);
    };
    const inputs = endpoint.from(list, server.input, { key: ({ ref }) => ref });
    const { params, chunkSize } = server;
    const sending = client.run(endpoint, inputs, {
      ...(params && { params }),
      ...(chunkSize && { chunkSize }),
    });
    for await (const outcome of sending) {
      outcomes.push({ ref: outcome.source.ref, kind: outcome.kind });
      if (outcomes.length >= killAt) restarted ??= restart();
    }
    await restarted;
    const { requests, ended, ok, failed, unknown, notSent } = await sending.summary;
    const rows = await server.rows(url);
    return {
      counts: { ok, failed, unknown, notSent },
      rows: rows.length,
      requests,
      ended,
      contradictions: judge(
        list.map(({ ref }) => ref),
        outcomes,
        rows,
      ),
    };
  } finally {
    await running.kill();
  }
}

let postgres: Postgres | undefined;
let contradictions = 0;
try {
  for (const server of servers) {
    if (values.only.length > 0 && !values.only.includes(server.name)) continue;
    if (server.needsPostgres) postgres ??= await startPostgres();
    if (server.needsPostgres && !postgres) {
      console.log(
        `${server.name}: skipped, because it needs PostgreSQL (Debian's package postgresql)`,
      );
      continue;
    }
    for (const seed of seeds) {
      const folder = mkdtempSync(join(tmpdir(), `openapi-batch-${server.name}-`));
      mkdirSync(join(folder, "extensions"));
      const database =
        server.needsPostgres && postgres ? await postgres.create(`${server.name}-${seed}`) : "";
      const result = await run(server, seed, { port: await freePort(), folder, database });
      const { counts, rows, requests, ended } = result;
      console.log(
        `${server.name}, seed ${seed}: ${JSON.stringify(counts)}, ${rows} rows on the server, ${requests} requests, ended ${ended}`,
      );
      for (const sentence of result.contradictions.slice(0, 10)) console.log(`  ${sentence}`);
      contradictions += result.contradictions.length;
      rmSync(folder, { recursive: true, force: true });
    }
  }
} finally {
  await postgres?.stop();
}
console.log(contradictions === 0 ? "No contradiction." : `${contradictions} contradictions.`);
process.exitCode = contradictions === 0 ? 0 : 1;

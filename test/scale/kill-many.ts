/**
 * Kills processes that run with a journal at random times, and stops others and wakes them after another has finished
 * their run; then compares all outcomes with what the service applied. At the end it asks the service about the creates
 * that are unknown.
 *
 *     npm run kills [-- --count 1000 --stops 20]
 *
 * Exits with 1 if an outcome is not true, an input is created twice, or one stays unknown.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import pg from "pg";
import { journalSchema } from "../../generator/runtime/stores/postgres-journal.js";
import { seeded } from "../runtime/kit.js";
import { missing, startPostgres } from "./engines.js";
import { kinds, live, type Given, type Life } from "./kill-life.js";
import {
  contradictions,
  countingService,
  killAtRandom,
  start,
  stopBetweenWrites,
} from "./kills.js";

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "200" },
    stops: { type: "string", default: "20" },
    inputs: { type: "string", default: "6000" },
    seed: { type: "string", default: "1" },
    help: { type: "boolean", default: false },
  },
});
const [count, stops, inputs, seed] = [values.count, values.stops, values.inputs, values.seed].map(
  Number,
) as [number, number, number, number];
const HELP = `npm run kills [-- --count 200 --stops 20 --inputs 6000 --seed 1]
  --count   how many processes are killed, over the kinds of endpoint and the stores (default 200)
  --stops   how many processes are stopped, and woken after another has finished (default 20)
  --inputs  of each run; a run ends after at most 20 kills (default 6000)
  --seed    of the first round. Each round says its own: to go on after one, name the next`;
if (
  values.help ||
  ![count, stops, inputs, seed].every((each) => Number.isSafeInteger(each) && each >= 0)
) {
  console.log(HELP);
  process.exit(values.help ? 0 : 1);
}

// The engine ends with this process.
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
const engine = await startPostgres();
if (engine) {
  const client = new pg.Client({ connectionString: engine.url });
  await client.connect();
  await client.query(journalSchema);
  await client.end();
} else console.log(`postgres: skipped, because ${String(missing.postgres)}`);
const stores = engine ? (["sqlite", "postgres"] as const) : (["sqlite"] as const);
const folder = mkdtempSync(join(tmpdir(), "openapi-batch-kills-"));
const lifeOf = (store: Life["store"], run: string, server: string, kind: Life["kind"]): Life => ({
  ...{ store, run, server, kind, inputs, chunkSize: 50, concurrency: 4 },
  at: store === "sqlite" ? join(folder, `${run}.db`) : (engine?.url ?? ""),
});

const sums = { kills: 0, rounds: 0, again: 0, unknown: 0, contradictions: 0 };

function tell(what: string, wrong: readonly string[]): void {
  console.log(`${what}: ${wrong.length} contradictions`);
  for (const sentence of wrong.slice(0, 5)) console.log(`  ${sentence}`);
  sums.contradictions += wrong.length;
  if (wrong.length > 0) process.exitCode = 1;
}

/** A run of creates that has unknown inputs, and its service. */
interface Open {
  readonly life: Life;
  readonly service: Awaited<ReturnType<typeof countingService>>;
}

/** One run, until it ends or was killed so often. */
async function round(number: number, most: number): Promise<Open | undefined> {
  const store = stores[number % stores.length] ?? "sqlite";
  const kind = kinds[Math.floor(number / stores.length) % kinds.length] ?? "create";
  const service = await countingService(seeded(number));
  const life = lifeOf(store, `kill-${number}`, service.url, kind);
  const { given, killed, end } = await killAtRandom(life, {
    ...{ kills: most, withinMs: 300, random: seeded(1000 + number) },
  });
  const unknown = new Set(given.filter((each) => each.kind === "unknown").map(({ key }) => key));
  const again = given.filter((each) => each.replayed).length;
  sums.kills += killed;
  sums.rounds++;
  sums.again += again;
  sums.unknown += unknown.size;
  const wrong = contradictions(life, given, service.applied);
  tell(
    `seed ${number}, ${sums.kills} of ${count}: ${store}, ${kind}: ${killed} kills, ${again} given again, ${unknown.size} unknown`,
    end === "complete" ? wrong : [...wrong, end],
  );
  if (kind !== "update" && unknown.size > 0) return { life, service };
  service.close();
  return undefined;
}

/** The creates that are unknown, when no request with them can be on its way any more. */
async function reconcile({ life, service }: Open): Promise<void> {
  const given: Given[] = [];
  const { summary, account } = await live(
    { ...life, reconciles: true },
    (each) => given.push(each),
    () => process.exit(1),
  );
  const wrong = [...service.applied]
    .filter(([, times]) => times !== 1)
    .map(([id, times]) => `${id} was created ${times} times`);
  if (account.ok !== inputs || service.applied.size !== inputs || summary.ended !== "complete")
    wrong.push(`${summary.ended}, ${service.applied.size} applied, ${JSON.stringify(account)}`);
  tell(
    `${life.store}, ${life.run}: asked about ${given.length}, ${account.unknown} unknown`,
    wrong,
  );
  service.close();
}

/** The process is stopped after so many inputs were applied, and woken when another has finished. */
async function stop(store: Life["store"], after: number): Promise<void> {
  const service = await countingService();
  const life = lifeOf(store, `stop-${after}`, service.url, "create");
  const first = start(life);
  while (service.applied.size < after) await sleep(1);
  await stopBetweenWrites(life, first);
  const given: Given[] = [];
  await live(
    life,
    (each) => given.push(each),
    () => process.exit(1),
  );
  const woken = performance.now();
  first.child.kill("SIGCONT");
  const end = await first.ended;
  const ms = performance.now() - woken;
  const wrong = contradictions(life, [...given, ...first.given], service.applied);
  const late = end === "taken" && ms < 5000 ? [] : [`it ended with ${end} after ${ms} ms`];
  tell(`${store}, stopped after ${after} inputs, ends ${Math.round(ms)} ms later`, [
    ...wrong,
    ...late,
  ]);
  service.close();
}

const open: Open[] = [];
for (let number = seed; sums.kills < count; number++) {
  const left = await round(number, Math.min(20, count - sums.kills));
  if (left) open.push(left);
}
for (let i = 0; i < stops; i++) {
  const place = Math.floor(i / stores.length);
  const places = Math.ceil(stops / stores.length);
  await stop(
    stores[i % stores.length] ?? "sqlite",
    1 + Math.floor((place * inputs * 0.6) / places),
  );
}
await Promise.all(open.map(reconcile));
console.log(
  `${sums.kills} kills in ${sums.rounds} runs of ${inputs} inputs, ${stops} stops: ${sums.again} given again, ` +
    `${sums.unknown} unknown before they were looked up, ${sums.contradictions} contradictions`,
);
rmSync(folder, { recursive: true, force: true });
await engine?.stop();

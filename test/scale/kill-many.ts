/**
 * Kills processes at random times while they run with a journal, and starts others, until one ends; then stops processes,
 * and wakes each after another has finished. Exits with 1 if an outcome is not true, or an input is created twice.
 *
 *     npm run kills [-- --count 1000 --stops 20]
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
import { contradictions, countingService, killAtRandom, live, start, type Life } from "./kills.js";

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "200" },
    stops: { type: "string", default: "20" },
  },
});
const [count, stops] = [Number(values.count), Number(values.stops)];
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
const lifeOf = (
  store: Life["store"],
  run: string,
  more: Pick<Life, "server" | "kind" | "inputs">,
) => ({
  ...{ store, run, chunkSize: 50, concurrency: 4, ...more },
  at: store === "sqlite" ? join(folder, `${run}.db`) : (engine?.url ?? ""),
});

function tell(what: string, wrong: readonly string[]): void {
  console.log(`${what}: ${wrong.length} contradictions`);
  for (const sentence of wrong.slice(0, 5)) console.log(`  ${sentence}`);
  if (wrong.length > 0) process.exitCode = 1;
}

async function kill(store: Life["store"], kind: Life["kind"], kills: number): Promise<void> {
  let done = 0;
  for (let round = 0; done < kills; round++) {
    const service = await countingService(seeded(round));
    const most = Math.min(20, kills - done);
    const life = lifeOf(store, `${kind}-${round}`, { server: service.url, kind, inputs: 20_000 });
    const { given, killed, end } = await killAtRandom(life, most, seeded(1000 + round));
    const lost = new Set(given.filter((each) => each.kind === "unknown").map(({ key }) => key))
      .size;
    const again = given.filter((each) => each.replayed).length;
    const wrong = [
      ...contradictions(life, given, service.applied),
      ...(end === "complete" ? [] : [end]),
    ];
    tell(`${store}, ${kind}: ${killed} kills, ${again} given again, ${lost} unknown`, wrong);
    done += Math.max(killed, 1);
    service.close();
  }
}

/** The process is stopped after so many inputs were applied, and woken when another has finished. */
async function stop(store: Life["store"], after: number): Promise<void> {
  const service = await countingService();
  const life = lifeOf(store, `stop-${after}`, {
    server: service.url,
    kind: "create",
    inputs: 20_000,
  });
  const first = start(life);
  while (service.applied.size < after) await sleep(1);
  first.child.kill("SIGSTOP");
  const given: Parameters<typeof contradictions>[1][number][] = [];
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

for (const store of stores) {
  for (const kind of ["create", "update"] as const)
    await kill(store, kind, Math.ceil(count / stores.length / 2));
  for (let i = 0; i < Math.ceil(stops / stores.length); i++) await stop(store, 1 + i * 700);
}
rmSync(folder, { recursive: true, force: true });
await engine?.stop();

/**
 * How well processes keep to one limit together, on Redis and PostgreSQL, with a restart of the engine in between.
 *
 *     npm run limits [-- --processes 3,10 --windows 6 --requests 190 --ms 10000 --use 0.9]
 *
 * Exits with 1 if less than 0.93 of the permitted rate is used, a request is refused, or the store is called more than
 * 1.2 times a request.
 */
import { parseArgs } from "node:util";
import pg from "pg";
import { limiterSchema } from "../../generator/runtime/stores/postgres-limiter.js";
import { missing, startPostgres, startRedis } from "./engines.js";
import { measureLimit } from "./measure-limit.js";

const { values } = parseArgs({
  options: {
    processes: { type: "string", default: "3,10" },
    windows: { type: "string", default: "6" },
    requests: { type: "string", default: "190" },
    ms: { type: "string", default: "10000" },
    use: { type: "string", default: "0.9" },
  },
});
// The engines end with this process.
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
if (postgres) {
  const client = new pg.Client(postgres.url);
  await client.connect();
  await client.query(limiterSchema);
  await client.end();
}
const engines = { redis, postgres };
console.log("| store | processes | restarts | rate | 429s | calls a request | ms a call |");
console.log("| --- | --- | --- | --- | --- | --- | --- |");
for (const name of ["redis", "postgres"] as const) {
  const engine = engines[name];
  if (!engine) console.log(`${name}: skipped, because ${String(missing[name])}`);
  for (const processes of engine ? values.processes.split(",").map(Number) : [])
    for (const restarts of [0, 1]) {
      if (name === "redis") await redis?.restart();
      const [windows, requests, ms] = [values.windows, values.requests, values.ms].map(Number);
      const { rate, refused, calls, callMs } = await measureLimit({
        ...{ engine: name, url: engine?.url ?? "", processes, concurrency: 8 },
        ...{ windows: windows ?? 0, requests: requests ?? 0, ms: ms ?? 0, use: Number(values.use) },
        between: (window) => void (restarts && window === 3 && engine?.restart(500)),
      });
      const row = [
        name,
        processes,
        restarts,
        rate.toFixed(3),
        refused,
        calls.toFixed(2),
        callMs.toFixed(2),
      ];
      console.log(`| ${row.join(" | ")} |`);
      if (rate < 0.93 || refused > 0 || calls > 1.2) process.exitCode = 1;
    }
}
await Promise.all([redis?.stop(), postgres?.stop()]);

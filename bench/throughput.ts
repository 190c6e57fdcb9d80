/**
 * `client.run` of the generated package against a hand-written loop over `fetch` that sends and parses the same bytes
 * and matches nothing. Both send to a server in a process of its own, in turns, so that whatever else the machine does
 * meets both. Prints the ratio of their throughputs and what happened to the resident memory.
 *
 *     npm run bench:throughput [-- --inputs 1000000 --turns 10]
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createClient, createRateLimiter } from "hubspot-batch";
import * as notes from "hubspot-batch/notes";

const CONCURRENCY = 4;
const CHUNK = 100;
const GOAL_RATIO = 0.85;
const GOAL_MEMORY_MB = 50;
const FIRST = 10_000;

interface Input {
  id: string;
  properties: { [name: string]: string };
}

const TEXT =
  "Called back at noon; they want the offer again, with the new prices, before the end of";
/** A note of the size that notes have. */
const inputAt = (i: number): Input => ({
  id: String(100_000_000 + i),
  properties: {
    hs_note_body: `${TEXT} week ${i % 52}.`,
    hs_timestamp: "2026-01-01T00:00:00Z",
    hubspot_owner_id: String(7_000_000 + (i % 100)),
  },
});

function* inputs(from: number, to: number): Generator<Input> {
  for (let i = from; i < to; i++) yield inputAt(i);
}

/** Answers every update with its record, as the service does: another order, trace ids echoed. */
async function serve(): Promise<void> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { inputs } = JSON.parse(Buffer.concat(parts).toString()) as { inputs: Input[] };
      const time = "2026-01-01T00:00:00.000Z";
      const results = inputs
        .map((input) => ({
          ...input,
          properties: {
            ...input.properties,
            hs_createdate: time,
            hs_lastmodifieddate: time,
            hs_object_id: input.id,
          },
          createdAt: time,
          updatedAt: time,
          archived: false,
        }))
        .reverse();
      response.setHeader("content-type", "application/json");
      response.end(
        JSON.stringify({ status: "COMPLETE", startedAt: time, completedAt: time, results }),
      );
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  process.send?.((server.address() as AddressInfo).port);
}

/** Sends and parses what `client.run` does; nobody looks at the results. */
async function loop(url: string, from: number, to: number): Promise<number> {
  const source = inputs(from, to);
  let trace = from;
  let parsed = 0;
  const worker = async () => {
    for (;;) {
      const chunk: object[] = [];
      for (let i = 0; i < CHUNK; i++) {
        const next = source.next();
        if (next.done) break;
        chunk.push({ ...next.value, objectWriteTraceId: String(trace++) });
      }
      if (!chunk.length) return;
      const response = await fetch(url, {
        method: "POST",
        headers: { authorization: "Bearer token", "content-type": "application/json" },
        body: JSON.stringify({ inputs: chunk }),
      });
      const { results } = (await response.json()) as { results: unknown[] };
      parsed += results.length;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return parsed;
}

/** Time of this process's processors, in milliseconds: what else the machine does is not in it. */
const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const residentMb = () => process.memoryUsage.rss() / 2 ** 20;
const rounded = (value: number, digits = 0) => value.toFixed(digits);

async function main(total: number, turns: number): Promise<boolean> {
  const server = fork(fileURLToPath(import.meta.url), ["serve"], { execArgv: [] });
  const [port] = (await once(server, "message")) as [number];
  const baseUrl = `http://127.0.0.1:${port}`;
  const client = createClient({
    auth: "token",
    baseUrl,
    rateLimiter: createRateLimiter({ key: "none", windows: [] }),
  });
  const turn = total / turns;
  const ms = { run: 0, loop: 0 };
  const cpu = { run: 0, loop: 0 };
  let ok = 0;
  let seen = 0;
  let firstMb = 0;
  let peakMb = 0;
  let start = performance.now();
  let startCpu = cpuMs();
  const run = client.run(notes.update, inputs(0, total), { concurrency: CONCURRENCY });
  for await (const outcome of run) {
    if (outcome.kind === "ok") ok++;
    if (++seen === FIRST) firstMb = residentMb();
    if (seen % FIRST === 0) peakMb = Math.max(peakMb, residentMb());
    if (seen % turn) continue;
    // A run whose consumer does not read stands still: it is the loop's turn.
    const [between, betweenCpu] = [performance.now(), cpuMs()];
    ms.run += between - start;
    cpu.run += betweenCpu - startCpu;
    const parsed = await loop(`${baseUrl}${notes.update.operation.path}`, seen - turn, seen);
    [start, startCpu] = [performance.now(), cpuMs()];
    ms.loop += start - between;
    cpu.loop += startCpu - betweenCpu;
    if (parsed !== turn) throw new Error(`the loop parsed ${parsed} of ${turn} results`);
  }
  const lastMb = residentMb();
  server.kill();

  const ratio = ms.loop / ms.run;
  const grown = lastMb - firstMb;
  const perSecond = (time: number) => rounded((total / time) * 1000);
  console.log(`inputs      ${total} each, ${CHUNK} in a request, concurrency ${CONCURRENCY}`);
  console.log(`client.run  ${perSecond(ms.run)} inputs/s, ${ok} ok`);
  console.log(`fetch loop  ${perSecond(ms.loop)} inputs/s`);
  console.log(
    `ratio       ${rounded(ratio, 3)} (goal: at least ${GOAL_RATIO}); of processor time ` +
      rounded(cpu.loop / cpu.run, 3),
  );
  console.log(
    `resident    ${rounded(firstMb)} MB after ${FIRST} inputs, ${rounded(lastMb)} MB at the end, peak ` +
      `${rounded(peakMb)} MB: ${rounded(grown)} MB more (goal: less than ${GOAL_MEMORY_MB})`,
  );
  return ok === total && ratio >= GOAL_RATIO && grown < GOAL_MEMORY_MB;
}

if (process.argv[2] === "serve") await serve();
else {
  const { values } = parseArgs({
    options: {
      inputs: { type: "string", default: "1000000" },
      turns: { type: "string", default: "10" },
    },
  });
  process.exitCode = (await main(Number(values.inputs), Number(values.turns))) ? 0 : 1;
}

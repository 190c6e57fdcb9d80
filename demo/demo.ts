/**
 * Updates and creates through the generated package, against a server that fails now and then. At the end it
 * prints the outcomes that the package reports, beside what the server says it has applied.
 *
 *     npm run demo [-- --inputs 20000 --seed 1 --faults demo/emulator.yaml]
 *
 * Ctrl-C stops both runs, and prints what became of the inputs that they had read.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { parseArgs, styleText } from "node:util";
import { Presets, SingleBar } from "cli-progress";
import { createClient, createRateLimiter } from "hubspot-batch";
import * as notes from "hubspot-batch/notes";
import * as objects from "hubspot-batch/objects";

const { values } = parseArgs({
  options: {
    inputs: { type: "string", default: "20000" },
    seed: { type: "string", default: "1" },
    faults: { type: "string", default: "demo/emulator.yaml" },
  },
});
const half = Math.ceil(Number(values.inputs) / 2);
if (!Number.isSafeInteger(half) || half < 1) throw new Error("--inputs is a number of inputs.");

/** The emulator's counts of one collection. */
interface Collection {
  readonly createdAgain: number;
  readonly ids: Readonly<Record<string, number>>;
  readonly creates: Readonly<Record<string, number>>;
}
interface Stats {
  readonly requests: number;
  readonly endpoints: Readonly<
    Record<string, { readonly statuses: Readonly<Record<string, number>> }>
  >;
  readonly collections: Readonly<Record<string, Collection>>;
}

/** The emulator in a process of its own, as anybody would start it. */
async function startEmulator(): Promise<{ url: string; process: ChildProcess }> {
  const args = ["emulate", "specs", "--preset", "hubspot", "--port", "0", "--quiet"];
  const process = spawn(
    globalThis.process.execPath,
    ["dist/main.js", ...args, "--faults", values.faults, "--seed", values.seed],
    // Out of reach of Ctrl-C: the sums need what it knows.
    { stdio: ["ignore", "pipe", "inherit"], detached: true, windowsHide: true },
  );
  globalThis.process.once("exit", () => void process.kill("SIGINT"));
  const line = once(createInterface(process.stdout), "line") as Promise<[string]>; // lines are texts
  const ended = once(process, "exit").then((): [string] => [""]);
  const [address] = await Promise.race([line, ended]);
  const [url] = /http:\S+/.exec(address) ?? [];
  if (url === undefined) throw new Error("The emulator did not start.");
  return { url, process };
}

function* updates(): Generator<notes.RecordUpdate> {
  for (let i = 0; i < half; i++) {
    yield { id: String(100_000 + i), properties: { hs_note_body: `Note ${i}` } };
  }
}

function* creates(): Generator<objects.ObjectCreate> {
  for (let i = 0; i < half; i++) {
    yield { properties: { dealname: `Deal ${i}` }, associations: [] };
  }
}

const interrupt = new AbortController();
process.once("SIGINT", () => {
  interrupt.abort();
  process.once("SIGINT", () => process.exit(130));
});
const emulator = await startEmulator();
try {
  const client = createClient({
    auth: "token",
    baseUrl: emulator.url,
    timeoutMs: 5_000,
    rateLimiter: createRateLimiter({ key: "demo", windows: [{ requests: 60, ms: 1_000 }] }),
  });
  const { signal } = interrupt;
  const runs = {
    updates: client.run(notes.update, updates(), { concurrency: 4, signal }),
    creates: client.run(objects.create, creates(), {
      concurrency: 4,
      signal,
      params: { objectType: "deals" },
    }),
  };

  /** What the package says is true of an input may be false only if the server says otherwise: kept to compare. */
  const ids = { ok: new Set<string>(), not: new Set<string>() };
  const bar = new SingleBar(
    {
      format: " {bar} {percentage}%  {value}/{total}  {sums}",
      hideCursor: true,
      clearOnComplete: true,
      gracefulExit: false, // it ends as usual, which shows the cursor again
    },
    Presets.shades_classic,
  );
  const sums = (): string => {
    const [a, b] = [runs.updates.progress, runs.creates.progress];
    const { ok, failed, unknown } = {
      ok: a.ok + b.ok,
      failed: a.failed + b.failed,
      unknown: a.unknown + b.unknown,
    };
    return `ok ${ok}  failed ${failed}  unknown ${unknown}  retries ${a.retries + b.retries}`;
  };
  bar.start(2 * half, 0, { sums: "" });
  const watch = async (
    run: AsyncIterable<{ readonly kind: string; readonly input: object }>,
  ): Promise<void> => {
    for await (const { kind, input } of run) {
      bar.increment(1, { sums: sums() });
      if (!("id" in input) || typeof input.id !== "string") continue;
      if (kind === "ok") ids.ok.add(input.id);
      else if (kind !== "unknown") ids.not.add(input.id);
    }
  };
  await Promise.all([watch(runs.updates), watch(runs.creates)]);
  bar.stop();

  const [updated, created] = [await runs.updates.summary, await runs.creates.summary];
  if (signal.aborted) {
    const left = 2 * half - updated.read - created.read;
    process.stdout.write(`Interrupted: ${left} of ${2 * half} inputs were never read.\n\n`);
    process.exitCode = 130;
  }
  const reply = await fetch(`${emulator.url}/__emulator/stats?keys=true`);
  const stats = (await reply.json()) as Stats; // the emulator is of the same version
  const written = stats.collections["/crm/v3/objects/notes"];
  const made = stats.collections["/crm/v3/objects/deals"];
  const appliedUpdates = Object.keys(written?.ids ?? {});
  const appliedCreates = Object.keys(made?.creates ?? {}).length;

  const categories = [
    ...new Set([updated, created].flatMap(({ failedBy }) => Object.keys(failedBy))),
  ];
  const row = (name: string, a: number | string, b: number | string): string =>
    `${name.padEnd(34)}${String(a).padStart(10)}${String(b).padStart(10)}\n`;
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  process.stdout.write(
    [
      styleText("bold", row("the package says", "updates", "creates")),
      row("read", updated.read, created.read),
      row("ok", updated.ok, created.ok),
      row("failed", updated.failed, created.failed),
      ...categories
        .sort()
        .map((name) => row(`  ${name}`, updated.failedBy[name] ?? 0, created.failedBy[name] ?? 0)),
      row("unknown", updated.unknown, created.unknown),
      row("notSent", updated.notSent, created.notSent),
      row("requests", updated.requests, created.requests),
      row("retries", updated.retries, created.retries),
      row("waited for rates", seconds(updated.rateWaitMs), seconds(created.rateWaitMs)),
      row("took", seconds(updated.elapsedMs), seconds(created.elapsedMs)),
      "\n",
      styleText("bold", row("the server says", "updates", "creates")),
      row("applied", appliedUpdates.length, appliedCreates),
      row("applied again", again(written?.ids), made?.createdAgain ?? 0),
      ...statusRows(stats, row),
      "\n",
    ].join(""),
  );

  const applied = new Set(appliedUpdates);
  const checks: [string, boolean][] = [
    [
      "every input has one outcome",
      [updated, created].every((s) => s.read === s.ok + s.failed + s.unknown + s.notSent),
    ],
    ["every update that is ok was applied", [...ids.ok].every((id) => applied.has(id))],
    ["no update that failed was applied", [...ids.not].every((id) => !applied.has(id))],
    [
      "creates: ok ≤ applied ≤ ok + unknown",
      created.ok <= appliedCreates && appliedCreates <= created.ok + created.unknown,
    ],
    ["nothing was created twice", (made?.createdAgain ?? 0) === 0],
  ];
  for (const [name, holds] of checks) {
    process.stdout.write(`${holds ? styleText("green", "✔") : styleText("red", "✘")} ${name}\n`);
  }
  if (checks.some(([, holds]) => !holds)) process.exitCode = 1;
} finally {
  emulator.process.kill("SIGINT");
}

/** Updates are safe to send again: after a connection that broke, they are. */
function again(ids: Readonly<Record<string, number>> = {}): number {
  return Object.values(ids).reduce((sum, times) => sum + times - 1, 0);
}

/** How often each status was answered. */
function statusRows(stats: Stats, row: (name: string, a: number, b: number) => string): string[] {
  const [a, b] = ["notes.update", "objects.create"].map(
    (name) => stats.endpoints[name]?.statuses ?? {},
  );
  const statuses = new Set([...Object.keys(a ?? {}), ...Object.keys(b ?? {})]);
  return [...statuses]
    .sort()
    .map((status) =>
      row(
        status === "0" ? "  connection broken" : `  answered ${status}`,
        a?.[status] ?? 0,
        b?.[status] ?? 0,
      ),
    );
}

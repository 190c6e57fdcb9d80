/** Processes that run with a journal and are killed, a service that counts, and what is wrong with the outcomes. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import Libsql from "libsql";
import type { Given, Life, Row } from "./kill-life.js";
import { built } from "./program.js";

type Asked = { readonly inputs: readonly Row[] } | { readonly ids: readonly string[] };

/** A service that counts what it applied, and finds it by its id. A request whose idempotency key it knows gets the same reply, and no work. */
export async function countingService(random: () => number = () => 1) {
  const applied = new Map<string, number>();
  const known = new Set<string>();
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const asked = JSON.parse(Buffer.concat(parts).toString()) as Asked;
      if ("ids" in asked)
        return void response.end(JSON.stringify(asked.ids.filter((id) => applied.has(id))));
      const { inputs } = asked;
      const key = request.headers["idempotency-key"];
      const isKnown = typeof key === "string" && known.has(`${request.url} ${key}`);
      if (typeof key === "string") known.add(`${request.url} ${key}`);
      if (!isKnown) for (const { id } of inputs) applied.set(id, (applied.get(id) ?? 0) + 1);
      if (random() < 0.005) return void request.socket.destroy(); // the reply is lost
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ results: inputs }));
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo; // it listens at a port
  return {
    applied,
    url: `http://127.0.0.1:${port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

export interface Process {
  readonly child: ChildProcess;
  readonly given: readonly Given[];
  /** How the process says that it ended; empty if it was killed. Rejects if it failed. */
  readonly ended: Promise<string>;
}

/** Starts a process that runs. Each outcome that it was given is a line that it has written before it goes on. */
export function start(life: Life): Process {
  const child = spawn(
    process.execPath,
    [built("test/scale/kill-worker.ts"), JSON.stringify(life)],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const given: Given[] = [];
  let text = "";
  let end = "";
  child.stdout.on("data", (part: Buffer) => {
    const lines = (text + part.toString()).split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) {
      if (line.startsWith("end ")) end = line.slice(4);
      else given.push(JSON.parse(line) as Given);
    }
  });
  const ended = once(child, "close").then(([code]) => {
    if (code !== null && code !== 0) throw new Error(`the process failed: ${String(code)}`);
    return end;
  });
  return { child, given, ended };
}

/** A process that stands still in the middle of a write to SQLite lets nobody else write. */
function isLocked({ store, at }: Life): boolean {
  if (store !== "sqlite") return false;
  const db = new Libsql(at);
  try {
    db.exec("pragma busy_timeout = 0; begin immediate; rollback");
    return false;
  } catch {
    return true;
  } finally {
    db.close();
  }
}

/** Stops a process, and not in the middle of a write to SQLite: no other could finish its run. */
export async function stopBetweenWrites(life: Life, { child }: Process): Promise<void> {
  child.kill("SIGSTOP");
  while (isLocked(life)) {
    child.kill("SIGCONT");
    await sleep(1);
    child.kill("SIGSTOP");
  }
}

/** What is wrong with the outcomes of all lives of a run, by what the service applied. */
export function contradictions(
  { kind, inputs }: Life,
  given: readonly Given[],
  applied: ReadonlyMap<string, number>,
): readonly string[] {
  const wrong: string[] = [];
  const kindsOf = new Map<string, Set<string>>();
  for (const each of given)
    kindsOf.set(each.key, (kindsOf.get(each.key) ?? new Set()).add(each.kind));
  for (let i = 0; i < inputs; i++) {
    const key = `row ${i}`;
    const count = applied.get(key) ?? 0;
    const outcomes = kindsOf.get(key) ?? new Set();
    if (count > 1 && kind !== "update") wrong.push(`${key} was created ${count} times`);
    if (outcomes.size !== 1) wrong.push(`${key} has ${outcomes.size} different outcomes`);
    if (outcomes.has("ok") && count === 0) wrong.push(`${key} is ok and was not applied`);
    if (outcomes.has("failed") && count > 0) wrong.push(`${key} is failed and was applied`);
  }
  return wrong;
}

/** Starts processes that run, and kills each at a random time within so long of its first outcome, until one ends. */
export async function killAtRandom(
  life: Life,
  { kills, withinMs, random }: { kills: number; withinMs: number; random: () => number },
) {
  const given: Given[] = [];
  let killed = 0;
  for (;;) {
    const one = start(life);
    const isOver = one.ended.then(() => true);
    if (killed < kills) {
      while (one.given.length === 0 && !(await Promise.race([isOver, sleep(5)])));
      await sleep(Math.floor(withinMs * random()));
      if (one.child.kill("SIGKILL")) killed++;
    }
    const end = await one.ended;
    given.push(...one.given);
    if (end !== "") return { given, end, killed };
  }
}

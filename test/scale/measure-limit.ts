/** `measureLimit`: processes that share one limit, and a service that counts strictly. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { built } from "./program.js";

export interface Task {
  readonly engine: "redis" | "postgres";
  /** The address of the engine. */
  readonly url: string;
  /** The address of the service. */
  readonly server: string;
  readonly requests: number;
  readonly ms: number;
  readonly use: number;
  readonly concurrency: number;
}

/** What a process tells at its end: its calls of the store, and their time. */
export interface Told {
  calls: number;
  slowest: number;
  totalMs: number;
}

export interface Setup extends Omit<Task, "server"> {
  readonly processes: number;
  /** So many full windows are sent. */
  readonly windows: number;
  /** Called at every full window, with its number from 1. */
  readonly between?: (window: number) => void;
}

export interface Measured {
  /** The least time that the requests need, by the time they took. */
  readonly rate: number;
  /** Requests that the service refused with 429. */
  readonly refused: number;
  /** Calls of the store for each request. */
  readonly calls: number;
  readonly callMs: number;
  readonly slowestMs: number;
}

/** Accepts at most so many requests in any period; a request takes some time to arrive. */
function strictServer({ requests, ms }: Pick<Task, "requests" | "ms">, onAccept: () => void) {
  const accepted: number[] = [];
  let refused = 0;
  const server = createServer((request, response) => {
    request.resume();
    if (request.url === "/warm") return void response.end();
    void sleep(10 + 20 * Math.random()).then(() => {
      const now = performance.now();
      const free = (accepted.at(-requests) ?? -Infinity) <= now - ms;
      if (free) accepted.push(now);
      else refused++;
      response.writeHead(free ? 200 : 429, { "content-type": "application/json" });
      response.end("[]");
      if (free) onAccept();
    });
  });
  return { server, accepted, refused: () => refused };
}

export async function measureLimit(setup: Setup): Promise<Measured> {
  const { processes, windows, between, ...rest } = setup;
  const most = Math.floor(rest.requests * rest.use);
  const total = most * windows;
  let finish = () => {};
  const done = new Promise<void>((resolve) => (finish = resolve));
  const { server, accepted, refused } = strictServer(rest, () => {
    if (accepted.length % most === 0) between?.(accepted.length / most);
    if (accepted.length === total) finish();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo; // it listens at a port
  const task: Task = { ...rest, server: `http://127.0.0.1:${port}` };
  const worker = built("test/scale/limit-worker.ts");
  const all = Array.from({ length: processes }, () => fork(worker, [JSON.stringify(task)]));
  const failed = Promise.race(
    all.map(async (child) => {
      const [code] = (await once(child, "exit")) as [number | null];
      throw new Error(`a process ended with ${String(code)}`);
    }),
  );
  try {
    await Promise.race([failed, Promise.all(all.map((child) => once(child, "message")))]);
    for (const child of all) child.send("begin");
    await Promise.race([failed, done]);
    const [first = 0, last = 0] = [accepted[0], accepted[total - 1]];
    const told = await Promise.all(
      all.map(async (child) => {
        const answer = once(child, "message");
        child.send("end");
        return ((await answer) as [Told])[0];
      }),
    );
    const sum = (of: (each: Told) => number) => told.reduce((all, each) => all + of(each), 0);
    const calls = sum((each) => each.calls);
    return {
      rate: ((windows - 1) * rest.ms) / (last - first),
      refused: refused(),
      calls: calls / (accepted.length + refused()),
      callMs: sum((each) => each.totalMs) / calls,
      slowestMs: Math.max(...told.map((each) => each.slowest)),
    };
  } finally {
    failed.catch(() => undefined);
    for (const child of all) child.kill("SIGKILL");
    server.closeAllConnections();
    server.close();
  }
}

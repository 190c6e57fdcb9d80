/** `startServer`: a server of this folder, in a process of its own that can be killed. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** How a server is started; the folder keeps its data from one start to the next. */
export interface Start {
  /** The arguments of Node. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Default: the folder of its data. */
  readonly cwd?: string;
  /** A path that answers as soon as the server is up. */
  readonly probe: string;
}

/** What a start needs to know. */
export interface Place {
  readonly port: number;
  /** An empty folder for the data. */
  readonly folder: string;
  /** A PostgreSQL database, where the server needs one. */
  readonly database: string;
}

export interface Running {
  /** Ends the process at once, as a crash does. */
  kill(): Promise<void>;
}

export const here = join(process.cwd(), "test", "servers");
const node = join(here, "node_modules", "node", "bin", "node");

/** Starts a server, and resolves when it answers. Throws if it ends before, or does not answer for 60 s. */
export async function startServer(start: Start, { port, folder }: Place): Promise<Running> {
  const server = spawn(node, start.args, {
    cwd: start.cwd ?? folder,
    env: { ...process.env, ...start.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log = join(folder, "server.log");
  const file = createWriteStream(log, { flags: "a" });
  server.stdout.pipe(file, { end: false });
  server.stderr.pipe(file, { end: false });
  for (let waited = 0; ; waited += 50) {
    if (server.exitCode !== null) throw new Error(`The server ended: see ${log}`);
    const answer = fetch(`http://127.0.0.1:${port}${start.probe}`);
    if (
      await answer.then(
        () => true,
        () => false,
      )
    )
      break;
    if (waited > 60_000) throw new Error(`The server does not answer: see ${log}`);
    await sleep(50);
  }
  return {
    async kill() {
      const exited = once(server, "exit");
      server.kill("SIGKILL");
      await exited;
    },
  };
}

/**
 * `startRedis`, `startPostgres`: engines in temporary folders, for tests and commands that need real ones. They can be
 * restarted as after a crash. `missing` says why a machine has none.
 */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

export interface Engine {
  readonly port: number;
  readonly url: string;
  /** Kills the engine, waits so many milliseconds, and starts it again with its data. */
  restart(downMs?: number): Promise<void>;
  /** Kills the engine and deletes its data. */
  stop(): Promise<void>;
}

export interface Postgres extends Engine {
  /** Makes an empty database, and returns its address. */
  create(name: string): Promise<string>;
  /** Rows of a query, each with its columns joined by a tab. */
  query(name: string, sql: string): Promise<readonly string[]>;
}

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Where a program is that stands in one of the folders. */
const locate = (program: string, folders: readonly string[]): string | undefined =>
  folders.map((folder) => join(folder, program)).find(isExecutable);

const path = (process.env.PATH ?? "").split(delimiter);
/** Debian keeps each version in a folder of its own. */
const versions = "/usr/lib/postgresql";
const debian = existsSync(versions)
  ? readdirSync(versions)
      .sort((a, b) => Number(b) - Number(a))
      .map((version) => join(versions, version, "bin"))
  : [];
const programs = {
  redis: locate("redis-server", path) ?? locate("valkey-server", path),
  postgres: locate("initdb", [...debian, ...path]),
};

/** Why an engine cannot be started here; undefined where it can. */
export const missing: { readonly [name in keyof typeof programs]: string | undefined } = {
  redis: programs.redis ? undefined : "redis-server is not installed",
  postgres: programs.postgres ? undefined : "postgresql is not installed",
};

/** A port that nobody listens at. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("No port is free.");
  return address.port;
}

/** Whether Redis at the port answers, and has read its data. */
const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write("PING\r\n"));
    socket.once("data", (data) => (socket.destroy(), resolve(data.toString().startsWith("+PONG"))));
    socket.once("error", () => resolve(false));
  });

/** Starts Redis or Valkey, which keeps what it acknowledged when it is killed. Undefined where it is missing. */
export async function startRedis(): Promise<Engine | undefined> {
  const program = programs.redis;
  if (program === undefined) return undefined;
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "openapi-batch-redis-"));
  const args = [
    "--port",
    port,
    "--bind",
    "127.0.0.1",
    "--dir",
    folder,
    "--save",
    "",
    "--appendonly",
    "yes",
  ];
  let child: ChildProcess;
  const start = async () => {
    child = spawn(program, args.map(String), { stdio: "ignore" });
    for (let waited = 0; !(await answers(port)); waited += 20) {
      if (child.exitCode !== null || waited > 20_000) throw new Error(`${program} does not start`);
      await sleep(20);
    }
  };
  const kill = async () => {
    const ended = once(child, "exit");
    if (child.exitCode !== null || !child.kill("SIGKILL")) return;
    await ended;
  };
  const onExit = () => void child.kill("SIGKILL");
  process.once("exit", onExit);
  await start();
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    async restart(downMs = 0) {
      await kill();
      await sleep(downMs);
      await start();
    },
    async stop() {
      process.off("exit", onExit);
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Starts PostgreSQL. Undefined where it is missing.
 * @param fsync whether commits wait for the disk: only a loss of power could tell, or a clock
 */
export async function startPostgres(fsync: "on" | "off" = "off"): Promise<Postgres | undefined> {
  const program = programs.postgres;
  if (program === undefined) return undefined;
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "openapi-batch-postgres-"));
  chmodSync(folder, 0o777); // PostgreSQL does not run as root: another user owns the data
  const asOther = process.getuid?.() === 0;
  const run = async (name: string, ...args: string[]): Promise<string> => {
    const own = [join(program, "..", name), ...args];
    const [command = "", ...all] = asOther ? ["runuser", "-u", "postgres", "--", ...own] : own;
    const { stdout } = await promisify(execFile)(command, all, { cwd: folder, encoding: "utf8" });
    return stdout;
  };
  const data = join(folder, "data");
  const socket = ["-h", folder, "-p", String(port), "-U", "postgres"];
  const options = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c fsync=${fsync} -c max_connections=200`;
  const start = () =>
    run("pg_ctl", "-D", data, "-o", options, "-l", join(folder, "log"), "-w", "start");
  const kill = () => run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop");
  const psql = (database: string, sql: string) =>
    run("psql", ...socket, "-d", database, "-AtX", "-F", "\t", "-c", sql);
  const onExit = () => {
    const [pid] = readFileSync(join(data, "postmaster.pid"), "utf8").split("\n");
    process.kill(Number(pid), "SIGQUIT"); // as `immediate`
  };
  await run("initdb", "-D", data, "-A", "trust", "-U", "postgres", "--no-sync");
  await start();
  process.once("exit", onExit);
  return {
    port,
    url: `postgres://postgres:x@127.0.0.1:${port}/postgres`,
    async create(name) {
      await psql("postgres", `create database "${name}"`);
      return `postgres://postgres:x@127.0.0.1:${port}/${name}`;
    },
    query: async (name, sql) => (await psql(name, sql)).split("\n").filter((line) => line !== ""),
    async restart(downMs = 0) {
      await kill();
      await sleep(downMs);
      await start();
    },
    async stop() {
      process.off("exit", onExit);
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

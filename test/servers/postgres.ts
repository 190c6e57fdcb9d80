/** `startPostgres`: a PostgreSQL server in a temporary folder, for the servers that keep their rows in one. */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Postgres {
  readonly port: number;
  /** Makes an empty database, and returns its address. */
  create(name: string): string;
  /** Rows of a query, each with its columns joined by a tab. */
  query(name: string, sql: string): readonly string[];
  stop(): void;
}

const versions = "/usr/lib/postgresql";

/** Starts it at a port. Returns undefined where Debian's package `postgresql` is not installed. */
export function startPostgres(port: number): Postgres | undefined {
  const [newest] = existsSync(versions)
    ? readdirSync(versions).sort((a, b) => Number(b) - Number(a))
    : [];
  if (newest === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "openapi-batch-postgres-"));
  chmodSync(folder, 0o777); // PostgreSQL does not run as root: another user owns the data
  const isRoot = process.getuid?.() === 0;
  const run = (program: string, args: readonly string[]): string => {
    const path = join(versions, newest, "bin", program);
    const [command, all] = isRoot
      ? ["runuser", ["-u", "postgres", "--", path, ...args]]
      : [path, args];
    return execFileSync(command, all, {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      cwd: folder,
    });
  };
  const data = join(folder, "data");
  run("initdb", ["-D", data, "-A", "trust", "-U", "postgres"]);
  const options = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c fsync=off`;
  run("pg_ctl", ["-D", data, "-o", options, "-l", join(folder, "log"), "-w", "start"]);
  const psql = (database: string, sql: string): string =>
    run("psql", [
      "-h",
      folder,
      "-p",
      String(port),
      "-U",
      "postgres",
      "-d",
      database,
      "-AtX",
      "-F",
      "\t",
      "-c",
      sql,
    ]);
  return {
    port,
    create(name) {
      psql("postgres", `create database "${name}"`);
      return `postgres://postgres:x@127.0.0.1:${port}/${name}`;
    },
    query: (name, sql) =>
      psql(name, sql)
        .split("\n")
        .filter((line) => line !== ""),
    stop() {
      run("pg_ctl", ["-D", data, "-m", "immediate", "stop"]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

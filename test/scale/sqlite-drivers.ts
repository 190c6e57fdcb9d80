/** `sqliteDrivers`: the packages that a journal in SQLite works with, for tests and commands. */
import { createRequire } from "node:module";
import Libsql from "libsql";
import type { SqliteDatabase } from "../../generator/runtime/stores/sqlite.js";

export type SqliteDriver = new (path: string) => SqliteDatabase & { close(): void };

/** With Node 22.13 and later. */
const nodeSqlite = process.getBuiltinModule("node:sqlite" as "node:fs") as unknown as
  { DatabaseSync: SqliteDriver } | undefined;

/** It is compiled where it is installed, and a machine may have no compiler: it is used where somebody has installed it. */
function betterSqlite(): SqliteDriver | string {
  try {
    const Driver = createRequire(import.meta.url)("better-sqlite3") as SqliteDriver; // what it exports
    new Driver(":memory:").close(); // what was compiled may be for another Node
    return Driver;
  } catch (error) {
    const [reason] = String(error).split("\n");
    return `it is not installed with "npm install --no-save better-sqlite3" (${reason})`;
  }
}

/** By name: the driver, or why this machine does not have it. */
export const sqliteDrivers: Readonly<Record<string, SqliteDriver | string>> = {
  libsql: Libsql,
  "better-sqlite3": betterSqlite(),
  "node:sqlite": nodeSqlite?.DatabaseSync ?? `Node ${process.versions.node} has no node:sqlite`,
};

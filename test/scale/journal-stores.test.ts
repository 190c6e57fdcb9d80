/** The journals of all databases: each does what `journalChecks` asks, and what is its own. */
import { createHash } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import Libsql from "libsql";
import pg from "pg";
import postgresJs from "postgres";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { journalChecks } from "../../generator/runtime/journal/checks.js";
import { JournalError } from "../../generator/runtime/journal/journal-error.js";
import type { JournalBackend, JournalRecord } from "../../generator/runtime/journal/store.js";
import type { Queries } from "../../generator/runtime/stores/postgres-limiter.js";
import * as postgres from "../../generator/runtime/stores/postgres-journal.js";
import { schema } from "../../generator/runtime/stores/postgres.js";
import * as sqlite from "../../generator/runtime/stores/sqlite.js";
import { missing, startPostgres, type Postgres } from "./engines.js";
import { sqliteDrivers, type SqliteDriver } from "./sqlite-drivers.js";

interface Opened {
  readonly backend: JournalBackend;
  close(): Promise<unknown>;
}

const folder = mkdtempSync(join(tmpdir(), "openapi-batch-journal-"));
let engine: Postgres | undefined;
beforeAll(async () => {
  engine = await startPostgres();
});
afterAll(async () => {
  await engine?.stop();
  await rm(folder, { recursive: true, force: true });
});

const overFile = (name: string, Database: SqliteDriver) => {
  const db = new Database(join(folder, `${name.replace(":", "-")}.db`));
  return { backend: sqlite.journalBackend(db), close: async () => db.close() };
};

const inEngine = async <D>(
  name: string,
  connect: (url: string) => D,
  queries: (db: D) => Queries,
  close: (db: D) => Promise<unknown>,
) => {
  const db = connect((await engine?.create(name)) ?? "");
  const client = queries(db);
  for (let i = 0; i < 2; i++) await client.query(postgres.journalSchema); // a migration may run twice
  return { backend: postgres.journalBackend(client), close: () => close(db) };
};

const stores: readonly {
  readonly name: string;
  readonly reason?: string | undefined;
  open(): Promise<Opened> | Opened;
}[] = [
  ...Object.entries(sqliteDrivers).map(([name, driver]) =>
    typeof driver === "string"
      ? { name, reason: driver, open: () => expect.fail(driver) }
      : { name, open: () => overFile(name, driver) },
  ),
  {
    name: "PostgreSQL, a pool of pg",
    reason: missing.postgres,
    open: () =>
      inEngine(
        "pg",
        (connectionString) => new pg.Pool({ connectionString }),
        (pool) => pool,
        (pool) => pool.end(),
      ),
  },
  {
    name: "PostgreSQL, postgres.js",
    reason: missing.postgres,
    open: () =>
      inEngine(
        "postgres-js",
        (url) => postgresJs(url, { onnotice: () => undefined }),
        (sql) => ({
          query: async (text, values) => ({ rows: await sql.unsafe(text, values as never[]) }),
        }),
        (sql) => sql.end(),
      ),
  },
  {
    name: "PGlite",
    async open() {
      const db = await PGlite.create();
      await db.exec(postgres.journalSchema);
      return { backend: postgres.journalBackend(db), close: () => db.close() };
    },
  },
];

describe.each(stores)("$name", ({ reason, open }) => {
  let opened: Opened;
  beforeAll(async () => {
    if (reason === undefined) opened = await open();
  });
  afterAll(() => opened?.close());
  const test = (name: string, act: (backend: JournalBackend) => Promise<void>) =>
    it(name, async ({ skip }) => {
      skip(reason !== undefined, reason);
      await act(opened.backend);
    });
  for (const { name, check } of journalChecks) test(name, check);

  test("writes all or nothing", async (backend) => {
    const session = await backend.open("all", "POST /rows");
    await session.write({ put: [record("a"), record("b")], seen: [], drop: [] });
    const bad = { ...record("d"), digest: null } as unknown as JournalRecord; // no table takes it
    const changes = { put: [record("c"), bad], seen: ["a"], drop: ["b"] };
    await expect(session.write(changes)).rejects.not.toBeInstanceOf(JournalError);
    const found = await session.find(["a", "b", "c", "d"]);
    expect([...found.values()].map(({ key, state }) => [key, state])).toEqual([
      ["a", "sent"],
      ["b", "sent"],
    ]);
    await session.write({ put: [record("c")], seen: [], drop: [] });
  });
});

const record = (key: string): JournalRecord => ({ key, digest: "0", state: "sent" });
const put = (...keys: readonly string[]) => ({ put: keys.map(record), seen: [], drop: [] });

describe("PostgreSQL", () => {
  let pool: pg.Pool;
  beforeAll(async () => {
    if (!engine) return;
    pool = new pg.Pool({ connectionString: await engine.create("own") });
    pool.on("error", () => undefined);
    await pool.query(postgres.journalSchema);
  });
  afterAll(() => pool?.end());
  const test = (name: string, act: () => Promise<void>) =>
    it(name, async ({ skip }) => {
      skip(missing.postgres !== undefined, missing.postgres);
      await act();
    });

  test("a write that was rejected, and comes late, comes to nothing", async () => {
    const late: (() => Promise<unknown>)[] = [];
    let cut = false;
    const session = await postgres
      .journalBackend({
        async query(text, values) {
          if (!cut) return pool.query(text, values);
          cut = false;
          late.push(() => pool.query(text, values));
          throw new Error("the connection was lost");
        },
      })
      .open("late", "POST /rows");
    cut = true;
    await expect(session.write(put("a"))).rejects.toThrow("lost");
    await session.write(put("a"));
    await session.write({ put: [], seen: [], drop: ["a"] });
    for (const write of late) await write();
    expect(await session.find(["a"])).toEqual(new Map());
  });
  test("a run that is being written to is taken over when the write is done", async () => {
    const backend = postgres.journalBackend(pool);
    const client = await pool.connect();
    try {
      await backend.open("locked", "POST /rows");
      await client.query("begin");
      await client.query("select * from batch_run where run = 'locked' for share"); // as a write does
      let isOpen = false;
      const opening = backend.open("locked", "POST /rows").then(() => (isOpen = true));
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(isOpen).toBe(false);
      await client.query("commit");
      expect(await opening).toBe(true);
    } finally {
      client.release();
    }
  });
  test("a run of another version of the tables is refused", async () => {
    const backend = postgres.journalBackend(pool);
    await backend.open("version", "POST /rows");
    await pool.query("update batch_run set version = 99 where run = 'version'");
    await expect(backend.open("version", "POST /rows")).rejects.toThrow("version 99");
  });
  test("what PostgreSQL refuses each time is not tried again", async () => {
    const client = new pg.Client({ connectionString: await engine?.create("refused") });
    await client.connect();
    const backend = postgres.journalBackend(client);
    const refuses = (promise: Promise<unknown>, text: RegExp) =>
      expect(promise).rejects.toMatchObject({
        ...{ name: "JournalError", taken: false, message: expect.stringMatching(text) as unknown },
        cause: expect.any(Error) as unknown,
      });
    await refuses(backend.open("run", "POST /rows"), /42P01, .*batch_run.*: run `schema`/);
    await client.query(postgres.journalSchema);
    const session = await backend.open("run", "POST /rows");
    const long = Array.from({ length: 200 }, (_, i) => createHash("sha256").update(String(i)));
    const key = long.map((hash) => hash.digest("hex")).join("");
    await refuses(session.write(put(key)), /54000, .*: names and keys of up to 2,600 bytes fit/);
    await session.write(put(key.slice(0, 2600)));
    await client.query("drop function batch_journal_write");
    await refuses(session.write(put("a")), /42883, .*batch_journal_write.*: run `schema`/);
    await client.end();
  });
  test("many processes may make the tables at once", async () => {
    const many = new pg.Pool({ connectionString: await engine?.create("at-once"), max: 8 });
    await Promise.all(Array.from({ length: 8 }, () => many.query(schema)));
    await postgres.journalBackend(many).open("run", "POST /rows");
    await many.end();
  });
  test("reads the rows of its keys alone, although nothing is known of a new run", async () => {
    const client = new pg.Client({ connectionString: await engine?.create("planned") });
    await client.connect();
    await client.query(postgres.journalSchema);
    const session = await postgres.journalBackend(client).open("run", "POST /rows");
    const keys = Array.from({ length: 3000 }, (_, i) => `key ${i}`);
    for (let i = 0; i < keys.length; i += 300) await session.write(put(...keys.slice(i, i + 300)));
    const read = async () => {
      await client.query("select pg_stat_force_next_flush()");
      const text =
        "select seq_tup_read::int as scanned, idx_tup_fetch::int as found from pg_stat_user_tables where relname = 'batch_input'";
      const { rows } = await client.query<{ scanned: number; found: number }>(text);
      return rows[0] ?? { scanned: NaN, found: NaN };
    };
    const before = await read();
    for (let i = 0; i < 20; i++) {
      const few = keys.slice(i * 100, i * 100 + 100);
      await session.find(few);
      await session.write({ put: few.slice(0, 50).map(record), seen: few.slice(50), drop: [] });
      await session.write({ put: [], seen: [], drop: few.slice(0, 10) });
    }
    const { scanned, found } = await read();
    expect(scanned).toBe(before.scanned);
    // 210 keys a turn, and each may be read twice.
    expect(found - before.found).toBeLessThan(20 * 210 * 2);
    await client.end();
  });
});

describe("SQLite", () => {
  const files = () => [1, 2].map(() => new Libsql(join(folder, "two.db")));
  test("processes with one file take a run from each other", async () => {
    const [one, two] = files().map((db) => sqlite.journalBackend(db));
    const first = await one!.open("run", "POST /rows");
    await first.write(put("a"));
    const second = await two!.open("run", "POST /rows");
    await expect(first.write(put("b"))).rejects.toMatchObject({ taken: true });
    expect([...(await second.find(["a", "b"])).keys()]).toEqual(["a"]);
  });
  test("a write while another process writes is rejected, and may come again", async () => {
    const [other, db] = files();
    const session = await sqlite.journalBackend(db!).open("busy", "POST /rows");
    db!.exec("pragma busy_timeout = 0");
    other!.exec("begin immediate");
    await expect(session.write(put("a"))).rejects.not.toBeInstanceOf(JournalError);
    other!.exec("commit");
    await session.write(put("a"));
  });
  test("commits wait for the disk", async () => {
    const db = new Libsql(join(folder, "disk.db"));
    db.exec("pragma synchronous = off");
    await sqlite.journalBackend(db).open("run", "POST /rows");
    expect(db.prepare("pragma synchronous").all()).toEqual([{ synchronous: 2 }]);
  });
  test("a run of another version of the tables is refused", async () => {
    const db = new Libsql(":memory:");
    const backend = sqlite.journalBackend(db);
    await backend.open("run", "POST /rows");
    db.exec("update batch_run set version = 99");
    await expect(backend.open("run", "POST /rows")).rejects.toThrow("version 99");
  });
});

type Session = Awaited<ReturnType<JournalBackend["open"]>>;
const withSession = (change: (session: Session) => Partial<Session>) => (good: JournalBackend) => ({
  ...good,
  async open(run: string, fingerprint: string) {
    const session = await good.open(run, fingerprint);
    return { ...session, ...change(session) };
  },
});

/** Stores that break their word, each in one way, and the check that sees it, by the beginning of its name. */
const defects: {
  readonly [defect: string]: readonly [string, (good: JournalBackend) => JournalBackend];
} = {
  "another process is not seen": [
    "gives a run",
    withSession((session) => ({
      write: (all) =>
        session.write(all).catch((error: unknown) => {
          if (!(error instanceof JournalError)) throw error as Error;
        }),
    })),
  ],
  "a record is not replaced": [
    "puts, marks",
    withSession((session) => ({
      async write({ put, ...rest }) {
        const found = await session.find(put.map(({ key }) => key));
        await session.write({ put: put.filter(({ key }) => !found.has(key)), ...rest });
      },
    })),
  ],
  "nothing is marked as seen": [
    "puts, marks",
    withSession(({ write }) => ({
      write: (all) => write({ ...all, seen: [] }),
    })),
  ],
  "nothing is removed": [
    "may be told",
    withSession(({ write }) => ({
      write: (all) => write({ ...all, drop: [] }),
    })),
  ],
  "letters are changed": [
    "gives records",
    withSession(({ find }) => ({
      find: (keys) => find(keys.map((key) => Buffer.from(key).toString())),
    })),
  ],
  "the age is that of the last write": [
    "measures",
    withSession(({ find }) => ({
      find: async (keys) =>
        new Map(
          [...(await find(keys))].map(([key, each]) => [key, { ...each, ageMs: each.writtenMs }]),
        ),
    })),
  ],
  "all records are this session's": [
    "knows",
    withSession(({ find }) => ({
      find: async (keys) =>
        new Map([...(await find(keys))].map(([key, each]) => [key, { ...each, own: true }])),
    })),
  ],
  "any fingerprint is good": [
    "refuses",
    (good) => ({ ...good, open: (run) => good.open(run, "") }),
  ],
  "parts are any names that begin so": [
    "sums",
    (good) => ({
      ...good,
      async account(run) {
        const [one, other] = [await good.account(run), await good.account(`${run}0`)];
        return { ...one, ok: one.ok + other.ok };
      },
    }),
  ],
  "parts do not count": [
    "sums",
    (good) => ({ ...good, account: async () => good.account("none") }),
  ],
  "the list ends after a page": [
    "lists",
    (good) => ({
      ...good,
      async *records(run, kinds) {
        let count = 0;
        for await (const each of good.records(run, kinds)) if (count++ < 1000) yield each;
      },
    }),
  ],
  "nothing is forgotten": ["forgets", (good) => ({ ...good, forget: async () => undefined })],
};

describe("a check sees a store in which", () => {
  test.each(Object.entries(defects))("%s", async (_, [first, broken]) => {
    const backend = broken(sqlite.journalBackend(new Libsql(":memory:")));
    const found = journalChecks.find(({ name }) => name.startsWith(first));
    await expect(found?.check(backend)).rejects.toThrow("expected");
  });
});

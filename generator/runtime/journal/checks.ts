/** `journalChecks`: what a journal's store has to do, as checks for any test runner. Ours are held to them, too. */
import { inOrder } from "../reply/canonical.js";
import { systemClock } from "../send/clock.js";
import { JournalError } from "./journal-error.js";
import type { Changes, JournalBackend, JournalRecord, JournalSession } from "./store.js";

/** One thing that a store has to do. */
export interface JournalCheck {
  readonly name: string;
  /**
   * Resolves if the store does it. It takes runs whose names begin with `journal-check`, and forgets them first.
   * @throws Error that says what was expected
   */
  check(backend: JournalBackend): Promise<void>;
}

/** What a check works with: sessions of one run, which has no records. */
interface Given {
  readonly backend: JournalBackend;
  readonly run: string;
  /** Opens the run, or a part of it. */
  open(part?: string): Promise<JournalSession>;
}

const sent = (key: string, more: Partial<JournalRecord> = {}): JournalRecord => ({
  ...{ key, digest: `digest of ${key}`, state: "sent" },
  ...more,
});

const done = (key: string, kind: NonNullable<JournalRecord["kind"]>, category?: string) =>
  sent(key, {
    ...{ state: "done", kind, outcome: JSON.stringify({ kind }) },
    ...(category !== undefined && { category }),
  });

const write = (session: JournalSession, changes: Partial<Changes>): Promise<void> =>
  session.write({ put: [], seen: [], drop: [], ...changes });

/** What is kept of the keys, without what the store adds. */
async function kept(session: JournalSession, ...keys: string[]): Promise<readonly JournalRecord[]> {
  const found = await session.find(keys);
  return keys.flatMap((key) => {
    const record = found.get(key);
    if (!record) return [];
    const { ageMs: _, writtenMs: __, own: ___, ...rest } = record;
    return [rest];
  });
}

function same(what: string, got: unknown, want: unknown): void {
  const [a, b] = [got, want].map((value) => JSON.stringify(value, (_, inner) => inOrder(inner)));
  if (a !== b) throw new Error(`${what}: expected ${b}, got ${a}`);
}

/** Fails unless the promise rejects with a JournalError of this kind. */
async function refuses(what: string, promise: Promise<unknown>, taken: boolean): Promise<void> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof JournalError) || error.taken !== taken)
    throw new Error(`${what}: expected a JournalError with taken: ${taken}, got ${String(error)}`, {
      cause: error,
    });
}

async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

const LETTERS = [
  "",
  " ",
  "a",
  "A",
  "a ",
  `'"\\`,
  "é",
  "e\u0301",
  "🙂",
  "\0",
  "\0a",
  "\ud800",
  "\udc00",
  "%_",
  "/",
];

const checks: { readonly [name: string]: (given: Given) => Promise<void> } = {
  async "finds no record of a run that has just begun"({ open }) {
    const session = await open();
    same("epoch", session.epoch, 1);
    same("records", [...(await session.find(["a", "b"]))], []);
    same("records of no key", [...(await session.find([]))], []);
  },
  async "gives records back as they were put, whatever letters they have"({ open }) {
    const session = await open(`/${LETTERS.join("")}`);
    const put = LETTERS.map((key) => ({
      ...{ key, digest: "0123abc", state: "done" as const, kind: "failed" as const },
      ...{ category: `category ${key}`, request: `request ${key}` },
      outcome: JSON.stringify({ text: key.repeat(1000) }),
    }));
    await write(session, { put });
    same("records", await kept(session, ...LETTERS), put);
    const plain = LETTERS.map((key) => ({ key, digest: "4567def", state: "sent" as const }));
    await write(session, { put: plain });
    same("records that were replaced", await kept(session, ...LETTERS), plain);
  },
  async "keeps the states and kinds that there are"({ open }) {
    const session = await open();
    const put = [sent("a"), done("b", "ok"), done("c", "failed", "E"), done("d", "unknown")];
    await write(session, {
      put: [...put, sent("e", { state: "seen", kind: "ok", outcome: "{}" })],
    });
    const records = await kept(session, "a", "b", "c", "d", "e");
    same(
      "states",
      records.map((each) => each.state),
      ["sent", "done", "done", "done", "seen"],
    );
    same(
      "kinds",
      records.map((each) => each.kind ?? ""),
      ["", "ok", "failed", "unknown", "ok"],
    );
  },
  async "finds those of many keys that have a record"({ open }) {
    const session = await open();
    const keys = Array.from({ length: 2000 }, (_, i) => `key ${i}`);
    await write(session, { put: keys.filter((_, i) => i % 3 === 0).map((key) => sent(key)) });
    same("number", (await session.find([...keys, "key 0"])).size, 667);
    same("a record", await kept(session, "key 1", "key 1998"), [sent("key 1998")]);
  },
  async "puts, marks as seen and removes in one write"({ open }) {
    const session = await open();
    await write(session, { put: [done("a", "ok"), done("b", "ok"), sent("c"), sent("d")] });
    await write(session, {
      put: [done("c", "failed", "E")],
      seen: ["a", "none"],
      drop: ["d", "nil"],
    });
    const want = [{ ...done("a", "ok"), state: "seen" }, done("b", "ok"), done("c", "failed", "E")];
    same("records", await kept(session, "a", "b", "c", "d", "none", "nil"), want);
    await write(session, {});
    same("after an empty write", await kept(session, "a", "b", "c", "d", "none", "nil"), want);
  },
  async "may be told the same changes twice"({ open }) {
    const session = await open();
    await write(session, { put: [done("a", "ok"), sent("b")] });
    const changes = { put: [sent("c")], seen: ["a"], drop: ["b"] };
    await write(session, changes);
    await write(session, changes);
    const want = [{ ...done("a", "ok"), state: "seen" }, sent("c")];
    same("records", await kept(session, "a", "b", "c"), want);
  },
  async "gives a run to whoever opened it last"({ open }) {
    const first = await open();
    await write(first, { put: [sent("a"), sent("b")] });
    const second = await open();
    same("epoch", second.epoch, 2);
    for (const changes of [
      { put: [done("a", "ok"), sent("c")] },
      { seen: ["a"] },
      { drop: ["b"] },
      {},
    ])
      await refuses("a write of the older one", write(first, changes), true);
    same("records", await kept(second, "a", "b", "c"), [sent("a"), sent("b")]);
    await write(second, { put: [done("a", "ok")], drop: ["b"] });
    same("records of the newer one", await kept(second, "a", "b", "c"), [done("a", "ok")]);
    same("epoch of the next", (await open()).epoch, 3);
    await refuses("a write of the second one", write(second, {}), true);
  },
  async "has written, or refuses, when the run is opened meanwhile"({ open }) {
    let older = await open();
    for (let i = 0; i < 20; i++) {
      const key = `key ${i}`;
      const writing = write(older, { put: [sent(key)] }).then(
        () => true,
        (error: unknown) => !(error instanceof JournalError) && Promise.reject(error as Error),
      );
      const newer = await open();
      const isThere = (await newer.find([key])).has(key);
      same("the record is there when the run is opened", isThere, await writing);
      same("the record is there later", (await newer.find([key])).has(key), isThere);
      older = newer;
    }
  },
  async "refuses another fingerprint, and leaves the run to whoever has it"({
    backend,
    run,
    open,
  }) {
    const session = await open();
    await write(session, { put: [sent("a")] });
    await refuses("another fingerprint", backend.open(run, "PUT /other"), false);
    await write(session, { put: [sent("b")] });
    same("epoch", (await open()).epoch, 2);
  },
  async "knows who put a record"({ open }) {
    const first = await open();
    await write(first, { put: [sent("a"), sent("b"), done("c", "ok")] });
    const second = await open();
    await write(second, { put: [sent("b"), sent("d")], seen: ["c"] });
    const found = await second.find(["a", "b", "c", "d"]);
    same(
      "own",
      [...found.values()]
        .filter((each) => each.own)
        .map((each) => each.key)
        .sort(),
      ["b", "d"],
    );
    same(
      "own of the first",
      [...(await first.find(["b"])).values()].map((each) => each.own),
      [false],
    );
  },
  async "measures how old a record is, by a clock of its own"({ open }) {
    const session = await open();
    const old = { request: "1" };
    await write(session, {
      put: [sent("same", old), sent("state", old), sent("request", old), sent("none")],
    });
    await systemClock.sleep(60, new AbortController().signal);
    const put = [
      sent("same", old),
      { ...done("state", "ok"), ...old },
      sent("request", { request: "2" }),
    ];
    await write(session, { put: [...put, sent("none"), sent("new")] });
    const found = await session.find(["same", "state", "request", "none", "new"]);
    const ages = (of: "ageMs" | "writtenMs") =>
      ["same", "state", "request", "none", "new"].map((key) => {
        const ms = found.get(key)?.[of] ?? NaN;
        return ms >= 50 && ms < 60_000 ? "old" : ms >= 0 && ms < 60_000 ? "new" : `${key}: ${ms}`;
      });
    same("age", ages("ageMs"), ["old", "old", "new", "old", "new"]);
    same("written", ages("writtenMs"), ["new", "new", "new", "new", "new"]);
  },
  async "sums over a run and its parts, and no other"({ backend, run, open }) {
    const failed = ["__proto__", "\0", "VALIDATION_ERROR"].map((name, i) =>
      done(`f${i}`, "failed", name),
    );
    await write(await open(), { put: [done("a", "ok"), sent("b")] });
    await write(await open("/0001"), { put: [done("a", "ok"), done("c", "unknown"), ...failed] });
    await write(await open("/0002/b"), {
      put: [done("a", "ok"), done("d", "failed", "\0"), sent("e")],
    });
    await write(await open("0"), { put: [done("a", "ok")] });
    await write(await open(" "), { put: [done("a", "ok")] });
    const account = await backend.account(run);
    const failedBy = Object.fromEntries([
      ["__proto__", 1],
      ["\0", 2],
      ["VALIDATION_ERROR", 1],
    ]);
    same("account", account, { ok: 3, failed: 4, unknown: 1, open: 2, failedBy });
    same("of a part", (await backend.account(`${run}/0001`)).ok, 1);
    const nothing = { ok: 0, failed: 0, unknown: 0, open: 0, failedBy: {} };
    same("of no run", await backend.account(`${run}/none`), nothing);
  },
  async "lists inputs by what became of them, in the order of run and key"({ backend, run, open }) {
    const keys = Array.from({ length: 2500 }, (_, i) => `key ${String(i).padStart(4, "0")}`);
    const failed = keys.map((key) => done(key, "failed", "E"));
    await write(await open("/0002"), { put: [...failed].reverse() });
    await write(await open("/0001"), {
      put: [done("", "failed", "E"), done("a", "ok"), sent("b"), done("c", "unknown")],
    });
    await write(await open("0"), { put: [done("a", "failed", "E")] });
    const listed = await collect(backend.records(run, ["failed"]));
    same(
      "keys",
      listed.map((each) => each.key),
      ["", ...keys],
    );
    same("runs", [...new Set(listed.map((each) => each.run))], [`${run}/0001`, `${run}/0002`]);
    same("a record", listed[1], { ...done("key 0000", "failed", "E"), run: `${run}/0002` });
    const others = await collect(backend.records(run, ["unknown", "ok"]));
    same(
      "other kinds",
      others.map((each) => each.key),
      ["a", "c"],
    );
    same("no kind", await collect(backend.records(run, [])), []);
  },
  async "forgets a run and its parts, and whoever has one loses it"({ backend, run, open }) {
    const [whole, part, other] = [await open(), await open("/0001"), await open("0")];
    for (const session of [whole, part, other]) await write(session, { put: [done("a", "ok")] });
    await backend.forget(run);
    same("account", (await backend.account(run)).ok, 0);
    await write(other, { put: [done("b", "ok")] });
    same("account of another", (await backend.account(`${run}0`)).ok, 2);
    await refuses(
      "a write of the run that was forgotten",
      write(whole, { put: [sent("b")] }),
      true,
    );
    same("epoch of the next", (await open()).epoch, 1);
    await refuses("a write when the run is there again", write(whole, { put: [sent("b")] }), true);
    await refuses("a write of a part that was forgotten", write(part, {}), true);
    same("records", await kept(await open(), "a", "b"), []);
  },
  async "keeps the records of each run apart"({ open }) {
    const [one, two] = [await open("/1"), await open("/2")];
    await write(one, { put: [sent("a"), sent("b")] });
    await write(two, { put: [done("a", "ok")], seen: ["b"], drop: ["b"] });
    same("records of one", await kept(one, "a", "b"), [sent("a"), sent("b")]);
    same("records of two", await kept(two, "a", "b"), [done("a", "ok")]);
    await two.close();
    await write(one, { drop: ["a"] });
    same("records after the other was closed", await kept(one, "a", "b"), [sent("b")]);
  },
};

/**
 * All that a store has to do. With any test runner:
 * `for (const { name, check } of journalChecks) test(name, () => check(backend));`
 */
export const journalChecks: readonly JournalCheck[] = Object.entries(checks).map(
  ([name, check], i) => ({
    name,
    async check(backend) {
      const run = `journal-check-${i}`;
      const names = ["", "0", " "].map((end) => run + end);
      for (const each of names) await backend.forget(each);
      await check({ backend, run, open: (part = "") => backend.open(run + part, "POST /rows") });
      for (const each of names) await backend.forget(each);
    },
  }),
);

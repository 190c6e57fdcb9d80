/** A run with a journal: what is on disk when, what the next process does, and who may send. */
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { makeKey } from "../../generator/runtime/encode/make-key.js";
import { endpoint, type Endpoint, type Reply } from "../../generator/runtime/endpoint/endpoint.js";
import type { Operation } from "../../generator/runtime/endpoint/operation.js";
import type { JournalOptions } from "../../generator/runtime/run/run-journal.js";
import type { CommonRunOptions } from "../../generator/runtime/run/run-options.js";
import { createClient, type ClientOptions } from "../../generator/runtime/send/client.js";
import type { Summary } from "../../generator/runtime/run/outcome.js";
import type { Clock } from "../../generator/runtime/send/clock.js";
import { service } from "./endpoints.js";
import { journalOf, memoryStore, type MemoryStore } from "./journal-store.js";
import { seeded, virtualClock } from "./kit.js";

interface Row {
  readonly id: string;
  readonly n: number;
  /** An idempotency key of its own. */
  readonly idem?: string;
}
type Rows = Endpoint<{ kind: "create"; input: Row; result: Row; reply: Reply }>;
const base: Operation = {
  name: "rows.create",
  service,
  method: "POST",
  path: "/rows",
  kind: "create",
  items: { at: "/inputs" },
  limit: { items: 10 },
  results: { at: "/results" },
  match: [{ by: "value", request: "/n", result: "/n" }],
  replies: [200],
};
const create = endpoint<Rows>(base);
const update = endpoint<Rows>({ ...base, name: "rows.update", kind: "update", path: "/update" });
const keyed = (more = {}) =>
  endpoint<Rows>(
    { ...base, retry: { key: { in: "header", name: "Idempotency-Key", ...more } } },
    { makeKey },
  );

const rows = (count: number, from = 0): Row[] =>
  Array.from({ length: count }, (_, i) => ({ id: `r${from + i}`, n: from + i }));

/** A service that counts what it applied. */
function serviceOf() {
  const server = {
    applied: [] as number[],
    requests: [] as { readonly ns: number[]; readonly key: string | null; idems: unknown[] }[],
    /** A reply instead of the work, or after it. */
    before: (_: number[]): Response | undefined => undefined,
    after: (_: number[]): Response | undefined => undefined,
    seenKeys: new Set<string>(),
    async fetch(request: Request): Promise<Response> {
      const { inputs } = (await request.json()) as { inputs: Row[] };
      const ns = inputs.map(({ n }) => n);
      const key = request.headers.get("idempotency-key");
      server.requests.push({ ns, key, idems: inputs.map(({ idem }) => idem) });
      const refused = server.before(ns);
      if (refused) return refused;
      if (key === null || !server.seenKeys.has(key)) server.applied.push(...ns);
      if (key !== null) server.seenKeys.add(key);
      return server.after(ns) ?? Response.json({ results: inputs });
    },
  };
  return server;
}

type Server = ReturnType<typeof serviceOf>;
type Options = Partial<CommonRunOptions<Row>> &
  Partial<JournalOptions<Row, Row, Row>> & {
    readonly target?: Rows;
    readonly chunkSize?: number;
    readonly clock?: Clock;
  };

const clientOf = (server: Server, options: Partial<ClientOptions> = {}) =>
  createClient({
    ...{ auth: "token", baseUrl: "http://127.0.0.1:1", clock: virtualClock(), random: () => 0.5 },
    fetch: (request) => server.fetch(request),
    ...options,
  });

/** One process that runs `import-42`. */
function runOf(
  server: Server,
  store: MemoryStore,
  source: Iterable<Row> | AsyncIterable<Row>,
  options: Options = {},
) {
  const { target = create, run = "import-42", again, reconcile, clock, ...more } = options;
  return clientOf(server, clock && { clock }).run(target, source, {
    key: ({ id }) => id,
    chunkSize: 10,
    concurrency: 2,
    ...more,
    journal: {
      store: journalOf(store),
      run,
      ...(again && { again }),
      ...(reconcile && { reconcile }),
    },
  });
}

async function* slowly(all: readonly Row[]) {
  for (const row of all) {
    await new Promise((resolve) => setImmediate(resolve));
    yield row;
  }
}

const kindsOf = (outcomes: readonly { readonly kind: string; readonly replayed?: true }[]) =>
  Object.fromEntries(
    [...new Set(outcomes.map(({ kind, replayed }) => (replayed ? `${kind} again` : kind)))].map(
      (name) => [
        name,
        outcomes.filter(({ kind, replayed }) => (replayed ? `${kind} again` : kind) === name)
          .length,
      ],
    ),
  );

const balanced = ({ read, skipped, ok, failed, unknown, notSent }: Summary) =>
  expect(read).toBe(skipped + ok + failed + unknown + notSent);

/** Dies at its first write of such a record: its store answers no more, so nothing else of it leaves. */
function diesAtWrite(store: MemoryStore, when: "before" | "after", state: string): Promise<void> {
  let dead = false;
  return new Promise((resolve) => {
    store.hook = (call, phase, changes) => {
      const isIt =
        call === "write" && phase === when && changes?.put.some((one) => one.state === state);
      if (!dead && !isIt) return undefined;
      dead = true;
      resolve();
      return new Promise(() => undefined);
    };
  });
}

/** Reads as a consumer does: it has taken `acknowledged` outcomes when it asks for the next one. */
async function consume(run: ReturnType<typeof runOf>, died: Promise<void>, most = Infinity) {
  const given: Awaited<ReturnType<typeof run.collect>>[number][] = [];
  const iterator = run[Symbol.asyncIterator]();
  const end = died.then(() => ({ done: true as const, value: undefined }));
  for (;;) {
    const step = await Promise.race([iterator.next(), end]);
    if (step.done) return given;
    given.push(step.value);
    if (given.length >= most) return given;
  }
}

const rowsOf = (store: MemoryStore) =>
  store.runs.get("import-42")?.rows ?? new Map<string, never>();
const statesOf = (store: MemoryStore) => {
  const states: Record<string, number> = {};
  for (const { state } of rowsOf(store).values()) states[state] = (states[state] ?? 0) + 1;
  return states;
};
const never = new Promise<void>(() => undefined);

describe("in one process", () => {
  it("keeps what became of each input", async () => {
    const [server, store] = [serviceOf(), memoryStore()];
    const run = runOf(server, store, rows(25));
    const outcomes = [];
    for await (const outcome of run) outcomes.push(outcome);
    expect(kindsOf(outcomes)).toEqual({ ok: 25 });
    const summary = await run.summary;
    expect(summary).toMatchObject({ read: 25, ok: 25, skipped: 0, ended: "complete" });
    const account = { ok: 25, failed: 0, unknown: 0, open: 0, failedBy: {} };
    expect(await journalOf(store).account("import-42")).toEqual(account);
    expect(statesOf(store)).toEqual({ seen: 25 });
  });

  it("has an intent on disk before a byte leaves, and an outcome before it is given", async () => {
    const [server, store] = [serviceOf(), memoryStore()];
    server.before = (ns) => {
      for (const n of ns) expect(rowsOf(store).get(`r${n}`)?.state).toBe("sent");
      return undefined;
    };
    for await (const { key } of runOf(server, store, rows(30)))
      expect(rowsOf(store).get(key)?.state).toBe("done");
    expect(server.applied).toHaveLength(30);
  });

  it("writes no intents of reads", async () => {
    const [server, store] = [serviceOf(), memoryStore()];
    const read = endpoint<Rows>({ ...base, kind: "read" });
    await runOf(server, store, rows(30), { target: read }).drain();
    expect(store.writes.flatMap(({ put }) => put).every(({ state }) => state === "seen")).toBe(
      true,
    );
  });

  it("writes outcomes together, and acknowledgements with what is written next", async () => {
    const [server, store] = [serviceOf(), memoryStore()];
    for await (const _ of runOf(server, store, rows(100), { concurrency: 1 }));
    // An intent and an outcome for each request, and the last acknowledgements.
    expect(store.writes.length).toBeLessThanOrEqual(21);
  });

  it("looks up the inputs of a request together", async () => {
    const [server, store] = [serviceOf(), memoryStore()];
    let finds = 0;
    store.hook = (call, when) => {
      if (call === "find" && when === "before") finds++;
    };
    for await (const _ of runOf(server, store, rows(1000)));
    expect(server.requests).toHaveLength(100);
    expect(finds).toBeLessThan(150);
  });

  it("looks up what a slow source has given, and sends it, though a request is on its way", async () => {
    const [server, store] = [serviceOf(), memoryStore()];
    const sent: (() => void)[] = [];
    const [first, second] = [0, 1].map((i) => new Promise<void>((resolve) => (sent[i] = resolve)));
    const answer = server.fetch;
    server.fetch = async (request) => {
      const reply = await answer(request);
      sent[server.requests.length - 1]?.();
      await second; // the first one is on its way until the second one is
      return reply;
    };
    async function* source() {
      yield* rows(10);
      await first;
      yield* rows(1, 10);
      await second;
    }
    const summary = await runOf(server, store, source(), { flushInterval: 20 }).drain();
    expect([summary.ok, server.requests.map(({ ns }) => ns.length)]).toEqual([11, [10, 1]]);
  });

  it("takes an intent away while it waits, if nothing was done", async () => {
    const [server, store] = [serviceOf(), memoryStore()];
    const states: unknown[] = [];
    let first = true;
    server.before = () => {
      if (!first) {
        states.push(statesOf(store));
        return undefined;
      }
      first = false;
      return Response.json({}, { status: 429, headers: { "retry-after": "60" } });
    };
    const run = runOf(server, store, rows(10), { concurrency: 1 });
    const drops = () => store.writes.flatMap(({ drop }) => drop).length;
    await run.drain();
    expect(drops()).toBe(10);
    expect(states).toEqual([{ sent: 10 }]);
  });

  it("leaves an intent that an earlier request may have made true", async () => {
    const [server, store] = [serviceOf(), memoryStore()];
    let n = 0;
    server.after = () => (++n === 1 ? Response.json({}, { status: 503 }) : undefined);
    server.before = () => (n === 1 ? (n++, Response.json({}, { status: 429 })) : undefined);
    await runOf(server, store, rows(10), { target: update, concurrency: 1 }).drain();
    expect(store.writes.flatMap(({ drop }) => drop)).toEqual([]);
  });

  it("refuses what shares a key, and keeps the record of the first", async () => {
    const [server, store] = [serviceOf(), memoryStore()];
    const twins = [...rows(15), ...rows(15).map((row) => ({ ...row, n: row.n + 100 }))];
    const outcomes = await runOf(server, store, twins).collect();
    expect(kindsOf(outcomes)).toEqual({ ok: 15, failed: 15 });
    const failed = outcomes.filter(({ kind }) => kind === "failed");
    expect(
      failed.every((each) => each.kind === "failed" && each.error.category === "duplicate"),
    ).toBe(true);
    expect(server.applied.sort((a, b) => a - b)).toEqual(rows(15).map(({ n }) => n));
    expect(await journalOf(store).account("import-42")).toMatchObject({ ok: 15, failed: 0 });
  });

  it("refuses what shares a key, though its look-up is older than the record", async () => {
    const [server, store] = [serviceOf(), memoryStore()];
    const turns = async (count: number) => {
      for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
    };
    let finds = 0;
    store.hook = async (call, when) => {
      // The first look-up lasts until the second input has come, and the second one until the first is done.
      if (call === "write" && when === "before") await turns(2);
      if (call !== "find" || when !== "after") return;
      if (++finds === 1) return turns(5);
      while (statesOf(store)["done"] !== 1) await turns(1);
      await turns(20);
    };
    const source = slowly([...rows(1), ...rows(1)]);
    const outcomes = await runOf(server, store, source, { chunkSize: 1 }).collect();
    expect(kindsOf(outcomes)).toEqual({ ok: 1, failed: 1 });
    expect(server.applied).toHaveLength(1);
  });

  it.each([
    ["no keys", { key: undefined }],
    ["no name", { run: "" }],
    ["inputs that are superseded", { duplicates: "last" as const }],
  ])("is a TypeError with %s", (_, options) => {
    const wrong = options as Options;
    expect(() => runOf(serviceOf(), memoryStore(), rows(1), wrong)).toThrow(TypeError);
  });

  it("keeps what is refused before sending", async () => {
    const [server, store] = [serviceOf(), memoryStore()];
    const source = rows(3).map((row) => (row.n === 1 ? { ...row, n: NaN } : row));
    await runOf(server, store, source).drain();
    const failedBy = { invalid: 1 };
    expect(await journalOf(store).account("import-42")).toMatchObject({
      ok: 2,
      failed: 1,
      failedBy,
    });
  });

  it("has taken an intent away before it says that nothing was sent", async () => {
    const [server, store] = [serviceOf(), memoryStore()];
    server.before = () => Response.json({}, { status: 429, headers: { "retry-after": "3600" } });
    store.hook = () => new Promise((resolve) => setImmediate(resolve));
    for await (const { kind, key } of runOf(server, store, rows(10))) {
      expect(kind).toBe("notSent");
      expect(rowsOf(store).has(key)).toBe(false);
    }
  });

  it("gives what was not sent, and keeps nothing of it", async () => {
    const [server, store] = [serviceOf(), memoryStore()];
    const budget = { requests: 1 };
    const run = runOf(server, store, rows(50), { budget });
    const summary = await run.drain();
    expect(summary).toMatchObject({ ok: 10, ended: "budget" });
    expect(statesOf(store)).toEqual({ seen: 10 });
    balanced(summary);
    await runOf(server, store, rows(50)).drain();
    expect(server.applied.sort((a, b) => a - b)).toEqual(rows(50).map(({ n }) => n));
  });
});

describe("the next process", () => {
  it("skips what the consumer has had, whatever it wants of the rest", async () => {
    for (const order of ["source", "completion"] as const) {
      const [server, store] = [serviceOf(), memoryStore()];
      await runOf(server, store, rows(25)).drain();
      const run = runOf(server, store, rows(30), { order });
      const outcomes = await run.collect();
      expect(outcomes.map(({ key }) => key)).toEqual(["r25", "r26", "r27", "r28", "r29"]);
      expect(await run.summary).toMatchObject({ read: 30, skipped: 25, ok: 5, inFlight: 0 });
      expect(server.applied).toHaveLength(30);
    }
  });

  it("gives again what the consumer may not have had", async () => {
    const [server, store] = [serviceOf(), memoryStore()];
    const first = await consume(runOf(server, store, rows(30), { concurrency: 1 }), never, 15);
    expect(kindsOf(first)).toEqual({ ok: 15 });
    // The process is gone.
    const second = runOf(server, store, rows(30));
    const outcomes = await second.collect();
    const again = outcomes.filter(({ replayed }) => replayed);
    expect(again.length).toBeGreaterThan(0);
    for (const outcome of again)
      expect(outcome).toMatchObject({ kind: "ok", result: { id: outcome.key } });
    balanced(await second.summary);
    expect(server.applied).toHaveLength(30);
  });

  it("gives the same to `collect`, which acknowledges nothing", async () => {
    const [server, store] = [serviceOf(), memoryStore()];
    const one = await runOf(server, store, rows(25)).collect();
    const two = await runOf(server, store, rows(25)).collect();
    expect(two).toEqual(one.map((each) => ({ ...each, replayed: true })));
  });

  it("gives a group again that was not done with", async () => {
    const [server, store] = [serviceOf(), memoryStore()];
    for await (const group of runOf(server, store, rows(30)).batches(10)) {
      expect(group).toHaveLength(10);
      if (rowsOf(store).size >= 20) break;
    }
    const states = statesOf(store);
    expect(states["done"]).toBeGreaterThanOrEqual(10);
    const again = await runOf(server, store, rows(30)).collect();
    expect(kindsOf(again)["ok again"]).toBe(states["done"]);
  });

  it("gives the group again that the consumer left the loop in", async () => {
    const [server, store] = [serviceOf(), memoryStore()];
    const groups: (readonly { readonly key: string }[])[] = [];
    for await (const group of runOf(server, store, rows(30)).batches(10))
      if (groups.push(group) === 2) break;
    const again = await runOf(server, store, rows(30)).collect();
    const replayed = again.filter((each) => each.replayed).map(({ key }) => key);
    const [first = [], last = []] = groups.map((group) => group.map(({ key }) => key));
    expect(replayed).toEqual(expect.arrayContaining(last));
    expect(replayed.filter((key) => first.includes(key))).toEqual([]);
  });

  const points = [
    ["before an intent is on disk", "before", "sent", { ok: 10 }, { ok: 10 }, false],
    ["after it is", "after", "sent", { unknown: 10 }, { ok: 10 }, false],
    ["before an outcome is on disk", "before", "done", { unknown: 10 }, { ok: 10 }, true],
    ["after it is", "after", "done", { "ok again": 10 }, { "ok again": 10 }, true],
  ] as const;
  describe.each([
    ["creates", create],
    ["updates", update],
  ] as const)("%s", (name, target) => {
    it.each(points)(
      "after a death %s (%s, %s)",
      async (_, when, state, created, updated, applied) => {
        const [server, store] = [serviceOf(), memoryStore()];
        const died = diesAtWrite(store, when, state);
        const given = await consume(runOf(server, store, rows(10), { target }), died);
        expect(given).toEqual([]);
        expect(server.applied).toHaveLength(applied ? 10 : 0);
        store.hook = () => undefined;
        const run = runOf(server, store, rows(10), { target });
        expect(kindsOf(await run.collect())).toEqual(name === "creates" ? created : updated);
        balanced(await run.summary);
        if (name === "creates") expect(new Set(server.applied).size).toBe(server.applied.length);
        const account = await journalOf(store).account("import-42");
        expect(account.ok + account.failed + account.unknown).toBe(10);
        expect(account.open).toBe(0);
      },
    );
  });

  it("refuses another input under the same key, before sending", async () => {
    const [server, store] = [serviceOf(), memoryStore()];
    await runOf(server, store, rows(10)).drain();
    const changed = rows(10).map((row) => ({ ...row, n: row.n + (row.n < 5 ? 100 : 0) }));
    const outcomes = await runOf(server, store, changed).collect();
    expect(kindsOf(outcomes)).toEqual({ failed: 5 });
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ error: { category: "changed" } });
    expect(server.applied).toHaveLength(10);
    expect(await journalOf(store).account("import-42")).toMatchObject({ ok: 10, failed: 0 });
  });

  it("takes the order of members for no change", async () => {
    const [server, store] = [serviceOf(), memoryStore()];
    await runOf(server, store, rows(10)).drain();
    const turned = rows(10).map(({ id, n }) => ({ n, id }));
    expect(await runOf(server, store, turned).drain()).toMatchObject({ skipped: 10 });
  });

  it("must have the same endpoint and parameters", async () => {
    const [server, store] = [serviceOf(), memoryStore()];
    await runOf(server, store, rows(1)).drain();
    const run = runOf(server, store, rows(1), { target: update });
    await expect(run.drain()).rejects.toMatchObject({ name: "JournalError", taken: false });
    await expect(run.summary).rejects.toMatchObject({ name: "JournalError" });
  });
});

describe("again", () => {
  it("sends what failed, as it is now", async () => {
    const [server, store] = [serviceOf(), memoryStore()];
    const refused = (ns: number[]) => ns.some((n) => n < 0);
    server.before = (ns) =>
      refused(ns) ? Response.json({ category: "BAD", message: "no" }, { status: 422 }) : undefined;
    const source = rows(4).map((row) => (row.n === 2 ? { ...row, n: -2 } : row));
    await runOf(server, store, source, { chunkSize: 1 }).drain();
    expect(await journalOf(store).account("import-42")).toMatchObject({
      ok: 3,
      failedBy: { BAD: 1 },
    });
    const entries = [];
    for await (const entry of journalOf(store).records("import-42", ["failed"]))
      entries.push(entry);
    expect(entries).toMatchObject([
      {
        run: "import-42",
        key: "r2",
        kind: "failed",
        outcome: { at: "request", error: { category: "BAD" } },
      },
    ]);
    const second = await runOf(server, store, rows(4), { again: ["failed"] }).drain();
    expect(second).toMatchObject({ skipped: 3, ok: 1 });
    expect(server.applied).toHaveLength(4);
    expect(await journalOf(store).account("import-42")).toMatchObject({ ok: 4, failed: 0 });
  });

  it("sends what is unknown only if that does no harm", async () => {
    for (const target of [create, update]) {
      const [server, store] = [serviceOf(), memoryStore()];
      server.after = () => new Response(null, { status: 503 });
      expect(await runOf(server, store, rows(10), { target }).drain()).toMatchObject({
        unknown: 10,
      });
      const sent = server.requests.length;
      server.after = () => undefined;
      const second = await runOf(server, store, rows(10), { target, again: ["unknown"] }).drain();
      if (target === update) expect(second).toMatchObject({ ok: 10 });
      else expect(second).toMatchObject({ skipped: 10 });
      expect(server.requests.length - sent).toBe(target === update ? 1 : 0);
    }
  });
});

describe("two processes", () => {
  it("whoever opens a run last has it, and the other sends nothing more", async () => {
    const [server, store] = [serviceOf(), memoryStore()];
    const first = runOf(server, store, rows(60), { concurrency: 1 });
    const given = await consume(first, never, 5);
    const sent = server.requests.length;
    await runOf(server, store, rows(60)).drain();
    const rest = (async () => {
      for await (const _ of first.batches(1));
    })();
    await expect(rest).rejects.toThrow(TypeError);
    expect(given).toHaveLength(5);
    expect(sent).toBeLessThan(6);
    await expect(first.summary).rejects.toMatchObject({ name: "JournalError", taken: true });
    expect(server.applied.sort((a, b) => a - b)).toEqual(rows(60).map(({ n }) => n));
  });

  describe("with timers of the platform", () => {
    afterEach(() => vi.useRealTimers());

    type Run = ReturnType<typeof runOf>;
    const ends: Readonly<Record<string, (run: Run, store: MemoryStore) => Promise<unknown>>> = {
      "is complete": (run) => run.drain(),
      "is left by its consumer": async (run) => {
        for await (const { index } of run) if (index === 20) break;
      },
      "has lost its store": (run, store) => {
        let writes = 0;
        store.hook = (call) =>
          call === "write" && writes++ > 0 ? Promise.reject(new Error("gone")) : undefined;
        return run.drain();
      },
      "is taken": async (run, store) => {
        for await (const { index } of run)
          if (index === 5) await runOf(serviceOf(), store, rows(60)).drain();
      },
    };
    it.each(Object.entries(ends))("a run that %s keeps no process from its end", async (_, end) => {
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      const [server, store] = [serviceOf(), memoryStore()];
      await end(runOf(server, store, rows(60)), store).catch(() => undefined);
      expect(server.requests.length + store.recordsOf("import-42").length).toBeGreaterThan(0);
      expect(vi.getTimerCount()).toBe(0);
    });

    it("who waits for a reply is told within three seconds", async () => {
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      const [server, store] = [serviceOf(), memoryStore()];
      const silent = { ...server, fetch: () => new Promise<Response>(() => undefined) };
      const first = runOf(silent, store, rows(10)).drain();
      const end = first.then(
        () => undefined,
        (error: unknown) => error,
      );
      await vi.waitUntil(() => store.recordsOf("import-42").length === 10);
      await runOf(server, store, rows(10, 10)).drain();
      await vi.advanceTimersByTimeAsync(3000);
      expect(await end).toMatchObject({ name: "JournalError", taken: true });
    });

    it("who waits for the source is told within three seconds", async () => {
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      const [server, store] = [serviceOf(), memoryStore()];
      async function* source() {
        yield* rows(10);
        await new Promise(() => {}); // nothing more comes
      }
      const outcomes: unknown[] = [];
      const first = (async () => {
        for await (const outcome of runOf(server, store, source())) outcomes.push(outcome);
      })();
      const end = first.then(
        () => undefined,
        (error: unknown) => error,
      );
      await vi.waitUntil(() => outcomes.length === 10);
      await runOf(server, store, rows(10)).drain();
      await vi.advanceTimersByTimeAsync(3000);
      expect(await end).toMatchObject({ name: "JournalError", taken: true });
    });

    it.each(["within three seconds", "before it asks"])(
      "who waits for a look-up is told %s",
      async (when) => {
        vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
        const [server, store] = [serviceOf(), memoryStore()];
        server.after = () => new Response(null, { status: 503 });
        const reconcile = vi.fn(() => Promise.resolve([]));
        let due: (() => void) | undefined;
        const inner = virtualClock();
        const clock: Clock = {
          ...inner,
          async sleep(ms, signal) {
            if (ms > 100_000) await new Promise<void>((resolve) => (due = resolve));
            return inner.sleep(ms, signal);
          },
        };
        const first = runOf(server, store, rows(10), { clock, reconcile }).drain();
        const end = first.then(
          () => undefined,
          (error: unknown) => error,
        );
        await vi.waitUntil(() => due);
        await runOf(server, store, rows(10, 10)).drain();
        if (when === "before it asks") due?.();
        else await vi.advanceTimersByTimeAsync(3000);
        expect(await end).toMatchObject({ name: "JournalError", taken: true });
        expect(reconcile).not.toHaveBeenCalled();
      },
    );
  });
});

describe("a store that fails", () => {
  it("is asked again, and nothing is sent meanwhile", async () => {
    const [server, store] = [serviceOf(), memoryStore()];
    let n = 0;
    store.hook = () => (++n % 3 === 1 ? Promise.reject(new Error("restarting")) : undefined);
    expect(await runOf(server, store, rows(30)).drain()).toMatchObject({ ok: 30 });
    expect(server.applied).toHaveLength(30);
  });

  it("ends a run that has stopped already", async () => {
    const [server, store] = [serviceOf(), memoryStore()];
    store.hook = (call) =>
      call === "write" && server.requests.length ? Promise.reject(new Error("gone")) : undefined;
    const run = runOf(server, store, rows(30), { budget: { requests: 1 } });
    await expect(run.drain()).rejects.toMatchObject({ name: "JournalError", taken: false });
  });

  it.each(["open", "find", "write"])("ends the run after two minutes of no `%s`", async (dead) => {
    const [server, store] = [serviceOf(), memoryStore()];
    store.hook = (call) => (call === dead ? Promise.reject(new Error("gone")) : undefined);
    const run = runOf(server, store, rows(30));
    await expect(run.drain()).rejects.toMatchObject({
      name: "JournalError",
      taken: false,
      cause: { message: "gone" },
    });
    expect(server.requests).toEqual([]);
    await expect(run.summary).rejects.toThrow("does not answer");
  });
});

describe("creates with an idempotency key", () => {
  /** A process that has sent, and died before it knew. */
  async function dead(target: Rows) {
    const [server, store] = [serviceOf(), memoryStore()];
    await consume(runOf(server, store, rows(10), { target }), diesAtWrite(store, "before", "done"));
    store.hook = () => undefined;
    expect(server.requests).toHaveLength(1);
    return { server, store };
  }

  it("go again together, under the same key", async () => {
    const target = keyed({ validMs: 60_000 });
    const { server, store } = await dead(target);
    store.now += 59_000;
    const more = [...rows(5, 10), ...rows(10), ...rows(5, 15)];
    const outcomes = await runOf(server, store, more, { target }).collect();
    expect(kindsOf(outcomes)).toEqual({ ok: 20 });
    expect(server.requests.filter(({ key }) => key === server.requests[0]?.key)).toHaveLength(2);
    expect(server.applied.sort((a, b) => a - b)).toEqual(rows(20).map(({ n }) => n));
  });
  it("do not when the service may have forgotten it", async () => {
    const target = keyed({ validMs: 60_000 });
    const { server, store } = await dead(target);
    store.now += 61_000;
    store.writes.length = 0;
    expect(await runOf(server, store, rows(10), { target }).drain()).toMatchObject({ unknown: 10 });
    expect(server.requests).toHaveLength(1);
    // It is not even tried.
    expect(store.writes.flatMap(({ put }) => put).filter(({ state }) => state === "sent")).toEqual(
      [],
    );
  });
  it("do not when the service may forget it before an older process wakes", async () => {
    const target = keyed({ validMs: 20_000 });
    const [server, store] = [serviceOf(), memoryStore()];
    const inner = virtualClock();
    let stoodMs = 0;
    const clock: Clock = { ...inner, now: () => inner.now() + stoodMs };
    let wake = () => {};
    const standsStill = new Promise<void>((intended) => {
      store.hook = (call, when) => {
        if (call !== "write" || when !== "after") return undefined;
        intended();
        return new Promise<void>((resolve) => (wake = resolve));
      };
    });
    const older = runOf(server, store, rows(10), { target, clock }).drain();
    await standsStill;
    store.hook = () => undefined;
    const newer = await runOf(server, store, rows(10), { target }).drain();
    stoodMs = 29_000;
    server.seenKeys.clear();
    wake();
    await expect(older).rejects.toMatchObject({ name: "JournalError", taken: true });
    expect(newer).toMatchObject({ unknown: 10 });
    expect(server.applied).toHaveLength(10);
  });
  it.each([
    ["to say how old it is", "find"],
    ["to take their intents", "write"],
  ])("do not if the journal, or their own process, was slow %s", async (_, slow) => {
    const target = keyed({ validMs: 60_000 });
    const { server, store } = await dead(target);
    const inner = virtualClock();
    let late = 0;
    store.hook = (call, when) => {
      if (call === slow && when === "after") late = 61_000;
    };
    const clock: Clock = { ...inner, now: () => inner.now() + late };
    const run = runOf(server, store, rows(10), { target, clock });
    expect(await run.drain()).toMatchObject({ unknown: 10 });
    expect(server.requests).toHaveLength(1);
    expect(await journalOf(store).account("import-42")).toMatchObject({ unknown: 10, open: 0 });
  });
  it.each([
    ["without one of them", rows(9)],
    ["in another order", rows(10).reverse()],
  ])("do not %s", async (_, source) => {
    const { server, store } = await dead(keyed());
    const run = runOf(server, store, source, { target: keyed() });
    expect(await run.drain()).toMatchObject({ unknown: source.length });
    expect(server.requests).toHaveLength(1);
  });
  it("do not when the service may have forgotten it while they waited", async () => {
    const [server, store] = [serviceOf(), memoryStore()];
    server.after = () => Response.json({}, { status: 503 });
    server.before = () => {
      if (server.requests.length < 2) return undefined;
      server.seenKeys.clear();
      return Response.json({}, { status: 429, headers: { "retry-after": "61" } });
    };
    const run = runOf(server, store, rows(10), { target: keyed({ validMs: 60_000 }) });
    expect(await run.drain()).toMatchObject({ unknown: 10 });
    expect([server.requests.length, server.applied.length]).toEqual([2, 10]);
  });
  it.each([
    ["are too many for one request", Response.json({}, { status: 413 })],
    ["are told of in part", Response.json({ results: rows(4) }, { status: 503 })],
  ])("do not in a part that has another one, if they %s", async (_, reply) => {
    const [server, store] = [serviceOf(), memoryStore()];
    server.after = () => Response.json({}, { status: 503 });
    server.before = () => (server.requests.length === 2 ? reply : undefined);
    const { ok, unknown } = await runOf(server, store, rows(10), { target: keyed() }).drain();
    expect(ok + unknown).toBe(10);
    expect([server.requests.length, server.applied.length]).toEqual([2, 10]);
  });
  it("have the keys of their first sends, if each has its own", async () => {
    const retry = { key: { in: "item", name: "/idem" } } as const;
    const target = endpoint<Rows>({ ...base, retry }, { makeKey });
    const [server, store] = [serviceOf(), memoryStore()];
    for (const count of [5, 10, 10]) {
      const died = diesAtWrite(store, "before", "done");
      await consume(runOf(server, store, rows(count), { target }), died);
      store.hook = () => undefined;
    }
    const [first, second, third] = server.requests.map(({ idems }) => idems);
    expect(second?.slice(0, 5)).toEqual(first);
    expect(third).toEqual(second);
    expect(new Set(third).size).toBe(10);
  });
  it("have another key when they are sent anew", async () => {
    const [server, store] = [serviceOf(), memoryStore()];
    const target = keyed();
    server.before = () => Response.json({ message: "no" }, { status: 422 });
    await runOf(server, store, rows(10), { target }).drain();
    server.before = () => undefined;
    await runOf(server, store, rows(10), { target, again: ["failed"] }).drain();
    expect(new Set(server.requests.map(({ key }) => key)).size).toBe(2);
    expect(server.applied).toHaveLength(10);
  });
});

describe("reconcile", () => {
  it("says what became of lost creates, when no request can be on its way", async () => {
    const [server, store] = [serviceOf(), memoryStore()];
    await consume(runOf(server, store, rows(10)), diesAtWrite(store, "after", "sent"));
    store.hook = () => undefined;
    store.now += 50_000;
    const clock = virtualClock();
    let calledAt = 0;
    const run = runOf(server, store, rows(10), {
      clock,
      reconcile(lost) {
        calledAt = clock.now();
        const verdictOf = (row: Row) =>
          row.n < 4 ? { found: { id: "found", n: row.n } } : row.n < 7 ? "absent" : "undecided";
        return Promise.resolve(lost.map(({ input }) => verdictOf(input)));
      },
    });
    const outcomes = await run.collect();
    expect(kindsOf(outcomes)).toEqual({ ok: 7, unknown: 3 });
    expect(outcomes[0]).toMatchObject({ kind: "ok", result: { id: "found" } });
    expect(server.applied.sort()).toEqual([4, 5, 6]);
    // 30 s, and the timeout of 120 s, of which 50 s have gone by.
    expect(calledAt).toBeGreaterThanOrEqual(100_000);
    expect(calledAt).toBeLessThan(101_000);
    const again = await runOf(server, store, rows(10)).collect();
    expect(kindsOf(again)).toEqual({ "ok again": 7, "unknown again": 3 });
    expect(again[0]).toMatchObject({ result: { id: "found" } });
  });
  it("is asked about at most 100 at once, and each verdict is that of its input", async () => {
    const [server, store] = [serviceOf(), memoryStore()];
    const options = { target: endpoint<Rows>({ ...base, limit: { items: 250 } }), chunkSize: 250 };
    const dies = diesAtWrite(store, "after", "sent");
    await consume(runOf(server, store, rows(250), options), dies);
    store.hook = () => undefined;
    const asked: number[] = [];
    const run = runOf(server, store, rows(250), {
      ...options,
      reconcile(lost) {
        asked.push(lost.length);
        const verdictOf = ({ n }: Row) =>
          n % 3 === 0 ? { found: { id: "found", n } } : n % 3 === 1 ? "absent" : "undecided";
        return Promise.resolve(lost.map(({ input }) => verdictOf(input)));
      },
    });
    const outcomes = await run.collect();
    expect(asked).toEqual([100, 100, 50]);
    expect(server.applied.sort((a, b) => a - b)).toEqual(
      rows(250).flatMap(({ n }) => (n % 3 === 1 ? [n] : [])),
    );
    const told = outcomes.map(({ index, kind }) => [index, kind] as const);
    expect(told.sort(([a], [b]) => a - b)).toEqual(
      rows(250).map(({ n }) => [n, n % 3 === 2 ? "unknown" : "ok"]),
    );
    for (const one of outcomes) if (one.kind === "ok") expect(one.result?.n).toBe(one.index);
  });
  it("is asked about those of its own process, too", async () => {
    const [server, store] = [serviceOf(), memoryStore()];
    server.after = () => new Response(null, { status: 503 });
    const run = runOf(server, store, rows(10), {
      reconcile: (lost) => Promise.resolve(lost.map(({ input }) => ({ found: input }))),
    });
    expect(await run.drain()).toMatchObject({ ok: 10, read: 10 });
    expect(server.requests).toHaveLength(1);
  });
  it.each([
    ["throws", () => Promise.reject(new Error("no"))],
    ["answers too little", () => Promise.resolve(["absent" as const])],
  ])("leaves them unknown if it %s", async (_, reconcile) => {
    const [server, store] = [serviceOf(), memoryStore()];
    server.after = () => new Response(null, { status: 503 });
    const run = runOf(server, store, rows(10), { reconcile });
    expect(await run.drain()).toMatchObject({ unknown: 10 });
    expect(server.applied).toHaveLength(10);
  });
  it("is asked about what is unknown, with `again`", async () => {
    const [server, store] = [serviceOf(), memoryStore()];
    server.after = () => new Response(null, { status: 503 });
    await runOf(server, store, rows(10)).drain();
    const run = runOf(server, store, rows(10), {
      again: ["unknown"],
      reconcile: (lost) => Promise.resolve(lost.map(({ input }) => ({ found: input }))),
    });
    expect(await run.drain()).toMatchObject({ ok: 10 });
    expect(await journalOf(store).account("import-42")).toMatchObject({ ok: 10, unknown: 0 });
  });
});

describe("a process that stood still", () => {
  it.each([true, false])("asks before it sends (taken over meanwhile: %s)", async (isTaken) => {
    const [server, store] = [serviceOf(), memoryStore()];
    const inner = virtualClock();
    let skew = 0;
    const clock: Clock = { ...inner, now: () => inner.now() + skew };
    store.hook = (call, when, changes) => {
      if (call !== "write" || when !== "after" || skew || !changes?.put.length) return undefined;
      skew = 31_000;
      const kept = store.runs.get("import-42");
      if (isTaken && kept) kept.epoch++;
      return undefined;
    };
    const run = runOf(server, store, rows(10), { clock });
    if (isTaken) {
      await expect(run.drain()).rejects.toMatchObject({ name: "JournalError", taken: true });
      expect(server.requests).toEqual([]);
    } else {
      expect(await run.drain()).toMatchObject({ ok: 10 });
      expect(
        store.writes.flatMap(({ put }) => put).filter((one) => one.state === "sent"),
      ).toHaveLength(20);
    }
  });
});

const RUNS = Number(process.env["RUNS"] ?? 1000);

describe("over all lives together", () => {
  const targets = { create, update, keyed: keyed({ validMs: 86_400_000 }) };
  const given = fc.record({
    name: fc.constantFrom<(keyof typeof targets)[]>("create", "update", "keyed"),
    count: fc.integer({ min: 1, max: 40 }),
    chunkSize: fc.integer({ min: 1, max: 10 }),
    concurrency: fc.integer({ min: 1, max: 4 }),
    order: fc.constantFrom<("completion" | "source")[]>("completion", "source"),
    deaths: fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 4 }),
    seed: fc.integer({ min: 1, max: 1_000_000 }),
  });
  const reply = (status: number) => Response.json({ message: "no" }, { status });

  it("each input has one outcome, and it is true", { timeout: 300_000 }, () =>
    fc.assert(
      fc.asyncProperty(given, async ({ name, count, deaths, seed, ...options }) => {
        const [server, store, random] = [serviceOf(), memoryStore(), seeded(seed)];
        const target = targets[name];
        server.before = () => {
          const n = random();
          return n < 0.1 ? reply(429) : n < 0.15 ? reply(503) : n < 0.2 ? reply(422) : undefined;
        };
        server.after = () => (random() < 0.1 ? reply(503) : undefined);
        const kinds = new Map<string, Set<string>>();
        const live = async (died: Promise<void>) => {
          const run = runOf(server, store, rows(count), { target, ...options });
          for (const { key, kind } of await consume(run, died))
            kinds.set(key, (kinds.get(key) ?? new Set()).add(kind));
          return { run };
        };
        for (const death of deaths) {
          let [n, dead] = [0, false];
          await live(
            new Promise((resolve) => {
              store.hook = () => {
                if (n++ < death && !dead) return undefined;
                dead = true;
                resolve();
                return new Promise(() => undefined);
              };
            }),
          );
        }
        store.hook = () => undefined;
        const { run } = await live(never);
        const summary = await run.summary;
        balanced(summary);
        const times = (n: number) => server.applied.filter((one) => one === n).length;
        for (const { id, n } of rows(count)) {
          const all = [...(kinds.get(id) ?? [])].filter((kind) => kind !== "notSent");
          expect(all.length).toBeLessThanOrEqual(1);
          if (all[0] === "ok") expect(times(n)).toBeGreaterThan(0);
          if (all[0] === "failed") expect(times(n)).toBe(0);
          if (name !== "update") expect(times(n)).toBeLessThanOrEqual(1);
        }
        expect(kinds.size).toBe(count);
        const account = await journalOf(store).account("import-42");
        expect(account.ok + account.failed + account.unknown + summary.notSent).toBe(count);
        expect(account.open).toBe(0);
      }),
      { numRuns: Math.ceil(RUNS / 10) },
    ),
  );
});

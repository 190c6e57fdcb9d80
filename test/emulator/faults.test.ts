/** Each fault over HTTP: what the caller sees, and what was applied all the same. */
import { describe, expect, test } from "vitest";
import type { Fault } from "../../generator/emulator/emulate.js";
import { parseFaults } from "../../generator/emulator/faults/file.js";
import { presets } from "../../generator/emulator/faults/plan.js";
import { faultNames } from "../../generator/emulator/faults/plan.js";
import { emulateSpecs, fakeClock, ids, send } from "./start.js";

const notes = "/crm/v3/objects/notes/batch/update";
const inputs = (count: number) =>
  ids(count).map((id) => ({ id, properties: {}, objectWriteTraceId: `k${id}` }));

/** What one request under one fault gives: the reply, or the error of `fetch`, and how much was applied. */
async function meet(fault: Fault, count = 10) {
  const { clock, slept } = fakeClock();
  const { post, emulator } = await emulateSpecs({ clock, faults: [fault] });
  const outcome = await post(notes, { inputs: inputs(count) }).then(
    (reply) => ({ reply, error: undefined }),
    (error: unknown) => ({ reply: undefined, error }),
  );
  const stats = emulator.stats();
  return {
    ...outcome,
    slept,
    applied: stats.applied,
    faults: stats.endpoints["notes.update"]?.faults,
  };
}

test.each<[string, Fault, number, number]>([
  ["a 503 before", { fault: "status" }, 503, 0],
  ["a 504 after", { fault: "status", status: 504, when: "after" }, 504, 10],
  ["an HTML 502 before", { fault: "html" }, 502, 0],
  ["an HTML 502 after", { fault: "html", when: "after" }, 502, 10],
  ["an empty 200", { fault: "empty" }, 200, 10],
  ["an undeclared 2xx", { fault: "undeclared" }, 299, 10],
  ["another undeclared 2xx", { fault: "undeclared", status: 203 }, 203, 10],
  ["a locked record", { fault: "status", status: 423 }, 423, 0],
])("%s", async (_name, fault, status, applied) => {
  const met = await meet(fault);
  expect(met.reply?.status).toBe(status);
  expect(met.applied).toBe(applied);
  expect(met.faults).toEqual({ [fault.fault]: 1 });
});

test("what the replies look like", async () => {
  expect((await meet({ fault: "status" })).reply?.body).toMatchObject({
    message: expect.any(String),
    correlationId: expect.any(String),
  });
  const { reply } = await meet({ fault: "html" });
  expect(reply?.headers.get("content-type")).toBe("text/html");
  expect((await meet({ fault: "empty" })).reply?.text).toBe("");
  expect((await meet({ fault: "undeclared" })).reply?.body.results).toHaveLength(10);
  const moved = await meet({ fault: "status", status: 477, retryAfter: 3 });
  expect(moved.reply?.headers.get("retry-after")).toBe("3");
});

test("a 429 that was asked for has the policy of the document", async () => {
  const { reply } = await meet({ fault: "status", status: 429 });
  expect(reply?.body.policyName).toBe("TEN_SECONDLY_ROLLING");
});

test("a status of a list is one that x-batch names", async () => {
  const { post } = await emulateSpecs({ faults: [{ fault: "status", status: "rejected" }] });
  const statuses = new Set<number>();
  for (let i = 0; i < 30; i++) statuses.add((await post(notes, { inputs: inputs(1) })).status);
  expect([...statuses].sort()).toEqual([423, 429, 477]);
});

test.each<[string, Fault, number]>([
  ["a reset before", { fault: "reset" }, 0],
  ["a reset after", { fault: "reset", when: "after" }, 10],
  ["a reply that is cut off", { fault: "cutOff" }, 10],
])("%s breaks the connection", async (_name, fault, applied) => {
  const met = await meet(fault);
  expect(met.error).toBeInstanceOf(TypeError);
  expect(met.applied).toBe(applied);
});

test("truncated JSON comes in a whole reply", async () => {
  const { reply, applied } = await meet({ fault: "truncated" });
  expect(reply?.status).toBe(200);
  expect(reply?.text.startsWith("{")).toBe(true);
  expect(reply?.body).toBeUndefined();
  expect(applied).toBe(10);
});

test("a hang applies late, and never answers", async () => {
  let applied: () => void = () => undefined;
  const late = new Promise<void>((resolve) => (applied = resolve));
  const { clock, slept } = fakeClock();
  const { emulator } = await emulateSpecs({
    clock,
    faults: [{ fault: "hang", ms: 70 }],
    onApplied: () => applied(),
  });
  const leave = new AbortController();
  const reply = fetch(emulator.url + notes, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ inputs: inputs(1) }),
    signal: leave.signal,
  });
  await late;
  expect(slept).toEqual([70]);
  const first = await Promise.race([
    reply,
    new Promise((resolve) => setTimeout(resolve, 20, "silence")),
  ]);
  expect(first).toBe("silence");
  leave.abort();
  await expect(reply).rejects.toThrow();
});

test("latency waits, and changes nothing else", async () => {
  const { reply, slept, applied } = await meet({ fault: "latency", ms: 50 });
  expect([reply?.status, applied]).toEqual([200, 10]);
  expect(slept).toHaveLength(1);
  expect(slept[0]).toBeGreaterThanOrEqual(1);
  expect(slept[0]).toBeLessThanOrEqual(50);
});

describe("faults of items", () => {
  test("some fail, each with an entry", async () => {
    const { reply, applied } = await meet({ fault: "itemFailures", share: 0.3 });
    expect(reply?.status).toBe(207);
    expect(reply?.body.results).toHaveLength(7);
    expect(reply?.body.errors).toHaveLength(3);
    expect(reply?.body.numErrors).toBe(3);
    expect(applied).toBe(7);
  });

  test("some fail, with one entry for all of them", async () => {
    const { reply, applied } = await meet({ fault: "groupedErrors", share: 0.3 });
    expect(reply?.body.errors).toHaveLength(1);
    expect(reply?.body.errors[0].context.ids).toHaveLength(3);
    expect(reply?.body.errors[0].context.objectWriteTraceId).toHaveLength(3);
    expect(applied).toBe(7);
  });

  test.each([
    ["after", 10],
    ["before", 7],
  ] as const)("some are not mentioned, %s", async (when, applied) => {
    const met = await meet({ fault: "missing", share: 0.3, when });
    expect(met.reply?.status).toBe(200);
    expect(met.reply?.body.results).toHaveLength(7);
    expect(met.reply?.body.errors).toBeUndefined();
    expect(met.applied).toBe(applied);
  });

  test("the work goes on after the reply", async () => {
    const { reply, applied } = await meet({ fault: "pending" });
    expect(reply?.body).toMatchObject({ status: "PROCESSING", results: [] });
    expect(applied).toBe(10);
  });

  test("what x-batch promises is kept: an archive without a body mentions nobody", async () => {
    const { emulator } = await emulateSpecs({
      faults: [{ fault: "missing", when: "before", share: 1 }],
    });
    await send(emulator, "POST", "/crm/v3/objects/deals/batch/archive", { inputs: [{ id: "1" }] });
    expect(emulator.stats().applied).toBe(1);
  });
});

describe("when", () => {
  const statuses = async (faults: readonly Fault[], path = notes) => {
    const { post } = await emulateSpecs({ faults });
    const found = [];
    for (let i = 0; i < 6; i++) found.push((await post(path, { inputs: inputs(1) })).status);
    return found;
  };

  test("every n-th, so many times, at one endpoint", async () => {
    expect(await statuses([{ fault: "status", every: 3 }])).toEqual([200, 200, 503, 200, 200, 503]);
    expect(await statuses([{ fault: "status", times: 2 }])).toEqual([503, 503, 200, 200, 200, 200]);
    expect(await statuses([{ fault: "status", endpoint: "notes.*" }])).toEqual(Array(6).fill(503));
    expect(await statuses([{ fault: "status", endpoint: "*.create" }])).toEqual(Array(6).fill(200));
    expect(await statuses([{ fault: "status", rate: 0 }])).toEqual(Array(6).fill(200));
  });

  test("of those that end a request the first alone meets it", async () => {
    expect(
      await statuses([{ fault: "status", status: 500, every: 2 }, { fault: "status" }]),
    ).toEqual([503, 500, 503, 500, 503, 500]);
  });

  test("what another one kept from an effect is not used up", async () => {
    const faults = [500, 502].map((status) => ({ fault: "status" as const, status, times: 1 }));
    expect(await statuses(faults)).toEqual([500, 502, 200, 200, 200, 200]);
  });

  test("the same seed gives the same fates, in whatever order requests come", async () => {
    const run = async (order: readonly string[], seed: number) => {
      const { post } = await emulateSpecs({ seed, faults: [{ fault: "status", rate: 0.5 }] });
      const fates = new Map<string, number[]>();
      for (const id of order) {
        const { status } = await post(notes, { inputs: [{ id, properties: {} }] });
        fates.set(id, [...(fates.get(id) ?? []), status]);
      }
      return [...fates].sort(([a], [b]) => Number(a) - Number(b));
    };
    const order = [...ids(20), ...ids(20)];
    const fates = await run(order, 1);
    expect(await run([...order].reverse(), 1)).toEqual(fates);
    expect(await run(order, 2)).not.toEqual(fates);
    // a second send is not met by what met the first
    expect(fates.some(([, [first, second]]) => first !== second)).toBe(true);
  });

  test("a reset of the server begins anew", async () => {
    const { post, emulator } = await emulateSpecs({ faults: [{ fault: "status", times: 1 }] });
    const body = { inputs: inputs(1) };
    const ask = async () => (await post(notes, body)).status;
    expect([await ask(), await ask()]).toEqual([503, 200]);
    emulator.reset();
    expect([await ask(), await ask()]).toEqual([503, 200]);
  });
});

describe("a file of faults", () => {
  test("is a list, or has behaviour beside it; YAML or JSON", () => {
    const faults = [{ fault: "reset", rate: 0.5 }];
    expect(parseFaults("- {fault: reset, rate: 0.5}", "f.yaml")).toMatchObject({
      faults,
      behaviour: {},
      diagnostics: [],
    });
    const both = JSON.stringify({ faults, behaviour: { shuffle: false } });
    expect(parseFaults(both, "f.json")).toMatchObject({
      faults,
      behaviour: { shuffle: false },
      diagnostics: [],
    });
    expect(parseFaults("", "f.yaml")).toMatchObject({ faults: [], diagnostics: [] });
  });

  test.each([
    ["- fault: reset\n  rat: 1\n", 1, 3, 'no member "rat"'],
    ["- fault: resett\n", 1, 10, "is one of"],
    ["faults:\n  - fault: reset\n    rate: 2\n", 3, 11, "must be <= 1"],
    ["- {fault: reset, rate: 1, every: 2}\n", 1, 3, "not both"],
    ["- {fault: status, status: maybe}\n", 1, 27, "a form that is not allowed"],
    ["faults: [\n", 2, 1, "]"],
    ["behaviour: {unique: [email]}\n", 1, 22, "pattern"],
  ])("%j", (text, line, column, message) => {
    const { diagnostics, faults } = parseFaults(text, "f.yaml");
    expect(faults).toEqual([]);
    expect(diagnostics[0]?.location).toMatchObject({ file: "f.yaml", line, column });
    expect(diagnostics.map((one) => one.message).join()).toContain(message);
  });

  test("may name a ready-made plan", () => {
    expect(parseFaults("faults: mild", "f.yaml").faults).toEqual(presets.mild);
    expect(parseFaults("faults: mld", "f.yaml").diagnostics[0]?.message).toContain("is one of");
  });

  test("the ready-made ones are such lists, and harsh has every fault", () => {
    for (const plan of Object.values(presets)) {
      expect(parseFaults(JSON.stringify(plan), "f.json").diagnostics).toEqual([]);
    }
    expect(new Set(presets.harsh.map(({ fault }) => fault))).toEqual(new Set(faultNames));
  });
});

test("closing breaks what hangs, and frees the port", async () => {
  const { emulator } = await emulateSpecs({ faults: [{ fault: "hang", ms: 60_000 }] });
  const reply = send(emulator, "POST", notes, { inputs: inputs(1) });
  const failed = expect(reply).rejects.toThrow();
  await new Promise((resolve) => setTimeout(resolve, 30));
  await emulator.close();
  await failed;
  const again = await emulateSpecs({ port: emulator.port });
  expect(again.emulator.port).toBe(emulator.port);
});

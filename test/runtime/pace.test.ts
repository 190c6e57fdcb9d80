/** How many requests a run sends at once: one more after a success, half as many after a trouble or when replies slow down. */
import { describe, expect, it } from "vitest";
import { endpoint, type Endpoint } from "../../generator/runtime/endpoint/endpoint.js";
import { createPace } from "../../generator/runtime/run/pace.js";
import { update, type Update } from "./endpoints.js";
import { clientFor, virtualClock } from "./kit.js";

/** What happens: a reply that took so many milliseconds, or a throttle. */
type Step = number | "throttle";

/** The requests at once after each step, one a second, each on its way alone. */
function after(top: number, steps: readonly Step[]): readonly number[] {
  const pace = createPace(top);
  return steps.map((step, i) => {
    const now = i * 100_000;
    if (step === "throttle") pace.trouble(now - 10, now);
    else pace.succeed(step, now - step, now);
    return pace.most;
  });
}
const times = (count: number, step: Step): readonly Step[] =>
  Array.from({ length: count }, () => step);

describe("a pace", () => {
  it.each<{ name: string; top: number; steps: readonly Step[]; want: readonly number[] }>([
    { name: "begins at the top", top: 8, steps: [100], want: [8] },
    { name: "is never above the top", top: 4, steps: times(5, 100), want: [4, 4, 4, 4, 4] },
    {
      name: "halves with each throttle, down to 1",
      ...{ top: 8, steps: times(5, "throttle"), want: [4, 2, 1, 1, 1] },
    },
    {
      name: "adds one when as many succeeded as are sent at once",
      top: 8,
      steps: ["throttle", "throttle", ...times(3, 100), ...times(4, 100)],
      want: [4, 2, 2, 2, 3, 3, 3, 4, 4],
    },
    { name: "of one request is one", top: 1, steps: ["throttle", 100], want: [1, 1] },
    {
      name: "does not mind replies that are always slow",
      ...{ top: 4, steps: times(6, 20_000), want: times(6, 4) as number[] },
    },
    {
      name: "does not mind replies that get slower and are quick all the same",
      ...{ top: 4, steps: [10, ...times(6, 400)], want: [4, ...(times(6, 4) as number[])] },
    },
    {
      name: "does not mind one slow reply",
      ...{ top: 4, steps: [100, 4000, 100, 100], want: [4, 4, 4, 4] },
    },
  ])("$name", ({ top, steps, want }) => {
    expect(after(top, steps)).toEqual(want);
  });
  it("halves while replies take ever longer, and comes back", () => {
    const slow = after(8, [100, ...times(30, 10_000)]);
    expect(slow[0]).toBe(8);
    expect(slow.at(-1)).toBe(1);
    const back = after(8, [100, ...times(5, 10_000), ...times(120, 100)]);
    expect(back.at(-1)).toBe(8);
  });
  it("counts requests that were on their way together once", () => {
    const pace = createPace(8);
    for (let i = 0; i < 8; i++) pace.trouble(100, 200 + i);
    expect(pace.most).toBe(4);
    pace.trouble(199, 300);
    expect(pace.most).toBe(4);
    pace.trouble(201, 400);
    expect(pace.most).toBe(2);
  });
});

const never = new AbortController().signal;

/** A run in virtual time against a service that answers by what it has at once. */
async function atOnce(
  concurrency: number,
  answer: (busy: number, n: number) => [number, number],
  target = update,
) {
  const clock = virtualClock();
  let busy = 0;
  const seen: number[] = [];
  const fetch = async (request: Request) => {
    const { inputs } = (await request.json()) as { inputs: { id: string }[] };
    seen.push(++busy);
    const [status, ms] = answer(busy, seen.length);
    await clock.sleep(ms, never);
    busy--;
    const results = inputs.map(({ id }) => ({ id, properties: {} }));
    return Response.json(status === 200 ? { status: "COMPLETE", results } : {}, { status });
  };
  const inputs = Array.from({ length: 12_000 }, (_, id) => ({
    id: String(id),
    properties: { n: id },
  }));
  const run = clientFor("https://h", { clock, fetch, timeoutMs: 0 }).run(target, inputs, {
    concurrency,
  });
  const summary = await run.drain();
  return { summary, seen };
}

describe("a run", () => {
  it("sends at most `concurrency` requests at once, and as many while all goes well", async () => {
    const { summary, seen } = await atOnce(6, () => [200, 100]);
    expect(summary).toMatchObject({ ok: 12_000, ended: "complete" });
    expect(Math.max(...seen)).toBe(6);
  });
  it.each([
    { concurrency: 6, service: 2, want: 2 },
    { concurrency: 1, service: 2, want: 1 },
  ])("asks for $concurrency at once where the service takes $service", async (row) => {
    const rate = { concurrency: row.service };
    const target = endpoint<Endpoint<Update>>({ ...update.operation, rate });
    const { summary, seen } = await atOnce(row.concurrency, () => [200, 100], target);
    expect(summary).toMatchObject({ ok: 12_000, ended: "complete" });
    expect(Math.max(...seen)).toBe(row.want);
  });
  it("finds the number that a service bears which refuses more", async () => {
    let refused = 0;
    const { summary, seen } = await atOnce(32, (busy) =>
      busy > 3 ? (refused++, [429, 10]) : [200, 500],
    );
    expect(summary).toMatchObject({ ok: 12_000, ended: "complete" });
    expect(Math.max(...seen.slice(60))).toBeLessThanOrEqual(5);
    expect(refused / seen.length).toBeLessThan(0.25);
  });
  it("eases a service that slows down with each request at once", async () => {
    const { summary, seen } = await atOnce(32, (busy) => [
      200,
      300 + 200 * Math.max(0, busy - 4) ** 2,
    ]);
    expect(summary).toMatchObject({ ok: 12_000, ended: "complete" });
    expect(Math.max(...seen.slice(0, 32))).toBe(32);
    expect(Math.max(...seen.slice(100))).toBeLessThan(16);
    expect(Math.max(...seen.slice(100))).toBeGreaterThan(1);
  });
});

import { describe, expect, it } from "vitest";
import { BatchQuotaError } from "../../generator/runtime/errors.js";
import { createGovernor } from "../../generator/runtime/send/rate-limiter.js";
import { update } from "./endpoints.js";
import { clientFor, jumpingClock } from "./kit.js";
import { serve } from "./server.js";

const never = new AbortController().signal;

describe("a governor", () => {
  it("lets no more through in any window than its part of the limit", async () => {
    const clock = jumpingClock();
    const governor = createGovernor({
      key: "k",
      windows: [
        { requests: 10, ms: 1000 },
        { requests: 40, ms: 10_000, use: 0.5 },
      ],
      clock,
    });
    const times: number[] = [];
    for (let i = 0; i < 45; i++) {
      await governor.take(never);
      times.push(clock.now());
    }
    for (const start of times) {
      expect(times.filter((t) => t >= start && t < start + 1000).length).toBeLessThanOrEqual(9);
      expect(times.filter((t) => t >= start && t < start + 10_000).length).toBeLessThanOrEqual(20);
    }
    // And not many fewer: 45 places at 20 in ten seconds.
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeLessThan(21_000);
  });
  it("lets waiters through in the order they came; one that gives up makes room", async () => {
    const governor = createGovernor({
      key: "k",
      windows: [{ requests: 1, ms: 1000 }],
      clock: jumpingClock(),
    });
    const order: number[] = [];
    const controller = new AbortController();
    const taken = [1, 2, 3, 4].map((n) =>
      governor.take(n === 3 ? controller.signal : never).then(
        () => order.push(n),
        () => order.push(-n),
      ),
    );
    controller.abort();
    await Promise.all(taken);
    expect(order).toEqual([-3, 1, 2, 4]);
  });
  it("closes for everybody for the time of a pause", async () => {
    const clock = jumpingClock();
    const governor = createGovernor({ key: "k", windows: [], clock });
    governor.pause(5000);
    expect(governor.state.waitMs).toBe(5000);
    expect(await governor.take(never)).toBeGreaterThanOrEqual(5000);
    expect(await governor.take(never)).toBe(0);
  });
  it("believes a service that counts more than it does", async () => {
    const clock = jumpingClock();
    const governor = createGovernor({
      key: "k",
      windows: [{ requests: 10, ms: 1000 }],
      use: 1,
      clock,
    });
    await governor.take(never);
    governor.observe({ limit: 10, remaining: 2, intervalMs: 1000 });
    expect(governor.state.remaining).toEqual([2]);
    governor.observe({ limit: NaN, remaining: 9, intervalMs: NaN });
    expect(governor.state.remaining).toEqual([2]);
    await clock.sleep(1000, never);
    expect(governor.state.remaining).toEqual([10]);
  });
  it("is told a lower limit always, a higher one if it may", () => {
    const left = (raise: boolean, limit: number, intervalMs = 1000) => {
      const windows = [{ requests: 10, ms: 1000 }];
      const governor = createGovernor({ key: "k", windows, use: 1, raise, clock: jumpingClock() });
      governor.observe({ limit, remaining: limit, intervalMs });
      return governor.state.remaining[0];
    };
    expect([left(false, 5), left(false, 20), left(true, 20), left(true, 20, 777)]).toEqual([
      5, 10, 20, 10,
    ]);
  });
  it("does not wait for a day", async () => {
    const governor = createGovernor({
      key: "k",
      windows: [{ requests: 1, ms: 86_400_000 }],
      use: 1,
      clock: jumpingClock(),
    });
    await governor.take(never);
    await expect(governor.take(never)).rejects.toThrow(BatchQuotaError);
  });
  it("asks the store that it shares with other processes", async () => {
    const told: unknown[] = [];
    const waits = [300, 0];
    const governor = createGovernor({
      key: "app",
      windows: [{ requests: 5, ms: 1000 }],
      clock: jumpingClock(),
      store: {
        take: (key) => (told.push(key), Promise.resolve(waits.shift() ?? 0)),
        pause: () => Promise.reject(new Error("a store that fails")),
        observe: (_, remaining) => (told.push(remaining), Promise.resolve()),
      },
    });
    expect(await governor.take(never)).toBe(300);
    governor.pause(1);
    governor.observe({ limit: 5, remaining: 3, intervalMs: 1000 });
    expect(told).toEqual(["app", "app", [3]]);
  });
  it("keeps two clients to one limit together", async () => {
    const server = await serve();
    const clock = jumpingClock();
    const times: number[] = [];
    // When it leaves: until it arrives, the clock may have jumped.
    const timed = (request: Request) => {
      times.push(clock.now());
      return fetch(request);
    };
    const governor = createGovernor({ key: "k", windows: [{ requests: 10, ms: 1000 }], clock });
    const inputs = Array.from({ length: 200 }, (_, i) => ({ id: `i${i}`, properties: { n: i } }));
    const summaries = await Promise.all(
      [1, 2].map(() =>
        clientFor(server.url, { governor, clock, fetch: timed }).run(update, inputs).drain(),
      ),
    );
    expect(summaries).toMatchObject([{ ok: 200 }, { ok: 200 }]);
    for (const start of times)
      expect(times.filter((t) => t >= start && t < start + 1000).length).toBeLessThanOrEqual(10);
    expect(times).toHaveLength(40);
    await server.close();
  });
  it("heeds a throttle that a single request met", async () => {
    const server = await serve();
    server.fault = () => ({ status: 429, headers: { "retry-after": "9" } });
    const governor = createGovernor({ key: "k", windows: [], clock: jumpingClock() });
    const client = clientFor(server.url, { governor });
    await client.send(update([])).catch(() => undefined);
    expect(governor.state.waitMs).toBeGreaterThan(8000);
    await server.close();
  });
  it("one throttle closes the gate for all, and the run says how long it waited", async () => {
    const server = await serve();
    server.fault = (_, n) =>
      n === 1 ? { status: 429, body: { policyName: "TEN_SECONDLY_ROLLING" } } : "none";
    const inputs = Array.from({ length: 100 }, (_, i) => ({ id: `i${i}`, properties: { n: i } }));
    const clock = jumpingClock();
    const summary = await clientFor(server.url, { clock })
      .run(update, inputs, { concurrency: 1 })
      .drain();
    expect(summary).toMatchObject({ ok: 100, retries: 1 });
    expect(summary.rateWaitMs).toBeGreaterThanOrEqual(10_000);
    await server.close();
  });
});

import { describe, expect, it } from "vitest";
import { BatchQuotaError } from "../../generator/runtime/errors.js";
import { createRateLimiter } from "../../generator/runtime/send/rate-limiter.js";
import { update } from "./endpoints.js";
import { clientFor, jumpingClock } from "./kit.js";
import { serve } from "./server.js";

const never = new AbortController().signal;

describe("a rate limiter", () => {
  it("lets no more through in any window than its part of the limit", async () => {
    const clock = jumpingClock();
    const rateLimiter = createRateLimiter({
      key: "k",
      windows: [
        { requests: 10, ms: 1000 },
        { requests: 40, ms: 10_000, use: 0.5 },
      ],
      use: 0.9,
      clock,
    });
    const times: number[] = [];
    for (let i = 0; i < 45; i++) {
      await rateLimiter.take(never);
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
    const rateLimiter = createRateLimiter({
      key: "k",
      windows: [{ requests: 1, ms: 1000 }],
      clock: jumpingClock(),
    });
    const order: number[] = [];
    const controller = new AbortController();
    const taken = [1, 2, 3, 4].map((n) =>
      rateLimiter.take(n === 3 ? controller.signal : never).then(
        () => order.push(n),
        () => order.push(-n),
      ),
    );
    controller.abort();
    await Promise.all(taken);
    expect(order).toEqual([-3, 1, 2, 4]);
  });
  it("lets no client send for the time of a pause", async () => {
    const clock = jumpingClock();
    const rateLimiter = createRateLimiter({ key: "k", windows: [], clock });
    rateLimiter.pause(5000);
    expect(rateLimiter.state.waitMs).toBe(5000);
    expect(await rateLimiter.take(never)).toBeGreaterThanOrEqual(5000);
    expect(await rateLimiter.take(never)).toBe(0);
  });
  it("believes a service that counts more than it does", async () => {
    const clock = jumpingClock();
    const rateLimiter = createRateLimiter({
      key: "k",
      windows: [{ requests: 10, ms: 1000 }],
      use: 1,
      clock,
    });
    await rateLimiter.take(never);
    rateLimiter.observe({ limit: 10, remaining: 2, intervalMs: 1000 });
    expect(rateLimiter.state.remaining).toEqual([2]);
    rateLimiter.observe({ limit: NaN, remaining: 9, intervalMs: NaN });
    expect(rateLimiter.state.remaining).toEqual([2]);
    await clock.sleep(1000, never);
    expect(rateLimiter.state.remaining).toEqual([10]);
  });
  it("believes a lower limit always, a higher one if it may", () => {
    const left = (raise: boolean, limit: number, intervalMs = 1000) => {
      const windows = [{ requests: 10, ms: 1000 }];
      const rateLimiter = createRateLimiter({
        key: "k",
        windows,
        use: 1,
        raise,
        clock: jumpingClock(),
      });
      rateLimiter.observe({ limit, remaining: limit, intervalMs });
      return rateLimiter.state.remaining[0];
    };
    expect([left(false, 5), left(false, 20), left(true, 20), left(true, 20, 777)]).toEqual([
      5, 10, 20, 10,
    ]);
  });
  it("does not wait for a day", async () => {
    const rateLimiter = createRateLimiter({
      key: "k",
      windows: [{ requests: 1, ms: 86_400_000 }],
      use: 1,
      clock: jumpingClock(),
    });
    await rateLimiter.take(never);
    await expect(rateLimiter.take(never)).rejects.toThrow(BatchQuotaError);
  });
  it("asks the store that it shares with other processes", async () => {
    const reported: unknown[] = [];
    const waits = [300, 0];
    const rateLimiter = createRateLimiter({
      key: "app",
      windows: [{ requests: 5, ms: 1000 }],
      clock: jumpingClock(),
      store: {
        take: (key) => (reported.push(key), Promise.resolve(waits.shift() ?? 0)),
        pause: () => Promise.reject(new Error("a store that fails")),
        observe: (_, remaining) => (reported.push(remaining), Promise.resolve()),
      },
    });
    expect(await rateLimiter.take(never)).toBe(300);
    rateLimiter.pause(1);
    rateLimiter.observe({ limit: 5, remaining: 3, intervalMs: 1000 });
    expect(reported).toEqual(["app", "app", [3]]);
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
    const rateLimiter = createRateLimiter({
      key: "k",
      windows: [{ requests: 10, ms: 1000 }],
      clock,
    });
    const inputs = Array.from({ length: 200 }, (_, i) => ({ id: `i${i}`, properties: { n: i } }));
    const summaries = await Promise.all(
      [1, 2].map(() =>
        clientFor(server.url, { rateLimiter, clock, fetch: timed }).run(update, inputs).drain(),
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
    const rateLimiter = createRateLimiter({ key: "k", windows: [], clock: jumpingClock() });
    const client = clientFor(server.url, { rateLimiter });
    await client.send(update([])).catch(() => undefined);
    expect(rateLimiter.state.waitMs).toBeGreaterThan(8000);
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

import { describe, expect, test } from "vitest";
import { createBursts, type Clock } from "../../generator/watch/bursts.js";

/** Time that passes only when it is told to. */
function createClock(): Clock & { pass(ms: number): Promise<void> } {
  let now = 0;
  let timers: { at: number; done: () => void }[] = [];
  return {
    now: () => now,
    after(ms, done) {
      const timer = { at: now + ms, done };
      timers.push(timer);
      return () => void (timers = timers.filter((other) => other !== timer));
    },
    async pass(ms) {
      const end = now + ms;
      for (;;) {
        const [next] = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (!next) break;
        timers = timers.filter((other) => other !== next);
        now = next.at;
        next.done();
        await settled();
      }
      now = end;
    },
  };
}

/** What was already on its way has happened. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
};

function start(work?: (paths: readonly string[]) => Promise<void>) {
  const clock = createClock();
  const done: { at: number; paths: readonly string[] }[] = [];
  const bursts = createBursts(
    async (paths) => {
      done.push({ at: clock.now(), paths });
      await work?.(paths);
    },
    { quiet: 50, longest: 200, clock },
  );
  return { clock, bursts, done };
}

describe("bursts", () => {
  test("one burst is one piece of work, each path once, when it is quiet", async () => {
    const { clock, bursts, done } = start();
    bursts.add("a");
    await clock.pass(40);
    bursts.add("b");
    bursts.add("a");
    await clock.pass(49);
    expect(done).toEqual([]);
    await clock.pass(1);
    expect(done).toEqual([{ at: 90, paths: ["a", "b"] }]);
    await clock.pass(1000);
    expect(done).toHaveLength(1);
  });

  test("who writes all the time is not waited for", async () => {
    const { clock, bursts, done } = start();
    for (let turn = 0; turn < 10; turn++) {
      bursts.add(String(turn));
      await clock.pass(40);
    }
    expect(done.map(({ at }) => at)).toEqual([200, 400]);
  });

  test("never twice at once: what changes meanwhile is the next burst", async () => {
    let finish = (): void => undefined;
    let running = 0;
    let most = 0;
    const { clock, bursts, done } = start(async () => {
      most = Math.max(most, ++running);
      await new Promise<void>((end) => (finish = end));
      running--;
    });
    bursts.add("a");
    await clock.pass(50);
    bursts.add("b");
    await clock.pass(500);
    bursts.add("c");
    expect(done).toHaveLength(1);
    finish();
    await settled();
    await clock.pass(49);
    expect(done).toHaveLength(1);
    await clock.pass(1);
    expect(done.map(({ paths }) => paths)).toEqual([["a"], ["b", "c"]]);
    expect(most).toBe(1);
  });

  test("after it is closed nothing begins, and work under way is waited for", async () => {
    let finish = (): void => undefined;
    const { clock, bursts, done } = start(() => new Promise((end) => (finish = end)));
    bursts.add("a");
    await clock.pass(50);
    bursts.add("b");
    let closed = false;
    const closing = bursts.close().then(() => (closed = true));
    await settled();
    expect(closed).toBe(false);
    finish();
    await closing;
    bursts.add("c");
    await clock.pass(1000);
    expect(done).toHaveLength(1);
  });
});

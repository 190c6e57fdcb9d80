/**
 * `createScheduler`: one queue of events in virtual time. What happens at the same time happens in an order that follows
 * from the seed. Between two events, all that promises have to do is done.
 */
import type { Draw } from "./draw.js";

/** A process: its events wait while it stands still, and are gone when it is. */
export interface Process {
  alive: boolean;
  /** It stands still until then; 0: it does not. */
  wakesAt: number;
}

interface Event {
  at: number;
  tie: number;
  /** Undefined for what happens elsewhere. */
  readonly process: Process | undefined;
  /** Undefined if it was cancelled. */
  act: (() => void) | undefined;
}

export interface Scheduler {
  now(): number;
  /** The process whose event this is: what it begins belongs to it. */
  readonly process: Process | undefined;
  /** How many events there were. */
  readonly count: number;
  /** Returns a function that cancels it. */
  after(ms: number, process: Process | undefined, act: () => void): () => void;
  /** Resolves when nothing is left to be done. @param between called before each event; false ends it */
  run(between: () => boolean): Promise<void>;
}

export function createScheduler(draw: Draw): Scheduler {
  /** The first of them is the last. */
  const events: Event[] = [];
  let now = 0;
  let count = 0;
  let process: Process | undefined;
  const isBefore = (one: Event, other: Event) =>
    one.at < other.at || (one.at === other.at && one.tie < other.tie);
  const insert = (event: Event) => {
    let [low, high] = [0, events.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBefore(event, events[middle]!)) low = middle + 1;
      else high = middle;
    }
    events.splice(low, 0, event);
  };
  const next = (): Event | undefined => {
    for (let event = events.pop(); event; event = events.pop()) {
      const { process: owner, at } = event;
      if (!event.act || owner?.alive === false) continue;
      if (!owner || owner.wakesAt <= at) return event;
      event.at = owner.wakesAt;
      event.tie = draw.next();
      insert(event);
    }
    return undefined;
  };
  return {
    now: () => now,
    get process() {
      return process;
    },
    get count() {
      return count;
    },
    after(ms, owner, act) {
      const event: Event = { at: now + Math.max(0, ms), tie: draw.next(), process: owner, act };
      if (ms < Infinity) insert(event);
      return () => {
        event.act = undefined;
      };
    },
    run: (between) =>
      new Promise((resolve, reject) => {
        const step = () => {
          try {
            if (!between()) return resolve();
            const event = next();
            if (!event) return resolve();
            count++;
            now = event.at;
            process = event.process;
            event.act?.();
          } catch (error) {
            return reject(error instanceof Error ? error : new Error(String(error)));
          }
          afterPromises(step);
        };
        afterPromises(step);
      }),
  };
}

/** Node runs what comes on the next tick when no promise has anything left to do, without a turn of its loop. */
const afterPromises = (act: () => void) =>
  void Promise.resolve().then(() => globalThis.process.nextTick(act));

/** Runs `act` with the timers, the clock and the `fetch` of the platform replaced. */
export async function inVirtualTime<T>(
  scheduler: Scheduler,
  fetch: (address: URL, init: RequestInit) => Promise<Response>,
  act: () => Promise<T>,
): Promise<T> {
  const { setTimeout, clearTimeout, fetch: platform } = globalThis;
  const own = Object.getOwnPropertyDescriptor(performance, "now");
  Object.defineProperty(performance, "now", { value: () => scheduler.now(), configurable: true });
  Object.assign(globalThis, {
    fetch,
    setTimeout: (then: () => void, ms = 0) => scheduler.after(ms, scheduler.process, then),
    clearTimeout: (cancel?: () => void) => cancel?.(),
  });
  try {
    return await act();
  } finally {
    Object.assign(globalThis, { setTimeout, clearTimeout, fetch: platform });
    if (own) Object.defineProperty(performance, "now", own);
    else Reflect.deleteProperty(performance, "now");
  }
}

/** `createRateLimiter`: keeps to the rate limits of a service. Requests wait for their turn in the order they came. */
import { onAbort, orAborted, systemClock, type Clock } from "./clock.js";
import { BatchQuotaError } from "../errors.js";
import { atLeast0, LIMITS, STORE_MS } from "../limits.js";
import { pauseMs } from "./retry.js";

/** At most `requests` requests in any `ms` milliseconds. */
export interface Window {
  readonly requests: number;
  readonly ms: number;
  /** The part of the requests to use. Default: that of the rate limiter. */
  readonly use?: number;
}

/** A window as a store gets it: `use`, and the limits that the service reports, are in it already. */
export interface StoreWindow {
  /** At most so many requests … */
  readonly requests: number;
  /** … in any so many milliseconds: the period, and the time that this process leaves between windows. */
  readonly ms: number;
  /** The length as it was given, in milliseconds. Windows of one key and one period are the same in all processes. */
  readonly period: number;
}

/** Several processes share a store, so that they keep to one limit together. */
export interface RateLimiterStore {
  /**
   * Takes a place in every window and resolves to 0, or takes none and resolves to the milliseconds to wait, by the
   * store's own clock. If it rejects, resolves to something else, or does not answer within 10 seconds, nothing is sent,
   * and it is asked again, for up to `maxWaitMs`.
   */
  take(key: string, windows: readonly StoreWindow[], signal: AbortSignal): Promise<number>;
  /** No request may leave for so long. */
  pause(key: string, ms: number): Promise<void>;
  /** The remaining requests of each of the windows, as the service reports them; NaN where it reports none. */
  observe(
    key: string,
    remaining: readonly number[],
    windows: readonly StoreWindow[],
  ): Promise<void>;
}

/** Clients that share a rate limiter keep to its limits together. */
export interface RateLimiter {
  /** The owner of the limit, such as an app and an account. */
  readonly key: string;
  /** Resolves when a request may leave, to the milliseconds waited. Throws BatchQuotaError rather than wait too long. */
  take(signal: AbortSignal): Promise<number>;
  /** Holds all requests back for so long, at most `maxWaitMs`. */
  pause(ms: number): void;
  /** Takes the usage in a response: `remaining` requests of `limit`, in a window of `intervalMs`. */
  observe(usage: {
    readonly limit: number;
    readonly remaining: number;
    readonly intervalMs: number;
  }): void;
  readonly state: {
    /** The time until the current pause ends. */
    readonly waitMs: number;
    /** Places left in each window, as far as this process knows. */
    readonly remaining: readonly number[];
  };
}

export interface RateLimiterOptions {
  readonly key: string;
  readonly windows: readonly Window[];
  /**
   * The part of the requests of each window to use. Default: all, with some time between windows, because delays on the
   * way can move requests together: 2 % at first, and more after a throttle, up to 11 %.
   */
  readonly use?: number;
  /** Use the limit that the service reports, even if it is higher. Default false. */
  readonly raise?: boolean;
  /** The longest wait for a place or a store, in milliseconds; beyond it the quota counts as used up. Default 900,000. */
  readonly maxWaitMs?: number;
  /** Default: this process alone. */
  readonly store?: RateLimiterStore;
  readonly clock?: Clock;
  /** For tests: random numbers, at least 0 and less than 1. Default: Math.random. */
  readonly random?: () => number;
}

export function createRateLimiter(options: RateLimiterOptions): RateLimiter {
  const { key, use, raise = false, store, clock = systemClock, random = Math.random } = options;
  const maxWaitMs = atLeast0("maxWaitMs", options.maxWaitMs ?? LIMITS.maxWaitMs);
  const open = (window: Window) => slidingWindow(window, window.use ?? use, raise);
  const windows = options.windows.map(open);
  let pausedUntil = 0;
  let queue: Promise<unknown> = Promise.resolve();

  const waitFor = (now: number) =>
    Math.max(0, pausedUntil - now, ...windows.map((window) => window.waitFor(now)));
  const shared = () => windows.map((window) => window.shared());
  /** Takes a place in every window and gives 0, or the milliseconds to wait. */
  const tryTake = async (signal: AbortSignal): Promise<number> => {
    const wait =
      waitFor(clock.now()) ||
      (store ? await askStore((until) => store.take(key, shared(), until), clock, signal) : 0);
    if (!wait) for (const window of windows) window.add(clock.now(), 1);
    return wait;
  };
  return {
    key,
    take(signal) {
      const taken = queue.then(() => turn(tryTake, { clock, random, maxWaitMs }, signal));
      queue = taken.catch(() => undefined);
      return orAborted(taken, signal);
    },
    pause(given) {
      const now = clock.now();
      const ms = Math.min(given, maxWaitMs);
      // Requests that were on their way together meet one throttle.
      if (now >= pausedUntil) for (const window of windows) window.widen();
      pausedUntil = Math.max(pausedUntil, now + ms);
      ignoreFailure(store?.pause(key, ms));
    },
    observe({ limit, remaining, intervalMs }) {
      const now = clock.now();
      let at = intervalMs >= 0 ? windows.findIndex(({ given }) => given === intervalMs) : 0;
      // The service reports a limit that the data does not have.
      if (at < 0 && intervalMs > 0 && limit > 0 && windows.length < MOST_WINDOWS)
        at = windows.push(open({ requests: limit, ms: intervalMs })) - 1;
      windows[at]?.observe(now, limit, remaining);
      const known = windows.map((_, i) => (i === at ? remaining : NaN));
      ignoreFailure(store?.observe(key, known, shared()));
    },
    get state() {
      const now = clock.now();
      return {
        waitMs: Math.max(0, pausedUntil - now),
        remaining: windows.map((window) => window.left(now)),
      };
    },
  };
}

/**
 * Waits for a place, and returns the milliseconds waited. Throws BatchQuotaError rather than wait too long; a store that
 * fails is a limit that is reached.
 */
async function turn(
  tryTake: (signal: AbortSignal) => Promise<number>,
  limits: { readonly clock: Clock; readonly random: () => number; readonly maxWaitMs: number },
  signal: AbortSignal,
): Promise<number> {
  const { clock, random, maxWaitMs } = limits;
  const start = clock.now();
  for (let failures = 0; ;) {
    signal.throwIfAborted();
    const wait = await tryTake(signal).catch((cause: unknown) => {
      signal.throwIfAborted();
      const ms = pauseMs(++failures, random);
      if (clock.now() + ms > start + maxWaitMs) throw new BatchQuotaError(undefined, cause);
      return ms;
    });
    if (!wait) return clock.now() - start;
    if (wait > maxWaitMs) throw new BatchQuotaError(wait);
    await clock.sleep(wait, signal);
  }
}

/** Asks a store, and gives up after some time. */
function askStore(
  ask: (until: AbortSignal) => Promise<number>,
  clock: Clock,
  caller: AbortSignal,
): Promise<number> {
  const controller = new AbortController();
  const { signal } = controller;
  const forget = onAbort(caller, () => controller.abort(caller.reason));
  clock.sleep(STORE_MS, signal).then(
    () => controller.abort(new TypeError("the store of the rate limiter does not answer")),
    () => undefined,
  );
  return orAborted(Promise.resolve(ask(signal)), signal)
    .then(checkWait)
    .finally(() => {
      forget();
      controller.abort();
    });
}

/** Whatever else a store answers is no permission to send. */
function checkWait(wait: unknown): number {
  if (typeof wait === "number" && wait >= 0) return wait;
  throw new TypeError(`the store of the rate limiter answers ${String(wait)}, not milliseconds`);
}

/** A run goes on when a store fails here. */
const ignoreFailure = (promise: Promise<void> | undefined) => void promise?.catch(() => undefined);

/** The most windows, those that a service reports included. */
const MOST_WINDOWS = 8;

/** The time between two windows, as a part of a window: at first, and at most. */
const GAP = 0.02;
const WIDEST_GAP = 0.11;

/** Counts the requests of the last `ms` milliseconds, in at most 200 groups. */
function slidingWindow({ requests, ms: given }: Window, use: number | undefined, raise: boolean) {
  let limit = requests;
  let gap = use === undefined ? GAP : 0;
  let ms = given * (1 + gap);
  let sum = 0;
  let groups: { start: number; last: number; count: number }[] = [];
  const most = () => Math.max(1, Math.floor(limit * (use ?? 1)));
  const expire = (now: number) => {
    const kept = groups.findIndex(({ last }) => last + ms > now);
    for (const { count } of kept < 0 ? groups : groups.slice(0, kept)) sum -= count;
    groups = kept < 0 ? [] : groups.slice(kept);
  };
  const add = (now: number, count: number) => {
    sum += count;
    const newest = groups.at(-1);
    if (newest && now - newest.start < ms / 200) {
      newest.count += count;
      newest.last = now;
    } else groups.push({ start: now, last: now, count });
  };
  return {
    add,
    given,
    shared: (): StoreWindow => ({ requests: most(), ms, period: given }),
    /** After a throttle: leaves more time between windows. */
    widen(): void {
      gap = Math.min(gap * 1.5, WIDEST_GAP);
      ms = given * (1 + gap);
    },
    left(now: number): number {
      expire(now);
      return Math.max(0, most() - sum);
    },
    /** 0 where there is a place. */
    waitFor(now: number): number {
      expire(now);
      if (sum < most()) return 0;
      let over = sum - most();
      const freeing = groups.find(({ count }) => (over -= count) < 0);
      return freeing ? Math.max(1, freeing.last + ms - now) : 0;
    },
    /** A service that counts more requests has other callers: those requests take places, too. */
    observe(now: number, reported: number, remaining: number): void {
      if (reported > 0 && (raise || reported < limit)) limit = reported;
      expire(now);
      const others = (reported > 0 ? reported : limit) - remaining - sum;
      if (others > 0) add(now, others);
    },
  };
}

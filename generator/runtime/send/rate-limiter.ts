/** Keeps to the rate limits of a service. Requests wait for their turn in the order they came. */
import { orAborted, systemClock, type Clock } from "./clock.js";
import { BatchQuotaError } from "../errors.js";

/** At most `requests` requests in any `ms` milliseconds. */
export interface Window {
  readonly requests: number;
  readonly ms: number;
  /** The part of it to use. Default: that of the rate limiter. */
  readonly use?: number;
}

/** What several processes share so that they keep to one limit together. */
export interface RateLimiterStore {
  /** Takes a place in every window and resolves to 0, or takes none and resolves to the milliseconds to wait. */
  take(key: string, windows: readonly Window[], signal: AbortSignal): Promise<number>;
  /** No request may leave before this time. */
  pause(key: string, untilEpochMs: number): Promise<void>;
  /** What the service says is left in each window; NaN where it says nothing. */
  observe(key: string, remaining: readonly number[]): Promise<void>;
}

/** Clients that were given the same rate limiter keep to its limits together. */
export interface RateLimiter {
  /** What the limit belongs to, such as an app and an account. */
  readonly key: string;
  /** Resolves when a request may leave, to the milliseconds waited. Throws BatchQuotaError rather than wait too long. */
  take(signal: AbortSignal): Promise<number>;
  /** Lets no request leave for so long. */
  pause(ms: number): void;
  /** What a response says: `remaining` requests of `limit`, in a window of `intervalMs`. */
  observe(usage: {
    readonly limit: number;
    readonly remaining: number;
    readonly intervalMs: number;
  }): void;
  readonly state: {
    /** How long a request that came now would wait for a pause to end. */
    readonly waitMs: number;
    /** Places left in each window, as far as this process knows. */
    readonly remaining: readonly number[];
  };
}

export interface RateLimiterOptions {
  readonly key: string;
  readonly windows: readonly Window[];
  /** The part of each window to use, so that delays on the way do not add up to a refusal. Default 0.9. */
  readonly use?: number;
  /** Believe the service where it reports a higher limit, too. Default false. */
  readonly raise?: boolean;
  /** The longest wait for a place, in milliseconds; beyond it the quota counts as used up. Default 15 minutes. */
  readonly maxWaitMs?: number;
  /** Default: this process alone. */
  readonly store?: RateLimiterStore;
  readonly clock?: Clock;
}

export function createRateLimiter(options: RateLimiterOptions): RateLimiter {
  const {
    key,
    use = 0.9,
    raise = false,
    maxWaitMs = 900_000,
    store,
    clock = systemClock,
  } = options;
  const windows = options.windows.map((window) => slidingWindow(window, window.use ?? use, raise));
  let pausedUntil = 0;
  let queue: Promise<unknown> = Promise.resolve();

  const waitFor = (now: number) =>
    Math.max(0, pausedUntil - now, ...windows.map((window) => window.waitFor(now)));

  const turn = async (signal: AbortSignal): Promise<number> => {
    const start = clock.now();
    for (;;) {
      signal.throwIfAborted();
      let wait = waitFor(clock.now());
      if (!wait && store) wait = await store.take(key, options.windows, signal);
      if (!wait) break;
      if (wait > maxWaitMs) throw new BatchQuotaError(wait);
      await clock.sleep(wait, signal);
    }
    const now = clock.now();
    for (const window of windows) window.add(now, 1);
    return now - start;
  };

  /** A store that fails to take note is no reason to stop. */
  const ignoreFailure = (promise: Promise<void> | undefined) =>
    void promise?.catch(() => undefined);

  return {
    key,
    take(signal) {
      const taken = queue.then(() => turn(signal));
      queue = taken.catch(() => undefined);
      return orAborted(taken, signal);
    },
    pause(ms) {
      pausedUntil = Math.max(pausedUntil, clock.now() + ms);
      ignoreFailure(store?.pause(key, pausedUntil));
    },
    observe({ limit, remaining, intervalMs }) {
      const now = clock.now();
      const at = intervalMs >= 0 ? options.windows.findIndex(({ ms }) => ms === intervalMs) : 0;
      windows[at]?.observe(now, limit, remaining);
      ignoreFailure(
        store?.observe(
          key,
          windows.map((_, i) => (i === at ? remaining : NaN)),
        ),
      );
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

/** Counts what left in the last `ms` milliseconds, in at most 200 groups. */
function slidingWindow({ requests, ms }: Window, use: number, raise: boolean) {
  let limit = requests;
  let sum = 0;
  let groups: { start: number; last: number; count: number }[] = [];
  const most = () => Math.max(1, Math.floor(limit * use));
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
    /** A service that counts more than we do has other callers: their requests take places too. */
    observe(now: number, reported: number, remaining: number): void {
      if (reported > 0 && (raise || reported < limit)) limit = reported;
      expire(now);
      const others = (reported > 0 ? reported : limit) - remaining - sum;
      if (others > 0) add(now, others);
    },
  };
}

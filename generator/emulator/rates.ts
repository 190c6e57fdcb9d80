/** `createRates`: counts requests in rolling windows. */
import { remember } from "./remember.js";

export interface Window {
  readonly requests: number;
  readonly ms: number;
}

export interface Taken {
  /** The window that is full; undefined where the request may pass, and then it is counted. */
  readonly full: Window | undefined;
  /** The time until there is room, in milliseconds. */
  readonly waitMs: number;
  /** Room left in the shortest window. */
  readonly remaining: number;
  readonly shortest: Window;
}

export interface Rates {
  /** @param caller such as a token; each caller has its own windows */
  take(caller: string, windows: readonly Window[], now: number): Taken | undefined;
  clear(): void;
}

export function createRates(): Rates {
  /** The times of the requests that still count, oldest first; times before the index `from` have left the window. */
  const logs = new Map<string, { times: number[]; from: number }>();
  const logOf = (caller: string, ms: number): { times: number[]; from: number } => {
    const key = `${ms} ${caller}`;
    const known = logs.get(key) ?? { times: [], from: 0 };
    remember(logs, key, known);
    return known;
  };
  return {
    clear: () => logs.clear(),
    take(caller, windows, now) {
      const open = [...windows]
        .sort((a, b) => a.ms - b.ms)
        .map((window) => {
          const log = logOf(caller, window.ms);
          while ((log.times[log.from] ?? Infinity) <= now - window.ms) log.from++;
          if (log.from > 1000 && log.from * 2 > log.times.length) {
            log.times.splice(0, log.from);
            log.from = 0;
          }
          return { window, log, used: log.times.length - log.from };
        });
      const [first] = open;
      if (!first) return undefined;
      const full = open.find(({ window, used }) => used >= window.requests);
      if (!full) for (const { log } of open) log.times.push(now);
      const oldest = full?.log.times[full.log.from] ?? now;
      return {
        full: full?.window,
        waitMs: full ? oldest + full.window.ms - now : 0,
        remaining: Math.max(0, first.window.requests - first.used - (full ? 0 : 1)),
        shortest: first.window,
      };
    },
  };
}

/** `createPace`: how many requests a run sends at the same time: as many as allowed, and fewer while that is too many. */
import { onAbort } from "../send/clock.js";

export interface Pace {
  /** From 1 to the number given. */
  readonly most: number;
  /**
   * Begins a request. If there are as many as may be, of those that are sent again, too, it returns a promise that
   * resolves when it is its turn, or when the signal is aborted.
   */
  enter(signal: AbortSignal): Promise<void> | undefined;
  /** Ends a request. */
  leave(): void;
  /** Notes a success that took `ms` milliseconds: one more request, or half as many if replies take ever longer. */
  succeed(ms: number, sentAt: number, now: number): void;
  /** Notes that the service was busy or down: half as many. Requests that were on their way together count once. */
  trouble(sentAt: number, now: number): void;
}

/** Replies that take so many times longer than the fastest of late, and so many milliseconds, show an overload. */
const GROWTH = 4;
const SLOW_MS = 1000;
/** The share of a new reply in the average. */
const SHARE = 1 / 8;
/** How fast the fastest reply is forgotten. */
const FORGET = 1.01;

export function createPace(top: number): Pace {
  let most = top;
  let fastest = Infinity;
  let average = 0;
  let slowedAt = -Infinity;
  let busy = 0;
  const waiting = new Set<() => void>();
  const slow = (sentAt: number, now: number) => {
    if (sentAt < slowedAt) return;
    slowedAt = now;
    most = Math.max(1, most / 2);
  };
  return {
    get most() {
      return Math.floor(most);
    },
    enter(signal) {
      if (signal.aborted || (busy + 1 <= most && !waiting.size)) {
        busy++;
        return undefined;
      }
      return new Promise((resolve) => {
        const begin = () => {
          if (!waiting.delete(begin)) return;
          busy++;
          forget();
          resolve();
        };
        waiting.add(begin);
        const forget = onAbort(signal, begin);
      });
    },
    leave() {
      busy--;
      for (const begin of waiting) if (busy + 1 <= most) begin();
    },
    succeed(ms, sentAt, now) {
      average += (ms - average) * (fastest < Infinity ? SHARE : 1);
      fastest = Math.min(fastest * FORGET, ms);
      if (average > GROWTH * fastest && average > SLOW_MS) slow(sentAt, now);
      else most = Math.min(top, most + 1 / most);
    },
    trouble: slow,
  };
}

/** `LIMITS`: the bounds of everything that a service decides: times, sizes, counts. */

/** The bounds that a client can change. */
export interface Limits {
  /**
   * The longest wait, in milliseconds, that a service or a rate limiter can ask for, all waits of one request together.
   * Beyond it, the quota counts as used up. Default 900,000 (15 minutes).
   */
  readonly maxWaitMs: number;
  /** The longest time that a run polls a job, in milliseconds. Default 600,000 (10 minutes). */
  readonly maxJobMs: number;
  /** The most bytes of a reply, after decompression. A longer one counts as unreadable. Default 67,108,864 (64 MiB). */
  readonly maxReplyBytes: number;
}

export const LIMITS: Limits = {
  maxWaitMs: 900_000,
  maxJobMs: 600_000,
  maxReplyBytes: 2 ** 26,
};

/** The most redirects that a request follows. */
export const MOST_REDIRECTS = 5;
/** The longest text that a pattern of `x-batch` is tried on, in characters. */
export const PATTERN_LENGTH = 500;
/** The most levels of an error in which its message is looked for. */
export const ERROR_DEPTH = 8;
/** The longest time for one answer of a rate limiter's store, in milliseconds. */
export const STORE_MS = 10_000;
/** How long a run waits for a service that it has reached before, and that no connection reaches now, in milliseconds. */
export const UNREACHABLE_MS = 120_000;

/** The given bounds, and the defaults. Throws a TypeError for one that is negative or NaN. */
export function limitsOf(given: Partial<Limits>): Limits {
  const limits = { ...LIMITS };
  for (const name of Object.keys(LIMITS) as (keyof Limits)[])
    // its own names
    limits[name] = atLeast0(name, given[name] ?? LIMITS[name]);
  return limits;
}

/** Throws a TypeError for a number that is negative or NaN. */
export function atLeast0(name: string, value: number): number {
  if (!(value >= 0)) throw new TypeError(`${name} is ${value}: expected 0 or more`);
  return value;
}

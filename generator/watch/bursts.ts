/**
 * Exports `createBursts`. Changes come in bursts, as when an editor saves or git checks out a branch. Work is done once
 * for each burst.
 */

/** Time as `createBursts` needs it. Tests have a clock of their own. */
export interface Clock {
  /** In ms, from any beginning. */
  readonly now: () => number;
  /** Calls `done` after so many ms, unless what it returns is called before. */
  readonly after: (ms: number, done: () => void) => () => void;
}

export interface Bursts {
  /** Something changed at this path. */
  readonly add: (path: string) => void;
  /** Begins no more work. @returns when the current work is done */
  readonly close: () => Promise<void>;
}

export interface BurstOptions {
  /** A burst is over after so many ms without a change. Default 50. */
  readonly quiet?: number;
  /** ... or so many ms after its first change, even if changes never stop. Default 500. */
  readonly longest?: number;
  readonly clock?: Clock;
}

const clockOfProcess: Clock = {
  now: () => performance.now(),
  after: (ms, done) => {
    const timer = setTimeout(done, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * Calls `work` after each burst with the paths that changed, in the order of their first change. It never calls it
 * twice at once: changes during the work are another burst, which begins when the work is done.
 * @param work must not throw
 */
export function createBursts(
  work: (paths: readonly string[]) => Promise<void>,
  { quiet = 50, longest = 500, clock = clockOfProcess }: BurstOptions = {},
): Bursts {
  let paths = new Set<string>();
  let first = 0;
  let cancel = (): void => undefined;
  let working: Promise<void> | undefined;
  let closed = false;

  function wait(): void {
    cancel();
    const left = first + longest - clock.now();
    cancel = clock.after(Math.max(0, Math.min(quiet, left)), begin);
  }

  function begin(): void {
    const burst = [...paths];
    paths = new Set();
    working = work(burst).finally(() => {
      working = undefined;
      if (closed || paths.size === 0) return;
      first = clock.now();
      wait();
    });
  }

  return {
    add(path) {
      if (closed) return;
      if (paths.size === 0) first = clock.now();
      paths.add(path);
      if (working === undefined) wait();
    },
    async close() {
      closed = true;
      cancel();
      await working;
    },
  };
}

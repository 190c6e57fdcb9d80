/** Changes come in bursts: an editor that saves, a branch that is checked out. Work is done once for each of them. */

/** Time as `createBursts` needs it; tests have one of their own. */
export interface Clock {
  /** In ms, from any beginning. */
  readonly now: () => number;
  /** Calls `done` after so many ms, unless what it returns is called before. */
  readonly after: (ms: number, done: () => void) => () => void;
}

export interface Bursts {
  /** Something changed at this path. */
  readonly add: (path: string) => void;
  /** No more work is begun. @returns when work that was under way is done */
  readonly close: () => Promise<void>;
}

export interface BurstOptions {
  /** A burst is over after so many ms without a change. Default 50. */
  readonly quiet?: number;
  /** ... or so many ms after its first change, whatever comes: who writes all the time is not waited for. Default 500. */
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
 * Calls `work` after each burst with the paths that changed, in the order of their first change. Never twice at once:
 * what changes meanwhile is another burst, which begins when the work is done.
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

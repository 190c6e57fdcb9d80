/** `Clock`: the time of delays between requests. Timeouts of requests use the timers of the platform instead. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason as soon as that is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** The longest delay of the platform's timers: they take a longer one for 1 ms. */
const LONGEST_MS = 2 ** 31 - 1;

/** Calls `act` after `ms` milliseconds, which may be Infinity. Returns a function that cancels it. */
export function startTimer(ms: number, act: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = (left: number) => {
    const part = Math.min(left, LONGEST_MS);
    timer = setTimeout(() => (left > part ? wait(left - part) : act()), part);
  };
  if (ms < Infinity) wait(ms);
  return () => clearTimeout(timer);
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep(ms, signal) {
    let cancel = () => {};
    const elapsed = new Promise<void>((resolve) => {
      cancel = startTimer(ms, resolve);
    });
    return orAborted(elapsed, signal).finally(() => cancel());
  },
};

/**
 * The promise, or a rejection with the reason of the signal as soon as that is aborted; the promise is then ignored.
 */
export function orAborted<T>(promise: PromiseLike<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    // The caller's own reason, whatever it is.
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort);
    void promise.then(resolve, reject).then(() => signal.removeEventListener("abort", abort));
  });
}

/** `Clock`: the time of delays between requests. Timeouts of requests use the timers of the platform instead. */
export interface Clock {
  /** Milliseconds since any moment. It never goes back, so it is not the time of day. */
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

/** A timer that is so late was held up by other work, with what has arrived meanwhile. */
const LATE_MS = 50;
/** The most time for what has arrived. */
const GRACE_MS = 1000;

/**
 * As `startTimer`. If the process was blocked, it first gives what has arrived meanwhile a turn: platforms call timers
 * before they read from the network.
 */
export function startTimeout(ms: number, act: () => void): () => void {
  const due = performance.now() + ms;
  let cancel = startTimer(ms, () => {
    const late = performance.now() - due;
    if (late < LATE_MS) act();
    else cancel = startTimer(Math.min(late, GRACE_MS), act);
  });
  return () => cancel();
}

export const systemClock: Clock = {
  now: () => performance.now(),
  sleep(ms, signal) {
    let cancel = () => {};
    const elapsed = new Promise<void>((resolve) => {
      cancel = startTimer(ms, resolve);
    });
    return orAborted(elapsed, signal).finally(() => cancel());
  },
};

interface Listening {
  readonly acts: Set<() => void>;
  readonly listener: () => void;
}

/** What happens when a signal is aborted. Platforms warn of a signal with many listeners, so each has one. */
const listening = new WeakMap<AbortSignal, Listening>();

/** Calls `act` when the signal is aborted. Returns a function that cancels that. */
export function onAbort(signal: AbortSignal, act: () => void): () => void {
  const { acts, listener } = listening.get(signal) ?? listenTo(signal);
  acts.add(act);
  return () => {
    // An entry would keep what its functions know until a full collection.
    if (!acts.delete(act) || acts.size > 0) return;
    signal.removeEventListener("abort", listener);
    listening.delete(signal);
  };
}

function listenTo(signal: AbortSignal): Listening {
  const acts = new Set<() => void>();
  const listener = () => acts.forEach((act) => act());
  signal.addEventListener("abort", listener);
  const one = { acts, listener };
  listening.set(signal, one);
  return one;
}

/**
 * The promise, or a rejection with the reason of the signal as soon as that is aborted; the promise is then ignored.
 */
export function orAborted<T>(promise: PromiseLike<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    // The caller's own reason, whatever it is.
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    const forget = onAbort(signal, abort);
    void promise.then(resolve, reject).then(forget);
  });
}

/** `createOutcomeQueue`: holds outcomes until the consumer of a run takes them, in the order that it asked for. */

export interface OutcomeQueue<O> {
  /** `index`: the number of the input in the source, from 0. Without an outcome, the input gets none. */
  push(index: number, outcome?: O): void;
  /** No more outcomes; with an error, `next` rejects with it after the last one. */
  end(error?: unknown): void;
  next(): Promise<IteratorResult<O, undefined>>;
  /** Called before the first outcome: counts all outcomes as taken, and drops them. */
  discard(): void;
  /** Whether the consumer has taken all outcomes so far. */
  readonly empty: boolean;
}

/** @param taken called for each outcome that the consumer takes */
export function createOutcomeQueue<O>(inOrder: boolean, taken: () => void): OutcomeQueue<O> {
  let ready: (O | undefined)[] = [];
  /** The index of the first outcome that is not taken: `shift` would move all the others each time. */
  let first = 0;
  let discarding = false;
  let ended = false;
  let fault: unknown;
  let waiters: {
    resolve(result: IteratorResult<O, undefined>): void;
    reject(error: unknown): void;
  }[] = [];

  const finish = ({ resolve, reject }: (typeof waiters)[number]) => {
    if (fault) reject(fault);
    else resolve({ done: true, value: undefined });
    fault = undefined;
  };
  const offer = (outcome: O) => {
    const waiter = waiters.shift();
    if (waiter) waiter.resolve({ done: false, value: outcome });
    else if (!discarding) ready.push(outcome);
    if (waiter ?? discarding) taken();
  };

  const push = inOrder
    ? sorted(offer)
    : (_: number, outcome?: O) => outcome !== undefined && offer(outcome);

  return {
    push,
    end(error) {
      ended = true;
      fault = error;
      waiters.forEach(finish);
      waiters = [];
    },
    next() {
      const outcome = ready[first];
      if (outcome !== undefined) {
        ready[first++] = undefined;
        if (first === ready.length) {
          ready = [];
          first = 0;
        }
        taken();
        return Promise.resolve({ done: false, value: outcome });
      }
      return new Promise((resolve, reject) => {
        if (ended) finish({ resolve, reject });
        else waiters.push({ resolve, reject });
      });
    },
    discard() {
      discarding = true;
    },
    get empty() {
      return ready.length === first;
    },
  };
}

/** Offers outcomes by their index, from 0: an early one waits. */
function sorted<O>(offer: (outcome: O) => void): (index: number, outcome?: O) => void {
  const early = new Map<number, O | undefined>();
  let nextIndex = 0;
  return (index, outcome) => {
    early.set(index, outcome);
    while (early.has(nextIndex)) {
      const next = early.get(nextIndex);
      early.delete(nextIndex++);
      if (next !== undefined) offer(next);
    }
  };
}

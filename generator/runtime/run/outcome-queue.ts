/** The outcome queue: holds outcomes between the run and its consumer, in the order that the consumer asked for. */

export interface OutcomeQueue<O> {
  /** `index`: the number of the input in the source, from 0. */
  push(index: number, outcome: O): void;
  /** No more outcomes; with an error, `next` rejects with it after the last one. */
  end(error?: unknown): void;
  next(): Promise<IteratorResult<O, undefined>>;
  /** Called before the first outcome: all are counted as taken, and thrown away. */
  discard(): void;
  /** Whether the consumer has taken all there is. */
  readonly empty: boolean;
}

/** `taken` is called for each outcome that the consumer takes. */
export function createOutcomeQueue<O>(inOrder: boolean, taken: () => void): OutcomeQueue<O> {
  let ready: (O | undefined)[] = [];
  /** How many of `ready` are taken: `shift` would move all the others, for each outcome. */
  let gone = 0;
  const early = new Map<number, O>();
  let nextIndex = 0;
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

  return {
    push(index, outcome) {
      if (!inOrder) return offer(outcome);
      early.set(index, outcome);
      for (let next = early.get(nextIndex); next !== undefined; next = early.get(nextIndex)) {
        early.delete(nextIndex++);
        offer(next);
      }
    },
    end(error) {
      ended = true;
      fault = error;
      waiters.forEach(finish);
      waiters = [];
    },
    next() {
      const outcome = ready[gone];
      if (outcome !== undefined) {
        ready[gone++] = undefined;
        if (gone === ready.length) {
          ready = [];
          gone = 0;
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
      return ready.length === gone;
    },
  };
}

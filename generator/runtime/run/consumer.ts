/** `consumable`: makes the `Run` that a caller gets. It has one consumer, and starts with the consumer's first call. */
import { BatchSourceError } from "../errors.js";
import type { AnyOutcome } from "./run-totals.js";
import type { Progress, Summary } from "./outcome.js";
import type { OutcomeQueue } from "./outcome-queue.js";
import type { Run } from "./run-options.js";

export interface Consumed {
  readonly queue: OutcomeQueue<AnyOutcome>;
  readonly summary: Promise<Summary>;
  progress(): Progress;
  /** Called once, when the consumer begins. */
  start(): void;
  /** Sends nothing more, and aborts the requests in flight. */
  stop(): void;
}

export function consumable({ queue, summary, progress, start, stop }: Consumed): Run<AnyOutcome> {
  let consumed = false;
  const consume = () => {
    if (consumed) throw new TypeError("a run has one consumer: this one has one already");
    consumed = true;
    start();
  };
  const drain = () => {
    consume();
    queue.discard();
    return summary;
  };
  const close = async () => {
    if (!consumed) void drain();
    stop();
    await summary.catch(() => undefined);
  };
  const outcomes: AsyncIterable<AnyOutcome> = {
    [Symbol.asyncIterator]() {
      consume();
      return {
        next: () => queue.next(),
        async return() {
          await close();
          return { done: true, value: undefined };
        },
      };
    },
  };

  const atEnd = () => {
    // A loop that begins in the same turn becomes the consumer.
    queueMicrotask(() => {
      if (!consumed) void drain();
    });
    return summary;
  };

  return {
    ...outcomes,
    then: (done, refused) => atEnd().then(done, refused),
    batches: (size) => grouped(outcomes, size),
    drain,
    collect: () => collected(outcomes),
    get summary() {
      return atEnd();
    },
    get progress() {
      return progress();
    },
    close,
  };
}

async function* grouped(
  outcomes: AsyncIterable<AnyOutcome>,
  size: number,
): AsyncGenerator<readonly AnyOutcome[]> {
  let group: AnyOutcome[] = [];
  for await (const outcome of outcomes) {
    group.push(outcome);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length) yield group;
}

async function collected(outcomes: AsyncIterable<AnyOutcome>): Promise<readonly AnyOutcome[]> {
  const all: AnyOutcome[] = [];
  try {
    for await (const outcome of outcomes) all[outcome.index] = outcome;
  } catch (error) {
    throw error instanceof BatchSourceError ? new BatchSourceError(error.cause, all) : error;
  }
  return all;
}

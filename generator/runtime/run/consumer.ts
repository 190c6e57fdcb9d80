/** `consumable`: makes the `Run` that a caller gets. It has one consumer, and starts with the consumer's first call. */
import { BatchSourceError } from "../errors.js";
import type { AnyOutcome } from "./run-totals.js";
import type { Progress, Summary } from "./outcome.js";
import type { OutcomeQueue } from "./outcome-queue.js";
import type { RunJournal, Steps } from "./run-journal.js";
import type { Run } from "./run-options.js";

export interface Consumed {
  readonly queue: OutcomeQueue<AnyOutcome>;
  readonly summary: Promise<Summary>;
  progress(): Progress;
  /** Called once, when the consumer begins. */
  start(): void;
  /** Sends nothing more, and aborts the requests in flight. */
  stop(): void;
  /** It is told of what the consumer takes. */
  readonly journal: Pick<RunJournal, "discard" | "follow" | "acknowledge" | "finish"> | undefined;
}

export function consumable(consumed: Consumed): Run<AnyOutcome> {
  const { queue, summary, progress, start, stop, journal } = consumed;
  let isConsumed = false;
  const consume = () => {
    if (isConsumed) throw new TypeError("a run has one consumer: this one has one already");
    isConsumed = true;
    start();
  };
  const drain = () => {
    consume();
    journal?.discard();
    queue.discard();
    return journal ? summary.finally(() => journal.finish()) : summary;
  };
  /** As `drain`, for a caller who uses `summary`. */
  const drainUnlessConsumed = () => {
    if (!isConsumed) void drain().catch(() => undefined);
  };
  const close = async () => {
    drainUnlessConsumed();
    stop();
    await summary.catch(() => undefined);
  };
  const iterate = (): Required<Steps> => {
    consume();
    return {
      next: () => queue.next(),
      async return() {
        await close();
        return { done: true, value: undefined };
      },
    };
  };
  const outcomes = { [Symbol.asyncIterator]: iterate };

  const atEnd = () => {
    // A loop that begins in the same turn becomes the consumer.
    queueMicrotask(drainUnlessConsumed);
    return summary;
  };

  return {
    [Symbol.asyncIterator]: () => journal?.follow(iterate()) ?? iterate(),
    then: (done, refused) => atEnd().then(done, refused),
    batches: (size) => grouped(outcomes, size, journal),
    drain,
    async collect() {
      const all = await collected(outcomes);
      await journal?.finish();
      return all;
    },
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
  journal: Consumed["journal"],
): AsyncGenerator<readonly AnyOutcome[]> {
  let group: AnyOutcome[] = [];
  try {
    for await (const outcome of outcomes) {
      group.push(outcome);
      if (group.length < size) continue;
      yield group;
      // The consumer asks for the next one.
      journal?.acknowledge(group);
      group = [];
    }
    if (group.length) yield group;
    journal?.acknowledge(group);
  } finally {
    await journal?.finish();
  }
}

async function collected(outcomes: AsyncIterable<AnyOutcome>): Promise<readonly AnyOutcome[]> {
  const all: AnyOutcome[] = [];
  try {
    for await (const outcome of outcomes) all[outcome.index] = outcome;
  } catch (error) {
    throw error instanceof BatchSourceError
      ? new BatchSourceError(error.cause, all.flat(0))
      : error;
  }
  // Inputs that are skipped leave gaps.
  return all.flat(0);
}

/** The input reader: reads any kind of source, one input at a time, while there is room. */
import type { Source } from "../endpoint/endpoint.js";
import { BatchSourceError } from "../errors.js";

interface Cursor {
  /** A promise only where the source is asynchronous. Throws what the source throws. */
  next(): IteratorResult<unknown, unknown> | Promise<IteratorResult<unknown, unknown>>;
  /** Closes the source. Waits for nothing, and throws nothing. */
  close(reason: unknown): void;
}

function openSource(source: Source<unknown>): Cursor {
  const ignore = () => undefined;
  // Not every platform, and not every compiler, knows a stream as an async iterable.
  if ("getReader" in source) {
    const reader = source.getReader();
    return {
      next: () => reader.read(),
      close(reason) {
        void reader.cancel(reason).catch(ignore);
      },
    };
  }
  const iterator =
    Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  return {
    next: () => iterator.next(),
    close() {
      // An asynchronous generator answers only after its pending read, which may never end.
      void (async () => iterator.return?.())().catch(ignore);
    },
  };
}

export interface InputReader {
  /** Reads while there is room: a synchronous source at once, another one by one. */
  fill(): void;
  /** Reads no more. */
  close(reason: unknown): void;
  /** Waiting for an asynchronous source. */
  readonly reading: boolean;
  /** Nothing more will come. */
  readonly done: boolean;
  /** What the source threw. */
  readonly error: BatchSourceError | undefined;
}

/** How many values are read from a synchronous source before other work gets a turn. */
const BURST = 2000;

/** `changed` is called when something was read, or the source has ended, outside of `fill`. */
export function createInputReader(
  source: Source<unknown>,
  accept: (value: unknown) => void,
  hasRoom: () => boolean,
  changed: () => void,
): InputReader {
  let cursor: Cursor | undefined;
  let reading = false;
  let done = false;
  let error: BatchSourceError | undefined;

  const take = (next: IteratorResult<unknown, unknown>) => {
    if (next.done) done = true;
    else accept(next.value);
  };
  const fail = (cause: unknown) => {
    done = true;
    error = new BatchSourceError(cause);
  };
  const wait = (promise: Promise<IteratorResult<unknown, unknown>>) => {
    reading = true;
    // What comes after `close` is ignored.
    const then =
      <T>(act: (value: T) => void) =>
      (value: T) => {
        reading = false;
        if (done) return;
        act(value);
        changed();
      };
    promise.then(then(take), then(fail));
  };

  return {
    fill() {
      for (let burst = 0; !reading && !done && hasRoom(); burst++) {
        if (burst === BURST) {
          reading = true;
          setTimeout(() => {
            reading = false;
            changed();
          });
          return;
        }
        try {
          cursor ??= openSource(source);
          const next = cursor.next();
          if ("then" in next) wait(next);
          else take(next);
        } catch (cause) {
          fail(cause);
        }
      }
    },
    close(reason) {
      if (!done) cursor?.close(reason);
      done = true;
    },
    get reading() {
      return reading;
    },
    get done() {
      return done;
    },
    get error() {
      return error;
    },
  };
}

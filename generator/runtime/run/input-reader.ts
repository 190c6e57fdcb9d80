/** Reads any kind of source, one by one, as there is room. */
import type { Source } from "../endpoint/endpoint.js";
import { BatchSourceError } from "../errors.js";

interface Reader {
  /** A promise only where the source is asynchronous. Throws what the source throws. */
  next(): IteratorResult<unknown, unknown> | Promise<IteratorResult<unknown, unknown>>;
  /** Tells the source that nobody reads on. Waits for nothing, and throws nothing. */
  close(reason: unknown): void;
}

function openSource(source: Source<unknown>): Reader {
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

export interface Intake {
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

/** Values read from a synchronous source before everybody else gets a turn. */
const BURST = 2000;

/** `changed` is called when something was read, or the source has ended, outside of `fill`. */
export function createIntake(
  source: Source<unknown>,
  accept: (value: unknown) => void,
  hasRoom: () => boolean,
  changed: () => void,
): Intake {
  let reader: Reader | undefined;
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
    // What comes after `close` is nobody's.
    const then =
      <T>(act: (told: T) => void) =>
      (told: T) => {
        reading = false;
        if (done) return;
        act(told);
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
          reader ??= openSource(source);
          const next = reader.next();
          if ("then" in next) wait(next);
          else take(next);
        } catch (cause) {
          fail(cause);
        }
      }
    },
    close(reason) {
      if (!done) reader?.close(reason);
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

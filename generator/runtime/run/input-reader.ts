/** `createInputReader`: reads any kind of source, one input at a time, while there is room. */
import type { Source } from "../endpoint/endpoint.js";
import { BatchSourceError } from "../errors.js";

/** What iterators and streams give. Some types of a platform leave out `value` where nothing more comes. */
interface Next {
  readonly done?: boolean | undefined;
  readonly value?: unknown;
}

interface Cursor {
  /** A promise only where the source is asynchronous. Throws what the source throws. */
  next(): Next | Promise<Next>;
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
  /** Stops reading, and closes the source. */
  close(reason: unknown): void;
  /** Waiting for an asynchronous source. */
  readonly reading: boolean;
  /** Nothing more will come. */
  readonly done: boolean;
  /** The error that the source threw. */
  readonly error: BatchSourceError | undefined;
}

/** The number of values from a synchronous source before other work gets a turn. */
const BURST = 2000;

interface ReaderState {
  readonly source: Source<unknown>;
  readonly accept: (value: unknown) => void;
  readonly hasRoom: () => boolean;
  readonly changed: () => void;
  cursor: Cursor | undefined;
  reading: boolean;
  done: boolean;
  error: BatchSourceError | undefined;
}

/** @param changed called after `fill` has returned, when an input has come or the source has ended */
export function createInputReader(
  source: Source<unknown>,
  accept: (value: unknown) => void,
  hasRoom: () => boolean,
  changed: () => void,
): InputReader {
  const reader: ReaderState = {
    ...{ source, accept, hasRoom, changed },
    ...{ cursor: undefined, reading: false, done: false, error: undefined },
  };
  return {
    fill: () => fill(reader),
    close(reason) {
      if (!reader.done) reader.cursor?.close(reason);
      reader.done = true;
    },
    get reading() {
      return reader.reading;
    },
    get done() {
      return reader.done;
    },
    get error() {
      return reader.error;
    },
  };
}

function fill(reader: ReaderState): void {
  for (let burst = 0; !reader.reading && !reader.done && reader.hasRoom(); burst++) {
    if (burst === BURST) return giveTurn(reader);
    try {
      reader.cursor ??= openSource(reader.source);
      const next = reader.cursor.next();
      if ("then" in next) wait(reader, next);
      else take(reader, next);
    } catch (cause) {
      fail(reader, cause);
    }
  }
}

/** Lets other work go first. */
function giveTurn(reader: ReaderState): void {
  reader.reading = true;
  setTimeout(() => {
    reader.reading = false;
    reader.changed();
  });
}

function wait(reader: ReaderState, promise: Promise<Next>): void {
  reader.reading = true;
  const then =
    <T>(act: (reader: ReaderState, value: T) => void) =>
    (value: T) => {
      reader.reading = false;
      // An input that comes after `close` is ignored.
      if (reader.done) return;
      act(reader, value);
      reader.changed();
    };
  promise.then(then(take), then(fail));
}

function take(reader: ReaderState, next: Next): void {
  if (next.done) reader.done = true;
  else reader.accept(next.value);
}

function fail(reader: ReaderState, cause: unknown): void {
  reader.done = true;
  reader.error = new BatchSourceError(cause);
}

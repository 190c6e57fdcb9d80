/** Reads any kind of source one by one. */
import type { Source } from "./endpoint.js";

export interface Reader {
  /** A promise only where the source is asynchronous. Throws what the source throws. */
  next(): IteratorResult<unknown, unknown> | Promise<IteratorResult<unknown, unknown>>;
  /** Tells the source that nobody reads on. Waits for nothing, and throws nothing. */
  close(reason: unknown): void;
}

export function openSource(source: Source<unknown>): Reader {
  const ignore = () => undefined;
  // Not every platform, and not every compiler, knows a stream as an async iterable.
  if ("getReader" in source) {
    const reader = source.getReader();
    return {
      next: async () => {
        const { done, value } = await reader.read();
        return done ? { done, value: undefined } : { done, value };
      },
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

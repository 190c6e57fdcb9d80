/** `shards`: cuts rows into the jobs of a queue. */

/** A part of the rows, with a name that it has each time. */
export interface Shard<S> {
  /** `0000`, `0001` and so on. */
  readonly name: string;
  readonly rows: S[];
}

/**
 * Cuts rows into parts with the same names each time, if the rows come in the same order. A part is read when it is asked
 * for, so the memory holds one.
 * @param size the number of rows in a part, the last excepted; 1,000 to 10,000 suit most queues
 * @throws TypeError if `size` is not a whole number of at least 1
 */
export function shards<S>(
  rows: Iterable<S> | AsyncIterable<S>,
  size: number,
): AsyncIterable<Shard<S>> {
  if (!Number.isSafeInteger(size) || size < 1)
    throw new TypeError(`size is ${size}: expected a whole number of at least 1`);
  return cut(rows, size);
}

async function* cut<S>(rows: Iterable<S> | AsyncIterable<S>, size: number) {
  let count = 0;
  let part: S[] = [];
  const shard = (): Shard<S> => ({ name: String(count++).padStart(4, "0"), rows: part });
  for await (const row of rows) {
    if (part.push(row) < size) continue;
    yield shard();
    part = [];
  }
  if (part.length > 0) yield shard();
}

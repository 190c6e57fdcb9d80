/** `createWriter`: one write at a time. Changes that come meanwhile are the next one. */
import type { Changes, JournalRecord } from "./store.js";

export interface Writer {
  put(record: JournalRecord): void;
  drop(key: string): void;
  /** It goes with the next write, because it needs none of its own. */
  seen(key: string): void;
  /** Calls `act` when all changes so far are on disk. */
  then(act: () => void): void;
  /** Writes all changes so far, which may be none. Rejects if the journal fails before. */
  flush(): Promise<void>;
  /** Something waits for the disk. */
  readonly busy: boolean;
  /** The number of changes that no write has taken. */
  readonly size: number;
}

/** The changes of one write; the last change of a key counts. */
interface Batch {
  readonly changes: Map<string, JournalRecord | "drop" | "seen">;
  readonly acts: (() => void)[];
  /** Somebody waits for it. */
  wanted: boolean;
  /** Of `flush`. */
  done: { readonly promise: Promise<void>; end(error?: unknown): void } | undefined;
}

const newBatch = (): Batch => ({ changes: new Map(), acts: [], wanted: false, done: undefined });

interface WriterState {
  /** Rejects only if the journal failed. */
  readonly write: (changes: Changes) => Promise<void>;
  readonly written: () => void;
  next: Batch;
  /** A loop writes what there is. */
  running: boolean;
  /** The store is at work. */
  writing: boolean;
  failure: unknown;
}

/** @param written called after each write, when its acts are done */
export function createWriter(write: WriterState["write"], written: () => void): Writer {
  const writer: WriterState = {
    ...{ write, written, next: newBatch() },
    ...{ running: false, writing: false, failure: undefined },
  };
  const change = (key: string, to: JournalRecord | "drop") => {
    writer.next.changes.set(key, to);
    want(writer);
  };
  return {
    put: (record) => change(record.key, record),
    drop: (key) => change(key, "drop"),
    seen: (key) => void writer.next.changes.set(key, "seen"),
    then(act) {
      writer.next.acts.push(act);
      want(writer);
    },
    flush() {
      writer.next.done ??= newDone();
      want(writer);
      return writer.next.done.promise;
    },
    get busy() {
      return writer.writing || writer.next.wanted;
    },
    get size() {
      return writer.next.changes.size;
    },
  };
}

function want(writer: WriterState): void {
  writer.next.wanted = true;
  if (!writer.running) void run(writer);
}

async function run(writer: WriterState): Promise<void> {
  writer.running = true;
  // Changes that are made in one turn go together.
  await Promise.resolve();
  while (writer.next.wanted) {
    const batch = writer.next;
    writer.next = newBatch();
    writer.writing = true;
    try {
      if (writer.failure !== undefined) throw writer.failure as Error;
      await writer.write(changesOf(batch));
    } catch (error) {
      writer.failure = error;
      batch.done?.end(error);
      writer.writing = false;
      continue;
    }
    writer.writing = false;
    for (const act of batch.acts) act();
    batch.done?.end();
    writer.written();
  }
  writer.running = false;
}

function newDone(): NonNullable<Batch["done"]> {
  let end: (error?: unknown) => void = () => undefined;
  const promise = new Promise<void>((resolve, reject) => {
    end = (error) => {
      if (error === undefined) resolve();
      else reject(error instanceof Error ? error : new TypeError("no error"));
    };
  });
  // Nobody need wait for it.
  promise.catch(() => undefined);
  return { promise, end };
}

function changesOf({ changes }: Batch): Changes {
  const all = [...changes];
  const keys = (of: "drop" | "seen") => all.flatMap(([key, to]) => (to === of ? key : []));
  return {
    put: all.flatMap(([, to]) => (typeof to === "object" ? to : [])),
    seen: keys("seen"),
    drop: keys("drop"),
  };
}

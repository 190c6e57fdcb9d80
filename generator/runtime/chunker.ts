/** Fills chunks: as many inputs as one request may hold, and no key twice on its way. */
import type { Entry } from "./entry.js";

export interface ChunkerOptions {
  /** Most entries in a chunk; may become less on the way. */
  readonly size: () => number;
  /** Most bytes in a request body; Infinity where nobody said. */
  readonly bytes: number;
  /** Of a body without items. */
  readonly overhead: number;
  readonly duplicates: "separate" | "last" | "error";
  /** An entry that shares a key with another will not be sent. */
  readonly giveUp: (entry: Entry, as: "superseded" | "duplicate") => void;
}

export interface Chunker {
  add(entry: Entry): void;
  /** The next full chunk; with `flush` also one that is not full. Its keys are on their way until `release`. */
  take(flush: boolean): readonly Entry[] | undefined;
  release(chunk: readonly Entry[]): void;
  /** Takes out everything that waits. */
  clear(): readonly Entry[];
}

export function createChunker(options: ChunkerOptions): Chunker {
  const { size, bytes, overhead, duplicates, giveUp } = options;
  /** Who uses a key; and who waits for it, in the order they came. Most keys have nobody who waits. */
  const users = new Map<string, Entry>();
  const waiting = new Map<string, Entry[]>();
  /** Entries whose turn has not come. */
  const held = new Set<Entry>();
  const full: Entry[][] = [];
  let open: Entry[] = [];
  let openBytes = overhead;

  const seal = () => {
    if (open.length) full.push(open);
    open = [];
    openBytes = overhead;
  };

  const place = (entry: Entry) => {
    // With its comma.
    const more = entry.bytes + 1;
    // Tested before adding: a chunk never grows beyond the limit.
    if (open.length >= size() || openBytes + more > bytes) seal();
    open.push(entry);
    openBytes += more;
    if (open.length >= size()) seal();
  };

  const isFirst = (entry: Entry) => entry.lanes.every((lane) => users.get(lane) === entry);

  /** Gives the keys of an entry to those who wait for them. */
  const leave = (entry: Entry) => {
    const { lanes } = entry;
    for (const lane of lanes) {
      const queue = waiting.get(lane);
      if (users.get(lane) === entry) {
        const next = queue?.shift();
        if (next) users.set(lane, next);
        else users.delete(lane);
      } else if (queue?.includes(entry)) queue.splice(queue.indexOf(entry), 1);
      if (queue?.length === 0) waiting.delete(lane);
    }
    for (const lane of lanes) {
      const next = users.get(lane);
      if (next && held.has(next) && isFirst(next)) {
        held.delete(next);
        place(next);
      }
    }
  };

  return {
    add(entry) {
      // One that shares two keys is in it twice: it is given up once.
      const earlier =
        duplicates === "separate"
          ? []
          : entry.lanes.flatMap((lane) => [users.get(lane) ?? [], waiting.get(lane) ?? []].flat());
      if (earlier.length && duplicates === "error") return giveUp(entry, "duplicate");
      for (const lane of entry.lanes) {
        const queue = waiting.get(lane);
        if (!users.has(lane)) users.set(lane, entry);
        else if (queue) queue.push(entry);
        else waiting.set(lane, [entry]);
      }
      for (const old of earlier)
        if (!old.taken && !old.settled) {
          held.delete(old);
          for (const chunk of [open, ...full])
            if (chunk.includes(old)) chunk.splice(chunk.indexOf(old), 1);
          leave(old);
          giveUp(old, "superseded");
        }
      if (isFirst(entry)) place(entry);
      else held.add(entry);
    },
    take(flush) {
      if (!full.length && flush) seal();
      let chunk = full.shift();
      // Superseded to the last one.
      while (chunk?.length === 0) chunk = full.shift();
      for (const entry of chunk ?? []) entry.taken = true;
      return chunk;
    },
    release(chunk) {
      for (const entry of chunk) leave(entry);
    },
    clear() {
      const all = [...full.flat(), ...open, ...held];
      full.length = 0;
      open = [];
      held.clear();
      users.clear();
      waiting.clear();
      return all;
    },
  };
}

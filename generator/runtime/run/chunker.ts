/** Fills chunks: as many inputs as one request may hold, and no key twice on its way. */
import type { Entry } from "./item.js";
import { createLanes } from "./key-locks.js";

export interface ChunkerOptions {
  /** Most entries in a chunk; may become less on the way. */
  readonly size: () => number;
  /** How many ids an entry may have. */
  readonly ids: number;
  /** Most bytes in a request body; Infinity where nobody said. */
  readonly bytes: number;
  /** Of a body without items. */
  readonly overhead: number;
  readonly duplicates: "separate" | "last" | "error";
  /** A request changes something: one of which nothing is known may do so later. */
  readonly writes: boolean;
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
  const { size, ids, bytes, overhead, duplicates, writes, giveUp } = options;
  const lanes = createLanes(ids, writes);
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
    entry.contested = lanes.isContested(entry);
    // With its comma.
    const more = entry.bytes + 1;
    // Tested before adding: a chunk never grows beyond the limit.
    if (open.length >= size() || openBytes + more > bytes) seal();
    open.push(entry);
    openBytes += more;
    if (open.length >= size()) seal();
  };

  const unsent = () => [...full.flat(), ...open, ...held];

  /** False where it has been sent in the meantime: whoever is told of an outcome may have made room. */
  const remove = (entry: Entry): boolean => {
    const chunk = [open, ...full].find((each) => each.includes(entry));
    return held.delete(entry) || !!chunk?.splice(chunk.indexOf(entry), 1);
  };

  /** Gives the ids of an entry to those who wait for them. */
  const leave = (entry: Entry) => {
    // Not those that `clear` took out.
    for (const next of lanes.leave(entry)) if (held.delete(next)) place(next);
  };

  return {
    add(entry) {
      if (lanes.enter(entry)) return place(entry);
      if (duplicates === "error") {
        leave(entry);
        return giveUp(entry, "duplicate");
      }
      held.add(entry);
      if (duplicates === "last")
        for (const old of unsent())
          if (old !== entry && sharesId(old, entry) && remove(old)) {
            giveUp(old, "superseded");
            leave(old);
          }
    },
    take(flush) {
      if (!full.length && flush) seal();
      let chunk = full.shift();
      // Superseded to the last one.
      while (chunk?.length === 0) chunk = full.shift();
      return chunk;
    },
    release: (chunk) => chunk.forEach(leave),
    clear() {
      const all = unsent();
      full.length = 0;
      open = [];
      held.clear();
      return all;
    },
  };
}

const sharesId = (one: Entry, other: Entry) =>
  one.ids.some((id, i) => id !== undefined && id === other.ids[i]);

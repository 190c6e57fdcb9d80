/** Fills chunks: as many inputs as one request may hold, and no key twice on its way. */
import type { Entry, Ids } from "./entry.js";

export interface ChunkerOptions {
  /** Most entries in a chunk; may become less on the way. */
  readonly size: () => number;
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
  add(entry: Entry, ids: Ids): void;
  /** The next full chunk; with `flush` also one that is not full. Its keys are on their way until `release`. */
  take(flush: boolean): readonly Entry[] | undefined;
  release(chunk: readonly Entry[]): void;
  /** Takes out everything that waits. */
  clear(): readonly Entry[];
}

/** Those who share an id, in the order they came: the first has it, the others wait. */
export interface Lane {
  readonly queue: Entry[];
  /** A send of one of them left nothing proved. */
  lost: boolean;
  readonly id: string;
  /** Where it is known by its id. */
  readonly known: Map<string, Lane>;
}

export function createChunker(options: ChunkerOptions): Chunker {
  const { size, bytes, overhead, duplicates, writes, giveUp } = options;
  /** By the place of the id in `ids`. */
  const lanes: Map<string, Lane>[] = [];
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
    entry.contested = entry.lanes.some(({ lost }) => lost);
    // With its comma.
    const more = entry.bytes + 1;
    // Tested before adding: a chunk never grows beyond the limit.
    if (open.length >= size() || openBytes + more > bytes) seal();
    open.push(entry);
    openBytes += more;
    if (open.length >= size()) seal();
  };

  const isFirst = (entry: Entry) => entry.lanes.every(({ queue }) => queue[0] === entry);

  /** Gives the ids of an entry to those who wait for them. */
  const leave = (entry: Entry) => {
    for (const lane of entry.lanes) {
      const { queue, id, known } = lane;
      queue.splice(queue.indexOf(entry), 1);
      if (entry.lost && writes) lane.lost = true;
      if (!queue.length && !lane.lost) known.delete(id);
    }
    for (const { queue } of held.size ? entry.lanes : []) {
      const [next] = queue;
      if (next && held.has(next) && isFirst(next)) {
        held.delete(next);
        place(next);
      }
    }
  };

  /** Lines up for an id. */
  const enter = (entry: Entry, i: number, id: string): Lane => {
    const known = (lanes[i] ??= new Map());
    let lane = known.get(id);
    if (lane) lane.queue.push(entry);
    else known.set(id, (lane = { id, known, queue: [entry], lost: false }));
    return lane;
  };

  return {
    add(entry, ids) {
      ids.forEach((id, i) => {
        if (id === undefined) return;
        const lane = enter(entry, i, id);
        entry.lanes = entry.lanes.length ? [...entry.lanes, lane] : [lane];
      });
      // One that shares two ids is in it twice: it is given up once.
      const earlier =
        duplicates === "separate"
          ? []
          : entry.lanes.flatMap(({ queue }) => queue).filter((other) => other !== entry);
      if (earlier.length && duplicates === "error") {
        leave(entry);
        return giveUp(entry, "duplicate");
      }
      for (const old of earlier)
        if (!old.taken && !old.settled) {
          held.delete(old);
          for (const chunk of [open, ...full])
            if (chunk.includes(old)) chunk.splice(chunk.indexOf(old), 1);
          giveUp(old, "superseded");
          leave(old);
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
      lanes.length = 0;
      return all;
    },
  };
}

/** `createChunker`: groups items into chunks that fit into a request, so that no two chunks in flight share an id. */
import { noteContested, type InFlight } from "./in-flight.js";
import { createKeyLocks, type KeyLocks } from "./key-locks.js";

export interface ChunkerOptions {
  /** The most items in a chunk; the number may decrease during the run. */
  readonly size: () => number;
  /** The number of ids that an item may have. */
  readonly ids: number;
  /** The most bytes in a request body; Infinity: no limit. */
  readonly bytes: number;
  /** The bytes of a body without items. */
  readonly overhead: number;
  readonly duplicates: "separate" | "last" | "error";
  /** Requests change data, so a lost item may still take effect. */
  readonly writes: boolean;
  /** Called for an item that is not sent because it shares an id with another one. */
  readonly giveUp: (flight: InFlight, as: "superseded" | "duplicate") => void;
}

export interface Chunker {
  add(flight: InFlight): void;
  /** Makes a chunk of these. False if one of their ids is in flight: then nothing happens. */
  addTogether(flights: readonly InFlight[]): boolean;
  /** The next full chunk; with `flush` also one that is not full. Its ids are locked until `release`. */
  take(flush: boolean): readonly InFlight[] | undefined;
  release(chunk: readonly InFlight[]): void;
  /** Removes and returns all items that were not taken. */
  clear(): readonly InFlight[];
  /** How many more items the chunk that is being filled has room for. */
  missing(): number;
}

interface ChunkerState extends ChunkerOptions {
  readonly locks: KeyLocks;
  /** Items that wait for an id. */
  readonly waiting: Set<InFlight>;
  /** Chunks that are complete. */
  readonly full: InFlight[][];
  /** The chunk that is being filled, and the bytes of its request body. */
  open: InFlight[];
  openBytes: number;
}

export function createChunker(options: ChunkerOptions): Chunker {
  const { ids, overhead, duplicates, writes, giveUp } = options;
  const locks = createKeyLocks(ids, writes);
  const chunker: ChunkerState = {
    ...options,
    locks,
    waiting: new Set(),
    full: [],
    open: [],
    openBytes: overhead,
  };
  const { waiting, full } = chunker;
  return {
    add(flight) {
      if (locks.acquire(flight)) return place(chunker, flight);
      if (duplicates === "error") {
        unlock(chunker, flight);
        return giveUp(flight, "duplicate");
      }
      waiting.add(flight);
      if (duplicates === "last") supersede(chunker, flight);
    },
    addTogether(flights) {
      const waits = flights.filter((flight) => !locks.acquire(flight));
      for (const flight of flights)
        if (waits.length) unlock(chunker, flight);
        else noteContested(flight, locks.isContested(flight));
      if (!waits.length) full.push([...flights]);
      return !waits.length;
    },
    take(flush) {
      if (!full.length && flush) seal(chunker);
      let chunk = full.shift();
      // A chunk is empty if all of its items were superseded.
      while (chunk?.length === 0) chunk = full.shift();
      return chunk;
    },
    release(chunk) {
      for (const flight of chunk) unlock(chunker, flight);
    },
    clear() {
      const all = unsent(chunker);
      full.length = 0;
      chunker.open = [];
      waiting.clear();
      return all;
    },
    missing: () => chunker.size() - chunker.open.length,
  };
}

/** Closes the open chunk. */
function seal(chunker: ChunkerState): void {
  if (chunker.open.length) chunker.full.push(chunker.open);
  chunker.open = [];
  chunker.openBytes = chunker.overhead;
}

/** Adds an item that holds its ids to the open chunk. */
function place(chunker: ChunkerState, flight: InFlight): void {
  const { size, bytes, locks } = chunker;
  noteContested(flight, locks.isContested(flight));
  // One byte for the comma.
  const more = flight.item.bytes + 1;
  // This test is before the addition, so a chunk never exceeds the limit.
  if (chunker.open.length >= size() || chunker.openBytes + more > bytes) seal(chunker);
  chunker.open.push(flight);
  chunker.openBytes += more;
  if (chunker.open.length >= size()) seal(chunker);
}

const unsent = ({ full, open, waiting }: ChunkerState): readonly InFlight[] => [
  ...full.flat(),
  ...open,
  ...waiting,
];

/** Releases the ids of an item, and adds the items that waited for them. */
function unlock(chunker: ChunkerState, flight: InFlight): void {
  const { locks, waiting } = chunker;
  // Items that `clear` removed are not in `waiting`.
  for (const next of locks.release(flight)) if (waiting.delete(next)) place(chunker, next);
}

/** Gives up the items that share an id with this one and were not sent. */
function supersede(chunker: ChunkerState, flight: InFlight): void {
  for (const old of unsent(chunker))
    if (old !== flight && sharesId(old, flight) && remove(chunker, old)) {
      chunker.giveUp(old, "superseded");
      unlock(chunker, old);
    }
}

/** False if the item was sent in the meantime, because `giveUp` may have made room. */
function remove({ open, full, waiting }: ChunkerState, flight: InFlight): boolean {
  const chunk = [open, ...full].find((each) => each.includes(flight));
  return waiting.delete(flight) || !!chunk?.splice(chunk.indexOf(flight), 1);
}

const sharesId = ({ item: one }: InFlight, { item: other }: InFlight) =>
  one.ids.some((id, i) => id !== undefined && id === other.ids[i]);

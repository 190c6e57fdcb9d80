/** The chunker: groups items into chunks that one request can hold, and never sends a key twice at the same time. */
import { noteContested, type InFlight } from "./in-flight.js";
import { createKeyLocks, type KeyLocks } from "./key-locks.js";

export interface ChunkerOptions {
  /** Most items in a chunk; may become less during the run. */
  readonly size: () => number;
  /** How many ids an item may have. */
  readonly ids: number;
  /** Most bytes in a request body; Infinity where there is no limit. */
  readonly bytes: number;
  /** Bytes of a body without items. */
  readonly overhead: number;
  readonly duplicates: "separate" | "last" | "error";
  /** A request changes something: a lost item may yet do so. */
  readonly writes: boolean;
  /** Called for an item that shares a key with another and will not be sent. */
  readonly giveUp: (flight: InFlight, as: "superseded" | "duplicate") => void;
}

export interface Chunker {
  add(flight: InFlight): void;
  /** The next full chunk; with `flush` also one that is not full. Its keys are locked until `release`. */
  take(flush: boolean): readonly InFlight[] | undefined;
  release(chunk: readonly InFlight[]): void;
  /** Takes out everything that waits. */
  clear(): readonly InFlight[];
}

interface ChunkerState extends ChunkerOptions {
  readonly locks: KeyLocks;
  /** Items that wait for a key. */
  readonly waiting: Set<InFlight>;
  /** Chunks that nothing is added to. */
  readonly full: InFlight[][];
  /** The chunk that is filled, and the bytes of its request's body. */
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
    take(flush) {
      if (!full.length && flush) seal(chunker);
      let chunk = full.shift();
      // Every item of it was superseded.
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
  };
}

/** Nothing is added to the open chunk any more. */
function seal(chunker: ChunkerState): void {
  if (chunker.open.length) chunker.full.push(chunker.open);
  chunker.open = [];
  chunker.openBytes = chunker.overhead;
}

/** Adds an item that holds its keys to the open chunk. */
function place(chunker: ChunkerState, flight: InFlight): void {
  const { size, bytes, locks } = chunker;
  noteContested(flight, locks.isContested(flight));
  // With its comma.
  const more = flight.item.bytes + 1;
  // Tested before adding: a chunk never grows beyond the limit.
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

/** Passes the keys of an item on to the items that wait for them. */
function unlock(chunker: ChunkerState, flight: InFlight): void {
  const { locks, waiting } = chunker;
  // Not the items that `clear` took out.
  for (const next of locks.release(flight)) if (waiting.delete(next)) place(chunker, next);
}

/** Gives up the items that share a key with this one and have not been sent. */
function supersede(chunker: ChunkerState, flight: InFlight): void {
  for (const old of unsent(chunker))
    if (old !== flight && sharesId(old, flight) && remove(chunker, old)) {
      chunker.giveUp(old, "superseded");
      unlock(chunker, old);
    }
}

/** False where the item has been sent in the meantime: `giveUp` may have made room. */
function remove({ open, full, waiting }: ChunkerState, flight: InFlight): boolean {
  const chunk = [open, ...full].find((each) => each.includes(flight));
  return waiting.delete(flight) || !!chunk?.splice(chunk.indexOf(flight), 1);
}

const sharesId = ({ item: one }: InFlight, { item: other }: InFlight) =>
  one.ids.some((id, i) => id !== undefined && id === other.ids[i]);

/** The chunker: groups items into chunks that one request can hold, and never sends a key twice at the same time. */
import { noteContested, type InFlight } from "./in-flight.js";
import { createKeyLocks } from "./key-locks.js";

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

export function createChunker(options: ChunkerOptions): Chunker {
  const { size, ids, bytes, overhead, duplicates, writes, giveUp } = options;
  const locks = createKeyLocks(ids, writes);
  /** Items that wait for a key. */
  const waiting = new Set<InFlight>();
  const full: InFlight[][] = [];
  let open: InFlight[] = [];
  let openBytes = overhead;

  const seal = () => {
    if (open.length) full.push(open);
    open = [];
    openBytes = overhead;
  };

  const place = (flight: InFlight) => {
    noteContested(flight, locks.isContested(flight));
    // With its comma.
    const more = flight.item.bytes + 1;
    // Tested before adding: a chunk never grows beyond the limit.
    if (open.length >= size() || openBytes + more > bytes) seal();
    open.push(flight);
    openBytes += more;
    if (open.length >= size()) seal();
  };

  const unsent = () => [...full.flat(), ...open, ...waiting];

  /** False where it has been sent in the meantime: `giveUp` may have made room. */
  const remove = (flight: InFlight): boolean => {
    const chunk = [open, ...full].find((each) => each.includes(flight));
    return waiting.delete(flight) || !!chunk?.splice(chunk.indexOf(flight), 1);
  };

  const unlock = (flight: InFlight) => {
    // Not the items that `clear` took out.
    for (const next of locks.release(flight)) if (waiting.delete(next)) place(next);
  };

  const supersede = (flight: InFlight) => {
    for (const old of unsent())
      if (old !== flight && sharesId(old, flight) && remove(old)) {
        giveUp(old, "superseded");
        unlock(old);
      }
  };

  return {
    add(flight) {
      if (locks.acquire(flight)) return place(flight);
      if (duplicates === "error") {
        unlock(flight);
        return giveUp(flight, "duplicate");
      }
      waiting.add(flight);
      if (duplicates === "last") supersede(flight);
    },
    take(flush) {
      if (!full.length && flush) seal();
      let chunk = full.shift();
      // Every item of it was superseded.
      while (chunk?.length === 0) chunk = full.shift();
      return chunk;
    },
    release: (chunk) => chunk.forEach(unlock),
    clear() {
      const all = unsent();
      full.length = 0;
      open = [];
      waiting.clear();
      return all;
    },
  };
}

const sharesId = ({ item: one }: InFlight, { item: other }: InFlight) =>
  one.ids.some((id, i) => id !== undefined && id === other.ids[i]);

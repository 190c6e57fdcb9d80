/** Key locks: keep items that share an id apart. The first one holds the id, the others wait in the order they came. */
import type { InFlight } from "./in-flight.js";
import type { Item } from "./item.js";

export interface KeyLocks {
  /** Takes, or waits for, each id of an item. True where it holds all of them at once. */
  acquire(flight: InFlight): boolean;
  /** Passes its ids on to the waiters; returns the items that now hold all of theirs. */
  release(flight: InFlight): readonly InFlight[];
  /** Whether an earlier item with one of its ids is lost. */
  isContested(flight: InFlight): boolean;
}

type Id = Item["ids"][number];

/** The locks of one rule. */
interface Locks {
  /** Which of an item's `ids` they lock. */
  readonly position: number;
  /**
   * The ids that are held. A Set of ids, and not a Map to their holders: the tables that a Map has outgrown keep their
   * content until the next full collection, and with it each item, its input and its result.
   */
  readonly held: Set<Id>;
  /** The waiters for an id; few ids have any. */
  readonly waiters: Map<Id, InFlight[]>;
  /** Ids of items that are lost. */
  readonly lost: Set<Id>;
}

/** `count`: how many ids an item may have. `writes`: a lost item may yet change something. */
export function createKeyLocks(count: number, writes: boolean): KeyLocks {
  const rules = Array.from({ length: count }, (_, position): Locks => ({
    position,
    held: new Set(),
    waiters: new Map(),
    lost: new Set(),
  }));
  /** For how many ids an item waits. */
  const waits = new Map<InFlight, number>();

  return {
    acquire(flight) {
      let missing = 0;
      for (const { position, held, waiters } of rules) {
        const id = flight.item.ids[position];
        const { size } = held;
        if (id === undefined || held.add(id).size > size) continue;
        missing++;
        const line = waiters.get(id);
        if (line) line.push(flight);
        else waiters.set(id, [flight]);
      }
      if (missing) waits.set(flight, missing);
      return !missing;
    },
    release(flight) {
      const freed: InFlight[] = [];
      waits.delete(flight);
      for (const locks of rules) {
        const id = flight.item.ids[locks.position];
        if (id === undefined) continue;
        if (flight.lost && writes) locks.lost.add(id);
        const next = passOn(locks, id, flight);
        const missing = (next && waits.get(next)) ?? 0;
        if (!next || !missing) continue;
        if (missing > 1) waits.set(next, missing - 1);
        else {
          waits.delete(next);
          freed.push(next);
        }
      }
      return freed;
    },
    isContested: ({ item }) => rules.some(({ position, lost }) => lost.has(item.ids[position])),
  };
}

/** The waiter that holds the id from now on. An item that gives up waiting frees none. */
function passOn({ held, waiters }: Locks, id: Id, flight: InFlight): InFlight | undefined {
  const line = waiters.get(id);
  if (!line) {
    held.delete(id);
    return undefined;
  }
  const at = line.indexOf(flight);
  const [next] = line.splice(Math.max(at, 0), 1);
  if (!line.length) waiters.delete(id);
  return at < 0 ? next : undefined;
}

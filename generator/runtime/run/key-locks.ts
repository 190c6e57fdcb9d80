/** `createKeyLocks`: of items that share an id, the first one holds it, and the others wait in order. */
import type { InFlight } from "./in-flight.js";
import type { Item } from "./item.js";

export interface KeyLocks {
  /** Locks each id of an item, or waits for it. True if the item holds all of its ids now. */
  acquire(flight: InFlight): boolean;
  /** Gives the ids of an item to the next waiters; returns those that hold all of their ids now. */
  release(flight: InFlight): readonly InFlight[];
  /** Whether an earlier item with one of its ids is lost. */
  isContested(flight: InFlight): boolean;
}

type Id = Item["ids"][number];

/** The locks of one rule. */
interface Locks {
  /** The index of the locked id in an item's `ids`. */
  readonly position: number;
  /**
   * The ids that are held. It is a Set of ids, not a Map to their holders: a Map that grows leaves its old tables, with
   * every item, input and result in them, until the next full garbage collection.
   */
  readonly held: Set<Id>;
  /** The waiters for an id; most ids have none. */
  readonly waiters: Map<Id, InFlight[]>;
  /** Ids of items that are lost. */
  readonly lost: Set<Id>;
}

/** `count`: the number of ids that an item may have. `writes`: a lost item may still change data. */
export function createKeyLocks(count: number, writes: boolean): KeyLocks {
  const rules = Array.from({ length: count }, (_, position): Locks => ({
    position,
    held: new Set(),
    waiters: new Map(),
    lost: new Set(),
  }));
  /** The number of ids that an item waits for. */
  const waits = new Map<InFlight, number>();

  return {
    acquire(flight) {
      let missing = 0;
      for (const { position, held, waiters } of rules) {
        const id = flight.item.ids[position];
        const { size } = held;
        if (id === undefined || held.add(id).size > size) continue;
        missing++;
        const others = waiters.get(id);
        if (others) others.push(flight);
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

/** Gives an id to its next waiter and returns that. An item that only waited for the id gives nothing. */
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

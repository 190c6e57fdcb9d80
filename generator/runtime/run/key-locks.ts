/** Keeps entries that share an id apart: the first who came has it, the others wait. */
import type { Entry } from "./item.js";

export interface Lanes {
  /** Lines up for the ids of an entry. True where it has all of them at once. */
  enter(entry: Entry): boolean;
  /** Gives its ids to those who wait for them: the entries that now have all of theirs. */
  leave(entry: Entry): readonly Entry[];
  /** Whether nothing is proved of an earlier entry with one of its ids. */
  isContested(entry: Entry): boolean;
}

/** Undefined is nobody's: it can be asked for, and is never there. */
type Id = Entry["ids"][number];

/** The ids of one rule. */
interface Lane {
  /** Of its ids in `ids`. */
  readonly place: number;
  /**
   * The ids that somebody has. Not who has them: the tables that a Map has outgrown keep what was in them until the next
   * full collection, and each entry with its input and its result would be in one.
   */
  readonly taken: Set<Id>;
  /** Who waits for an id, in the order they came; few ever do. */
  readonly lines: Map<Id, Entry[]>;
  /** Ids of entries of which nothing is proved. */
  readonly lost: Set<Id>;
}

/** `count`: how many ids an entry may have. `writes`: an entry of which nothing is known may yet change something. */
export function createLanes(count: number, writes: boolean): Lanes {
  const lanes = Array.from({ length: count }, (_, place): Lane => ({
    place,
    taken: new Set(),
    lines: new Map(),
    lost: new Set(),
  }));

  return {
    enter(entry) {
      for (const { place, taken, lines } of lanes) {
        const id = entry.ids[place];
        const { size } = taken;
        if (id === undefined || taken.add(id).size > size) continue;
        entry.waits++;
        const line = lines.get(id);
        if (line) line.push(entry);
        else lines.set(id, [entry]);
      }
      return !entry.waits;
    },
    leave(entry) {
      const freed: Entry[] = [];
      for (const { place, taken, lines, lost } of lanes) {
        const id = entry.ids[place];
        if (id === undefined) continue;
        if (entry.lost && writes) lost.add(id);
        const line = lines.get(id);
        if (!line) {
          taken.delete(id);
          continue;
        }
        // Whoever gives up waiting frees nobody.
        const at = line.indexOf(entry);
        const [next] = line.splice(Math.max(at, 0), 1);
        if (!line.length) lines.delete(id);
        if (next && at < 0 && !--next.waits) freed.push(next);
      }
      return freed;
    },
    isContested: (entry) => lanes.some(({ place, lost }) => lost.has(entry.ids[place])),
  };
}

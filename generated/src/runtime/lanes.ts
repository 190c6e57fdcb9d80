/** Keeps entries that share an id apart: the first who came has it, the others wait. */
import type { Entry } from "./entry.js";

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
   * Who waits for an id, in the order they came; there is a line where somebody has the id. Not who has it: the tables
   * that a Map has outgrown keep what was in them until the next full collection, and each entry with its input and its
   * result would be in one.
   */
  readonly lines: Map<Id, Entry[]>;
  /** Ids of entries of which nothing is proved. */
  readonly lost: Set<Id>;
}

/** The line of all ids that nobody waits for. */
const NOBODY: Entry[] = [];

/** `count`: how many ids an entry may have. `writes`: an entry of which nothing is known may yet change something. */
export function createLanes(count: number, writes: boolean): Lanes {
  const lanes = Array.from({ length: count }, (_, place): Lane => ({
    place,
    lines: new Map(),
    lost: new Set(),
  }));

  return {
    enter(entry) {
      for (const { place, lines } of lanes) {
        const id = entry.ids[place];
        if (id === undefined) continue;
        const line = lines.get(id);
        if (line) entry.waits++;
        if (line?.length) line.push(entry);
        else lines.set(id, line ? [entry] : NOBODY);
      }
      return !entry.waits;
    },
    leave(entry) {
      const freed: Entry[] = [];
      for (const { place, lines, lost } of lanes) {
        const id = entry.ids[place];
        if (id === undefined) continue;
        if (entry.lost && writes) lost.add(id);
        const line = lines.get(id);
        if (line?.length) {
          // Whoever gives up waiting frees nobody.
          const at = line.indexOf(entry);
          const [next] = line.splice(Math.max(at, 0), 1);
          if (next && at < 0 && !--next.waits) freed.push(next);
        } else lines.delete(id);
      }
      return freed;
    },
    isContested: (entry) => lanes.some(({ place, lost }) => lost.has(entry.ids[place])),
  };
}

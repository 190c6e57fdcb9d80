/** Keeps entries that share an id apart: the first who came has it, the others wait. */
import type { Entry } from "./entry.js";

export interface Lanes {
  /** Lines up for the ids of an entry. True where it has all of them at once. */
  enter(entry: Entry): boolean;
  /** Gives its ids to those who wait for them: the entries that now have all of theirs. */
  leave(entry: Entry): readonly Entry[];
  /** Those who share an id with it, where `remember` is true; who shares two is in it twice. */
  others(entry: Entry): readonly Entry[];
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
   * Who has an id; undefined where nobody asks. The tables that a Map has outgrown keep what is in them until the next
   * full collection: a million inputs, if they were in them.
   */
  readonly holders: Map<Id, Entry | undefined>;
  /** In the order they came. */
  readonly waiting: Map<Id, Entry[]>;
  /** Ids of entries of which nothing is proved. */
  readonly lost: Set<Id>;
}

/**
 * `count`: how many ids an entry may have. `writes`: an entry of which nothing is known may yet change something.
 * `remember`: whether `others` is asked.
 */
export function createLanes(count: number, writes: boolean, remember: boolean): Lanes {
  const lanes = Array.from({ length: count }, (_, place): Lane => ({
    place,
    holders: new Map(),
    waiting: new Map(),
    lost: new Set(),
  }));
  const hold = ({ holders }: Lane, id: string, entry: Entry) =>
    void holders.set(id, remember ? entry : undefined);

  return {
    enter(entry) {
      for (const lane of lanes) {
        const id = entry.ids[lane.place];
        if (id === undefined) continue;
        if (lane.holders.has(id)) {
          entry.waits++;
          const line = lane.waiting.get(id);
          if (line) line.push(entry);
          else lane.waiting.set(id, [entry]);
        } else hold(lane, id, entry);
      }
      return !entry.waits;
    },
    leave(entry) {
      const freed: Entry[] = [];
      for (const lane of lanes) {
        const { place, holders, waiting, lost } = lane;
        const id = entry.ids[place];
        if (id === undefined) continue;
        if (entry.lost && writes) lost.add(id);
        const line = waiting.size ? waiting.get(id) : undefined;
        if (!line) holders.delete(id);
        else if (line.includes(entry)) line.splice(line.indexOf(entry), 1);
        else
          for (const next of line.splice(0, 1)) {
            hold(lane, id, next);
            if (!--next.waits) freed.push(next);
          }
        if (line?.length === 0) waiting.delete(id);
      }
      return freed;
    },
    others: (entry) =>
      lanes
        .flatMap(({ place, holders, waiting }) => {
          const id = entry.ids[place];
          return [holders.get(id) ?? [], waiting.get(id) ?? []].flat();
        })
        .filter((other) => other !== entry),
    isContested: (entry) =>
      lanes.some(({ place, lost }) => lost.size > 0 && lost.has(entry.ids[place])),
  };
}

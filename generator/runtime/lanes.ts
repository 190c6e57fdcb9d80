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

/** The ids of one rule. */
interface Lane {
  /**
   * Who has an id; undefined where nobody asks. The tables that a Map has outgrown keep what is in them until the next
   * full collection: a million inputs, if they were in them.
   */
  readonly holders: Map<string, Entry | undefined>;
  /** In the order they came. */
  readonly waiting: Map<string, Entry[]>;
  /** Ids of entries of which nothing is proved. */
  readonly lost: Set<string>;
}

/** `writes`: an entry of which nothing is known may yet change something. `remember`: whether `others` is asked. */
export function createLanes(writes: boolean, remember: boolean): Lanes {
  /** By the place of the id in `ids`. */
  const lanes: Lane[] = [];
  const each = (entry: Entry, visit: (id: string, lane: Lane) => void) =>
    entry.ids.forEach((id, i) => {
      lanes[i] ??= { holders: new Map(), waiting: new Map(), lost: new Set() };
      if (id !== undefined) visit(id, lanes[i]);
    });
  const hold = ({ holders }: Lane, id: string, entry: Entry) =>
    holders.set(id, remember ? entry : undefined);

  return {
    enter(entry) {
      each(entry, (id, lane) => {
        if (!lane.holders.has(id)) return hold(lane, id, entry);
        entry.waits++;
        const line = lane.waiting.get(id);
        if (line) line.push(entry);
        else lane.waiting.set(id, [entry]);
      });
      return !entry.waits;
    },
    leave(entry) {
      const freed: Entry[] = [];
      each(entry, (id, lane) => {
        const { holders, waiting, lost } = lane;
        if (entry.lost && writes) lost.add(id);
        const line = waiting.get(id);
        if (!line) return holders.delete(id);
        if (line.includes(entry)) line.splice(line.indexOf(entry), 1);
        else
          for (const next of line.splice(0, 1)) {
            hold(lane, id, next);
            if (!--next.waits) freed.push(next);
          }
        if (!line.length) waiting.delete(id);
        return undefined;
      });
      return freed;
    },
    others(entry) {
      const others: Entry[] = [];
      each(entry, (id, { holders, waiting }) => {
        const holder = holders.get(id);
        if (holder) others.push(holder);
        others.push(...(waiting.get(id) ?? []));
      });
      return others.filter((other) => other !== entry);
    },
    isContested(entry) {
      let contested = false;
      each(entry, (id, { lost }) => (contested ||= lost.has(id)));
      return contested;
    },
  };
}

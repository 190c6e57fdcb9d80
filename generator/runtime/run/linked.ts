/**
 * `linked`: items that name others by `envelope.after` are in one request with them: chunks, isolation and resends keep
 * them together. An item can name items that stand at most one chunk before or after it in the source.
 */
import type { Resolved } from "../endpoint/resolve.js";
import type { Linking } from "../endpoint/uses.js";
import { get } from "../pointer.js";
import type { Chunker, ChunkerOptions } from "./chunker.js";
import type { InFlight } from "./in-flight.js";
import { idOf } from "./item.js";
import type { Parts } from "./isolate.js";

const textOf = (value: unknown): string | undefined => idOf(value, {});

/** The id by which others name an item: that of its request, or its key in a map. */
const nameOf = ({ envelope, prefix }: Resolved, { item }: InFlight): string | undefined =>
  envelope?.id !== undefined
    ? textOf(get(item.value, prefix + envelope.id))
    : prefix
      ? textOf(get(item.value, "/key"))
      : item.mapKey || undefined;

/** The ids that an item names. */
function linksOf({ envelope, prefix }: Resolved, { item }: InFlight): readonly string[] {
  const named = get(item.value, prefix + (envelope?.after ?? ""));
  return [named].flat().flatMap((one: unknown) => textOf(one) ?? []);
}

function listIn<K>(lists: Map<K, number[]>, key: K): number[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

/** For each link, the positions of the two items. Of several items with an id, the last one before is meant. */
function links(data: Resolved, flights: readonly InFlight[]): (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [];
  const seen = new Map<string, number>();
  const awaited = new Map<string, number[]>();
  flights.forEach((flight, at) => {
    for (const id of linksOf(data, flight)) {
      const before = seen.get(id);
      if (before !== undefined) found.push([at, before]);
      else listIn(awaited, id).push(at);
    }
    const name = nameOf(data, flight);
    if (name === undefined) return;
    for (const from of awaited.get(name) ?? []) found.push([from, at]);
    awaited.delete(name);
    seen.set(name, at);
  });
  return found;
}

function units(data: Resolved, flights: readonly InFlight[]): Parts {
  const ends = flights.map((_, at) => at);
  for (const [from, to] of links(data, flights)) {
    const first = Math.min(from, to);
    ends[first] = Math.max(ends[first] ?? 0, from, to);
  }
  const parts: InFlight[][] = [];
  let end = -1;
  flights.forEach((flight, at) => {
    if (at > end) parts.push([]);
    parts.at(-1)?.push(flight);
    end = Math.max(end, ends[at] ?? at);
  });
  return parts;
}

function closed(
  data: Resolved,
  flights: readonly InFlight[],
  kept: ReadonlySet<InFlight>,
): ReadonlySet<InFlight> {
  const left = new Set(kept);
  /** By the position of an item: those that name it. */
  const naming = new Map<number, number[]>();
  for (const [from, to] of links(data, flights)) listIn(naming, to).push(from);
  const gone = [...flights.keys()].filter((at) => !has(kept, flights[at]));
  for (let at = gone.pop(); at !== undefined; at = gone.pop())
    for (const from of naming.get(at) ?? []) {
      const flight = flights[from];
      if (flight && left.delete(flight)) gone.push(from);
    }
  return left;
}

const has = <T>(set: ReadonlySet<T>, one: T | undefined) => one !== undefined && set.has(one);

/** The items of one request. */
interface Gathered {
  readonly flights: InFlight[];
  /** Their ids, which no two of them share. */
  readonly ids: Set<string>;
  bytes: number;
}

interface Gathering extends Pick<ChunkerOptions, "size" | "bytes" | "overhead"> {
  readonly data: Resolved;
  /** Items whose links may lead to later ones. */
  window: InFlight[];
  /** Requests in the order of the source. One with an id that is in flight waits, and those after it, too. */
  readonly ready: Gathered[];
}

function gather(data: Resolved, options: ChunkerOptions, chunker: Chunker): Chunker {
  const { size, bytes, overhead, duplicates } = options;
  const state: Gathering = { data, size, bytes, overhead, window: [], ready: [] };
  const { ready } = state;
  return {
    ...chunker,
    add(flight) {
      state.window.push(flight);
    },
    take(flush) {
      if (flush || state.window.length >= 2 * size()) advance(state, flush);
      for (let [first] = ready; first; [first] = ready) {
        // The last one may get more items.
        if (!flush && ready.length === 1 && first.flights.length < size()) break;
        if (!chunker.addTogether(first.flights)) {
          if (duplicates === "separate") break;
          first.flights.forEach(chunker.add);
        }
        ready.shift();
      }
      return chunker.take(flush);
    },
    clear() {
      const all = [...ready.flatMap(({ flights }) => flights), ...state.window];
      state.window = [];
      ready.length = 0;
      return [...chunker.clear(), ...all];
    },
  };
}

/** Moves the first units of the window into requests: at least a chunk of items, or all. */
function advance(state: Gathering, all: boolean): void {
  const { data, size, window } = state;
  state.window = [];
  let count = 0;
  for (const unit of units(data, window)) {
    if (all || count < size()) place(state, unit);
    else state.window.push(...unit);
    count += unit.length;
  }
}

/** Adds a unit to the last request, or to a new one if it does not fit or shares an id with it. */
function place(state: Gathering, unit: readonly InFlight[]): void {
  const { size, bytes, overhead, ready } = state;
  const more = unit.reduce((sum, { item }) => sum + item.bytes + 1, 0);
  const ids = unit.flatMap(idsOf);
  const fitsAlone =
    unit.length <= size() && overhead + more <= bytes && new Set(ids).size === ids.length;
  // Nothing can keep them together.
  if (!fitsAlone && unit.length > 1) return unit.forEach((one) => place(state, [one]));
  let last = ready.at(-1);
  const fits =
    last &&
    last.flights.length + unit.length <= size() &&
    last.bytes + more <= bytes &&
    !ids.some((id) => last?.ids.has(id));
  if (!last || !fits) ready.push((last = { flights: [], ids: new Set(), bytes: overhead }));
  last.flights.push(...unit);
  for (const id of ids) last.ids.add(id);
  last.bytes += more;
}

/** An id for each rule that locks. */
const idsOf = ({ item }: InFlight): readonly string[] =>
  item.ids.flatMap((id, position) => (id === undefined ? [] : [`${position} ${id}`]));

export const linked: Linking = { units, closed, gather };

/** Isolation: splits a refused chunk to find the items at fault, and gives up if the items are not the reason. */
import type { ItemError } from "../errors.js";
import type { InFlight } from "./in-flight.js";

/** After so many items in a row were refused, each alone, other items are probed. */
const ROW = 8;
/** The number of probes. */
const PROBES = 8;

/** What the chunks of a run have in common: the last of them that were given up. */
export interface Hopeless {
  category: string | undefined;
  /** How many in a row. */
  times: number;
}

/** The state of the isolation of one chunk. Only this file changes it. */
export interface Isolation {
  /** The number of items in a row that were refused, each alone and with the same category. */
  refused: number;
  error: ItemError | undefined;
  /** A part of the chunk was accepted, so the refusal depends on single items. */
  itemsMatter: boolean;
  /** If `refused` reaches this number, the items are not the reason. */
  enough: number;
  readonly hopeless: Hopeless;
  /** Splits a list into items that may be in different requests. */
  readonly units: (flights: readonly InFlight[]) => Parts;
}

export const isolation = (hopeless: Hopeless, units: Isolation["units"] = singles): Isolation => ({
  refused: 0,
  error: undefined,
  itemsMatter: false,
  enough: Infinity,
  hopeless,
  units,
});

const singles = (flights: readonly InFlight[]): Parts => flights.map((flight) => [flight]);

/** Notes that an item was refused, alone. */
export function noteRefused(state: Isolation, error: ItemError): void {
  const same = state.error?.category === error.category;
  state.refused = same ? state.refused + 1 : 1;
  if (!same) state.enough = Infinity;
  state.error = error;
}

/** Notes that a part of the chunk was accepted. */
export function noteAccepted(state: Isolation): void {
  state.refused = 0;
  state.itemsMatter = true;
  state.hopeless.times = 0;
}

export type Parts = readonly (readonly InFlight[])[];

/**
 * The parts to send of one that was refused: its halves. If chunks before it were given up with the same category, fewer
 * and fewer probes go first, so that a service that refuses everything costs two requests a chunk.
 */
export function partsOf(state: Isolation, flights: readonly InFlight[], error: ItemError): Parts {
  const { times, category } = state.hopeless;
  const isFirst = !state.error && !state.itemsMatter && state.enough === Infinity;
  if (!isFirst || !times || category !== error.category)
    return slices(state, flights, Math.ceil(flights.length / 2));
  state.error = error;
  return withProbes(state, [flights], Math.max(1, Math.floor(PROBES / 2 ** times)));
}

/**
 * The parts to send next, of those that are left. After a row of refused items, probes from all over the rest go first,
 * each alone: if one is accepted, the rest may be good. If all probes are refused with the same category, the items are
 * not the reason, and the rest fails with `error`, because the service refused it as a whole before.
 */
export function nextParts(
  state: Isolation,
  left: Parts,
): { readonly parts: Parts } | { readonly failed: readonly InFlight[]; readonly error: ItemError } {
  const { refused, error, itemsMatter, enough, hopeless } = state;
  if (itemsMatter || !error) return { parts: left };
  if (refused >= enough) {
    hopeless.times = hopeless.category === error.category ? hopeless.times + 1 : 1;
    hopeless.category = error.category;
    return { failed: left.flat(), error };
  }
  // A row is too short, or not all probes were sent.
  if (refused < ROW || enough < Infinity) return { parts: left };
  return { parts: withProbes(state, left, PROBES) };
}

function withProbes(state: Isolation, left: Parts, count: number): Parts {
  const probes = spread(left.flatMap(state.units), count);
  state.enough = state.refused + probes.size;
  const probed = new Set([...probes].flat());
  const others = left.map((part) => part.filter((flight) => !probed.has(flight)));
  return [...probes, ...others.filter(({ length }) => length)];
}

/** `count` elements of a list, evenly distributed. */
function spread<T>(all: readonly T[], count: number): ReadonlySet<T> {
  if (all.length <= count) return new Set(all);
  const at = (i: number) => all[Math.round((i * (all.length - 1)) / Math.max(1, count - 1))];
  return new Set(Array.from({ length: count }, (_, i) => at(i)).filter((one) => one !== undefined));
}

/** Parts with at most `size` items, if no unit is larger. */
export function slices(
  { units }: Pick<Isolation, "units">,
  flights: readonly InFlight[],
  size: number,
): Parts {
  const parts: InFlight[][] = [];
  for (const unit of units(flights)) {
    const last = parts.at(-1);
    if (last && last.length + unit.length <= size) last.push(...unit);
    else parts.push([...unit]);
  }
  return parts;
}

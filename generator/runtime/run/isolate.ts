/** Isolation: splits a refused chunk to find the items at fault, and gives up if the items are not the reason. */
import type { ItemError } from "../errors.js";
import type { InFlight } from "./in-flight.js";

/** After so many items in a row were refused, each alone, other items are probed. */
const ROW = 8;
/** The number of probes. */
const PROBES = 8;

/** The state of the isolation of one chunk. Only this file changes it. */
export interface Isolation {
  /** The number of items in a row that were refused, each alone and with the same category. */
  refused: number;
  error: ItemError | undefined;
  /** A part of the chunk was accepted, so the refusal depends on single items. */
  itemsMatter: boolean;
  /** If `refused` reaches this number, the items are not the reason. */
  enough: number;
}

export const isolation = (): Isolation => ({
  refused: 0,
  error: undefined,
  itemsMatter: false,
  enough: Infinity,
});

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
}

export type Parts = readonly (readonly InFlight[])[];

/**
 * The parts to send next, of those that are left. After a row of refused items, probes from all over the rest go first,
 * each alone: if one is accepted, the rest may be good. If all probes are refused with the same category, the items are
 * not the reason, and the rest fails with `error`, because the service refused it as a whole before.
 */
export function nextParts(
  state: Isolation,
  left: Parts,
): { readonly parts: Parts } | { readonly failed: readonly InFlight[]; readonly error: ItemError } {
  const { refused, error, itemsMatter } = state;
  if (itemsMatter || !error || refused < ROW) return { parts: left };
  if (refused >= state.enough) return { failed: left.flat(), error };
  // Not all probes were sent.
  if (state.enough < Infinity) return { parts: left };
  const probes = spread(left.flat(), PROBES);
  state.enough = refused + probes.size;
  const others = left.map((part) => part.filter((flight) => !probes.has(flight)));
  return { parts: [...[...probes].map((one) => [one]), ...others.filter(({ length }) => length)] };
}

/** `count` elements of a list, evenly distributed. */
function spread<T>(all: readonly T[], count: number): ReadonlySet<T> {
  if (all.length <= count) return new Set(all);
  const at = (i: number) => all[Math.round((i * (all.length - 1)) / (count - 1))];
  return new Set(Array.from({ length: count }, (_, i) => at(i)).filter((one) => one !== undefined));
}

export const halves = (flights: readonly InFlight[]): Parts =>
  slices(flights, Math.ceil(flights.length / 2));

export const slices = (flights: readonly InFlight[], size: number): Parts =>
  Array.from({ length: Math.ceil(flights.length / size) }, (_, i) =>
    flights.slice(i * size, (i + 1) * size),
  );

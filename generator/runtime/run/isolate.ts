/** Isolation: splits a refused chunk to find the items that it was refused for, and gives that up where it is hopeless. */
import type { ItemError } from "../errors.js";
import type { InFlight } from "./in-flight.js";

/** Items refused alone, one after the other, before others are tried out of turn. */
const ROW = 8;
/** How many are tried out of turn. */
const PROBES = 8;

/** What the isolation of one chunk has shown so far. Only this file writes it. */
export interface Isolation {
  /** Items refused alone in a row, for one category. */
  refused: number;
  error: ItemError | undefined;
  /** A part of the chunk was accepted: the refusal is for single items. */
  itemsMatter: boolean;
  /** How many of `refused` show that it is not the items. */
  enough: number;
}

export const isolation = (): Isolation => ({
  refused: 0,
  error: undefined,
  itemsMatter: false,
  enough: Infinity,
});

/** An item was refused alone. */
export function noteRefused(state: Isolation, error: ItemError): void {
  const same = state.error?.category === error.category;
  state.refused = same ? state.refused + 1 : 1;
  if (!same) state.enough = Infinity;
  state.error = error;
}

/** A part of the chunk was accepted. */
export function noteAccepted(state: Isolation): void {
  state.refused = 0;
  state.itemsMatter = true;
}

export type Parts = readonly (readonly InFlight[])[];

/**
 * The parts to send next, of those that are left. After a row of refused items, some from all over the rest go first,
 * each alone: one that is accepted shows that the rest may be good. Where all of them are refused for the same category,
 * it is not the items: the rest fails with `error`, since it was refused as a whole before.
 */
export function nextParts(
  state: Isolation,
  left: Parts,
): { readonly parts: Parts } | { readonly failed: readonly InFlight[]; readonly error: ItemError } {
  const { refused, error, itemsMatter } = state;
  if (itemsMatter || !error || refused < ROW) return { parts: left };
  if (refused >= state.enough) return { failed: left.flat(), error };
  // Not all probes have been tried.
  if (state.enough < Infinity) return { parts: left };
  const probes = spread(left.flat(), PROBES);
  state.enough = refused + probes.size;
  const others = left.map((part) => part.filter((flight) => !probes.has(flight)));
  return { parts: [...[...probes].map((one) => [one]), ...others.filter(({ length }) => length)] };
}

/** So many of a list, from its start to its end. */
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

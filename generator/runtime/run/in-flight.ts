/** `InFlight`: an item, with what has happened to it so far. Only this file changes an `InFlight`. */
import type { Item } from "./item.js";
import type { Sent, UnknownReason } from "./outcome.js";

/** Why a send proved nothing. */
export interface Lost {
  readonly reason: UnknownReason;
  readonly cause: unknown;
}

export interface InFlight {
  readonly item: Item;
  readonly sent: Sent;
  /** Set if a send proved nothing: from then on, only a success is certain. */
  readonly lost: Lost | undefined;
  /** An earlier item with one of its ids is lost, and may still take effect. */
  readonly contested: boolean;
  /** The item has its outcome. */
  readonly settled: boolean;
  /** When it was first sent of those that proved nothing, in an earlier run, too: its idempotency key is so old. */
  readonly since: number | undefined;
}

type Writable = { -readonly [N in keyof InFlight]: InFlight[N] };

const NEVER_SENT: Sent = { attempts: 0, requestIds: [] };

/** `lost`: an earlier run sent it. */
export const inFlight = (item: Item, lost?: Lost, since?: number): InFlight => ({
  item,
  sent: NEVER_SENT,
  lost,
  contested: false,
  settled: false,
  since,
});

/** Notes that one more request contained these items. Items with equal `sent` share the new one. */
export function noteSent(flights: readonly InFlight[], requestId: string | undefined): void {
  let before: Sent | undefined;
  let after: Sent | undefined;
  const writable: readonly Writable[] = flights;
  for (const flight of writable) {
    if (flight.sent !== before || !after) {
      before = flight.sent;
      const { attempts, requestIds } = before;
      after = {
        attempts: attempts + 1,
        requestIds: requestId === undefined ? requestIds : [...requestIds, requestId],
      };
    }
    flight.sent = after;
  }
}

/** Notes that a send of these items, at that time, proved nothing. The first such send counts. */
export function noteLost(flights: readonly InFlight[], lost: Lost, since: number): void {
  const writable: readonly Writable[] = flights;
  for (const flight of writable) {
    flight.lost ??= lost;
    flight.since ??= since;
  }
}

export function noteContested(flight: InFlight, contested: boolean): void {
  const writable: Writable = flight;
  writable.contested = contested;
}

/** Notes that the item has its outcome. `lost`: set if the outcome is `unknown`. */
export function noteSettled(flight: InFlight, lost: Lost | undefined): void {
  const writable: Writable = flight;
  writable.settled = true;
  writable.lost = lost ?? flight.lost;
}

/** What tests of the runtime share. */
import { inFlight, type InFlight } from "../../generator/runtime/run/in-flight.js";
import type { Item } from "../../generator/runtime/run/item.js";
import { createClient, type ClientOptions } from "../../generator/runtime/send/client.js";
import type { Clock } from "../../generator/runtime/send/clock.js";
import { defaults, service } from "./endpoints.js";

/** A clock that jumps ahead instead of sleeping. */
export function jumpingClock(): Clock & { readonly slept: number[] } {
  let now = 1_000_000;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    async sleep(ms, signal) {
      signal.throwIfAborted();
      slept.push(ms);
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
      now += ms;
    },
  };
}

export const clientFor = (url: string, options: Partial<ClientOptions> = {}) =>
  createClient(
    { auth: "secret-token", baseUrl: url, clock: jumpingClock(), random: () => 0.5, ...options },
    new Map([[service, defaults]]),
  );

let index = 0;
/** An item with these ids. */
export const flightOf = (...ids: Item["ids"]): InFlight =>
  inFlight({
    index: index++,
    ids,
    source: undefined,
    input: undefined,
    key: "",
    value: undefined,
    mapKey: "",
    bytes: 0,
  });

/** What tests of the runtime share. */
import { inFlight, type InFlight } from "../../generator/runtime/run/in-flight.js";
import type { Item } from "../../generator/runtime/run/item.js";
import { createClient, type ClientOptions } from "../../generator/runtime/send/client.js";
import { onAbort, type Clock } from "../../generator/runtime/send/clock.js";
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
    epoch: undefined,
  });

/** A clock without real time: when nothing else is to be done, the first of the sleepers wakes. */
export function virtualClock(): Clock {
  let now = 0;
  const sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  const advance = () => {
    const at = Math.min(...sleepers.map((each) => each.at));
    now = Math.max(now, at);
    sleepers
      .splice(
        sleepers.findIndex((each) => each.at === at),
        1,
      )
      .forEach(({ wake }) => wake());
    if (sleepers.length) setImmediate(advance);
  };
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason as Error);
        const sleeper = { at: now + ms, wake: () => (forget(), resolve()) };
        if (sleepers.push(sleeper) === 1) setImmediate(advance);
        const forget = onAbort(signal, () => {
          const index = sleepers.indexOf(sleeper);
          // The others are woken in their turn.
          if (index >= 0) sleepers[index] = { at: sleeper.at, wake: () => undefined };
          reject(signal.reason as Error);
        });
      }),
  };
}

/** Random numbers that are the same in each run. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

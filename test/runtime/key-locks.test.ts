/** Which items may go, and which wait for others that share an id with them. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { noteLost, type InFlight } from "../../generator/runtime/run/in-flight.js";
import type { Item } from "../../generator/runtime/run/item.js";
import { createKeyLocks } from "../../generator/runtime/run/key-locks.js";
import { flightOf } from "./kit.js";

const shareId = ({ item: one }: InFlight, { item: other }: InFlight) =>
  one.ids.some((id, i) => id !== undefined && id === other.ids[i]);

const lost = { reason: "timeout", cause: undefined } as const;

describe("items that share an id go in the order they came", () => {
  const id = fc.constantFrom(undefined, "a", "b", "", "undefined");
  const step = fc.oneof(
    fc.record({ comes: fc.tuple(id, id) }),
    fc.record({ leaves: fc.nat(), lost: fc.boolean() }),
  );

  test("whether they come, are done or give up waiting", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const locks = createKeyLocks(2, true);
        const there: InFlight[] = [];
        const gone: InFlight[] = [];
        const going = new Set<InFlight>();
        const come = (ids: Item["ids"]) => {
          const flight = flightOf(...ids);
          there.push(flight);
          if (locks.acquire(flight)) going.add(flight);
        };
        for (const step of steps) {
          if ("comes" in step) come(step.comes);
          else {
            const [flight] = there.splice(step.leaves % (there.length || 1), 1);
            if (!flight) continue;
            if (step.lost) {
              noteLost([flight], lost, 0);
              gone.push(flight);
            }
            going.delete(flight);
            for (const next of locks.release(flight)) going.add(next);
          }
          const mayGo = there.filter(
            (flight, i) => !there.slice(0, i).some((other) => shareId(flight, other)),
          );
          expect(new Set(mayGo)).toEqual(going);
          for (const flight of there)
            expect(locks.isContested(flight)).toBe(gone.some((other) => shareId(flight, other)));
        }
      }),
      { numRuns: 500 },
    );
  });
});

test("a lost read contests nothing", () => {
  const locks = createKeyLocks(1, false);
  const [one, other] = [flightOf("a"), flightOf("a")];
  locks.acquire(one);
  noteLost([one], lost, 0);
  locks.release(one);
  expect(locks.acquire(other)).toBe(true);
  expect(locks.isContested(other)).toBe(false);
});

/** Which entries may go, and which wait for others that share an id with them. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { newEntry, type Entry } from "../../generator/runtime/run/item.js";
import { createLanes } from "../../generator/runtime/run/key-locks.js";

let count = 0;
const entryOf = (...ids: Entry["ids"]): Entry => ({ ...newEntry(undefined, count++), ids });

const shareId = (one: Entry, other: Entry) =>
  one.ids.some((id, i) => id !== undefined && id === other.ids[i]);

describe("entries that share an id go in the order they came", () => {
  const id = fc.constantFrom(undefined, "a", "b", "", "undefined");
  const step = fc.oneof(
    fc.record({ enters: fc.tuple(id, id) }),
    fc.record({ leaves: fc.nat(), lost: fc.boolean() }),
  );

  test("whoever comes, is done or gives up waiting", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const lanes = createLanes(2, true);
        const there: Entry[] = [];
        const lost: Entry[] = [];
        const going = new Set<Entry>();
        for (const step of steps) {
          if ("enters" in step) {
            const entry = entryOf(...step.enters);
            there.push(entry);
            if (lanes.enter(entry)) going.add(entry);
          } else {
            const [entry] = there.splice(step.leaves % (there.length || 1), 1);
            if (!entry) continue;
            if (step.lost) {
              entry.lost = { reason: "timeout", cause: undefined };
              lost.push(entry);
            }
            going.delete(entry);
            for (const next of lanes.leave(entry)) going.add(next);
          }
          const mayGo = there.filter(
            (entry, i) => !there.slice(0, i).some((other) => shareId(entry, other)),
          );
          expect(new Set(mayGo)).toEqual(going);
          for (const entry of there)
            expect(lanes.isContested(entry)).toBe(lost.some((other) => shareId(entry, other)));
        }
      }),
      { numRuns: 500 },
    );
  });
});

test("what was read and lost contests nothing", () => {
  const lanes = createLanes(1, false);
  const [one, other] = [entryOf("a"), entryOf("a")];
  lanes.enter(one);
  one.lost = { reason: "timeout", cause: undefined };
  lanes.leave(one);
  expect(lanes.enter(other)).toBe(true);
  expect(lanes.isContested(other)).toBe(false);
});

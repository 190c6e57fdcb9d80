/** Chunks of items that share ids. How much a chunk holds is tested by runs (limits.test.ts). */
import { expect, test } from "vitest";
import { createChunker } from "../../generator/runtime/run/chunker.js";
import type { InFlight } from "../../generator/runtime/run/in-flight.js";
import { flightOf } from "./kit.js";

test("an item that was sent while another one was given up is not superseded", () => {
  const [old, sent, late] = [flightOf("a"), flightOf(undefined, "b"), flightOf("a", "b")];
  const givenUp: InFlight[] = [];
  const chunks: (readonly InFlight[] | undefined)[] = [];
  const chunker = createChunker({
    size: () => 10,
    ids: 2,
    bytes: Infinity,
    overhead: 0,
    duplicates: "last",
    writes: true,
    giveUp(flight) {
      givenUp.push(flight);
      // The consumer took its outcome: there is room, and what is there is sent.
      chunks.push(chunker.take(true));
    },
  });
  for (const flight of [old, sent, late]) chunker.add(flight);
  expect(givenUp).toEqual([old]);
  expect(chunks).toEqual([[sent]]);
  expect(chunker.take(true)).toBeUndefined();
  chunker.release([sent]);
  expect(chunker.take(true)).toEqual([late]);
});

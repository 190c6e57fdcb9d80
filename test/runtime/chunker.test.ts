/** Chunks of entries that share ids. How much a chunk holds is tested by runs (limits.test.ts). */
import { expect, test } from "vitest";
import { createChunker } from "../../generator/runtime/run/chunker.js";
import { newEntry, type Entry } from "../../generator/runtime/run/item.js";

test("what was sent while another one was given up is not superseded", () => {
  const [old, sent, late] = [["a"], [undefined, "b"], ["a", "b"]].map((ids, i): Entry => ({
    ...newEntry(undefined, i),
    ids,
  })) as [Entry, Entry, Entry];
  const givenUp: Entry[] = [];
  const chunks: (readonly Entry[] | undefined)[] = [];
  const chunker = createChunker({
    size: () => 10,
    ids: 2,
    bytes: Infinity,
    overhead: 0,
    duplicates: "last",
    writes: true,
    giveUp(entry) {
      givenUp.push(entry);
      // The consumer took its outcome: there is room, and what is there is sent.
      chunks.push(chunker.take(true));
    },
  });
  for (const entry of [old, sent, late]) chunker.add(entry);
  expect(givenUp).toEqual([old]);
  expect(chunks).toEqual([[sent]]);
  expect(chunker.take(true)).toBeUndefined();
  chunker.release([sent]);
  expect(chunker.take(true)).toEqual([late]);
});

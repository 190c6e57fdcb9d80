/** `shards`: rows as the jobs of a queue. */
import { describe, expect, test } from "vitest";
import { shards } from "../../generator/runtime/journal/shards.js";

async function* counting(count: number, read: number[] = []) {
  for (let i = 0; i < count; i++) {
    read.push(i);
    yield i;
  }
}

describe("cuts rows into parts with a name each", () => {
  test.each([
    { rows: 0, size: 3, want: [] },
    { rows: 3, size: 3, want: ["0000: 0,1,2"] },
    { rows: 7, size: 3, want: ["0000: 0,1,2", "0001: 3,4,5", "0002: 6"] },
    { rows: 2, size: 1, want: ["0000: 0", "0001: 1"] },
  ])("$rows rows by $size", async ({ rows, size, want }) => {
    for (const source of [counting(rows), Array.from({ length: rows }, (_, i) => i)]) {
      const got: string[] = [];
      for await (const { name, rows } of shards(source, size)) got.push(`${name}: ${rows.join()}`);
      expect(got).toEqual(want);
    }
  });
});

test("names go on after 9999", async () => {
  const names: string[] = [];
  for await (const { name } of shards(counting(10_001), 1)) names.push(name);
  expect(names.slice(-2)).toEqual(["9999", "10000"]);
});

test("reads a part when it is asked for", async () => {
  const read: number[] = [];
  for await (const { name } of shards(counting(9, read), 3)) {
    expect(read).toHaveLength((Number(name) + 1) * 3);
    if (name === "0001") break;
  }
  expect(read).toHaveLength(6);
});

test.each([0, -1, 1.5, NaN, Infinity])("a size of %s is refused at once", (size) => {
  expect(() => shards([], size)).toThrow(TypeError);
});

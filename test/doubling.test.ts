/** Twice as much of each shape that was once slow costs at most three times as much. */
import { expect, test } from "vitest";
import { linearRegExp } from "../generator/base/linear-regexp.js";
import { createRouter } from "../generator/emulator/routes.js";
import { compileQuery } from "../generator/openapi/json-path.js";
import { parse } from "../generator/openapi/parse.js";

const lines = (count: number, line: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => line(at)).join("\n");

const yaml = (make: (size: number) => string) => (size: number) => void parse(make(size), "yaml");

function overlayPath(path: string, size: number): void {
  const document = { paths: { "/a": { summary: "a".repeat(size) + "!" } } };
  compileQuery(path)(document, { left: Infinity });
}

/** The size at which a shape takes some 20 ms, and what is done with a size. */
const shapes: Readonly<Record<string, readonly [size: number, work: (size: number) => void]>> = {
  aliases: [800, yaml((size) => lines(size, (at) => `k${at}: &a${at} {b: 1}\nl${at}: *a${at}`))],
  "one alias, many times": [
    2000,
    yaml((size) => `a: &a {b: 1}\n${lines(size, (at) => `k${at}: *a`)}`),
  ],
  "merge keys": [
    1000,
    yaml((size) => `a: &a {b: 1}\n${lines(size, (at) => `k${at}: {<<: *a, c: 1}`)}`),
  ],
  "doubled keys": [1000, yaml((size) => lines(size, () => "k: 1"))],
  "quotes that do not end": [4000, yaml((size) => `a: "\n${lines(size, () => "  x 'y")}`)],
  "texts in quotes": [2000, yaml((size) => lines(size, (at) => `k${at}: "a\nb"`))],
  "escaped quotes of JSON": [
    100_000,
    (size) => void parse(`{"a": "${'\\"'.repeat(size)}"}`, "json"),
  ],
  "backslashes of JSON": [100_000, (size) => void parse(`{"a": "${"\\\\".repeat(size)}"}`, "json")],
  "match() of an overlay": [
    100_000,
    (size) => overlayPath("$..[?match(@.summary, '(a+)+')]", size),
  ],
  "search() of an overlay": [
    100_000,
    (size) => overlayPath("$..[?search(@.summary, '(a|a)*b')]", size),
  ],
  "a pattern": [200_000, (size) => void linearRegExp("^(a+)+$")?.test("a".repeat(size) + "!")],
  "braces of a path": [
    2000,
    (size) =>
      void createRouter([{ method: "GET", path: `/${"{a".repeat(size)}`, target: 0 }]).find(
        "GET",
        "/x",
      ),
  ],
};

/** Processor time in ms: other processes do not count. The least of several runs: the compiler and the collector do not. */
function cost(work: () => void): number {
  const times = Array.from({ length: 4 }, () => {
    const before = process.cpuUsage();
    work();
    return process.cpuUsage(before).user / 1000;
  });
  return Math.min(...times);
}

test.each(Object.entries(shapes))("%s", { timeout: 60_000 }, (_, [size, work]) => {
  cost(() => work(size)); // loads what it needs
  // What takes no time at all has no ratio.
  const ratio = (): number =>
    cost(() => work(4 * size)) /
    Math.max(
      3,
      cost(() => work(2 * size)),
    );
  expect(Math.min(ratio(), ratio())).toBeLessThan(3);
});

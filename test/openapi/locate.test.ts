import { describe, expect, it } from "vitest";
import { createFileLocator, createLocator } from "../../generator/openapi/locate.js";

const json = `{
  "a": {"b": [1, {"c": "}]"}], "b/d": 2},
  "twice": 1,
  "twice": {"x": 1},
  "escaped\\u0041": 3
}`;
const yaml = `a: &anchor
  b:
    - 1
    - c: x
  b/d: 2
200: {flow: [1, 2]}
again: *anchor
merged:
  <<: *anchor
  own: 1
`;

describe.each<["json" | "yaml", string, [string, string][]]>([
  [
    "json",
    json,
    [
      ["", "1:1 "],
      ["/a", "2:3 /a"],
      ["/a/b/0", "2:15 /a/b/0"],
      ["/a/b/1/c", "2:19 /a/b/1/c"],
      ["/a/b~1d", "2:32 /a/b~1d"],
      ["/twice/x", "4:13 /twice/x"],
      ["/escapedA", "5:3 /escapedA"],
      ["/a/missing/deeper", "2:3 /a"],
      ["/a/b/7", "2:9 /a/b"],
      ["nonsense", "1:1 "],
    ],
  ],
  [
    "yaml",
    yaml,
    [
      ["", "1:1 "],
      ["/a/b/1/c", "4:7 /a/b/1/c"],
      ["/a/b~1d", "5:3 /a/b~1d"],
      ["/200/flow/1", "6:17 /200/flow/1"],
      ["/again/b/0", "3:7 /again/b/0"],
      ["/merged/b/0", "3:7 /merged/b/0"],
      ["/merged/own", "10:3 /merged/own"],
      ["/merged/none", "8:1 /merged"],
    ],
  ],
])("%s", (format, text, cases) => {
  const locate = createFileLocator(text, format);
  it.each(cases)("%j stands at %s", (pointer, want) => {
    const place = locate(pointer);
    expect(`${place.line}:${place.column} ${place.pointer}`).toBe(want);
  });
});

it("finds its way through JSON that is nested 10,000 levels deep", () => {
  const text = '{"a":'.repeat(10_000) + "1" + "}".repeat(10_000);
  expect(createFileLocator(text, "json")("/a/a/a").column).toBe(12);
});

it("an alias refers to the last anchor of its name before it", () => {
  const text = "a: &x {b: 1}\nc: *x\nd: &x {e: 1}\nf: *x\n";
  const locate = createFileLocator(text, "yaml");
  expect(["/c/b", "/f/e", "/c/e"].map((pointer) => locate(pointer).line)).toEqual([1, 3, 2]);
});

it("merge keys that double with each level cost one visit each", () => {
  const levels = Array.from(
    { length: 40 },
    (_, n) => `a${n + 1}: &a${n + 1}\n  <<: [*a${n}, *a${n}]`,
  );
  const text = `a0: &a0 {x: 1}\n${levels.join("\n")}\n`;
  expect(createFileLocator(text, "yaml")("/a40/none").pointer).toBe("/a40");
});

describe("locations", () => {
  const files: Readonly<Record<string, string>> = {
    "a.json": '{\n  "b": 1}',
    "a.yaml": "a:\n  - b\n",
    "a.txt": '{ "b": 1 }',
  };
  it.each([
    ["in JSON", { file: "a.json", pointer: "/b" }, { line: 2, column: 3 }],
    ["in YAML", { file: "a.yaml", pointer: "/a/0" }, { line: 2, column: 5 }],
    ["in what looks like JSON", { file: "a.txt", pointer: "/b" }, { line: 1, column: 3 }],
    ["beyond what is there", { file: "a.json", pointer: "/b/c" }, { line: 2, column: 3 }],
    ["that have a line", { file: "a.json", pointer: "", line: 7 }, { line: 7, column: 1 }],
    ["in a file without text", { file: "b.json", pointer: "/b" }, undefined],
  ])("%s", (_, location, want) => {
    expect(createLocator((file) => files[file])(location)).toEqual(want);
  });

  it("are found once, and are known to the next locator", () => {
    const known = new Map();
    const location = { file: "a.json", pointer: "/b" };
    const first = createLocator((file) => files[file], known)(location);
    expect(createLocator(() => undefined, known)(location)).toEqual(first);
  });
});

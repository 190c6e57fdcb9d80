import { describe, expect, it } from "vitest";
import { createLocator } from "../../generator/openapi/locate.js";

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
  const locate = createLocator(text, format);
  it.each(cases)("%j stands at %s", (pointer, want) => {
    const place = locate(pointer);
    expect(`${place.line}:${place.column} ${place.pointer}`).toBe(want);
  });
});

it("finds its way through JSON that is nested 10,000 levels deep", () => {
  const text = '{"a":'.repeat(10_000) + "1" + "}".repeat(10_000);
  expect(createLocator(text, "json")("/a/a/a").column).toBe(12);
});

import { describe, expect, it } from "vitest";
import { parse } from "../../generator/openapi/parse.js";
import type { JsonValue } from "../../generator/base/json.js";
import { bounds } from "../../generator/base/bounds.js";

function value(text: string, format: "json" | "yaml" = "yaml"): JsonValue | undefined {
  const { value: result, problems } = parse(text, format);
  expect(problems).toEqual([]);
  return result;
}

describe("YAML becomes plain JSON", () => {
  it.each<[string, string, JsonValue]>([
    [
      "dates stay strings",
      "d: 2024-01-02\nt: 2024-01-02T03:04:05Z",
      { d: "2024-01-02", t: "2024-01-02T03:04:05Z" },
    ],
    ["octals as in YAML 1.2", "a: 0o17\nb: 017", { a: 15, b: 17 }],
    ["yes and no are words", "a: yes\nb: no\nc: on", { a: "yes", b: "no", c: "on" }],
    [
      "numbers as keys",
      "200: ok\n4.0: x\nnull: y\n0123: z",
      { "200": "ok", "4.0": "x", null: "y", "0123": "z" },
    ],
    [
      "merge keys",
      "a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}",
      { a: { x: 1, y: 2 }, b: { x: 1, y: 3 } },
    ],
    [
      "several merged",
      "a: &a {x: 1}\nb: &b {x: 2, z: 3}\nc: {<<: [*a, *b]}",
      { a: { x: 1 }, b: { x: 2, z: 3 }, c: { x: 1, z: 3 } },
    ],
    [
      "a %YAML 1.1 directive changes nothing",
      "%YAML 1.1\n---\na: 2024-01-02\nb: yes",
      { a: "2024-01-02", b: "yes" },
    ],
    [
      "a text in quotes goes on at the column of its key",
      'a:\n  b: "one\n  two\n    three"\n  c: 1',
      { a: { b: "one two three", c: 1 } },
    ],
    ["JSON in a YAML file", '{"a": [1, 2]}', { a: [1, 2] }],
    [
      "one anchor used 300 times",
      "a: &a {x: 1}\nb: [" + "*a, ".repeat(300) + "]",
      { a: { x: 1 }, b: Array.from({ length: 300 }, () => ({ x: 1 })) },
    ],
  ])("%s", (_, text, want) => expect(value(text)).toEqual(want));

  it.each(["json", "yaml"] as const)("keeps __proto__ as an own member (%s)", (format) => {
    const text = format === "json" ? '{"__proto__": {"polluted": 1}}' : "__proto__: {polluted: 1}";
    const result = value(text, format) as object;
    expect(Object.keys(result)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
    expect("polluted" in {}).toBe(false);
  });
});

const bomb =
  "a: &a [x, x, x, x, x, x, x, x, x, x]\n" +
  [..."bcdefgh"]
    .map((name, index) => `${name}: &${name} [${`*${"abcdefg"[index] ?? ""}, `.repeat(10)}]\n`)
    .join("");
const mergeBomb =
  "a: &a {x: 1}\n" +
  [..."bcdefghij"]
    .map(
      (name, index) => `${name}: &${name} {<<: [${`*${"abcdefghi"[index] ?? ""}, `.repeat(10)}]}\n`,
    )
    .join("");

describe("mistakes", () => {
  it.each<[string, "json" | "yaml", string, [string, number][]]>([
    ["JSON syntax", "json", '{"a": 1,\n "b": }', [["invalid-json", 15]]],
    ["JSON with a comment", "json", '{ // no\n"a": 1}', [["invalid-json", 2]]],
    ["empty JSON", "json", "", [["invalid-json", 0]]],
    ["YAML syntax", "yaml", "a: [1, 2\nb: 3", [["invalid-yaml", 9]]],
    ["several documents", "yaml", "a: 1\n---\nb: 2\n", [["invalid-yaml", 5]]],
    ["an alias to nothing", "yaml", "a: *none", [["invalid-yaml", 3]]],
    ["an alias in itself", "yaml", "a: &a {b: *a}", [["yaml-alias-cycle", 10]]],
    ["an alias bomb", "yaml", bomb, [["yaml-alias-bomb", 0]]],
    ["a bomb of merge keys", "yaml", mergeBomb, [["yaml-alias-bomb", 0]]],
  ])("%s", (_, format, text, want) => {
    const { value: result, problems } = parse(text, format);
    expect(problems.map(({ code, offset }) => [code, offset])).toEqual(want);
    expect(result).toBeUndefined();
  });

  it("duplicate keys, with both places", () => {
    const { problems } = parse("a: 1\nb: {c: 1, c: 2}\n'a': 3\n200: x\n'200': y", "yaml");
    expect(problems.map(({ code, offset, other }) => [code, offset, other])).toEqual([
      ["duplicate-key", 15, 9],
      ["duplicate-key", 21, 0],
      ["duplicate-key", 35, 28],
    ]);
  });

  it.each(["json", "yaml"] as const)("nesting 10,000 levels deep is refused (%s)", (format) => {
    const text = "[".repeat(10_000) + "1" + "]".repeat(10_000);
    const { problems } = parse(text, format);
    expect(problems.map(({ code }) => code)).toEqual(["nested-too-deeply"]);
  });

  it.each<[string, (depth: number) => string]>([
    ["lists in brackets", (depth) => "[".repeat(depth) + "]".repeat(depth)],
    ["maps in braces", (depth) => "{a: ".repeat(depth) + "1" + "}".repeat(depth)],
    ["lists on one line", (depth) => "- ".repeat(depth) + "x"],
    [
      "indented maps",
      (depth) => Array.from({ length: depth }, (_, at) => " ".repeat(at) + "a:").join("\n"),
    ],
    ["keys that are lists", (depth) => "? ".repeat(depth) + "x"],
  ])("YAML as deep as allowed is read, deeper is refused: %s", (name, make) => {
    const wanted = name === "keys that are lists" ? ["invalid-yaml"] : []; // a key has to be a scalar
    const codes = (text: string) => [
      ...new Set(parse(text, "yaml").problems.map(({ code }) => code)),
    ];
    expect(codes(make(bounds.depth.most))).toEqual(wanted);
    expect(codes(make(bounds.depth.most + 1))).toEqual(["nested-too-deeply"]);
    expect(codes(make(3_000))).toEqual(["nested-too-deeply"]);
  });

  it.each(["json", "yaml"] as const)("pointers as long as allowed are read (%s)", (format) => {
    const codes = (length: number) => {
      const long = "a".repeat(length - "/b/0/".length);
      const { problems } = parse(`{ "b": [{ "${long}": 1 }] }`, format);
      return problems.map(({ code }) => code);
    };
    expect(codes(bounds.pointerCharacters.most)).toEqual([]);
    expect(codes(bounds.pointerCharacters.most + 1)).toEqual(["pointer-too-long"]);
  });

  it("YAML beyond the limit is refused before it takes the memory", () => {
    const { problems } = parse("[" + "1,".repeat(bounds.yamlTokens.most / 2) + "]", "yaml");
    expect(problems.map(({ code }) => code)).toEqual(["document-too-large"]);
  });
});

import { describe, expect, it } from "vitest";
import { doc, isIdentifier, literal, propertyName } from "../../generator/schemas/text.js";

describe("doc", () => {
  it.each<[string, Parameters<typeof doc>, string]>([
    ["nothing", [[undefined, "", " \n "]], ""],
    ["one line", [["Hello."]], "/** Hello. */\n"],
    ["paragraphs", [["One.", "Two."]], "/**\n * One.\n *\n * Two.\n */\n"],
    ["tags", [["One."], [{ tag: "deprecated" }]], "/**\n * One.\n * @deprecated\n */\n"],
    ["a tag alone", [[], [{ tag: "default", text: "5" }]], "/** @default 5 */\n"],
    ["the end of a comment", [["a */ b **/ c"]], "/** a *\\/ b **\\/ c */\n"],
    ["what could be tags", [["@internal x"]], "/** \\@internal x */\n"],
    [
      "every kind of line break",
      [["a\r\nb\u2028c\u2029d\re"]],
      "/**\n * a\n * b\n * c\n * d\n * e\n */\n",
    ],
    ["characters that nobody sees", [["a\u0000\u202eb"]], "/** ab */\n"],
  ])("%s", (_, given, want) => {
    expect(doc(...given)).toBe(want);
  });
});

describe("names and literals", () => {
  it.each<[string, boolean, string]>([
    ["abc", true, "abc"],
    ["$a_1", true, "$a_1"],
    ["größe", true, "größe"],
    ["\u{16ea0}", false, '"\u{16ea0}"'],
    ["delete", true, "delete"],
    ["a-b", false, '"a-b"'],
    ["", false, '""'],
    ["1", false, '"1"'],
    ["__proto__", true, '"__proto__"'],
    ['a"b\\', false, '"a\\"b\\u005c"'],
    ['\\\\"\\', false, '"\\\\\\\\\\"\\u005c"'],
    ["\u2028", false, '"\\u2028"'],
  ])("%j", (name, identifier, property) => {
    expect([isIdentifier(name), propertyName(name)]).toEqual([identifier, property]);
  });

  it("writes values as source", () => {
    expect([literal("a\u2029'"), literal(-1), literal(true), literal(null)]).toEqual([
      '"a\\u2029\'"',
      "-1",
      "true",
      "null",
    ]);
  });
});

import { describe, expect, it } from "vitest";
import { code, dataLiteral } from "../../generator/emit/literals.js";

describe("dataLiteral", () => {
  it.each<[string, unknown, string]>([
    ["plain data", { a: [1, "b", true, null] }, '{ a: [1, "b", true, null] }'],
    ["without what is undefined", { a: undefined, b: 1 }, "{ b: 1 }"],
    [
      "an expression of the generator",
      { service: code("service"), x: code("y") },
      "{ service, x: y }",
    ],
    ["nothing of a document is an expression", { code: "evil()" }, '{ code: "evil()" }'],
    [
      "names that are none",
      { "a-b": 1, __proto__x: 2, "": 3 },
      '{ "a-b": 1, __proto__x: 2, "": 3 }',
    ],
    [
      "a member that would be the prototype",
      JSON.parse('{"__proto__": 1}'),
      '{ ["__proto__"]: 1 }',
    ],
    [
      "a member like an inherited one",
      { toString: { a: "b" } },
      '{ toString: { a: "b" } as const }',
    ],
    ["a value that is spelled as its name", { 1: 1, true: true }, '{ "1": 1, true: true }'],
    ["what ends a line in old tools", ["\u2028"], '["\\u2028"]'],
  ])("%s", (_, given, want) => {
    expect(dataLiteral(given)).toBe(want);
  });
});

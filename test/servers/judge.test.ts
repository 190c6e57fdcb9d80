import { expect, test } from "vitest";
import { judge, type OutcomeKind } from "./judge.js";

const told = (kinds: Readonly<Record<string, OutcomeKind>>) =>
  Object.entries(kinds).map(([ref, kind]) => ({ ref, kind }));

test.each<
  [
    string,
    readonly string[],
    Readonly<Record<string, OutcomeKind>>,
    readonly string[],
    readonly string[],
  ]
>([
  [
    "all fits",
    ["a", "b", "c", "d"],
    { a: "ok", b: "failed", c: "unknown", d: "notSent" },
    ["a", "c"],
    [],
  ],
  ["ok and absent", ["a"], { a: "ok" }, [], ["a is ok, and the server has it 0 times"]],
  ["created twice", ["a"], { a: "ok" }, ["a", "a"], ["a is ok, and the server has it 2 times"]],
  [
    "unknown twice",
    ["a"],
    { a: "unknown" },
    ["a", "a"],
    ["a is unknown, and the server has it 2 times"],
  ],
  [
    "failed and there",
    ["a"],
    { a: "failed" },
    ["a"],
    ["a is failed, and the server has it 1 times"],
  ],
  ["no outcome", ["a"], {}, [], ["a has 0 outcomes"]],
  ["a stranger", ["a"], { a: "ok" }, ["a", "x"], ["the server has x, which is no input"]],
])("%s", (_, refs, kinds, rows, want) => {
  expect(judge(refs, told(kinds), rows)).toEqual(want);
});

/** The cases of classes.ts: each is generated, compiles, and its types mean what the schemas mean. */
import { describe, expect, test } from "vitest";
import type { Generated } from "../generator/build/generate.js";
import { cases, documentOf, type Case } from "./classes.js";
import { filesOf, generateFrom, problems, type Files } from "./emit/compile.js";

const generated = new Map<string, Generated>();

/** Assignments that have to compile, and such that must not. */
function assignments({
  accepts = [],
  refuses = [],
  results = [],
  notResults = [],
  others = {},
}: Case): string {
  const line = (type: string, value: string): string => `take<${type}>(${value});`;
  const never = (text: string): string => `// @ts-expect-error refused by the schema\n${text}`;
  return [
    'import type { create } from "./src/x.js";',
    'type S = NonNullable<Parameters<typeof create>[0][number]["s0"]>;',
    'type Given = Parameters<typeof create>[0][number]["s0"];',
    'type R = NonNullable<NonNullable<(typeof create)["~types"]>["result"]["r"]>;',
    "declare function take<T>(value: T): void;",
    "declare const s: S, r: R, given: Given;",
    "take<unknown>([s, r, given]);",
    ...accepts.map((value) => line("Given", value)),
    ...refuses.map((value) => never(line("Given", value))),
    ...results.map((value) => line("R", value)),
    ...notResults.map((value) => never(line("R", value))),
    ...Object.entries(others).flatMap(([name, values]) =>
      values.map((value) => line(`Parameters<typeof create>[0][number]["${name}"]`, value)),
    ),
    "",
  ].join("\n");
}

describe("hard cases", () => {
  test.each(Object.entries(cases))("%s", async (name, one) => {
    const result = await generateFrom({ "a.json": documentOf(one) });
    generated.set(name, result);
    expect(result.rows.filter(({ recognised }) => recognised).map((row) => row.name)).toEqual([
      "x.create",
    ]);
    const told = result.diagnostics.filter(({ severity }) => severity !== "info");
    expect([...new Set(told.map(({ code }) => code))]).toEqual(one.diagnostics ?? []);
    const types = filesOf(result).get("src/x.ts");
    for (const text of one.text ?? []) expect(types).toContain(text);
  });

  test("compile, and mean what the documents say", () => {
    const packages = Object.fromEntries(
      [...generated].map(([name, result]): [string, Files] => [
        name,
        new Map([...filesOf(result), ["meaning.ts", assignments(cases[name] ?? { schemas: {} })]]),
      ]),
    );
    expect(Object.keys(packages)).toHaveLength(Object.keys(cases).length);
    expect(problems(packages)).toEqual([]);
  });
});

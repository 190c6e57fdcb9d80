/** Random pairs of types: what the comparison calls compatible, the compiler lets pass. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changeRules } from "../../generator/diff/changes.js";
import { compareTypes, type Position } from "../../generator/diff/compare-types.js";
import { mapParts } from "../../generator/schemas/combine.js";
import type { Schema } from "../../generator/schemas/schema.js";
import { sourcesOf } from "../schemas/chain.js";
import { problems } from "../emit/compile.js";

const leaf: fc.Arbitrary<Schema> = fc.oneof(
  fc.constantFrom<Schema>({}, { type: "string" }, { type: "number" }, { type: "boolean" }),
  fc.constant<Schema>({ type: "number", format: "int64" }),
  fc
    .subarray(["a", "b", "c", 1, 2, true], { minLength: 1 })
    .map((members): Schema => ({ enum: members })),
);

const { schema } = fc.letrec<{ schema: Schema }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    tie("schema").map((part): Schema => ({ anyOf: [part, { type: "null" }] })),
    tie("schema").map((items): Schema => ({ type: "array", items })),
    fc
      .tuple(
        fc.dictionary(fc.constantFrom("a", "b", "kind"), tie("schema"), { maxKeys: 3 }),
        fc.subarray(["a", "b", "kind"]),
        fc.option(leaf, { nil: undefined, freq: 4 }),
      )
      .map(([properties, required, rest]): Schema => ({
        type: "object",
        properties,
        required: required.filter((name) => Object.hasOwn(properties, name)),
        ...(rest && { additionalProperties: rest }),
      })),
    fc.array(tie("schema"), { minLength: 2, maxLength: 3 }).map((anyOf): Schema => ({ anyOf })),
    fc
      .array(tie("schema"), { minLength: 1, maxLength: 2 })
      .map((prefixItems): Schema => ({ type: "array", prefixItems, minItems: 1 })),
  ),
}));

/** The same with its `at`-th part, counted as they are met, replaced. */
function replaced(whole: Schema, at: number, by: Schema): Schema {
  let met = -1;
  const change = (part: Schema): Schema => {
    met += 1;
    return met === at ? by : mapParts(part, change);
  };
  return change(whole);
}

const cases = fc.sample(
  fc.tuple(schema, schema, fc.nat({ max: 8 })).map(([old, by, at]) => ({
    old,
    next: replaced(old, at, by),
  })),
  { seed: 20261122, numRuns: 400 },
);

function breaks(old: Schema, next: Schema, position: Position): readonly string[] {
  const key = "m#T";
  const types = compareTypes({ [key]: old }, { [key]: next });
  const findings = types.under(types.compare({ $ref: key }, { $ref: key }, { position, at: "T" }));
  return findings.map(({ code }) => code).filter((code) => changeRules[code][0] === "major");
}

describe("compatible", () => {
  const verdicts = (position: Position) =>
    cases.map(({ old, next }) => breaks(old, next, position).length === 0);

  test("is what a value of the one passes for the other", async () => {
    const declarations = cases.flatMap(({ old, next }, i) => [
      { id: 2 * i, name: `Old${i}`, schema: old },
      { id: 2 * i + 1, name: `New${i}`, schema: next },
    ]);
    const sources = await sourcesOf([{ path: "m", declarations, imports: [] }]);
    const uses = (position: Position, from: string, to: string) =>
      verdicts(position).map((compatible, i) =>
        compatible ? `export const ${position}${i} = (one: ${from}${i}): ${to}${i} => one;` : "",
      );
    const lines = [...uses("request", "Old", "New"), ...uses("response", "New", "Old")];
    const text = [sources.get("m") ?? "", ...lines].join("\n");
    const found = problems({ random: new Map([["src/m.ts", text]]) });
    const wrong = found.map((problem) => {
      const [, position = "", at = ""] = /const (request|response)(\d+)/.exec(problem) ?? [];
      return { problem, position, ...cases[Number(at)] };
    });
    expect(wrong.slice(0, 3).map((one) => JSON.stringify(one, null, 1))).toEqual([]);
    expect(wrong).toHaveLength(0);
  });

  test("and breaking both are met", () => {
    for (const position of ["request", "response"] as const) {
      const compatible = verdicts(position).filter(Boolean).length;
      expect(compatible).toBeGreaterThan(80);
      expect(cases.length - compatible).toBeGreaterThan(80);
    }
  });
});

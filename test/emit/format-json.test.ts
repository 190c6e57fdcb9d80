/** `formatJson` gives the bytes that prettier gives. */
import fc from "fast-check";
import { format, util } from "prettier";
import { expect, test } from "vitest";
import { formatJson } from "../../generator/emit/format-json.js";

const widthOf = (text: string): number => util.getStringWidth(text);

/** Many values take about a line: there, layouts differ. */
const key = fc.string({
  maxLength: 12,
  unit: fc.constantFrom("a", "é", "漢", '"', "\\", "$", "1"),
});
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.oneof(key, fc.integer(), fc.boolean(), fc.constant(null), fc.constantFrom(0.5, -1.25)),
    fc.array(tie("value"), { maxLength: 5 }),
    fc.array(fc.integer(), { maxLength: 40 }),
    fc.array(key, { maxLength: 12 }),
    fc.dictionary(key, tie("value"), { maxKeys: 5 }),
  ),
}));
const layout = fc.record({
  printWidth: fc.constantFrom(20, 40, 80, 100),
  tabWidth: fc.constantFrom(2, 4),
  useTabs: fc.boolean(),
});
const indents = fc.constantFrom(0, 1);

test("any value, with line breaks and without", async () => {
  const as = fc.asyncProperty(value, layout, indents, async (one, options, spaces) => {
    const text = JSON.stringify(one, null, spaces);
    const ours = formatJson(text, { ...options, widthOf });
    expect(ours).toBe(await format(text, { parser: "json", ...options }));
  });
  await fc.assert(as, { numRuns: 3000 });
}, 60_000);

test.each([
  "",
  "{",
  "[1,]",
  '{"a":1}x',
  "{a: 1}",
  "[1e3]",
  "// c\n1",
  '{\n"a":1,\n\n"b":2}',
  "'a'",
])("%j is left to prettier", (text) => {
  expect(formatJson(text, { printWidth: 80, tabWidth: 2, useTabs: false, widthOf })).toBe(
    undefined,
  );
});

/** What is printed without prettier has to be what prettier would have made of it, to the byte. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { format } from "prettier";
import { describe, expect, test } from "vitest";
import { generate } from "../../generator/build/generate.js";
import { partsOf } from "../../generator/emit/layout.js";
import {
  formatTypeScript,
  literalOf,
  print,
  printData,
  type Statement,
} from "../../generator/emit/print.js";

const root = join(import.meta.dirname, "..", "..");
const runs = Number(process.env["RUNS"] ?? 300);
const byPrettier = (text: string): Promise<string> =>
  format(text, { parser: "babel-ts", printWidth: 100 });

async function holds(source: string): Promise<void> {
  const text = await formatTypeScript(source);
  expect(text).toBe(await byPrettier(text));
  // and what is settled is what prettier makes of the same on one line
  const flat = partsOf(source).map((part) => part.text);
  expect(text).toBe(await byPrettier(flat.join("")));
}

const name = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9]{0,30}$/).map((text) => `${text}x`);
const data: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.stringMatching(/^[ -~]{0,50}$/),
      fc.boolean(),
      fc.nat(999),
      fc.constant(null),
    ),
    fc.array(tie("value"), { maxLength: 5 }),
    fc.array(fc.nat(600), { maxLength: 40 }),
    fc.dictionary(
      fc.oneof(name, fc.constantFrom("a-b", "1", "__proto__", "toString")),
      tie("value"),
      {
        maxKeys: 6,
        noNullPrototype: true,
      },
    ),
  ),
})).value;
const object = fc.dictionary(name, data, { minKeys: 1, maxKeys: 8, noNullPrototype: true });
const type = fc.oneof(
  name,
  fc.tuple(name, name).map(([a, b]) => `${a}<${b}>`),
  fc.constant("{}"),
);

const statement: fc.Arbitrary<Statement> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("import" as const, "export" as const),
    isTypeOnly: fc.boolean(),
    from: name.map((path) => `./${path}.js`),
    names: fc.uniqueArray(fc.record({ name, alias: name }, { requiredKeys: ["name"] }), {
      minLength: 1,
      maxLength: 8,
      selector: (one) => one.alias ?? one.name,
    }),
  }),
  fc.record({
    kind: fc.constant("type" as const),
    doc: fc.constantFrom("", "/** What it is. */\n"),
    name,
    types: fc.array(type, { minLength: 1, maxLength: 8 }),
  }),
  fc.record({
    kind: fc.constant("call" as const),
    doc: fc.constantFrom("", "/**\n * What it is.\n *\n * And more.\n */\n"),
    isExported: fc.boolean(),
    name,
    type: fc
      .tuple(name, fc.array(type, { minLength: 3, maxLength: 7 }))
      .map(([generic, parameters]): [string, ...string[]] => [generic, ...parameters]),
    make: fc.constantFrom("endpoint", "selectEndpoint"),
    data: fc
      .tuple(object, fc.option(object))
      .map((all) => all.filter((one) => one !== null).map(literalOf)),
  }),
);

describe("what is printed is as prettier leaves it", () => {
  test("data", async () => {
    await fc.assert(
      fc.asyncProperty(name, data, (constant, value) =>
        holds(printData("", constant, "Service", value)),
      ),
      { numRuns: runs },
    );
  });

  test("statements", async () => {
    await fc.assert(
      fc.asyncProperty(statement, (one) => holds(print([one]))),
      { numRuns: runs },
    );
  });
});

describe("packages are as prettier leaves them", () => {
  test.each([
    ["specs", {}],
    ["test/fixtures", { openEnums: true, int64: "bigint" as const }],
    ["test/fixtures", { typesOnly: true }],
    ["../shared/conformance", {}],
    ["../shared/corpus/hubspot", {}],
  ])(
    "%s, %o",
    async (folder, options) => {
      if (!existsSync(join(root, folder))) {
        console.log(`skipped: there is no ${folder}`);
        return;
      }
      const { files } = await generate({ cwd: root, paths: [folder], name: "x", ...options });
      const made = files.filter(({ path }) => /^src\/(?!runtime\/).*\.ts$/.test(path));
      expect(made.length).toBeGreaterThan(3);
      for (const { path, text } of made)
        expect({ path, text }).toEqual({ path, text: await byPrettier(text) });
    },
    120_000,
  );
});

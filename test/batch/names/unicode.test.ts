/** Whatever letters a document has: its names become identifiers, and keep the letters. */
import fc from "fast-check";
import ts from "typescript";
import { expect, test } from "vitest";
import { pascalCase, wordsOf } from "../../../generator/base/words.js";
import { parseName } from "../../../generator/batch/names/name.js";
import { isTypeName, otherNames, typeName } from "../../../generator/schemas/names.js";
import { filesOf, generateFrom } from "../../emit/compile.js";

const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom(..."aA1_-. ¹²½ßǅⅣ٣é·‿⃝日\u0264\ua7cb\u{323b0}\u{16ea0}"),
    fc.nat(0x10ffff).map((code) => String.fromCodePoint(code)),
  ),
  maxLength: 20,
});

/** As the compiler sees it. Letters that Unicode has only since later are none. */
const isIdentifier = (name: string): boolean => {
  const [first = 0, ...others] = [...name].map((letter) => letter.codePointAt(0) ?? 0);
  const { ESNext } = ts.ScriptTarget;
  return (
    ts.isIdentifierStart(first, ESNext) && others.every((one) => ts.isIdentifierPart(one, ESNext))
  );
};

test("the name of a type is an identifier", () => {
  fc.assert(
    fc.property(text, (name) => {
      for (const one of [typeName(name), ...otherNames(name)])
        expect([isTypeName(one), isIdentifier(one)], one).toEqual([true, true]);
    }),
    { numRuns: 2_000 },
  );
});

test("words are parts of identifiers", () => {
  fc.assert(
    fc.property(text, (name) => {
      for (const word of wordsOf(name)) {
        expect(isIdentifier(`a${word}`), word).toBe(true);
        expect(isIdentifier(`a${pascalCase([word])}`), word).toBe(true);
      }
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ["überUns", ["über", "uns"]],
  ["então", ["então"]],
  ["ТестДанных", ["тест", "данных"]],
  ["日本語", ["日本語"]],
  ["x²½", ["x"]],
  ["a\u{16ea0}b", ["a", "b"]], // a letter of Unicode 17, which this compiler does not know
  ["\u0264x", ["\u0264x"]], // its capital is of Unicode 16
  ["HTTPServer2", ["http", "server", "2"]],
])("%s", (name, want) => {
  expect(wordsOf(name)).toEqual(want);
});

test("modules and functions have the letters of their paths", async () => {
  const operation = {
    requestBody: {
      content: {
        "application/json": {
          schema: {
            type: "object",
            required: ["inputs"],
            properties: {
              inputs: {
                type: "array",
                items: { type: "object", properties: { id: { type: "string" } } },
              },
            },
          },
        },
      },
    },
    responses: { 200: { description: "" } },
  };
  const paths = Object.fromEntries(
    ["über-uns", "então", "тест", "日本"].map((name) => [
      `/${name}/batch/create`,
      { post: operation },
    ]),
  );
  const generated = await generateFrom({
    "a.json": {
      openapi: "3.1.0",
      info: { title: "t", version: "1" },
      servers: [{ url: "https://x.example" }],
      paths,
    },
  });
  const names = generated.rows.map(({ name = "" }) => name).sort();
  expect(names).toEqual(["então.create", "überUns.create", "тест.create", "日本.create"].sort());
  for (const name of names) expect(parseName(name)).toBeDefined();
  expect([...filesOf(generated).keys()]).toContain("src/日本.ts");
});

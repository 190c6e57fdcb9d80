/** Whatever a document calls its paths and schemas, the files of the package exist on every system, and no two are one. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  fileNameProblem,
  foldedName,
  isDevice,
  shortened,
} from "../../../generator/base/file-name.js";
import { nameAll } from "../../../generator/batch/names/names.js";
import { parseName, printName } from "../../../generator/batch/names/name.js";
import { assertPaths } from "../../../generator/build/write/paths.js";
import { typeName } from "../../../generator/schemas/names.js";
import { filesOf, generateFrom } from "../../emit/compile.js";

const word = fc.oneof(
  fc.constantFrom("aux", "CON", "nul", "com1", "LPT9", "COM¹", "Ab", "aB", "ſ", "s", "K", "k", "ß", "ss", "İ", "i̇", "v3", "batch", "create"),
  fc.string({ unit: fc.oneof(fc.constantFrom(..."aA1_-. ¹²½ßſǅⅣ٣é·日"), fc.nat(0x10ffff).map((code) => String.fromCodePoint(code))), maxLength: 8 }),
  fc.tuple(fc.constantFrom("a", "É", "日", "𝒳", "e\u0301"), fc.integer({ min: 80, max: 310 })).map(([letter, times]) => letter.repeat(times)),
); // prettier-ignore
const path = fc
  .array(word, { minLength: 1, maxLength: 4 })
  .map((words) => `/${words.join("/")}/batch/create`);

test("a shortened name is a file name, and two names stay two", () => {
  fc.assert(
    fc.property(word, word, (one, other) => {
      for (const name of [one, other].map(typeName)) {
        expect(fileNameProblem(`${shortened(name)}.d.ts.map`)).toBeUndefined();
        expect(shortened(shortened(name))).toBe(shortened(name));
      }
      expect(shortened(one) === shortened(other)).toBe(one === other);
    }),
    { numRuns: 500 },
  );
});

test("the names of any paths are names that a lock may hold, and distinct files", () => {
  fc.assert(
    fc.property(fc.uniqueArray(path, { minLength: 2, maxLength: 8 }), (paths) => {
      const names = nameAll(
        paths.map((one) => ({ method: "post", path: one, title: "t", identity: one })),
      );
      for (const name of names) expect(parseName(printName(name))).toEqual(name);
      assertPaths([...new Set(names.map(({ resource }) => `src/${resource}.ts`))]);
      const folded = names.map((name) => foldedName(printName(name)));
      expect(new Set(folded).size).toBe(paths.length);
    }),
    { numRuns: 500 },
  );
});

test.each([
  ["CON", true],
  ["aux.ts", true],
  ["com¹.d.ts", true],
  ["conout$", true],
  ["console", false],
  ["com", false],
])("%s is a device: %s", (name, want) => {
  expect(isDevice(name)).toBe(want);
});

test("long and reserved names stop nothing, and every file can be written", async () => {
  const long = ["a".repeat(300), "日".repeat(300), `${"日".repeat(300)}x`];
  const schemas = Object.fromEntries(
    [...long, "CON", "x¹"].map((name) => [
      name,
      { type: "object", properties: { id: { type: "string" }, [`p${name}`]: { type: "string" } } },
    ]),
  );
  const operation = (name: string) => ({
    requestBody: {
      content: {
        "application/json": {
          schema: {
            type: "object",
            properties: {
              inputs: { type: "array", items: { $ref: `#/components/schemas/${name}` } },
            },
          },
        },
      },
    },
    responses: { 200: { description: "" } },
  });
  const paths = Object.fromEntries(
    ["first", "second"].flatMap((place) =>
      Object.keys(schemas).map((name) => [
        `/${place}/${name}/batch/create`,
        { post: operation(name) },
      ]),
    ),
  );
  // Long enough that each shared schema has its own module.
  const filler = Object.fromEntries(
    Array.from({ length: 200 }, (_, i) => [`m${i}`, { type: "string" }]),
  );
  for (const schema of Object.values(schemas)) Object.assign(schema.properties, filler);
  const generated = await generateFrom({
    "a.json": {
      openapi: "3.1.0",
      info: { title: "t", version: "1" },
      servers: [{ url: "https://x.example" }],
      paths,
      components: { schemas },
    },
  });
  expect(generated.rows).toHaveLength(10);
  const files = [...filesOf(generated).keys()];
  assertPaths(files);
  expect(files).toContain("src/schemas/CONModel.ts");
  expect(files.filter((file) => file.startsWith("src/schemas/"))).toHaveLength(5);
});

/** For each class of schema a value that its type must accept and one that it must refuse. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../generator/base/json.js";
import type { Spec } from "../../generator/openapi/spec.js";
import type { SchemaPosition } from "../../generator/batch/model.js";
import { chain, check, specOf, useOf } from "./chain.js";

interface Case {
  /** Components; the type of `A` is what values are tried on. */
  readonly given: JsonObject;
  readonly version?: Spec["version"];
  readonly position?: SchemaPosition;
  /** What `A` is called in the request position, where both positions are used. */
  readonly name?: string;
  readonly accepts: readonly string[];
  readonly refuses: readonly string[];
}

const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: "object",
  properties,
  ...more,
});
const string = { type: "string" };
const number = { type: "number" };
const ref = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });

const cases: readonly [string, Case][] = [
  ["a string", { given: { A: string }, accepts: ['""'], refuses: ["1", "null", "undefined"] }],
  ["integers are numbers", { given: { A: { type: "integer" } }, accepts: ["1"], refuses: ['"1"'] }],
  [
    "required and optional properties",
    {
      given: { A: object({ a: string, b: number }, { required: ["a"] }) },
      accepts: ['{ a: "" }', '{ a: "", b: 1 }'],
      refuses: ["{}", "{ b: 1 }", '{ a: "", b: "" }', '{ a: "", b: undefined }'],
    },
  ],
  [
    "arrays take readonly arrays",
    {
      given: { A: { type: "array", items: string } },
      accepts: ["[]", '["a"] as const', "[] as readonly string[]"],
      refuses: ["[1]", '"a"'],
    },
  ],
  [
    "3.0: nullable beside a type, an enum, an allOf",
    {
      given: {
        A: object({
          a: { type: "string", nullable: true },
          b: { type: "string", nullable: true, enum: ["x", "y"] },
          c: { nullable: true, allOf: [ref("B")] },
          d: { type: "array", nullable: true, items: { type: "string", nullable: true } },
        }),
        B: object({ x: string }, { required: ["x"] }),
      },
      accepts: [
        "{ a: null, b: null, c: null, d: null }",
        '{ b: "x", c: { x: "" }, d: [null, ""] }',
      ],
      refuses: ['{ b: "z" }', "{ c: {} }", "{ d: [1] }"],
    },
  ],
  [
    "3.0: what stands beside a reference is not heard",
    {
      given: { A: object({ a: { ...ref("B"), nullable: true } }), B: string },
      accepts: ['{ a: "" }'],
      refuses: ["{ a: null }"],
    },
  ],
  [
    "3.0: a nullable component is null wherever it is referred to",
    {
      given: {
        A: object({ e: ref("E"), o: ref("O") }, { required: ["e", "o"] }),
        E: { type: "string", nullable: true, enum: ["x", "y", null] },
        O: { type: "object", nullable: true, properties: { x: string } },
      },
      accepts: ["{ e: null, o: null }", '{ e: "x", o: {} }'],
      refuses: ['{ e: "z", o: {} }', "{ e: null, o: 1 }"],
    },
  ],
  [
    "3.1: what stands beside a reference holds",
    {
      version: "3.1",
      given: {
        A: { ...ref("B"), required: ["x"], properties: { y: number }, description: "d" },
        B: object({ x: string }),
      },
      accepts: ['{ x: "", y: 1 }', '{ x: "" }'],
      refuses: ["{ y: 1 }", '{ x: "", y: "" }'],
    },
  ],
  [
    "3.1: lists of types",
    {
      version: "3.1",
      given: { A: { type: ["string", "null", "array"], items: number } },
      accepts: ['""', "null", "[1]"],
      refuses: ["1", '["a"]', "undefined"],
    },
  ],
  [
    "3.1: nullable is no keyword",
    {
      version: "3.1",
      given: { A: { type: "string", nullable: true } },
      accepts: ['""'],
      refuses: ["null"],
    },
  ],
  [
    "const",
    {
      version: "3.1",
      given: { A: object({ a: { const: "x" }, b: { const: null }, c: { const: { k: [1] } } }) },
      accepts: ['{ a: "x", b: null, c: { k: [1] } }'],
      refuses: ['{ a: "y" }', "{ b: 1 }", "{ c: { k: [2] } }", "{ c: { k: [] } }"],
    },
  ],
  [
    "boolean schemas",
    {
      version: "3.1",
      given: { A: object({ yes: true, no: false }) },
      accepts: ["{ yes: 1 }", "{ yes: null }"],
      refuses: ["{ no: 1 }"],
    },
  ],
  [
    "tuples: what is required, what may follow",
    {
      version: "3.1",
      given: {
        A: object({
          open: { type: "array", prefixItems: [string, number], minItems: 1 },
          shut: { type: "array", prefixItems: [string, number], minItems: 2, items: false },
          rest: { type: "array", prefixItems: [string], items: number, minItems: 1 },
        }),
      },
      accepts: [
        '{ open: ["a"] }',
        '{ open: ["a", 1, true] }',
        '{ shut: ["a", 1] }',
        '{ rest: ["a", 1, 2] }',
      ],
      refuses: [
        "{ open: [] }",
        "{ open: [1] }",
        '{ shut: ["a", 1, 1] }',
        '{ shut: ["a"] }',
        '{ rest: ["a", "b"] }',
      ],
    },
  ],
  [
    "an enum with null, and one of mixed types",
    {
      given: { A: object({ n: { enum: ["x", "y", null] }, m: { enum: ["x", 1, true] } }) },
      accepts: ['{ n: null, m: "x" }', '{ n: "y", m: 1 }', "{ m: true }"],
      refuses: ['{ n: "z" }', "{ m: 2 }", "{ m: false }", "{ m: null }"],
    },
  ],
  [
    "an enum of objects and arrays",
    {
      given: { A: { enum: [{ a: 1 }, [1, 2]] } },
      accepts: ["{ a: 1 }", "[1, 2]"],
      refuses: ["{ a: 2 }", "[1]", "{}"],
    },
  ],
  [
    "an enum that repeats itself, and one that lists nothing",
    {
      given: { A: object({ d: { enum: ["x", "x", "y"] }, e: { type: "string", enum: [] } }) },
      accepts: ['{ d: "x", e: "anything" }'],
      refuses: ['{ d: "z" }', "{ e: 1 }"],
    },
  ],
  [
    "an enum of 900 members",
    {
      given: {
        A: { type: "string", enum: Array.from({ length: 900 }, (_, index) => `v${index}`) },
      },
      accepts: ['"v0"', '"v899"'],
      refuses: ['"v900"'],
    },
  ],
  [
    "constants told one by one",
    {
      version: "3.1",
      given: { A: { oneOf: [{ const: "x", description: "first" }, { const: "y" }] } },
      accepts: ['"x"', '"y"'],
      refuses: ['"z"'],
    },
  ],
  [
    "typed additional properties beside properties",
    {
      given: {
        A: object({ a: string, b: ref("B") }, { additionalProperties: number }),
        B: object({ x: string }),
      },
      accepts: ['{ a: "", other: 1 }', "{ other: 1 }", '{ b: { x: "" } }'],
      refuses: ["{ a: 1 }", "{ other: true }"],
    },
  ],
  [
    "typed additional properties of a part of a composition",
    {
      given: {
        A: { allOf: [ref("B"), object({ s: string }, { required: ["s"] })] },
        B: { type: "object", additionalProperties: number },
      },
      accepts: ['{ s: "", other: 1 }', '{ s: "" }'],
      refuses: ["{ s: 1 }", "{}", '{ s: "", other: true }'],
    },
  ],
  [
    "additional properties: any, and none",
    {
      given: {
        A: object({
          any: object({ a: string }, { additionalProperties: true }),
          none: { type: "object", additionalProperties: false },
          shut: object({ a: string }, { additionalProperties: false }),
        }),
      },
      accepts: ['{ any: { a: "", b: 1 }, none: {}, shut: { a: "" } }'],
      refuses: ["{ any: { a: 1 } }", "{ none: { a: 1 } }", "{ shut: { b: 1 } }"],
    },
  ],
  [
    "patterns that say how names begin",
    {
      version: "3.1",
      given: { A: object({ a: string }, { patternProperties: { "^x-": number } }) },
      accepts: ['{ a: "", "x-b": 1 }'],
      refuses: ['{ "x-b": "" }', "{ a: 1 }"],
    },
  ],
  [
    "other patterns",
    {
      version: "3.1",
      given: {
        A: object({
          open: { type: "object", patternProperties: { "^[a-z]+$": number } },
          shut: {
            type: "object",
            patternProperties: { "^[a-z]+$": number },
            additionalProperties: false,
          },
        }),
      },
      accepts: ["{ open: { a: 1, B: true }, shut: { a: 1 } }"],
      refuses: ["{ shut: { a: true } }", "{ open: 1 }"],
    },
  ],
  [
    "allOf with only required: of a referenced parent, of a sibling, of nobody",
    {
      given: {
        A: { allOf: [ref("B"), object({ own: number }), { required: ["x", "own", "zz"] }] },
        B: object({ x: string, y: string }),
      },
      accepts: ['{ x: "", own: 1, zz: 1 }', '{ x: "", own: 1, zz: null, y: "" }'],
      refuses: [
        "{ own: 1, zz: 1 }",
        '{ x: "", zz: 1 }',
        '{ x: "", own: 1 }',
        "{ x: 1, own: 1, zz: 1 }",
      ],
    },
  ],
  [
    "required beside allOf, of a grandparent",
    {
      given: {
        A: { allOf: [ref("B")], required: ["y"] },
        B: { allOf: [ref("C")] },
        C: { allOf: [ref("D"), object({ z: string })] },
        D: object({ y: number }),
      },
      accepts: ["{ y: 1 }"],
      refuses: ["{}", '{ y: "" }', "{ y: undefined }"],
    },
  ],
  [
    "one of two requirements",
    {
      given: {
        A: object({ a: string, b: number }, { anyOf: [{ required: ["a"] }, { required: ["b"] }] }),
      },
      accepts: ['{ a: "" }', "{ b: 1 }", '{ a: "", b: 1 }'],
      refuses: ["{}", "{ a: 1 }"],
    },
  ],
  [
    "a discriminated union: mapping, short name, the schema's own name",
    {
      given: {
        A: {
          oneOf: [ref("Cat"), ref("Dog"), ref("Cow")],
          discriminator: {
            propertyName: "k",
            mapping: { c: "#/components/schemas/Cat", cc: "Cat", d: "Dog" },
          },
        },
        Cat: object({ k: string, m: string }, { required: ["k", "m"] }),
        Dog: object({ k: string, w: number }, { required: ["k", "w"] }),
        Cow: object({ k: string }, { required: ["k"] }),
      },
      accepts: ['{ k: "c", m: "" }', '{ k: "cc", m: "" }', '{ k: "d", w: 1 }', '{ k: "Cow" }'],
      refuses: ['{ k: "d", m: "" }', '{ k: "x", m: "" }', '{ k: "c", w: 1 }', '{ m: "" }'],
    },
  ],
  [
    "a discriminator that an enum lists, inherited from the parent",
    {
      given: {
        A: {
          oneOf: [ref("Cat"), ref("Dog")],
          discriminator: {
            propertyName: "k",
            mapping: { CAT: ref("Cat")["$ref"] ?? "", DOG: ref("Dog")["$ref"] ?? "" },
          },
        },
        Pet: object({ k: { type: "string", enum: ["CAT", "DOG"] } }, { required: ["k"] }),
        Cat: { allOf: [ref("Pet"), object({ m: string })] },
        Dog: { allOf: [ref("Pet"), object({ w: number })] },
      },
      accepts: ['{ k: "CAT", m: "" }', '{ k: "DOG", w: 1 }'],
      refuses: ['{ k: "CAT", w: 1 }', '{ k: "COW" }', "{ m: '' }"],
    },
  ],
  [
    "a parent that is one of its children, which are all of the parent",
    {
      given: {
        A: {
          type: "object",
          required: ["k"],
          properties: { k: string },
          oneOf: [ref("B"), ref("C")],
          discriminator: { propertyName: "k", mapping: { b: "B", c: "C" } },
        },
        B: { allOf: [ref("A"), object({ b: number }, { required: ["b"] })] },
        C: { allOf: [ref("A"), object({ c: string }, { required: ["c"] })] },
      },
      accepts: ['{ k: "b", b: 1 }', '{ k: "c", c: "" }'],
      refuses: ['{ k: "b", c: "" }', "{ b: 1 }", '{ k: "b" }', "{}"],
    },
  ],
  [
    "a child of such a parent, used by itself",
    {
      given: {
        A: { allOf: [ref("P"), object({ b: number }, { required: ["b"] })] },
        P: { properties: { k: string }, required: ["k"], oneOf: [ref("A"), ref("C")] },
        C: { allOf: [ref("P"), object({ c: string })] },
      },
      accepts: ['{ k: "", b: 1 }'],
      refuses: ["{ b: 1 }", '{ k: "" }', "{ k: 1, b: 1 }"],
    },
  ],
  [
    "a union with itself",
    {
      given: { A: { oneOf: [ref("A"), ref("B"), string] }, B: { anyOf: [ref("A"), number] } },
      accepts: ['""', "1"],
      refuses: ["true", "null"],
    },
  ],
  [
    "a composition of itself",
    {
      given: { A: { allOf: [ref("A"), object({ a: string }, { required: ["a"] })] } },
      accepts: ['{ a: "" }'],
      refuses: ["{}", "{ a: 1 }"],
    },
  ],
  [
    "recursive JSON values",
    {
      given: {
        A: {
          oneOf: [
            string,
            { type: "array", items: ref("A") },
            { type: "object", additionalProperties: ref("A") },
          ],
        },
      },
      accepts: ['""', '["", [""], { a: { b: [] } }]'],
      refuses: ["1", "[[1]]", "{ a: { b: 1 } }"],
    },
  ],
  [
    "schemas that refer to each other",
    {
      given: {
        A: object({ b: ref("B"), all: { type: "array", items: ref("A") } }),
        B: object({ a: ref("A") }),
      },
      accepts: ["{ b: { a: { all: [{}] } } }"],
      refuses: ["{ b: { a: { all: [1] } } }"],
    },
  ],
  [
    "names of properties that JavaScript knows, and that need quotes",
    {
      given: {
        A: object(
          JSON.parse(
            '{"__proto__":{"type":"string"},"constructor":{"type":"string"},"hasOwnProperty":{"type":"number"},' +
              '"a-b":{"type":"string"},"":{"type":"string"},"1":{"type":"string"},"1e3":{"type":"string"},' +
              '"it\'s":{"type":"string"},"q\\"\\\\q\\n":{"type":"string"},"\u2028":{"type":"string"},"-1":{"type":"number"}}',
          ) as JsonObject, // the text above
          { required: ["a-b", "constructor"] },
        ),
      },
      accepts: [
        '{ ["__proto__"]: "", constructor: "", hasOwnProperty: 1, "a-b": "", "": "", 1: "", "1e3": "", "it\'s": "", "q\\"\\\\q\\n": "", "\\u2028": "", "-1": 1 }',
      ],
      refuses: [
        '{ "a-b": "" }',
        '{ "a-b": 1, constructor: "" }',
        '{ "a-b": "", constructor: "", "1": 1 }',
      ],
    },
  ],
  [
    "a request has no readOnly property, and nothing requires it",
    {
      position: "request",
      given: {
        A: { allOf: [ref("B"), { required: ["id", "name"] }] },
        B: object(
          {
            id: { type: "string", readOnly: true },
            name: string,
            secret: { type: "string", writeOnly: true },
          },
          { required: ["id"] },
        ),
      },
      accepts: ['{ name: "" }', '{ name: "", secret: "" }'],
      refuses: ['{ id: "", name: "" }', "{}"],
    },
  ],
  [
    "a response has no writeOnly property",
    {
      given: {
        A: object(
          { id: { type: "string", readOnly: true }, secret: { type: "string", writeOnly: true } },
          { required: ["id", "secret"] },
        ),
      },
      accepts: ['{ id: "" }'],
      refuses: ['{ id: "", secret: "" }', "{}"],
    },
  ],
  [
    "readOnly said by the schema that is referred to",
    {
      position: "request",
      given: { A: object({ id: ref("Id"), n: number }), Id: { type: "string", readOnly: true } },
      accepts: ["{ n: 1 }"],
      refuses: ['{ id: "" }'],
    },
  ],
  [
    "64-bit integers of responses are strings",
    {
      given: { A: { type: "integer", format: "int64" } },
      accepts: ['"9007199254740993"'],
      refuses: ["1"],
    },
  ],
  [
    "64-bit integers of requests are numbers or strings",
    {
      position: "request",
      given: { A: { type: "integer", format: "int64" } },
      accepts: ['"9007199254740993"', "1"],
      refuses: ["true", "1n"],
    },
  ],
  [
    "files in JSON",
    {
      position: "request",
      given: { A: { type: "string", format: "binary" } },
      accepts: ['"aGk="'],
      refuses: ["new Blob([])"],
    },
  ],
  [
    "a default makes nothing required",
    {
      given: { A: object({ a: { type: "string", default: "`${x}`'\"*/" } }) },
      accepts: ["{}"],
      refuses: ["{ a: 1 }"],
    },
  ],
  [
    "a dangling reference is anything, and the rest goes on",
    {
      given: { A: object({ a: ref("Nowhere"), b: string }, { required: ["b"] }) },
      accepts: ['{ a: 1, b: "" }'],
      refuses: ["{ a: 1 }", "{ b: 1 }"],
    },
  ],
  [
    "not, patterns and ranges break nothing",
    {
      given: {
        A: { type: "string", pattern: "^a", minLength: 3, not: { enum: ["abc"] } },
      },
      accepts: ['"abcd"'],
      refuses: ["1"],
    },
  ],
  [
    "names of globals and of the language",
    {
      given: {
        A: object({
          e: ref("Error"),
          a: ref("Array"),
          p: ref("Promise"),
          r: ref("Record"),
          s: ref("string"),
          n: ref("any"),
        }),
        Error: object({ message: string }, { required: ["message"] }),
        Array: object({ list: { type: "array", items: ref("Error") } }),
        Promise: object({ map: { type: "object", additionalProperties: ref("Record") } }),
        Record: object({ x: ref("Array") }),
        string: number,
        any: object({ z: ref("List<Pet>"), y: ref("a.b") }),
        "List<Pet>": { type: "array", items: ref("a.b") },
        "a.b": object({ c: string }),
      },
      accepts: ['{ e: { message: "" }, a: { list: [] }, s: 1, n: { z: [{ c: "" }], y: {} } }'],
      refuses: ["{ e: {} }", '{ s: "" }', "{ a: { list: [{}] } }", "{ n: { z: [1] } }"],
    },
  ],
  [
    "names that differ in case or in punctuation alone",
    {
      given: {
        A: object({
          a: ref("foo"),
          b: ref("Foo"),
          c: ref("FOO"),
          d: ref("foo_bar"),
          e: ref("foo-bar"),
          f: ref("foo.bar"),
          g: ref("FooBar"),
        }),
        foo: object({ a: string }),
        Foo: object({ b: string }),
        FOO: object({ c: string }),
        foo_bar: object({ d: string }),
        "foo-bar": object({ e: string }),
        "foo.bar": object({ f: string }),
        FooBar: object({ g: string }),
      },
      accepts: [
        '{ a: { a: "" }, b: { b: "" }, c: { c: "" }, d: { d: "" }, e: { e: "" }, f: { f: "" }, g: { g: "" } }',
      ],
      refuses: ['{ a: { b: "" } }', '{ b: { a: "" } }', '{ d: { e: "" } }', '{ f: { g: "" } }'],
    },
  ],
];

describe("what a type accepts and refuses", async () => {
  const uses = cases.map(([, { given, version, position }], index) => ({
    ...useOf(specOf(given, version, `case${index}.json`), "A", position),
    resource: `case${index}`,
  }));
  const { shared, placed, files } = await chain(uses);
  const tried = new Map(files);
  cases.forEach(([, { accepts, refuses }], index) => {
    const resource = `case${index}`;
    const id = shared.roots[index] ?? -1;
    const name = placed.nameOf(resource, id);
    const imported = placed.modules
      .find(({ path }) => path === resource)
      ?.imports.find((one) => one.id === id);
    const lines = [...accepts, ...refuses].map(
      (value, at) => `const v${at}: ${name} = ${value}; void v${at};`,
    );
    tried.set(
      `try${index}.ts`,
      [
        `import type { ${name} } from "./${imported?.from ?? resource}.js";`,
        ...lines,
        "export {};",
      ].join("\n"),
    );
  });
  const complaints = check(tried);

  it.each(cases.map(([name, given], index) => [name, given, index] as const))(
    "%s",
    (_, { accepts, refuses }, index) => {
      const own = complaints.filter(
        ({ file }) => file === `try${index}.ts` || file === `case${index}.ts`,
      );
      const refused = refuses.filter((_, at) =>
        own.some(({ line, file }) => file.startsWith("try") && line === at + accepts.length + 2),
      );
      const wrong = own.filter(
        ({ line, file }) => !file.startsWith("try") || line < accepts.length + 2,
      );
      const source = [...files]
        .filter(([file]) => file === `case${index}.ts`)
        .map(([, text]) => text);
      expect({ wrong, refused, source }).toEqual({ wrong: [], refused: refuses, source });
    },
  );

  it("has no other complaint", () => {
    expect(complaints.filter(({ file }) => !/^(try|case)\d+\.ts$/.test(file))).toEqual([]);
  });
});

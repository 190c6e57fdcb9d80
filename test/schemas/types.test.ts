import { format } from "prettier";
import { describe, expect, it } from "vitest";
import type { Declaration, Schema } from "../../generator/schemas/schema.js";
import { check, sourcesOf } from "./chain.js";

const string: Schema = { type: "string" };
const number: Schema = { type: "number" };
const object = (properties: Readonly<Record<string, Schema>>, more: Schema = {}): Schema => ({
  type: "object",
  properties,
  ...more,
});

/** The formatted source of declarations `A`, `B`, … of one module, whose ids are 1, 2, … */
async function sourceOf(
  schemas: readonly Schema[],
  more: Omit<Partial<Declaration>, "id" | "name" | "schema"> = {},
): Promise<string> {
  const declarations = schemas.map((schema, index) => ({
    ...more,
    id: index + 1,
    name: String.fromCharCode(65 + index),
    schema,
  }));
  const sources = await sourcesOf([{ path: "m", declarations, imports: [] }]);
  return format(sources.get("m") ?? "", { parser: "typescript", printWidth: 100 });
}

describe("types", () => {
  it.each<[string, Schema, string]>([
    ["anything", {}, "unknown"],
    ["nothing", { not: {} }, "never"],
    ["null", { type: "null" }, "null"],
    ["a reference", { $ref: "2" }, "B"],
    ["a file", { type: "string", format: "binary" }, "Blob"],
    ["a bigint", { type: "number", format: "int64" }, "bigint"],
    ["an integer as text", { type: "string", format: "int64" }, "string"],
    ["a text that an enum does not list", { type: "string", format: "unlisted" }, "Unlisted"],
    ["a number that it does not", { type: "number", format: "unlisted" }, "Unlisted<number>"],
    ["literals", { enum: ["a", 1, -1, true] }, '"a" | 1 | -1 | true'],
    ["a union", { anyOf: [string, { $ref: "2" }, { type: "null" }] }, "string | B | null"],
    ["an intersection", { allOf: [{ $ref: "2" }, { $ref: "2" }] }, "B & B"],
    ["an array", { type: "array", items: string }, "readonly string[]"],
    [
      "an array of arrays",
      { type: "array", items: { type: "array", items: { $ref: "2" } } },
      "readonly (readonly B[])[]",
    ],
    [
      "an array of a union",
      { type: "array", items: { anyOf: [string, number] } },
      "readonly (string | number)[]",
    ],
    ["an empty tuple", { type: "array", prefixItems: [] }, "readonly []"],
    [
      "a tuple",
      { type: "array", prefixItems: [string, number], minItems: 1 },
      "readonly [string, number?]",
    ],
    [
      "a tuple with a rest",
      { type: "array", prefixItems: [string], items: { $ref: "2" } },
      "readonly [string?, ...B[]]",
    ],
    ["any object", { type: "object" }, "{ readonly [key: string]: unknown }"],
    [
      "a map",
      { type: "object", additionalProperties: string },
      "{ readonly [key: string]: string }",
    ],
    [
      "an object without properties",
      { type: "object", additionalProperties: false },
      "{ readonly [key: string]: never }",
    ],
    [
      "names that begin with a literal",
      { type: "object", patternProperties: { "x-": string } },
      "{ readonly [key: `x-${string}`]: string }",
    ],
  ])("%s", async (_, given, want) => {
    const source = await sourceOf([object({ a: given }, { required: ["a"] }), number]);
    expect(source).toBe(
      `export interface A {\n  readonly a: ${want};\n}\n\nexport type B = number;\n`,
    );
  });

  it.each<[string, Schema, string]>([
    [
      "an index signature allows what the properties are",
      object({ a: string }, { additionalProperties: number }),
      "{ readonly [key: string]: number | string | undefined; readonly a?: string }",
    ],
    [
      "and what shorter prefixes allow",
      object({ "x-a": string }, { required: ["x-a"], patternProperties: { x: number } }),
      "{ readonly [key: `x${string}`]: number | string | undefined; readonly 'x-a': string }",
    ],
    [
      "an optional property that every object inherits",
      object({ constructor: string, toString: string }, { required: ["toString"] }),
      '{ readonly constructor?: string | Object["constructor"]; readonly toString: string }',
    ],
    [
      "documentation, which cannot end its comment",
      object({ a: { ...string, description: "*/ x", deprecated: true } }),
      "{ /**\n * *\\/ x\n * @deprecated\n */ readonly a?: string }",
    ],
    [
      "documentation inside of an object",
      object({ a: object({ b: { ...string, description: "One." } }) }),
      "{ readonly a?: {\n /** One. */ readonly b?: string } }",
    ],
  ])("%s", async (_, given, want) => {
    const wanted = await format(`export interface A ${want}`, {
      parser: "typescript",
      printWidth: 100,
    });
    expect(unspaced(await sourceOf([given]))).toBe(unspaced(wanted));
  });

  it("leaves properties of requests mutable, and lists readonly", async () => {
    const given = object({
      a: { type: "array", items: string },
      b: { type: "object", additionalProperties: string },
    });
    expect(await sourceOf([given], { mutable: true })).toBe(
      "export interface A {\n  a?: readonly string[];\n  b?: { [key: string]: string };\n}\n",
    );
  });
});

const unspaced = (text: string): string => text.replace(/[\s;]+/g, " ").trim();

describe("extends", () => {
  const base = object({ id: string, n: number }, { required: ["id"] });
  const all = (...parts: readonly Schema[]): Schema => ({ allOf: parts });
  it.each<[string, readonly Schema[], string]>([
    [
      "one reference and one object",
      [all({ $ref: "2" }, object({ x: string })), base],
      "interface A extends B {",
    ],
    [
      "in the other order",
      [all(object({ x: string }), { $ref: "2" }), base],
      "interface A extends B {",
    ],
    [
      "a property of the same type",
      [all({ $ref: "2" }, object({ n: number })), base],
      "interface A extends B {",
    ],
    [
      "a property of another type",
      [all({ $ref: "2" }, object({ n: string })), base],
      "type A = B & {",
    ],
    [
      "a property that becomes optional",
      [all({ $ref: "2" }, object({ id: string })), base],
      "type A = B & {",
    ],
    [
      "a union",
      [all({ $ref: "2" }, object({ x: string })), { anyOf: [base, string] }],
      "type A = B & {",
    ],
    [
      "an index signature",
      [all({ $ref: "2" }, object({ x: string }, { additionalProperties: string })), base],
      "type A = B & {",
    ],
    [
      "an interface that extends",
      [all({ $ref: "2" }, object({ x: string })), all({ $ref: "3" }, object({ y: string })), base],
      "interface A extends B {",
    ],
    [
      "an intersection",
      [all({ $ref: "2" }, object({ x: string })), all({ $ref: "3" }, object({ n: string })), base],
      "type A = B & {",
    ],
  ])("%s", async (_, given, want) => {
    const source = await sourceOf(given);
    expect(source).toContain(`export ${want}`);
    expect(check(new Map([["m.ts", source]]))).toEqual([]);
  });

  it("takes a chain of ten thousand", async () => {
    const schemas = Array.from({ length: 10_000 }, (_, i) =>
      all({ $ref: String(i + 2) }, object({ [`p${i}`]: string })),
    );
    const declarations = [...schemas, base].map((schema, i) => ({
      id: i + 1,
      name: `A${i}`,
      schema,
    }));
    const sources = await sourcesOf([{ path: "m", declarations, imports: [] }]);
    expect(sources.get("m")?.match(/ extends /g)).toHaveLength(15);
  });
});

describe("hostile names", () => {
  const names = [
    "'", '"', "`${x}`", "*/ evil(); /*", "\u2028", "\n", "\\", "__proto__", "constructor", "hasOwnProperty", "toString",
    "default", "delete", "1", "-1", "1e3", "Infinity", "", "a-b", "größe", "日本", "🎉", "$ref", "components",
  ]; // prettier-ignore

  it("are properties, values and text that compile", async () => {
    const properties: Record<string, Schema> = Object.create(null) as Record<string, Schema>; // typed `any`
    for (const name of names) properties[name] = { enum: [name, `${name}!`], description: name };
    const schemas = [
      { type: "object", properties, required: names.slice(0, 5), description: names.join(" ") },
      { enum: names },
      { type: "object", properties: { a: { type: "object", properties } } },
    ] satisfies readonly Schema[];
    const source = await sourceOf(schemas);
    expect(check(new Map([["m.ts", source]]))).toEqual([]);
    expect(source).not.toMatch(/[\u2028\u2029]|evil\(\); \/\*\n(?! )/);
    for (const name of ["größe", "日本", "__proto__", "constructor"])
      expect(source).toContain(name);
  });

  it("are written as the documents have them", async () => {
    const source = await sourceOf([
      object(Object.fromEntries(["größe", "a b", "1", "é-é"].map((name) => [name, string]))),
    ]);
    expect(source).toBe(
      'export interface A {\n  readonly "1"?: string;\n  readonly größe?: string;\n  readonly "a b"?: string;\n  readonly "é-é"?: string;\n}\n',
    );
  });

  it("takes deep schemas in linear time", async () => {
    let deep: Schema = string;
    for (let depth = 0; depth < 90; depth += 1)
      deep =
        depth % 2
          ? { type: "array", items: deep }
          : object({ a: deep }, { additionalProperties: {} });
    expect(
      await sourcesOf([
        { path: "m", declarations: [{ id: 1, name: "A", schema: deep }], imports: [] },
      ]),
    ).toBeDefined();
  });
});

/** Documents made by chance, with hostile names: the output compiles, and every statement of it is of a known kind. */
import fc from "fast-check";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue } from "../../generator/base/json.js";
import type { Spec } from "../../generator/openapi/spec.js";
import { valuesName } from "../../generator/schemas/names.js";
import { chain, check, specOf, useOf } from "./chain.js";

const hostile = [
  "a", "b", "id", "kind", "", "__proto__", "constructor", "hasOwnProperty", "toString", "then", "default", "delete", "1", "-1",
  "a-b", "a.b", "it's", 'q"', "`${x}`", "*/ evil(); /*", "\u2028", "new\nline", "back\\slash", "größe", "日本", "🎉", "$ref",
]; // prettier-ignore
const names = [
  "A",
  "B",
  "C",
  "foo",
  "Foo",
  "a.b",
  "Error",
  "__proto__",
  "List<Pet>",
  "*/x",
  "日本",
  "BatchStatus",
  "1st",
  "",
];
const name = fc.constantFrom(...hostile);
const pointerTo = (target: string): string =>
  `#/components/schemas/${encodeURIComponent(target.replaceAll("~", "~0").replaceAll("/", "~1"))}`;

const record = (value: fc.Arbitrary<JsonValue>, maxKeys = 4): fc.Arbitrary<JsonObject> =>
  fc
    .uniqueArray(fc.tuple(name, value), { selector: ([key]) => key, maxLength: maxKeys })
    .map((entries) => {
      const object: Record<string, JsonValue> = {};
      for (const [key, member] of entries)
        Object.defineProperty(object, key, {
          value: member,
          enumerable: true,
          configurable: true,
          writable: true,
        });
      return object;
    });

const literals = fc.array(
  fc.oneof(name, fc.integer({ min: -3, max: 3 }), fc.constantFrom(null, true, { a: 1 }, [1])),
  { maxLength: 5 },
);
const docs = fc.record(
  {
    description: name,
    title: name,
    deprecated: fc.boolean(),
    default: fc.oneof(name, fc.integer()),
  },
  { requiredKeys: [] },
);

const { schema } = fc.letrec<{ schema: JsonValue }>((tie) => {
  const sub = tie("schema");
  const part = fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(...names, "Nowhere").map((target) => ({ $ref: pointerTo(target) })),
    fc.constantFrom<JsonValue>(
      { type: "string" },
      { type: "integer", format: "int64" },
      { type: "string", format: "binary" },
      {},
      true,
      false,
    ),
    literals.map((members) => ({ enum: members })),
    fc
      .constantFrom("string", "number", "boolean")
      .chain((type) => literals.map((members) => ({ type, enum: members, nullable: true }))),
    sub.map((items) => ({ type: "array", items })),
    fc
      .array(sub, { maxLength: 3 })
      .map((prefixItems) => ({ type: "array", prefixItems, minItems: 1 })),
    fc.record(
      {
        type: fc.constantFrom<JsonValue>("object", ["object", "null"], ["string", "object"]),
        properties: record(sub),
        required: fc.array(name, { maxLength: 3 }),
        additionalProperties: fc.oneof(fc.boolean(), sub),
        patternProperties: fc
          .constantFrom("^x-", "^a", "[0-9]")
          .chain((key) => sub.map((value) => ({ [key]: value }))),
        allOf: fc.array(sub, { maxLength: 3 }),
        readOnly: fc.boolean(),
        writeOnly: fc.boolean(),
      },
      { requiredKeys: ["properties"] },
    ),
    fc.array(sub, { minLength: 1, maxLength: 3 }).map((allOf) => ({ allOf })),
    fc
      .array(
        fc.oneof(
          sub,
          fc.array(name, { maxLength: 2 }).map((required) => ({ required })),
        ),
        { minLength: 1, maxLength: 3 },
      )
      .chain((oneOf) =>
        fc.boolean().map((told) =>
          told
            ? {
                oneOf,
                discriminator: { propertyName: "kind", mapping: { x: "A", y: pointerTo("B") } },
              }
            : { anyOf: oneOf },
        ),
      ),
    fc
      .tuple(sub, sub, record(sub, 2))
      .map(([one, two, properties]) => ({ oneOf: [one, two], properties, required: ["a"] })),
  );
  return {
    schema: fc
      .tuple(part, docs)
      .map(([given, more]) =>
        typeof given === "object" && given !== null && !Array.isArray(given)
          ? { ...more, ...given }
          : given,
      ),
  };
});

const documents = fc.tuple(
  fc.constantFrom<Spec["version"]>("3.0", "3.1"),
  fc.array(schema, { minLength: names.length, maxLength: names.length }),
);

const kinds = new Set([
  ts.SyntaxKind.InterfaceDeclaration,
  ts.SyntaxKind.TypeAliasDeclaration,
  ts.SyntaxKind.ImportDeclaration,
  ts.SyntaxKind.ExportDeclaration,
]);

/** What is not a type, and not the tuple or the guard of an enum. */
function strangers(path: string, text: string): readonly string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  const known = (statement: ts.Statement): boolean => {
    if (kinds.has(statement.kind)) return true;
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.every(({ initializer }) =>
        isTuple(initializer),
      );
    if (!ts.isFunctionDeclaration(statement) || !statement.name) return false;
    const type = statement.name.text.slice("is".length);
    return (
      statement.getText() ===
      `export function is${type}(value: unknown): value is ${type} {\n` +
        `  return (${valuesName(type)} as readonly unknown[]).includes(value);\n}`
    );
  };
  return file.statements
    .filter((statement) => !known(statement))
    .map((statement) => statement.getText());
}

/** `[literals] as const` */
const isTuple = (node: ts.Expression | undefined): boolean =>
  node !== undefined &&
  ts.isAsExpression(node) &&
  node.type.getText() === "const" &&
  ts.isArrayLiteralExpression(node.expression) &&
  node.expression.elements.every(
    (element) =>
      ts.isStringLiteral(element) ||
      ts.isNumericLiteral(element) ||
      ts.isPrefixUnaryExpression(element),
  );

describe("hostile documents", () => {
  it("compile, and give nothing but declarations", async () => {
    const given = fc.sample(documents, {
      numRuns: Number(process.env["HOSTILE_RUNS"] ?? 60),
      seed: Number(process.env["HOSTILE_SEED"] ?? 42),
    });
    const uses = given.flatMap(([version, schemas], index) => {
      const components: Record<string, JsonValue> = {};
      names.forEach((key, at) =>
        Object.defineProperty(components, key, {
          value: schemas[at] ?? {},
          enumerable: true,
          configurable: true,
          writable: true,
        }),
      );
      const spec = specOf(components, version, `d${index}.json`);
      const resource = index % 3 ? `d${index}` : `v${index % 2}/d${index}`;
      return (["request", "response"] as const).flatMap((position) =>
        ["A", "foo", "__proto__"].map((target) => ({
          ...useOf(spec, target, position),
          schema: { $ref: pointerTo(target) },
          resource,
          hint: `H${position}`,
        })),
      );
    });
    const { files } = await chain(uses);
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain("a");
    // Whatever the order in which endpoints are met, the same text.
    const reversed = await chain([...uses].reverse());
    const differ = [...files].filter(([path, text]) => reversed.files.get(path) !== text);
    expect(differ.slice(0, 3)).toEqual([]);
    expect(reversed.files.size).toBe(files.size);
    expect([...files].flatMap(([path, text]) => strangers(path, text))).toEqual([]);
    const complaints = check(files);
    const shown = complaints
      .slice(0, 5)
      .map((one) => ({ ...one, source: files.get(one.file)?.split("\n")[one.line - 1] }));
    expect(shown).toEqual([]);
  });
});

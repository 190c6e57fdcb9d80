import { describe, expect, it } from "vitest";
import { format } from "prettier";
import type { JsonObject } from "../../generator/base/json.js";
import type { Spec } from "../../generator/openapi/spec.js";
import { chain, sourcesOf, specOf, useOf } from "./chain.js";

interface Case {
  /** Components, of which `A` is used. */
  readonly given: JsonObject;
  readonly version?: Spec["version"];
  readonly position?: "request" | "response";
  readonly want: string;
}

const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: "object",
  properties,
  ...more,
});
const string = { type: "string" };
const ref = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });

const cases: readonly [string, Case][] = [
  [
    "an object is an interface, documented",
    {
      given: {
        A: object(
          {
            id: { type: "string", description: "The id." },
            when: { type: "string", format: "date-time" },
            tags: { type: "array", items: string, default: [] },
            old: { type: "boolean", deprecated: true, description: "Do not use." },
            map: { type: "object", additionalProperties: string },
          },
          { required: ["id"], description: "First.\n\nSecond.", title: "A" },
        ),
      },
      want: `
/**
 * First.
 *
 * Second.
 */
export interface A {
  /** The id. */
  readonly id: string;
  /** ISO 8601, such as \`2026-01-31T09:30:00Z\`. */
  readonly when?: string;
  /** @default [] */
  readonly tags?: readonly string[];
  /**
   * Do not use.
   * @deprecated
   */
  readonly old?: boolean;
  readonly map?: { readonly [key: string]: string };
}
`,
    },
  ],
  [
    "an enum is a union, the tuple of its members, and a guard",
    {
      given: {
        A: {
          type: "string",
          enum: ["b", "a", 'q"uote', "new\nline", "\u2028", "${x}`"],
          description: "Which.",
        },
      },
      want: `
/** Which. */
export type A = "b" | "a" | 'q"uote' | "new\\nline" | "\\u2028" | "\${x}\`";

/** Every {@link A}. */
export const aValues = ["b", "a", 'q"uote', "new\\nline", "\\u2028", "\${x}\`"] as const;

/** Whether a value is a {@link A}. */
export function isA(value: unknown): value is A {
  return (aValues as readonly unknown[]).includes(value);
}
`,
    },
  ],
  [
    "compositions are intersections, unions are unions",
    {
      given: {
        A: { allOf: [ref("B"), object({ x: string })], description: "Both." },
        B: {
          oneOf: [
            object({ kind: { enum: ["k"] } }, { required: ["kind"] }),
            { type: "array", items: { oneOf: [string, { type: "number" }] } },
          ],
        },
      },
      want: `
/** Both. */
export type A = B & {
  readonly x?: string;
};

export type B =
  | {
      readonly kind: "k";
    }
  | readonly (string | number)[];
`,
    },
  ],
  [
    "tuples, index signatures, files in JSON",
    {
      version: "3.1",
      position: "request",
      given: {
        A: object(
          {
            pair: {
              type: "array",
              prefixItems: [string, { type: "number" }],
              minItems: 1,
              items: false,
            },
            open: { type: "array", prefixItems: [string], items: { type: "boolean" } },
            file: { type: "string", format: "binary" },
            none: { type: "object", additionalProperties: false },
          },
          { additionalProperties: { type: "number" }, patternProperties: {} },
        ),
      },
      want: `
export interface A {
  [key: string]:
    | number
    | readonly [string, number?]
    | readonly [string?, ...boolean[]]
    | string
    | { [key: string]: never }
    | undefined;
  pair?: readonly [string, number?];
  open?: readonly [string?, ...boolean[]];
  file?: string;
  none?: { [key: string]: never };
}
`,
    },
  ],
  [
    "documentation cannot leave its comment, names cannot leave their quotes",
    {
      given: {
        A: object(
          {
            'x"; evil()': { type: "string", description: "*/ evil() /*\u2028 // evil()" },
            b: { ...string, default: "*/ evil()" },
          },
          { description: "@deprecated or not\r\n*/ evil()\n@see x\u0000" },
        ),
      },
      want: `
/**
 * \\@deprecated or not
 * *\\/ evil()
 * \\@see x
 */
export interface A {
  /**
   * *\\/ evil() /*
   *  // evil()
   */
  readonly 'x"; evil()'?: string;
  /** @default "*\\/ evil()" */
  readonly b?: string;
}
`,
    },
  ],
];

const formatted = (text: string): Promise<string> =>
  format(text, { parser: "typescript", printWidth: 100 });

describe("declarationsOf", () => {
  it.each(cases)("%s", async (_, { given, version, position, want }) => {
    const use = { ...useOf(specOf(given, version), "A", position), resource: "a" };
    const { placed } = await chain([use]);
    const sources = await sourcesOf(placed.modules);
    expect(`\n${await formatted(sources.get("a") ?? "")}`).toBe(want);
  });

  it("uses the name that a module imports a schema by", async () => {
    const sources = await sourcesOf([
      {
        path: "notes",
        declarations: [
          { id: 1, name: "Note", schema: { type: "object", properties: { s: { $ref: "2" } } } },
        ],
        imports: [{ id: 2, from: "schemas/v3/Status", name: "Status", as: "V3Status" }],
      },
      {
        path: "schemas/v3/Status",
        declarations: [{ id: 2, name: "Status", schema: { enum: [1, 2] }, members: [1, 2] }],
        imports: [],
      },
    ]);
    expect(sources.get("notes")).toBe("export interface Note {\n  readonly s?: V3Status;\n}\n");
    expect(sources.get("schemas/v3/Status")).toContain("export type Status = 1 | 2;");
  });

  it("refuses a reference that no declaration answers to", async () => {
    const module = {
      path: "notes",
      declarations: [
        { id: 1, name: "Note", schema: { anyOf: [{ $ref: "2" }, { type: "null" }] } as const },
      ],
      imports: [],
    };
    await expect(sourcesOf([module])).rejects.toThrow();
  });

  it("gives nothing for no modules", async () => {
    expect([...(await sourcesOf([]))]).toEqual([]);
  });
});

/**
 * Small documents, one hard case each, as real documents have them. `accepts` and `refuses` are values of `S`, the
 * type of the property `s0` of an input, and `R`, that of a result.
 */
export interface Case {
  readonly version?: string;
  readonly schemas: Readonly<Record<string, unknown>>;
  /** Values of the first schema, as TypeScript expressions: in a request … */
  readonly accepts?: readonly string[];
  readonly refuses?: readonly string[];
  /** … and in a response. */
  readonly results?: readonly string[];
  readonly notResults?: readonly string[];
  /** Values of the other schemas, in a request: they are the types of `s1`, `s2` … */
  readonly others?: Readonly<Record<string, readonly string[]>>;
  /** What has to be in the text of the types. */
  readonly text?: readonly string[];
  /** Codes of diagnostics that must be there. Default: none of them warnings or errors. */
  readonly diagnostics?: readonly string[];
}

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const object = (properties: Readonly<Record<string, unknown>>, more: object = {}) => ({
  type: "object",
  properties,
  ...more,
});
const child = (
  parent: string,
  properties: Readonly<Record<string, unknown>>,
  more: object = {},
) => ({
  allOf: [ref(parent), object(properties, more)],
});
const string = { type: "string" };
const integer = { type: "integer" };

export const cases: Readonly<Record<string, Case>> = {
  // ---- found in the reports of others
  "all-of-lists": {
    schemas: {
      P: child("Page", { items: { type: "array", items: ref("Row") } }, { required: ["items"] }),
      Page: object({ items: { type: "array", items: ref("Base") }, next: string }),
      Base: object({ id: string }),
      Row: object({ name: string }, { required: ["name"] }),
    },
    accepts: ['{ items: [{ name: "", id: "" }], next: "" }'],
    refuses: ['{ items: [{ id: "" }] }', "{}", '{ items: [{ name: "", id: 1 }] }'],
    results: ["{ items: r.items.map(({ name }) => ({ name })) }"],
  },
  "all-of-lists-inline": {
    version: "3.1.0",
    schemas: {
      P: {
        allOf: [
          object({ l: { type: "array", items: object({ a: string }) } }),
          object({ l: { type: "array", items: object({ b: string }) } }),
        ],
      },
    },
    accepts: ['{ l: [{ a: "", b: "" }] }'],
    refuses: ["{ l: [{ a: 1 }] }", "{ l: [{ b: 1 }] }"],
  },
  "all-of-tuples": {
    version: "3.1.0",
    schemas: {
      P: object({
        t: {
          allOf: [
            { type: "array", prefixItems: [string, string], items: false, minItems: 2 },
            { type: "array", items: { enum: ["a", "b"] } },
          ],
        },
      }),
    },
    accepts: ['{ t: ["a", "b"] }'],
    refuses: ['{ t: ["a", "c"] }', '{ t: ["a"] }', '{ t: ["a", "b", "a"] }'],
  },
  "tuple-full": {
    version: "3.1.0",
    schemas: {
      P: object({
        two: { type: "array", minItems: 2, maxItems: 2, prefixItems: [integer, integer] },
        most: { type: "array", maxItems: 2, prefixItems: [integer, string] },
        one: { type: "array", maxItems: 1, minItems: 1, prefixItems: [integer, string] },
        none: { type: "array", maxItems: 0, prefixItems: [integer] },
        open: { type: "array", maxItems: 3, prefixItems: [integer] },
      }),
    },
    accepts: ["{ two: [1, 2], most: [1], one: [1], none: [], open: [1, 2, 3] }"],
    refuses: [
      "{ two: [1] }",
      "{ two: [1, 2, 3] }",
      '{ most: [1, "a", "b"] }',
      '{ one: [1, "a"] }',
      "{ none: [1] }",
    ],
  },
  "property-names": {
    version: "3.1.0",
    schemas: {
      P: object({
        listed: { type: "object", propertyNames: ref("Name"), additionalProperties: integer },
        prefixed: {
          type: "object",
          propertyNames: { pattern: "^x-" },
          additionalProperties: string,
        },
        any: { propertyNames: { enum: ["a"] } },
        none: { propertyNames: { enum: [] } },
        closed: object({ z: string }, { propertyNames: ref("Name"), additionalProperties: false }),
      }),
      Name: { enum: ["a", "b"] },
    },
    accepts: ['{ listed: { a: 1 }, prefixed: { "x-a": "" }, any: { a: [] }, none: {} }'],
    refuses: [
      "{ listed: { c: 1 } }",
      '{ listed: { a: "" } }',
      '{ prefixed: { a: "" } }',
      "{ any: { b: 1 } }",
      "{ none: { a: 1 } }",
      "{ closed: { a: 1 } }",
    ],
  },
  "property-names-not-said": {
    version: "3.1.0",
    schemas: {
      P: { type: "object", propertyNames: { maxLength: 3 }, additionalProperties: string },
    },
    accepts: ['{ abc: "" }'],
    refuses: ["{ abc: 1 }"],
  },
  "one-branch-discriminator": {
    schemas: {
      P: object({
        one: {
          oneOf: [ref("Cat")],
          discriminator: { propertyName: "kind", mapping: { cat: "#/components/schemas/Cat" } },
        },
      }),
      Cat: object({ name: string }),
    },
    accepts: ['{ one: { kind: "cat", name: "" } }'],
    refuses: ['{ one: { kind: "dog" } }', '{ one: { name: "" } }'],
  },
  "enum-member-of-another-type": {
    schemas: {
      P: object({
        some: { type: "string", enum: ["beta", 1.1, 2, true] },
        all: { type: "string", enum: [1, 2] },
        named: ref("N"),
      }),
      N: { type: "integer", enum: [1, "2", 3] },
    },
    accepts: ['{ some: "beta", all: 1, named: 3 }'],
    refuses: ["{ some: 2 }", '{ all: "1" }', '{ named: "2" }'],
    diagnostics: ["enum-member-type"],
  },
  "enum-member-beyond-2-53": {
    schemas: {
      P: object({
        e: { type: "integer", enum: [1, 9007199254740992] },
        c: { type: "number", enum: [1e300] },
      }),
    },
    accepts: ["{ e: 1 }"],
    refuses: ["{ e: 2 }"],
    diagnostics: ["enum-member-rounded"],
  },
  "enum-order-and-docs": {
    version: "3.1.0",
    schemas: {
      K: {
        oneOf: [
          { const: "shut", title: "Shut", description: "Nobody may enter.", deprecated: true },
          { const: "open", title: "Open", description: "Anyone may enter." },
        ],
      },
      L: { type: "string", enum: ["z", "a"] },
    },
    accepts: ['"open"'],
    refuses: ['"x"'],
    text: [
      '- `"shut"`: Shut. Nobody may enter. Deprecated.',
      '- `"open"`: Open. Anyone may enter.',
      '"shut" | "open"',
      '["z", "a"]',
    ],
  },
  "not-anything": {
    version: "3.1.0",
    schemas: {
      P: object({
        i: { not: {} },
        t: { type: "string", not: true },
        l: { type: "array", items: { not: {} } },
      }),
    },
    accepts: ["{}", "{ l: [] }"],
    refuses: ["{ i: 1 }", '{ t: "" }', "{ l: [1] }"],
  },
  "read-only-all": {
    version: "3.1.0",
    schemas: {
      P: object({ a: { ...string, readOnly: true } }, { required: ["a"] }),
      Q: child("P", { b: string }),
      R: { allOf: [ref("S"), object({ c: string })] },
      S: ref("P"),
    },
    accepts: ["{}"],
    refuses: ['{ a: "" }', "{ other: 1 }"],
    results: ['{ a: "" }'],
    notResults: ["{}"],
    others: { s1: ['{ b: "" }'], s2: ['{ c: "" }'] },
  },
  "null-beside-const": {
    version: "3.1.0",
    schemas: {
      P: object({
        c: { type: ["string", "null"], const: "c" },
        e: { type: ["string", "null"], enum: ["a", "b"] },
        n: { type: ["string", "null"], enum: ["a", "b", null] },
        named: ref("E"),
      }),
      E: { type: ["string", "null"], enum: ["a", "b"] },
    },
    accepts: ['{ c: "c", e: "a", n: null, named: "a" }'],
    refuses: ["{ c: null }", "{ e: null }", "{ named: null }"],
  },
  "unevaluated-types": {
    version: "3.1.0",
    schemas: {
      P: object({
        map: { unevaluatedProperties: integer },
        beside: { allOf: [ref("Base")], unevaluatedProperties: integer },
        closed: object({ a: string }, { unevaluatedProperties: false }),
        list: { type: "array", unevaluatedItems: integer },
        tuple: { type: "array", prefixItems: [string], unevaluatedItems: false },
        rest: { prefixItems: [string], unevaluatedItems: integer },
        found: { type: "array", contains: string, unevaluatedItems: integer },
      }),
      Base: object({ name: string }, { required: ["name"] }),
    },
    accepts: [
      '{ map: { a: 1 }, beside: { name: "", n: 1 }, closed: { a: "" }, list: [1], tuple: ["a"], rest: ["a", 1], found: ["a", 1] }',
    ],
    refuses: [
      '{ map: { a: "" } }',
      "{ beside: { n: 1 } }",
      "{ beside: { name: '', n: [] } }",
      "{ closed: { b: 1 } }",
      '{ list: ["a"] }',
      '{ tuple: ["a", 1] }',
      '{ rest: ["a", "b"] }',
    ],
  },
  "dynamic-ref": {
    version: "3.1.0",
    schemas: {
      Tree: {
        $id: "https://example.com/tree",
        $dynamicAnchor: "node",
        ...object(
          { v: string, children: { type: "array", items: { $dynamicRef: "#node" } } },
          { required: ["v"] },
        ),
      },
    },
    accepts: ['{ v: "", children: [{ v: "", children: [] }] }'],
    refuses: ['{ v: "", children: [{ v: 1 }] }', '{ v: "", children: [{}] }'],
  },
  "dynamic-ref-dangling": {
    version: "3.1.0",
    schemas: { P: object({ a: { $dynamicRef: "#nowhere" } }) },
    accepts: ["{ a: 1 }"],
    diagnostics: ["dangling-reference"],
  },
  "content-encoding": {
    version: "3.1.0",
    schemas: {
      P: object({
        image: { ...string, contentEncoding: "base64", contentMediaType: "image/png" },
        raw: { ...string, format: "binary" },
        list: { type: "array", items: { ...string, format: "binary" } },
      }),
    },
    accepts: ['{ image: "aGk=", raw: "aGk=", list: ["aGk="] }'],
    refuses: ["{ raw: new Blob([]) }", "{ list: [new Blob([])] }", "{ image: 1 }"],
    text: ["/** Base64. */"],
  },
  // ---- enums
  "enum-null-30": {
    schemas: { E: { type: "string", nullable: true, enum: ["a", null] } },
    accepts: ['"a"', "null"],
    refuses: ['"b"'],
  },
  "enum-null-without-nullable": {
    schemas: { E: { type: "string", enum: ["a", null] } },
    accepts: ['"a"'],
    refuses: ['"b"'],
  },
  "enum-nullable-without-null": {
    schemas: { E: { type: "string", nullable: true, enum: ["a", "b"] } },
    accepts: ['"a"'],
    refuses: ['"c"'],
  },
  "enum-mixed-types": {
    version: "3.1.0",
    schemas: { E: { enum: ["a", 1, true, null] } },
    accepts: ['"a"', "1", "true", "null"],
    refuses: ["false", "2", '"b"'],
  },
  "enum-number": {
    schemas: { E: { type: "number", enum: [-1, 0, 1.5, 1e21] } },
    accepts: ["-1", "1.5"],
    refuses: ["2"],
  },
  "enum-number-in-string": {
    schemas: { E: { type: "string", enum: [1, "2", true] } },
    accepts: ['"2"'],
    diagnostics: ["enum-member-type"],
  },
  "enum-duplicates": {
    schemas: { E: { type: "string", enum: ["a", "a", "b"] } },
    accepts: ['"a"', '"b"'],
    refuses: ['"c"'],
  },
  "enum-boolean": {
    schemas: { E: { type: "boolean", enum: [true] } },
    accepts: ["true"],
    refuses: ["false"],
  },
  "enum-array-members": {
    version: "3.1.0",
    schemas: { E: { enum: [["a"], { b: 1 }, []] } },
    accepts: ['["a"]', "{ b: 1 }"],
  },
  "enum-900": {
    schemas: { E: { type: "string", enum: Array.from({ length: 900 }, (_, i) => `M${i}`) } },
    accepts: ['"M899"'],
    refuses: ['"M900"'],
  },
  "enum-hostile": {
    schemas: {
      E: {
        type: "string",
        enum: [
          '"',
          "'",
          "`",
          "${x}",
          "\\",
          "\n",
          "\u2028",
          "*/",
          "__proto__",
          "constructor",
          "</script>",
        ],
      },
    },
    accepts: ['"`"', '"__proto__"', '"\\\\"'],
    refuses: ['"x"'],
  },
  "enum-names-like-globals": {
    schemas: { Enum: { type: "string", enum: ["NaN", "undefined", "null", "true", "0"] } },
    accepts: ['"undefined"'],
    refuses: ["null", "0"],
  },
  "enum-varnames": {
    schemas: { E: { type: "integer", enum: [1, 2], "x-enum-varnames": ["A-B", "A_B"] } },
    accepts: ["1"],
    refuses: ["3"],
  },
  "const-31": {
    version: "3.1.0",
    schemas: {
      C: object(
        { kind: { const: "a" }, n: { const: null }, o: { const: { x: [1] } } },
        { required: ["kind"] },
      ),
    },
    accepts: ['{ kind: "a" }', '{ kind: "a", n: null }', '{ kind: "a", o: { x: [1] } }'],
    refuses: ['{ kind: "b" }', "{}"],
  },

  // ---- nullable in all its forms
  "nullable-31-type-array": {
    version: "3.1.0",
    schemas: {
      N: object(
        { a: { type: ["string", "null"] }, b: { type: ["integer", "string", "null"] } },
        { required: ["a"] },
      ),
    },
    accepts: ["{ a: null }", '{ a: "x", b: 1 }', '{ a: "x", b: "y" }'],
    refuses: ["{}", "{ a: 1 }", '{ a: "x", b: true }'],
  },
  "nullable-31-oneof-null": {
    version: "3.1.0",
    schemas: {
      N: object({ a: { oneOf: [ref("B"), { type: "null" }] } }),
      B: object({ x: string }),
    },
    accepts: ["{ a: null }", '{ a: { x: "y" } }'],
    refuses: ["{ a: 1 }"],
  },
  "nullable-31-anyof-ref-null": {
    version: "3.1.0",
    schemas: {
      N: object({ a: { anyOf: [{ type: "null" }, ref("B")] } }),
      B: { type: "array", items: string },
    },
    accepts: ["{ a: null }", '{ a: ["x"] }'],
    refuses: ['{ a: "x" }'],
  },
  "nullable-30-enum-ref": {
    schemas: {
      N: object({ a: { allOf: [ref("E")], nullable: true } }),
      E: { type: "string", enum: ["x"] },
    },
    accepts: ['{ a: "x" }'],
    refuses: ['{ a: "z" }'],
  },
  "nullable-30-without-type": {
    schemas: { N: object({ a: { nullable: true }, b: { type: "string", nullable: true } }) },
    accepts: ["{ b: null }", '{ b: "" }', "{ a: null }"],
    refuses: ["{ b: 1 }"],
  },
  "nullable-in-31-is-nothing": {
    version: "3.1.0",
    schemas: { N: object({ a: { type: "string", nullable: true } }, { required: ["a"] }) },
    accepts: ['{ a: "" }'],
  },
  "nullable-item": {
    schemas: { N: { type: "array", items: { type: "integer", nullable: true } } },
    accepts: ["[1, null]"],
    refuses: ['["x"]'],
  },

  // ---- additionalProperties
  "addl-true-typed": {
    schemas: { A: object({ id: string }, { required: ["id"], additionalProperties: true }) },
    accepts: ['{ id: "1", more: [1] }'],
    refuses: ["{}", "{ id: 1 }"],
  },
  "addl-schema-typed": {
    schemas: {
      A: object(
        { id: string, n: integer },
        { required: ["id"], additionalProperties: { type: "boolean" } },
      ),
    },
    accepts: ['{ id: "1" }', '{ id: "1", n: 2 }'],
    refuses: ["{}", "{ id: 1 }"],
  },
  "addl-empty": {
    schemas: { A: { type: "object", additionalProperties: {} } },
    accepts: ["{ a: 1 }"],
    refuses: ["1"],
  },
  "addl-nested-map": {
    schemas: {
      A: {
        type: "object",
        additionalProperties: {
          type: "object",
          additionalProperties: { type: "array", items: integer },
        },
      },
    },
    accepts: ["{ a: { b: [1] } }"],
    refuses: ['{ a: { b: ["x"] } }'],
  },
  "addl-self": {
    schemas: { A: { type: "object", additionalProperties: ref("A") } },
    accepts: ["{ a: { b: {} } }"],
    refuses: ["{ a: 1 }"],
  },
  "addl-allof": {
    schemas: {
      A: { allOf: [ref("B"), { type: "object", additionalProperties: string }] },
      B: object({ n: integer }, { required: ["n"] }),
    },
    accepts: ["{ n: 1 }"],
    refuses: ["{}"],
  },

  // ---- aliases and cycles
  "alias-chain": {
    schemas: { A: ref("B"), B: ref("C"), C: string },
    accepts: ['"x"'],
    refuses: ["1"],
  },
  "alias-self": { schemas: { A: ref("A") }, diagnostics: ["circular-alias"] },
  "alias-two": { schemas: { A: ref("B"), B: ref("A") }, diagnostics: ["circular-alias"] },
  "alias-allof-self": {
    schemas: { A: { allOf: [ref("A"), object({ a: string }, { required: ["a"] })] } },
    accepts: ['{ a: "x" }'],
    refuses: ["{ a: 1 }"],
  },
  "alias-array-self": {
    schemas: { A: { type: "array", items: ref("A") } },
    accepts: ["[]", "[[[]]]"],
    refuses: ["[1]"],
  },
  "alias-json": {
    schemas: {
      J: {
        nullable: true,
        oneOf: [
          string,
          { type: "number" },
          { type: "boolean" },
          { type: "array", items: ref("J") },
          { type: "object", additionalProperties: ref("J") },
        ],
      },
    },
    accepts: ['{ a: [1, "x", { b: true }] }', '"x"'],
    refuses: ["() => 1"],
  },
  "alias-union-of-aliases": {
    schemas: {
      A: { oneOf: [ref("B"), ref("C")] },
      B: { oneOf: [ref("C"), string] },
      C: { oneOf: [ref("A"), integer] },
    },
    accepts: ['"x"', "1"],
    refuses: ["true"],
  },
  "alias-primitive-array": {
    schemas: {
      A: { type: "array", items: ref("B") },
      B: ref("C"),
      C: { type: "string", enum: ["x"] },
    },
    accepts: ['["x"]'],
    refuses: ['["y"]'],
  },
  "list-in-intersection": {
    version: "3.1.0",
    schemas: {
      A: {
        allOf: [
          {
            type: "array",
            prefixItems: [
              integer,
              { type: "array", items: { allOf: [object({ n: integer }), ref("A")] } },
            ],
          },
          { oneOf: [{ type: "array", items: ref("A") }, object({ b: string })] },
        ],
      },
    },
  },
  "parent-oneof-children-allof-parent": {
    schemas: {
      P: {
        type: "object",
        oneOf: [ref("A"), ref("B")],
        properties: { id: string },
        required: ["id"],
      },
      A: { allOf: [ref("P"), object({ a: string }, { required: ["a"] })] },
      B: { allOf: [ref("P"), object({ b: string }, { required: ["b"] })] },
    },
    accepts: ['{ id: "1", a: "x" }', '{ id: "1", b: "x" }'],
    refuses: ['{ a: "x" }', '{ id: "1", a: 1 }'],
  },
  "mutual-recursion": {
    schemas: {
      A: object({ b: ref("B") }),
      B: object({ a: ref("A"), n: integer }, { required: ["n"] }),
    },
    accepts: ["{ b: { n: 1, a: {} } }"],
    refuses: ["{ b: {} }"],
  },

  // ---- allOf
  "allof-required-from-sibling": {
    schemas: { A: { allOf: [ref("B")], required: ["x"] }, B: object({ x: string }) },
    accepts: ['{ x: "y" }'],
    refuses: ["{}"],
  },
  "allof-required-of-nothing": {
    schemas: { A: { allOf: [object({ x: string }), { required: ["y"] }] } },
    accepts: ['{ x: "", y: 1 }'],
    refuses: ['{ x: "" }'],
  },
  "allof-conflict": {
    schemas: { A: { allOf: [object({ x: string }), object({ x: integer })] } },
    accepts: ["{}"],
    refuses: ['{ x: "a" }'],
  },
  "allof-oneof": {
    schemas: {
      A: {
        allOf: [
          object({ id: string }, { required: ["id"] }),
          {
            oneOf: [
              object({ a: string }, { required: ["a"] }),
              object({ b: string }, { required: ["b"] }),
            ],
          },
        ],
      },
    },
    accepts: ['{ id: "1", a: "x" }', '{ id: "1", b: "x" }'],
    refuses: ['{ a: "x" }', '{ id: "1" }'],
  },
  "allof-one-ref-description": {
    schemas: {
      A: object({ b: { allOf: [ref("B")], description: "one" } }),
      B: object({ n: integer }),
    },
    accepts: ["{ b: { n: 1 } }"],
    refuses: ["{ b: { n: true } }"],
  },
  "allof-empty": { schemas: { A: { allOf: [] }, B: string }, accepts: ["1"] },
  "allof-enum-narrows": {
    schemas: {
      A: { allOf: [ref("E"), { type: "string", enum: ["a", "b"] }] },
      E: { type: "string", enum: ["a", "c"] },
    },
    accepts: ['"a"'],
    refuses: ['"b"', '"c"'],
  },
  "required-beside-union": {
    schemas: {
      A: {
        required: ["b"],
        anyOf: [object({ a: string }, { required: ["a"] }), object({ b: integer, c: string })],
      },
    },
    accepts: ['{ a: "", b: "anything" }', "{ b: 1 }"],
    refuses: ['{ a: "" }', '{ b: "" }', '{ a: 1, b: "" }'],
  },
  "oneof-required-variants": {
    schemas: {
      A: object(
        { id: string, email: string },
        { oneOf: [{ required: ["id"] }, { required: ["email"] }] },
      ),
    },
    accepts: ['{ id: "1" }', '{ email: "x" }'],
    refuses: ["{}"],
  },
  "anyof-with-siblings": {
    schemas: {
      A: object(
        { id: string },
        { required: ["id"], anyOf: [object({ a: integer }), object({ b: integer })] },
      ),
    },
    accepts: ['{ id: "1", a: 1 }', '{ id: "1" }'],
    refuses: ["{ a: 1 }"],
  },
  "not-31": {
    version: "3.1.0",
    schemas: { A: { type: "string", not: { enum: ["x"] } } },
    accepts: ['"a"'],
    refuses: ["1"],
  },

  // ---- discriminators
  "discr-short-names": {
    schemas: {
      P: {
        oneOf: [ref("Cat"), ref("Dog")],
        discriminator: { propertyName: "kind", mapping: { c: "Cat", d: "Dog" } },
      },
      Cat: object({ kind: string, meow: integer }, { required: ["kind", "meow"] }),
      Dog: object({ kind: string, bark: integer }, { required: ["kind", "bark"] }),
    },
    accepts: ['{ kind: "c", meow: 1 }', '{ kind: "d", bark: 1 }'],
    refuses: ['{ kind: "c", bark: 1 }', '{ kind: "x", meow: 1 }'],
  },
  "discr-implicit": {
    schemas: {
      P: { oneOf: [ref("Cat"), ref("Dog")], discriminator: { propertyName: "kind" } },
      Cat: object({ kind: string, meow: integer }, { required: ["kind", "meow"] }),
      Dog: object({ kind: string, bark: integer }, { required: ["kind", "bark"] }),
    },
    accepts: ['{ kind: "Cat", meow: 1 }'],
    refuses: ['{ kind: "Cat", bark: 1 }'],
  },
  "discr-enum": {
    schemas: {
      P: {
        oneOf: [ref("Cat"), ref("Dog")],
        discriminator: { propertyName: "kind", mapping: { CAT: "#/components/schemas/Cat" } },
      },
      Kind: { type: "string", enum: ["CAT", "DOG"] },
      Cat: object({ kind: ref("Kind"), meow: integer }, { required: ["kind", "meow"] }),
      Dog: object(
        { kind: { type: "string", enum: ["DOG"] }, bark: integer },
        { required: ["kind", "bark"] },
      ),
    },
    accepts: ['{ kind: "CAT", meow: 1 }', '{ kind: "DOG", bark: 1 }'],
    refuses: ['{ kind: "CAT", bark: 1 }'],
  },
  "discr-inherited": {
    schemas: {
      P: {
        oneOf: [ref("Cat"), ref("Dog")],
        discriminator: {
          propertyName: "kind",
          mapping: { cat: "#/components/schemas/Cat", dog: "#/components/schemas/Dog" },
        },
      },
      Base: object({ kind: string }, { required: ["kind"] }),
      Cat: { allOf: [ref("Base"), object({ meow: integer }, { required: ["meow"] })] },
      Dog: { allOf: [ref("Base"), object({ bark: integer }, { required: ["bark"] })] },
    },
    accepts: ['{ kind: "cat", meow: 1 }'],
    refuses: ['{ kind: "cat", bark: 1 }', '{ kind: "bird", meow: 1 }'],
  },
  "discr-two-names-for-one": {
    schemas: {
      P: {
        oneOf: [ref("Cat"), ref("Dog")],
        discriminator: { propertyName: "kind", mapping: { cat: "Cat", kitten: "Cat", dog: "Dog" } },
      },
      Cat: object({ kind: string }, { required: ["kind"] }),
      Dog: object({ kind: string, bark: integer }, { required: ["kind", "bark"] }),
    },
    accepts: ['{ kind: "kitten" }', '{ kind: "cat" }'],
    refuses: ['{ kind: "dog" }'],
  },
  "discr-property-missing": {
    schemas: {
      P: { oneOf: [ref("Cat"), ref("Dog")], discriminator: { propertyName: "nope" } },
      Cat: object({ meow: integer }, { required: ["meow"] }),
      Dog: object({ bark: integer }, { required: ["bark"] }),
    },
    accepts: ['{ nope: "Cat", meow: 1 }'],
  },
  "discr-default-mapping": {
    version: "3.2.0",
    schemas: {
      P: {
        oneOf: [ref("Cat"), ref("Other")],
        discriminator: { propertyName: "kind", mapping: { cat: "Cat" }, defaultMapping: "Other" },
      },
      Cat: object({ kind: string, meow: integer }, { required: ["kind", "meow"] }),
      Other: object({ kind: string }),
    },
    accepts: ['{ kind: "cat", meow: 1 }', '{ kind: "anything" }', "{}"],
    refuses: ["{ kind: 1 }"],
  },
  "discr-dangling-mapping": {
    schemas: {
      P: {
        oneOf: [ref("Cat")],
        discriminator: {
          propertyName: "kind",
          mapping: { cat: "#/components/schemas/Cat", gone: "#/components/schemas/Gone" },
        },
      },
      Cat: object({ kind: string }, { required: ["kind"] }),
    },
    accepts: ['{ kind: "cat" }'],
    diagnostics: ["dangling-mapping"],
  },
  "discr-hostile-property": {
    schemas: {
      P: {
        oneOf: [ref("Cat"), ref("Dog")],
        discriminator: { propertyName: "__proto__", mapping: { "a'b": "Cat", "`${x}`": "Dog" } },
      },
      Cat: object({ x: string }),
      Dog: object({ y: string }),
    },
  },

  // ---- a parent with a discriminator, and children that are `allOf` it
  "inherit-by-name": {
    schemas: {
      Owner: object({ pet: ref("Pet") }),
      Pet: object(
        { k: string, n: string },
        { required: ["k"], discriminator: { propertyName: "k" }, description: "A pet." },
      ),
      Cat: child("Pet", { m: integer }, { required: ["m"] }),
      Dog: child("Pet", { b: integer }, { required: ["b"] }),
    },
    accepts: [
      '{ pet: { k: "Cat", m: 1 } }',
      '{ pet: { k: "Dog", b: 1 } }',
      '{ pet: { k: "Pet", n: "" } }',
    ],
    refuses: [
      '{ pet: { k: "Cat" } }',
      '{ pet: { k: "Cat", b: 1 } }',
      '{ pet: { k: "x" } }',
      "{ pet: { m: 1 } }",
    ],
    results: ['{ pet: { k: "Cat", m: 1 } }'],
    notResults: ['{ pet: { k: "x" } }'],
  },
  "inherit-mapping": {
    schemas: {
      Pet: object(
        { k: string },
        {
          required: ["k"],
          discriminator: {
            propertyName: "k",
            mapping: { cat: "#/components/schemas/Cat", dog: "Dog", kitten: "Cat" },
          },
        },
      ),
      Cat: child("Pet", { m: integer }, { required: ["m"] }),
      Dog: child("Pet", { b: integer }, { required: ["b"] }),
    },
    accepts: ['{ k: "cat", m: 1 }', '{ k: "kitten", m: 1 }', '{ k: "dog", b: 1 }'],
    refuses: ['{ k: "Pet" }', '{ k: "Cat", m: 1 }', '{ k: "dog", m: 1 }'],
  },
  "inherit-mapping-in-part": {
    schemas: {
      Pet: object(
        { k: string },
        { required: ["k"], discriminator: { propertyName: "k", mapping: { cat: "Cat" } } },
      ),
      Cat: child("Pet", { m: integer }, { required: ["m"] }),
      Dog: child("Pet", { b: integer }, { required: ["b"] }),
    },
    accepts: ['{ k: "cat", m: 1 }', '{ k: "Dog", b: 1 }'],
    refuses: ['{ k: "Pet" }', '{ k: "dog", b: 1 }'],
  },
  "inherit-mapping-to-itself": {
    schemas: {
      Pet: object(
        { k: string },
        {
          required: ["k"],
          discriminator: { propertyName: "k", mapping: { cat: "Cat", pet: "Pet" } },
        },
      ),
      Cat: child("Pet", { m: integer }, { required: ["m"] }),
    },
    accepts: ['{ k: "cat", m: 1 }', '{ k: "pet" }'],
    refuses: ['{ k: "cat" }', '{ k: "Pet" }'],
  },
  "inherit-enum": {
    schemas: {
      Pet: object(
        { k: ref("Kind") },
        {
          required: ["k"],
          discriminator: { propertyName: "k", mapping: { cat: "Cat", dog: "Dog" } },
        },
      ),
      Kind: { type: "string", enum: ["cat", "dog", "bird"] },
      Cat: child("Pet", { m: integer }, { required: ["m"] }),
      Dog: child("Pet", { b: integer }, { required: ["b"] }),
    },
    accepts: ['{ k: "cat", m: 1 }', '{ k: "dog", b: 1 }', '{ k: "bird" }'],
    refuses: ['{ k: "cat" }', '{ k: "fish" }', '{ k: "Pet" }'],
  },
  "inherit-enum-full": {
    schemas: {
      Pet: object(
        { k: { type: "string", enum: ["cat", "dog"] } },
        {
          required: ["k"],
          discriminator: { propertyName: "k", mapping: { cat: "Cat", dog: "Dog" } },
        },
      ),
      Cat: child("Pet", { m: integer }, { required: ["m"] }),
      Dog: child("Pet", { b: integer }, { required: ["b"] }),
    },
    accepts: ['{ k: "cat", m: 1 }', '{ k: "dog", b: 1 }'],
    refuses: ['{ k: "cat" }', '{ k: "fish" }', '{ k: "Pet" }'],
  },
  "inherit-enum-of-child": {
    schemas: {
      Pet: object({ k: string }, { required: ["k"], discriminator: { propertyName: "k" } }),
      Cat: child(
        "Pet",
        { k: { type: "string", enum: ["#feline"] }, m: integer },
        { required: ["m"] },
      ),
      Dog: child("Pet", { k: { type: "string" }, b: integer }, { required: ["b"] }),
    },
    accepts: ['{ k: "#feline", m: 1 }', '{ k: "Dog", b: 1 }'],
    refuses: ['{ k: "Cat", m: 1 }'],
  },
  "inherit-levels": {
    schemas: {
      Pet: object({ k: string }, { required: ["k"], discriminator: { propertyName: "k" } }),
      Cat: child("Pet", { m: integer }, { required: ["m"] }),
      Lion: child("Cat", { l: integer }, { required: ["l"] }),
      Dog: child("Pet", { b: integer }, { required: ["b"] }),
    },
    accepts: ['{ k: "Lion", m: 1, l: 1 }', '{ k: "Cat", m: 1 }', '{ k: "Pet" }'],
    refuses: ['{ k: "Lion", m: 1 }', '{ k: "Lion", l: 1 }', '{ k: "Cat", l: 1 }'],
  },
  "inherit-levels-two-discriminators": {
    schemas: {
      Pet: object(
        { k: string },
        {
          required: ["k"],
          discriminator: { propertyName: "k", mapping: { cat: "Cat", dog: "Dog" } },
        },
      ),
      Cat: {
        allOf: [ref("Pet"), object({ breed: string }, { required: ["breed"] })],
        discriminator: { propertyName: "breed", mapping: { lion: "Lion", tiger: "Tiger" } },
      },
      Lion: child("Cat", { l: integer }, { required: ["l"] }),
      Tiger: child("Cat", { t: integer }, { required: ["t"] }),
      Dog: child("Pet", { b: integer }, { required: ["b"] }),
    },
    accepts: ['{ k: "dog", b: 1 }', '{ k: "cat", breed: "lion", l: 1 }'],
    refuses: ['{ k: "cat", breed: "tiger", l: 1 }', '{ k: "Lion", breed: "lion", l: 1 }'],
  },
  "inherit-child-used-alone": {
    schemas: {
      A: object({
        cat: ref("Cat"),
        any: ref("Pet"),
        list: { type: "array", items: { allOf: [ref("Pet")], nullable: true } },
      }),
      Pet: object(
        { k: string, friend: ref("Pet") },
        { required: ["k"], discriminator: { propertyName: "k", mapping: { c: "Cat", d: "Dog" } } },
      ),
      Cat: child("Pet", { m: integer, dog: ref("Dog") }),
      Dog: child("Pet", {
        b: integer,
        cat: ref("Cat"),
        pets: { type: "array", items: ref("Pet") },
      }),
    },
    accepts: ['{ cat: { k: "c", friend: { k: "d" } }, any: { k: "d" }, list: [null, { k: "c" }] }'],
    refuses: ['{ cat: { k: "d" } }', "{ list: [1] }", '{ any: { k: "x" } }'],
  },
  "inherit-write-only": {
    schemas: {
      Pet: object(
        { k: { type: "string", readOnly: true }, w: { type: "string", writeOnly: true } },
        { required: ["k"], discriminator: { propertyName: "k" } },
      ),
      Cat: child("Pet", { m: integer }, { required: ["m"] }),
    },
    accepts: ["{ m: 1 }", '{ w: "" }'],
    results: ['{ k: "Cat", m: 1 }'],
    notResults: ["{ m: 1 }"],
  },
  "inherit-undeclared-property": {
    schemas: {
      Pet: object({ n: string }, { discriminator: { propertyName: "k" } }),
      Cat: child("Pet", { m: integer }),
    },
    accepts: ['{ k: "Cat", m: 1 }', '{ k: "Pet", n: "" }'],
    refuses: ['{ k: "Pet", n: 1 }', '{ n: "" }'],
  },
  "inherit-31-siblings": {
    version: "3.1.0",
    schemas: {
      Pet: object({ k: string }, { required: ["k"], discriminator: { propertyName: "k" } }),
      Cat: { ...ref("Pet"), properties: { m: integer }, required: ["m"] },
    },
    accepts: ['{ k: "Cat", m: 1 }'],
    refuses: ['{ k: "Cat" }'],
  },
  "inherit-name-taken": {
    schemas: {
      Pet: object({ k: string }, { required: ["k"], discriminator: { propertyName: "k" } }),
      PetBase: object({ z: integer }, { required: ["z"] }),
      Cat: { allOf: [ref("Pet"), ref("PetBase")] },
    },
    accepts: ['{ k: "Cat", z: 1 }'],
    refuses: ['{ k: "Cat" }'],
  },
  "inherit-circle": {
    schemas: {
      A: { allOf: [ref("B"), object({ a: integer })], discriminator: { propertyName: "k" } },
      B: { allOf: [ref("A"), object({ b: integer })] },
      C: {
        allOf: [ref("C"), ref("A")],
        discriminator: { propertyName: "k", mapping: { a: "A", b: "B", c: "C" } },
      },
    },
  },
  "inherit-diamond": {
    schemas: {
      Pet: object({ k: string }, { required: ["k"], discriminator: { propertyName: "k" } }),
      Swims: child("Pet", { s: integer }, { required: ["s"] }),
      Flies: child("Pet", { f: integer }, { required: ["f"] }),
      Duck: { allOf: [ref("Swims"), ref("Flies")] },
    },
    accepts: ['{ k: "Duck", s: 1, f: 1 }', '{ k: "Swims", s: 1 }'],
    refuses: ['{ k: "Duck", s: 1 }'],
  },
  "inherit-and-one-of": {
    schemas: {
      Holder: object({
        one: {
          oneOf: [ref("Cat"), ref("Dog")],
          discriminator: { propertyName: "k", mapping: { Cat: "Cat", Dog: "Dog" } },
        },
      }),
      Pet: object({ k: string }, { required: ["k"], discriminator: { propertyName: "k" } }),
      Cat: child("Pet", { m: integer }, { required: ["m"] }),
      Dog: {
        allOf: [ref("Pet")],
        oneOf: [
          object({ x: string }, { required: ["x"] }),
          object({ y: string }, { required: ["y"] }),
        ],
      },
    },
    accepts: ['{ one: { k: "Cat", m: 1 } }', '{ one: { k: "Dog", y: "" } }'],
    refuses: ['{ one: { k: "Pet" } }', '{ one: { k: "Dog" } }'],
  },
  "inherit-integer": {
    schemas: {
      Pet: object(
        { k: integer },
        { required: ["k"], discriminator: { propertyName: "k", mapping: { 1: "Cat", 2: "Dog" } } },
      ),
      Cat: child("Pet", { m: integer }, { required: ["m"] }),
      Dog: child("Pet", { b: integer }, { required: ["b"] }),
    },
    accepts: ["{ k: 1, m: 1 }"],
    refuses: ['{ k: "1", m: 1 }'],
  },
  "inherit-default-mapping": {
    version: "3.2.0",
    schemas: {
      Pet: object(
        { k: string },
        { discriminator: { propertyName: "k", mapping: { c: "Cat" }, defaultMapping: "Other" } },
      ),
      Cat: child("Pet", { m: integer }, { required: ["m"] }),
      Other: child("Pet", { o: string }, { required: ["o"] }),
    },
    accepts: ['{ k: "c", m: 1 }', '{ k: "anything", o: "" }', "{ m: 1 }"],
    refuses: ["{ k: 1, m: 1 }"],
  },
  "inherit-hostile": {
    schemas: {
      "A'`${x}*/": object(
        { __proto__: string },
        { discriminator: { propertyName: "__proto__", mapping: { "\u2028`${y}*/": 'B"' } } },
      ),
      'B"': { allOf: [{ $ref: "#/components/schemas/A'%60$%7Bx%7D*~1" }, object({ m: integer })] },
    },
  },
  "inherit-wrapper-requires": {
    schemas: {
      H: object({
        p: { allOf: [ref("Pet"), { required: ["n"] }] },
        q: { allOf: [ref("Pet")], description: "d" },
      }),
      Pet: object(
        { k: string, n: string },
        { required: ["k"], discriminator: { propertyName: "k" } },
      ),
      Cat: child("Pet", { m: integer }, { required: ["m"] }),
    },
    accepts: ['{ p: { k: "Cat", m: 1, n: "" }, q: { k: "Cat", m: 1 } }'],
    refuses: ['{ p: { k: "Cat", m: 1 } }'],
  },
  "inherit-nullable-component": {
    schemas: {
      H: object({ p: ref("MaybePet") }),
      MaybePet: { nullable: true, allOf: [ref("Pet")] },
      Pet: object({ k: string }, { required: ["k"], discriminator: { propertyName: "k" } }),
      Cat: child("Pet", { m: integer }, { required: ["m"] }),
    },
    accepts: ["{ p: null }", '{ p: { k: "Cat", m: 1 } }'],
    refuses: ['{ p: { k: "MaybePet" } }'],
  },
  "inherit-additional-typed": {
    schemas: {
      Pet: object(
        { k: string },
        {
          required: ["k"],
          additionalProperties: { type: "integer" },
          discriminator: { propertyName: "k" },
        },
      ),
      Cat: child("Pet", { m: string }, { required: ["m"] }),
    },
    accepts: ['{ k: "Cat", m: "", z: 1 }'],
    refuses: ['{ k: "Cat", m: "", z: true }'],
  },
  "inherit-too-many": {
    schemas: {
      Pet: object({ k: string }, { required: ["k"], discriminator: { propertyName: "k" } }),
      ...Object.fromEntries(
        Array.from({ length: 101 }, (_, i) => [`Pet${i}`, child("Pet", { m: integer })]),
      ),
    },
    accepts: ['{ k: "anything" }'],
  },
  "inherit-dangling-mapping": {
    schemas: {
      Pet: object(
        { k: string },
        { required: ["k"], discriminator: { propertyName: "k", mapping: { cat: "Cat", x: "No" } } },
      ),
      Cat: child("Pet", { m: integer }),
    },
    accepts: ['{ k: "cat" }'],
    refuses: ['{ k: "x" }'],
    diagnostics: ["dangling-mapping"],
  },

  // ---- references
  "ref-encoded": {
    schemas: {
      A: object({
        a: { $ref: "#/components/schemas/List%3CPet%3E" },
        b: { $ref: "#/components/schemas/x~1y" },
        c: { $ref: "#/components/schemas/x~0y" },
      }),
      "List<Pet>": { type: "array", items: string },
      "x/y": integer,
      "x~y": { type: "boolean" },
    },
    accepts: ['{ a: ["x"], b: 1, c: true }'],
    refuses: ['{ b: "x" }', "{ c: 1 }"],
  },
  "ref-siblings-30": {
    schemas: { A: object({ a: { ...ref("B"), type: "integer", required: ["z"] } }), B: string },
    accepts: ['{ a: "x" }'],
    refuses: ["{ a: 1 }"],
  },
  "ref-siblings-31": {
    version: "3.1.0",
    schemas: { A: object({ a: { ...ref("B"), required: ["x"] } }), B: object({ x: string }) },
    accepts: ['{ a: { x: "y" } }'],
    refuses: ["{ a: {} }"],
  },
  "ref-defs-anchor": {
    version: "3.1.0",
    schemas: {
      A: {
        $defs: { in: { $anchor: "inner", type: "integer" } },
        type: "object",
        properties: { a: { $ref: "#inner" }, b: { $ref: "#/components/schemas/A/$defs/in" } },
      },
    },
    accepts: ["{ a: 1, b: 2 }"],
    refuses: ['{ a: "x" }', '{ b: "x" }'],
  },
  "ref-dynamic": {
    version: "3.1.0",
    schemas: {
      A: {
        $dynamicAnchor: "node",
        type: "object",
        properties: { next: { $dynamicRef: "#node" }, n: integer },
      },
    },
    accepts: ["{ n: 1 }", "{ n: 1, next: { n: 2 } }"],
    refuses: ['{ n: "x" }'],
  },
  "ref-into-properties": {
    schemas: {
      A: object({ a: { $ref: "#/components/schemas/B/properties/x/items" } }),
      B: object({ x: { type: "array", items: integer } }),
    },
    accepts: ["{ a: 1 }"],
    refuses: ['{ a: "x" }'],
  },
  "ref-dangling": {
    schemas: { A: object({ a: ref("Gone"), b: string }) },
    accepts: ['{ a: 1, b: "x" }'],
    refuses: ["{ b: 1 }"],
    diagnostics: ["dangling-reference"],
  },
  "ref-not-string": {
    schemas: { A: object({ $ref: string, a: integer }) },
    accepts: ['{ $ref: "x", a: 1 }'],
    refuses: ["{ $ref: 1 }"],
  },

  // ---- types of 3.1
  "boolean-schemas": {
    version: "3.1.0",
    schemas: { A: object({ any: true, none: false, list: { type: "array", items: true } }) },
    accepts: ["{ any: 1 }", "{ list: [1, {}] }", "{}"],
    refuses: ["{ none: 1 }"],
  },
  "tuple-empty": {
    version: "3.1.0",
    schemas: {
      A: object({
        a: { const: [] },
        b: { enum: [[], [1]] },
        c: { type: "array", items: { const: [] } },
      }),
    },
    accepts: ["{ a: [], b: [1], c: [[]] }"],
    refuses: ["{ a: [1] }", "{ b: [2] }", "{ c: [[1]] }"],
  },
  tuple: {
    version: "3.1.0",
    schemas: { A: { type: "array", prefixItems: [string, integer], items: false, minItems: 2 } },
    accepts: ['["x", 1]'],
    refuses: ['["x"]', '[1, "x"]', '["x", 1, 2]'],
  },
  "tuple-rest": {
    version: "3.1.0",
    schemas: { A: { type: "array", prefixItems: [string], items: integer } },
    accepts: ["[]", '["x", 1, 2]'],
    refuses: ['["x", "y"]'],
  },
  "addl-required-of-parent": {
    schemas: {
      A: { allOf: [ref("B"), { required: ["c"] }] },
      B: { allOf: [ref("C"), { required: ["a", "b"] }] },
      C: object({ b: string }, { additionalProperties: integer }),
    },
    accepts: ['{ a: 1, b: "", c: 1 }'],
    refuses: ['{ b: "", c: 1 }', '{ a: 1, b: "" }', '{ a: true, b: "", c: 1 }'],
  },
  "pattern-beside-typed-additional": {
    version: "3.1.0",
    schemas: {
      A: object(
        { id: integer },
        { patternProperties: { _at$: string }, additionalProperties: { type: "boolean" } },
      ),
    },
    accepts: ['{ id: 1, made_at: "", open: true }'],
    refuses: ['{ id: "" }', "{ made_at: [] }"],
  },
  "pattern-properties-31": {
    version: "3.1.0",
    schemas: {
      A: object(
        { id: integer },
        {
          patternProperties: { "^x-": string, "[": integer, "(?<a>b": string },
          additionalProperties: false,
        },
      ),
    },
    accepts: ["{ id: 1 }"],
  },
  unevaluated: {
    version: "3.1.0",
    schemas: { A: { allOf: [object({ a: string })], unevaluatedProperties: false } },
    accepts: ['{ a: "x" }'],
  },
  "if-then-else": {
    version: "3.1.0",
    schemas: {
      A: object(
        { a: string, b: integer },
        { if: { properties: { a: { const: "x" } } }, then: { required: ["b"] }, else: {} },
      ),
    },
    accepts: ['{ a: "y" }', '{ a: "x", b: 1 }'],
  },
  "dependent-schemas": {
    version: "3.1.0",
    schemas: {
      A: object(
        { a: string },
        { dependentRequired: { a: ["b"] }, dependentSchemas: { a: object({ b: integer }) } },
      ),
    },
    accepts: ["{}", '{ a: "x", b: 1 }'],
  },
  "contains-property-names": {
    version: "3.1.0",
    schemas: {
      A: { type: "object", propertyNames: { enum: ["a", "b"] }, additionalProperties: integer },
    },
    accepts: ["{ a: 1 }"],
    refuses: ['{ a: "x" }'],
  },
  "content-schema": {
    version: "3.1.0",
    schemas: {
      A: {
        type: "string",
        contentMediaType: "application/json",
        contentSchema: object({ a: string }),
      },
    },
    accepts: ['"{}"'],
    refuses: ["1"],
  },
  "array-without-items": { schemas: { A: { type: "array" } }, accepts: ["[1]"], refuses: ["1"] },
  "type-missing": {
    schemas: { A: { properties: { a: string }, required: ["a"] } },
    accepts: ['{ a: "x" }'],
    refuses: ["{ a: 1 }"],
  },
  "type-unknown": {
    schemas: { A: object({ a: { type: "file" }, b: { type: "any" }, c: integer }) },
    accepts: ["{ c: 1 }"],
    refuses: ['{ c: "x" }'],
    diagnostics: ["invalid-type"],
  },
  "required-not-list": {
    schemas: { A: object({ a: { type: "string", required: true } }) },
    accepts: ['{ a: "x" }'],
  },
  "items-list-30": { schemas: { A: { type: "array", items: [string, integer] } }, accepts: ["[]"] },
  "exclusive-30": {
    schemas: { A: { type: "integer", minimum: 0, exclusiveMinimum: true, format: "int32" } },
    accepts: ["1"],
  },

  // ---- readOnly and writeOnly
  "read-only-required": {
    schemas: {
      A: object(
        {
          id: { type: "string", readOnly: true },
          secret: { type: "string", writeOnly: true },
          n: integer,
        },
        { required: ["id", "secret", "n"] },
      ),
    },
    accepts: ['{ secret: "x", n: 1 }'],
    refuses: ['{ id: "1", n: 1 }', "{ n: 1 }"],
    results: ['{ id: "1", n: 1 }'],
    notResults: ["{ n: 1 }"],
  },
  "read-only-nested": {
    schemas: {
      A: object({ b: ref("B"), c: ref("C") }),
      B: object({ id: { type: "string", readOnly: true } }, { required: ["id"] }),
      C: object({ n: integer }),
    },
    accepts: ["{ b: {} }"],
    results: ['{ b: { id: "1" } }'],
    notResults: ["{ b: {} }"],
  },
  "read-only-through-ref": {
    schemas: {
      A: object({ id: { allOf: [ref("Id")], readOnly: true } }, { required: ["id"] }),
      Id: string,
    },
    accepts: ["{}"],
    results: ['{ id: "1" }'],
    notResults: ["{}"],
  },

  // ---- names
  "names-of-properties": {
    schemas: {
      A: object(
        Object.fromEntries(
          [
            "hasOwnProperty",
            "__proto__",
            "constructor",
            "a-b",
            "",
            "1",
            "-1",
            "1e3",
            "then",
            "default",
            "delete",
            "a b",
            "ключ",
            "$",
            "_",
            "'",
            '"',
            "`",
            "\\",
            "*/",
            "\u2028",
            "toString",
          ].map((name) => [name, string]),
        ),
      ),
    },
    accepts: ['{ "a-b": "x", "": "y", "1": "z", hasOwnProperty: "h" }'],
    refuses: ['{ "a-b": 1 }', '{ "": 1 }'],
  },
  "names-with-percent": {
    schemas: {
      A: object(
        {
          "100%": object({ "%": { oneOf: [string, integer] }, "%41": string }),
          "\u0001p": { oneOf: [string, object({ "%zz": integer })] },
        },
        { required: ["100%"] },
      ),
    },
    accepts: ['{ "100%": { "%": 1, "%41": "" }, "\\u0001p": { "%zz": 1 } }'],
    refuses: ["{}", '{ "100%": { "%": true } }', '{ "100%": { "%41": 1 } }'],
  },
  "names-of-globals": {
    schemas: Object.fromEntries([
      ["Error", object({ date: ref("Date") })],
      ...[
        "Array",
        "Promise",
        "Date",
        "Record",
        "Object",
        "String",
        "Number",
        "Map",
        "Set",
        "Readonly",
        "Partial",
        "Request",
        "Response",
        "Headers",
        "Function",
        "Symbol",
        "Iterable",
        "Uint8Array",
        "Omit",
        "Exclude",
        "undefined",
        "any",
        "never",
        "unknown",
        "object",
        "string",
        "Infinity",
        "NaN",
        "globalThis",
        "Reply",
        "Endpoint",
        "Kind",
        "BatchClient",
      ].map((name, i) => [name, object({ [`p${i}`]: integer })]),
    ]),
    accepts: ["{ date: {} }"],
    refuses: ["{ date: 1 }"],
  },
  "names-collide": {
    schemas: {
      foo: object({
        a: ref("Foo"),
        b: ref("FOO"),
        c: ref("foo_"),
        d: ref("Foo1"),
        e: ref("foo.1"),
      }),
      Foo: object({ x1: string }),
      FOO: object({ x2: string }),
      foo_: object({ x3: string }),
      Foo1: object({ x4: string }),
      "foo.1": object({ x5: string }),
    },
    accepts: ['{ a: { x1: "" }, b: { x2: "" }, c: { x3: "" }, d: { x4: "" }, e: { x5: "" } }'],
    refuses: ["{ a: { x1: 1 } }", "{ e: { x5: 1 } }"],
  },
  "names-strange": {
    schemas: Object.fromEntries([
      [
        "A",
        object({
          a: { $ref: "#/components/schemas/1st" },
          b: { $ref: "#/components/schemas/%E6%97%A5%E6%9C%AC" },
          c: { $ref: "#/components/schemas/" },
          d: { $ref: "#/components/schemas/%22%5D%3B%20evil()%3B" },
          e: { $ref: "#/components/schemas/class" },
        }),
      ],
      ["1st", object({ n1: integer })],
      ["日本", object({ n2: integer })],
      ["", object({ n3: integer })],
      ['"]; evil();', object({ n4: integer })],
      ["class", object({ n5: integer })],
    ]),
    accepts: ["{ a: { n1: 1 }, b: { n2: 1 }, c: { n3: 1 }, d: { n4: 1 }, e: { n5: 1 } }"],
    refuses: ['{ a: { n1: "" } }', '{ d: { n4: "" } }'],
  },
  "names-like-ours": {
    schemas: {
      CreateInput: object({
        a: ref("CreateReply"),
        b: ref("CreateResult"),
        c: ref("CreateParams"),
        d: ref("createErrorBody"),
        e: ref("CreateResponse200"),
        f: ref("Keyed"),
        g: ref("create"),
      }),
      CreateReply: object({ r: string }),
      CreateResult: object({ s: string }),
      CreateParams: object({ t: string }),
      createErrorBody: object({ u: string }),
      CreateResponse200: object({ v: string }),
      Keyed: object({ w: string }),
      create: object({ x: string }),
    },
    accepts: ['{ a: { r: "" }, c: { t: "" }, g: { x: "" } }'],
    refuses: ["{ a: { r: 1 } }", "{ g: { x: 1 } }"],
  },

  // ---- strings that want to be code
  "inject-schema": {
    schemas: {
      A: {
        type: "object",
        title: "*/ evil() /*",
        description:
          "*/ process.exit(1); /* ${evil()} ` \u2028 evil() \r\n * @type {import('evil')}",
        externalDocs: { url: "*/ evil()", description: "*/" },
        example: "*/ evil()",
        properties: {
          "*/ evil() /*": {
            type: "string",
            description: "*/",
            default: "*/ ${evil()}",
            pattern: "*/",
            format: "*/",
            example: "*/",
          },
          '"]: evil(), ["': { type: "string", enum: ["*/", "`${evil()}`", '"; evil(); "'] },
        },
      },
    },
    accepts: ["{}"],
  },

  // ---- int64, formats
  int64: {
    schemas: {
      A: object({
        n: { type: "integer", format: "int64" },
        list: { type: "array", items: { type: "integer", format: "int64" } },
      }),
    },
    accepts: ["{ n: 1 }"],
    results: ['{ n: "9007199254740993", list: ["1"] }'],
    notResults: ["{ n: 1 }"],
  },
  formats: {
    schemas: {
      A: object({
        d: { type: "string", format: "date-time" },
        b: { type: "string", format: "binary" },
        y: { type: "string", format: "byte" },
        u: { type: "string", format: "*/" },
      }),
    },
    accepts: ['{ d: "2020-01-01T00:00:00Z", y: "aa==" }'],
    refuses: ["{ d: 1 }"],
  },
};

/** One document with its schemas where a request and a reply have them. */
export function documentOf({ version = "3.0.3", schemas }: Case): object {
  const names = Object.keys(schemas);
  const encoded = (name: string): string =>
    encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1"));
  const item = {
    type: "object",
    required: ["id"],
    properties: Object.fromEntries([
      ["id", string],
      ...names.map((name, i) => [`s${i}`, ref(encoded(name))]),
    ]),
  };
  return {
    openapi: version,
    info: { title: "t", version: "1" },
    servers: [{ url: "https://api.example.com" }],
    paths: {
      "/x/batch/create": {
        post: {
          operationId: "getX",
          requestBody: {
            required: true,
            content: {
              "application/json": {
                schema: {
                  type: "object",
                  required: ["inputs"],
                  properties: { inputs: { type: "array", items: item } },
                },
              },
            },
          },
          responses: {
            200: {
              description: "ok",
              content: {
                "application/json": {
                  schema: {
                    type: "object",
                    required: ["results"],
                    properties: {
                      results: {
                        type: "array",
                        items: { type: "object", properties: { r: ref(encoded(names[0] ?? "")) } },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
    components: { schemas },
  };
}

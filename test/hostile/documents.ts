/** `document`: whole documents made by chance, with hostile text wherever a document has text. */
import fc from "fast-check";

const hostile = [
  "*/ evil(); /*", "'; evil(); '", '"; evil(); "', "`${evil()}`", "${evil()}", "\\", '\\"', "\\u0022]; evil();", "a\nevil()", "a\revil()",
  "\u2028evil()\u2029", "</script><script>evil()</script>", "<img src=x onerror=evil()>", "[x](javascript:evil())", "| a | `b` |", "__proto__",
  "constructor", "prototype", "hasOwnProperty", "toString", "then", "default", "delete", "await", "import", "code", "", " ", "-", "1", "0x1", "NaN",
  "../../../evil", "/etc/passwd", "C:\\evil", "con", ".", "..", "a/b", "a.b", "~0~1", "%2e%2e%2f", "$&", "$1", "{evil}", "#evil", "?evil=1", "@evil",
  "@internal\n@deprecated", "//evil", "#!/evil", "\u0000", "\u202eevil", "\ufeff", "日本", "ключ", "🎉", "ﬁ", "İ", "ǅ", "endpoint", "service", "Reply", "create",
  "eval", "arguments", "undefined", "Object", "Array", "Promise", "String", "Record", "index", "client", "runtime", "schemas", "package", "README", "src",
  "a".repeat(300),
]; // prettier-ignore

const evil = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...hostile) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 12 }) },
);
/** Text where a document's meaning does not hang on it. */
const prose = fc.option(evil, { nil: undefined, freq: 3 });

/** An object with members that may be called anything, `__proto__` too. */
const record = (
  value: fc.Arbitrary<unknown>,
  { min = 0, max = 4 } = {},
): fc.Arbitrary<Record<string, unknown>> =>
  fc
    .uniqueArray(fc.tuple(evil, value), {
      selector: ([key]) => key,
      minLength: min,
      maxLength: max,
    })
    .map((entries) => Object.fromEntries(entries));

const { schema } = fc.letrec<{ schema: Record<string, unknown> }>((tie) => ({
  schema: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.record({
      type: fc.constantFrom("string", "integer", "boolean"),
      description: prose,
      format: prose,
      default: prose,
      pattern: prose,
    }),
    fc.record({
      type: fc.constant("string"),
      enum: fc.array(evil, { minLength: 1, maxLength: 4 }),
    }),
    fc.record({ const: evil, title: prose }),
    evil.map((name) => ({ $ref: `#/components/schemas/${name}` })),
    fc.constantFrom("A", "B").map((name) => ({ $ref: `#/components/schemas/${name}` })),
    fc.record({ type: fc.constant("array"), items: tie("schema") }),
    fc.record({
      type: fc.constant("object"),
      title: prose,
      description: prose,
      properties: record(tie("schema")),
      required: fc.array(evil, { maxLength: 2 }),
      patternProperties: fc.option(record(tie("schema"), { max: 2 }), { nil: undefined, freq: 4 }),
    }),
    fc.record({
      oneOf: fc.array(tie("schema"), { minLength: 1, maxLength: 3 }),
      discriminator: fc.record({
        propertyName: evil,
        mapping: record(fc.oneof(evil, fc.constantFrom("A", "#/components/schemas/B")), { max: 2 }),
      }),
    }),
  ),
}));

const parameter = fc.record({
  name: evil,
  in: fc.constantFrom("query", "path", "header", "cookie", "querystring"),
  required: fc.boolean(),
  description: prose,
  style: fc.constantFrom(undefined, "form", "deepObject", "matrix", "*/ evil()"),
  schema: fc.option(schema, { nil: undefined }),
});

const pointer = fc
  .array(evil, { minLength: 1, maxLength: 2 })
  .map((tokens) =>
    tokens.map((token) => `/${token.replaceAll("~", "~0").replaceAll("/", "~1")}`).join(""),
  );

const batch = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  {
    weight: 2,
    arbitrary: fc.record(
      {
        items: fc.record({ at: fc.oneof(fc.constant("/inputs"), pointer) }),
        kind: fc.constantFrom("read", "create", "update"),
        limit: fc.record({ items: fc.integer({ min: 1, max: 100 }), learn: fc.record({ status: fc.constant(400), at: pointer, pattern: fc.constant("`${evil()}` (\\d+) \"'") }) }),
        results: fc.record({ at: fc.oneof(fc.constant("/results"), pointer) }),
        errors: fc.record({ at: pointer, ignore: fc.array(fc.record({ at: pointer, equals: evil }), { maxLength: 1 }) }),
        statuses: fc.constant({ rejected: [429] }),
        state: fc.record({ at: pointer, done: fc.array(evil, { maxLength: 2 }) }),
        rate: fc.record({ policies: fc.record({ at: pointer, values: record(fc.constantFrom(1, "stop"), { max: 2 }) }) }),
      },
      { requiredKeys: ["items"] },
    ),
  },
); // prettier-ignore

const json = (schema: unknown) => ({ "application/json": { schema } });

const operation = fc
  .record({
    operationId: prose,
    summary: prose,
    description: prose,
    externalDocs: fc.option(fc.record({ url: evil }), { nil: undefined }),
    item: schema,
    sibling: evil,
    media: fc.constantFrom("application/json", "*/*", "application/x-ndjson", "*/ evil() /*"),
    result: schema,
    status: fc.constantFrom("200", "2XX", "default", "*/ evil()"),
    parameters: fc.array(parameter, { maxLength: 3 }),
    security: fc.option(fc.array(record(fc.array(evil, { maxLength: 2 }), { max: 2 }), { maxLength: 2 }), { nil: undefined }),
    batch,
  })
  .map(({ item, sibling, media, result, status, batch, ...rest }) => ({
    ...rest,
    requestBody: {
      content: {
        [media]: { schema: { type: "object", properties: Object.fromEntries([["inputs", { type: "array", items: item }], [sibling, { type: "string" }]]) } },
      },
    },
    responses: {
      [status]: { description: "", content: json({ type: "object", properties: { results: { type: "array", items: result } } }) },
    },
    ...(batch === undefined ? {} : { "x-batch": batch }),
  })); // prettier-ignore

const path = fc
  .tuple(fc.array(evil, { maxLength: 3 }), fc.constantFrom("read", "create", "update"))
  .map(([parts, verb]) => `/${[...parts, "batch", verb].join("/")}`);

export const document = fc
  .record({
    openapi: fc.constantFrom("3.0.3", "3.1.0", "3.2.0"),
    title: prose,
    version: prose,
    server: fc.oneof(
      evil,
      evil.map((text) => `https://example.com/${text}`),
      evil.map((text) => `https://${text}.example.com`),
    ),
    variables: record(fc.record({ default: evil }), { max: 2 }),
    paths: fc.uniqueArray(fc.tuple(path, operation), {
      selector: ([name]) => name,
      minLength: 1,
      maxLength: 3,
    }),
    schemas: record(schema, { max: 4 }),
    a: schema,
    b: schema,
    securitySchemes: record(
      fc.oneof(
        fc.record({ type: fc.constant("apiKey"), in: fc.constantFrom("header", "query", "cookie"), name: evil }),
        fc.record({ type: fc.constant("http"), scheme: fc.oneof(evil, fc.constantFrom("basic", "bearer")) }),
        fc.record({ type: fc.oneof(evil, fc.constantFrom("oauth2", "mutualTLS")) }),
      ),
    ), // prettier-ignore
  })
  .map(({ openapi, title, version, server, variables, paths, schemas, a, b, securitySchemes }) => ({
    openapi,
    info: { title, version },
    servers: [{ url: server, variables }],
    paths: Object.fromEntries(paths.map(([name, post]) => [name, { post }])),
    components: { schemas: { ...schemas, A: a, B: b }, securitySchemes },
  }));

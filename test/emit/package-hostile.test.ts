/**
 * Whole documents made by chance, with hostile text wherever a document has text. Whatever they hold: the package is
 * parsed by TypeScript, and its syntax tree shows that every statement and every expression is one that the emitter
 * makes. `HOSTILE_RUNS` and `HOSTILE_SEED` ask for more.
 */
import fc from "fast-check";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { filesOf, generateFrom, problems, type Files } from "./compile.js";

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

const document = fc
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

// ---- what the emitter makes, and nothing else

const calls: ReadonlySet<string> = new Set(["endpoint", "selectEndpoint", "create"]);
const statements: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.ImportDeclaration,
  ts.SyntaxKind.ExportDeclaration,
  ts.SyntaxKind.InterfaceDeclaration,
  ts.SyntaxKind.TypeAliasDeclaration,
  ts.SyntaxKind.VariableStatement,
  ts.SyntaxKind.FunctionDeclaration,
]);
/** Kinds of expressions that stand in emitted modules. */
const expressions: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.StringLiteral,
  ts.SyntaxKind.NumericLiteral,
  ts.SyntaxKind.TrueKeyword,
  ts.SyntaxKind.FalseKeyword,
  ts.SyntaxKind.NullKeyword,
  ts.SyntaxKind.Identifier,
  ts.SyntaxKind.ObjectLiteralExpression,
  ts.SyntaxKind.ArrayLiteralExpression,
  ts.SyntaxKind.AsExpression,
  ts.SyntaxKind.SatisfiesExpression,
  ts.SyntaxKind.PrefixUnaryExpression,
  ts.SyntaxKind.CallExpression,
]);

/** What of a module is not the emitter's. */
function strangers(path: string, text: string): readonly string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  const found: string[] = [];
  const strange = (what: string, node: ts.Node): void =>
    void found.push(`${path}: ${what}: ${node.getText().slice(0, 200)}`);
  // `parseDiagnostics` is not in the compiler's public types, and the only way to the parser's own complaints.
  const { parseDiagnostics } = file as unknown as { parseDiagnostics: readonly ts.Diagnostic[] };
  for (const { messageText } of parseDiagnostics)
    found.push(`${path}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`);

  const declared = new Set<string>();
  for (const statement of file.statements) {
    if (ts.isImportDeclaration(statement)) {
      const names = statement.importClause?.namedBindings;
      if (names && ts.isNamedImports(names))
        for (const { name } of names.elements) declared.add(name.text);
    }
    if (ts.isVariableStatement(statement))
      for (const { name } of statement.declarationList.declarations) declared.add(name.getText());
  }
  const expression = (node: ts.Expression): void => {
    if (!expressions.has(node.kind)) return strange("expression", node);
    if (ts.isIdentifier(node) && !declared.has(node.text)) strange("name", node);
    if (ts.isCallExpression(node)) {
      if (!calls.has(node.expression.getText())) strange("call", node);
      node.arguments.forEach(expression);
    }
    if (ts.isObjectLiteralExpression(node))
      for (const member of node.properties) {
        if (ts.isShorthandPropertyAssignment(member)) expression(member.name);
        else if (!ts.isPropertyAssignment(member)) strange("member", member);
        else {
          if (ts.isComputedPropertyName(member.name) && !ts.isStringLiteral(member.name.expression))
            strange("computed name", member);
          expression(member.initializer);
        }
      }
    if (ts.isArrayLiteralExpression(node)) node.elements.forEach(expression);
    if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) expression(node.expression);
    if (ts.isPrefixUnaryExpression(node)) expression(node.operand);
  };
  for (const statement of file.statements) {
    if (!statements.has(statement.kind)) strange("statement", statement);
    if (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) {
      const from = statement.moduleSpecifier;
      if (from && !(ts.isStringLiteral(from) && /^\.{1,2}\/[\w./-]+\.js$/.test(from.text)))
        strange("module", statement);
    }
    if (ts.isVariableStatement(statement))
      for (const { initializer } of statement.declarationList.declarations) {
        const known =
          path === "src/client.ts" && initializer !== undefined && ts.isArrowFunction(initializer);
        if (known && !/^\(options: ClientOptions( = \{\})?\): BatchClient =>\s+create\(/.test(initializer.getText()))
          strange("client", initializer);
        if (initializer && !known) expression(initializer);
      } // prettier-ignore
    if (ts.isFunctionDeclaration(statement)) {
      const type = statement.name?.text.slice(2) ?? "";
      const bare = statement.getText().replace(/\s/g, "").replace(/,\)/g, ")");
      const guard =
        /^exportfunctionis(.+)\(value:unknown\):valueis\1\{return\([\p{L}\p{N}_$]+asreadonlyunknown\[\]\)\.includes\(value\);\}$/u;
      if (!guard.test(bare) || type === "") strange("function", statement);
    }
  }
  // In types: no value is computed, and nothing is imported.
  const types = (node: ts.Node): void => {
    if (ts.isTypeQueryNode(node) || ts.isImportTypeNode(node)) strange("type", node);
    ts.forEachChild(node, types);
  };
  types(file);
  return found;
}

/** Markdown without its code: what is left may hold no tag of HTML, and no link of a document's. */
const markup = (markdown: string): readonly string[] =>
  markdown
    .replace(/^```[^\n]*\n[\s\S]*?\n```$/gm, "")
    .replace(/`[^`\n]*`/g, "")
    .match(/(?<!\\)<[^\n]*|(?<!\\)\]\((?!https:\/\/www\.npmjs\.com)[^\n]*/g) ?? [];

const given = (name: string, otherwise: number): number =>
  Number(process.env[name] ?? String(otherwise));

describe("hostile documents", () => {
  test("give a package in which nothing is theirs but strings and comments", async () => {
    const prototype = Object.getOwnPropertyNames(Object.prototype);
    const some: Record<string, Files> = {};
    let endpoints = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(document, { minLength: 1, maxLength: 2 }), async (documents) => {
        const generated = await generateFrom(
          Object.fromEntries(documents.map((one, i) => [`d${i}.json`, one])),
        );
        const own = generated.files.filter(({ path }) => !path.startsWith("src/runtime/"));
        for (const { path, text } of own) {
          // Neither out of the folder, nor a name that some system does not take.
          expect(path).toMatch(/^(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._/-]*$/);
          if (path.endsWith(".ts")) expect(strangers(path, text)).toEqual([]);
          if (path.endsWith(".json")) expect(() => JSON.parse(text) as unknown).not.toThrow();
          if (path.endsWith(".md")) expect(markup(text)).toEqual([]);
        }
        expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(prototype);
        const recognised = generated.rows.filter(({ recognised }) => recognised);
        endpoints += recognised.length;
        const name = `p${Object.keys(some).length}`;
        if (Object.keys(some).length < 40 && recognised.length > 0) some[name] = filesOf(generated);
      }),
      { numRuns: given("HOSTILE_RUNS", 150), seed: given("HOSTILE_SEED", 7), endOnFailure: true },
    );
    expect(endpoints).toBeGreaterThan(100);
    expect(problems(some)).toEqual([]);
  }, 600_000);
});

/** `strangers`: what stands as code in an emitted module, and is none that the emitter makes. */
import ts from "typescript";

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
export function strangers(path: string, text: string): readonly string[] {
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
      if (
        from &&
        !(ts.isStringLiteral(from) && /^\.{1,2}\/[\p{L}\p{M}\p{N}_$./-]+\.js$/u.test(from.text))
      )
        strange("module", statement);
    }
    if (ts.isVariableStatement(statement))
      for (const { initializer } of statement.declarationList.declarations) {
        const known =
          path === "src/client.ts" && initializer !== undefined && ts.isArrowFunction(initializer);
        if (known && !/^\((options|\{ server, \.\.\.options \}): ClientOptions( = \{\})?\): BatchClient =>\s+create\(/.test(initializer.getText()))
          strange("client", initializer);
        if (initializer && !known) expression(initializer);
      } // prettier-ignore
    if (ts.isFunctionDeclaration(statement)) {
      const type = statement.name?.text.slice(2) ?? "";
      const bare = statement.getText().replace(/\s/g, "").replace(/,\)/g, ")");
      const guard =
        /^exportfunctionis(.+)\(value:unknown\):valueis\1\{return\([\p{L}\p{M}\p{N}_$]+asreadonlyunknown\[\]\)\.includes\(value\);\}$/u;
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

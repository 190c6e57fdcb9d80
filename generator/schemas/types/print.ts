/** Exports `printStatements`: the text of one file's statements, by ts-morph. */
import { printStructure, StructureKind, type StatementStructures } from "ts-morph";

/** One source of all statements, not yet formatted: a blank line stands before each but imports and exports. */
export function printStatements(statements: readonly StatementStructures[]): string {
  const spaced = statements.map((statement, index): StatementStructures => {
    const before = statements[index - 1];
    const isList =
      statement.kind === StructureKind.ImportDeclaration ||
      statement.kind === StructureKind.ExportDeclaration;
    if (!before || typeof statement === "string" || (isList && before.kind === statement.kind)) return statement;
    return { ...statement, leadingTrivia: ["\n", statement.leadingTrivia ?? []].flat() };
  });
  return printStructure(
    { kind: StructureKind.SourceFile, statements: spaced },
    { indentNumberOfSpaces: 2 },
  );
}

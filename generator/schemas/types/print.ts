/** Text of structures, and of the compiler's types. Layout does not matter here: prettier formats every file. */
import { printStructure, StructureKind, type StatementStructures } from "ts-morph";
import { ts, type Ts } from "./compiler.js";
import { escapeSeparators } from "../text.js";

/** The source of statements, ending in a line break; empty for none. */
export const printStatements = (statements: readonly StatementStructures[]): string =>
  statements.length === 0
    ? ""
    : printStructure(
        { kind: StructureKind.SourceFile, statements: statements.map(setApart) },
        { indentNumberOfSpaces: 2 },
      );

/** A blank line before each declaration but the first. */
function setApart(statement: StatementStructures, index: number): StatementStructures {
  const { kind } = statement;
  const together =
    kind === StructureKind.ImportDeclaration || kind === StructureKind.ExportDeclaration;
  return index === 0 || together || statement.leadingTrivia !== undefined
    ? statement
    : { ...statement, leadingTrivia: "\n" };
}

const printer = ts.createPrinter({ newLine: ts.NewLineKind.LineFeed });
const file = ts.createSourceFile("schemas.ts", "", ts.ScriptTarget.ES2022);

/** The source of a type, or of a part of one. */
export const printNode = (node: Ts.Node): string =>
  escapeSeparators(printer.printNode(ts.EmitHint.Unspecified, node, file));

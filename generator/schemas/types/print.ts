/** Text of structures, and of the compiler's types. Layout does not matter here: prettier formats every file. */
import { printStructure, StructureKind, type StatementStructures } from "ts-morph";
import ts from "typescript";
import { escapeSeparators } from "../text.js";

/** The source of statements, each on lines of its own, ending in a line break; empty for none. */
export const printStatements = (statements: readonly StatementStructures[]): string =>
  printStructure(
    { kind: StructureKind.SourceFile, statements: [...statements] },
    { indentNumberOfSpaces: 2 },
  );

const printer = ts.createPrinter({ newLine: ts.NewLineKind.LineFeed });
const file = ts.createSourceFile("schemas.ts", "", ts.ScriptTarget.ES2022);

/** The source of a type, or of a part of one. */
export const printNode = (node: ts.Node): string =>
  escapeSeparators(printer.printNode(ts.EmitHint.Unspecified, node, file));

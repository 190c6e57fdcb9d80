/** Statements of forms that `print.ts` does not lay out itself: printed by ts-morph, for prettier to format. */
import { createRequire } from "node:module";
import type { StatementStructures } from "ts-morph";

const require = createRequire(import.meta.url);

/** One name of an import or an export. */
interface Named {
  readonly name: string;
  readonly alias?: string;
  readonly isTypeOnly?: boolean;
}

/** The text of one statement. The first call loads ts-morph, which takes a while: most packages need none. */
function printOne(structure: (kinds: typeof import("ts-morph")) => StatementStructures): string {
  const tsMorph = require("ts-morph") as typeof import("ts-morph"); // what `require` gives is untyped; its own declaration
  const { printStructure, StructureKind } = tsMorph;
  return printStructure(
    { kind: StructureKind.SourceFile, statements: [structure(tsMorph)] },
    { indentNumberOfSpaces: 2 },
  ).trim();
}

/** `import { name as alias } from "…";`, or the same of an export. */
export const printNames = (
  kind: "import" | "export",
  from: string,
  names: readonly Named[],
  isTypeOnly: boolean,
): string =>
  printOne(({ StructureKind }) =>
    kind === "import"
      ? {
          kind: StructureKind.ImportDeclaration,
          isTypeOnly,
          moduleSpecifier: from,
          namedImports: [...names],
        }
      : {
          kind: StructureKind.ExportDeclaration,
          isTypeOnly,
          moduleSpecifier: from,
          namedExports: [...names],
        },
  );

/** @param type the source of the type */
export const printTypeAlias = (name: string, type: string): string =>
  printOne(({ StructureKind }) => ({
    kind: StructureKind.TypeAlias,
    isExported: true,
    name,
    type,
  }));

/** @param type the source of its type @param initializer the source of its value */
export const printConstant = (
  name: string,
  type: string,
  initializer: string,
  isExported: boolean,
): string =>
  printOne(({ StructureKind, VariableDeclarationKind }) => ({
    kind: StructureKind.VariableStatement,
    isExported,
    declarationKind: VariableDeclarationKind.Const,
    declarations: [{ name, type, initializer }],
  }));

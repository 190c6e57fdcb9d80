/** What there is of an enum at run time: the tuple of its members, and a guard. It exports `enumValues`. */
import {
  StructureKind,
  VariableDeclarationKind,
  type FunctionDeclarationStructure,
  type VariableStatementStructure,
} from "ts-morph";
import { guardName, valuesName } from "../names.js";
import { docText, literal } from "../text.js";

/** @param name of the enum's type */
export function enumValues(
  name: string,
  members: readonly (string | number)[],
): readonly [VariableStatementStructure, FunctionDeclarationStructure] {
  const values = valuesName(name);
  const list = members.map(literal).join(", ");
  return [
    {
      kind: StructureKind.VariableStatement,
      isExported: true,
      declarationKind: VariableDeclarationKind.Const,
      declarations: [{ name: values, initializer: `[${list}] as const` }],
      docs: docsOf(`Every {@link ${name}}.`),
    },
    {
      kind: StructureKind.Function,
      isExported: true,
      name: guardName(name),
      parameters: [{ name: "value", type: "unknown" }],
      returnType: `value is ${name}`,
      statements: [`return (${values} as readonly unknown[]).includes(value);`],
      docs: docsOf(`Whether a value is a {@link ${name}}.`),
    },
  ];
}

function docsOf(sentence: string): string[] {
  const text = docText([sentence]);
  return text === undefined ? [] : [text];
}

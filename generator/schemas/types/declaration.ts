/** A type of the compiler's as the text of a declaration, as prettier writes it where that is known. */
import ts from "typescript";
import { settledIf, unionAfter } from "../../emit/layout.js";
import { escapeSeparators, literal } from "../text.js";

/** @param doc its documentation, made by `doc()` */
export function printDeclaration(name: string, type: ts.TypeNode, doc: string): string {
  const text = ts.isTypeLiteralNode(type)
    ? printBlock(`export interface ${name}`, type, 0)
    : printAlias(`export type ${name} =`, type);
  // What is not known is printed by the compiler, which is slower, and formatted by prettier.
  return `${settledIf(text, () => printAnyhow(name, type), doc)}\n`;
}

function printAlias(before: string, type: ts.TypeNode): string | undefined {
  // An object beside one reference, as `allOf` often has it.
  const [first, second, third] = ts.isIntersectionTypeNode(type) ? type.types : [];
  if (first && second && third === undefined) {
    const block = [first, second].find(isBlock);
    const other = block === first ? second : first;
    const reference = block && ts.isTypeReferenceNode(other) ? printType(other) : undefined;
    if (block && reference !== undefined && block.members.length > 0) {
      const start = block === first ? before : `${before} ${reference} &`;
      const text = printBlock(start, block, 0);
      return text && text + (block === first ? ` & ${reference};` : ";");
    }
  }
  const types = unionOf(type);
  return types && unionAfter(before, types, 0);
}

/** Members on lines of their own. */
function printBlock(
  before: string,
  { members }: ts.TypeLiteralNode,
  depth: number,
): string | undefined {
  if (members.length === 0) return `${before} {}`;
  const lines: string[] = [];
  for (const member of members) {
    const text = printMember(member, depth + 1);
    if (text === undefined) return undefined;
    lines.push(`${comment(member, depth + 1)}${text}\n`);
  }
  return `${before} {\n${lines.join("")}${"  ".repeat(depth)}}`;
}

function printMember(member: ts.TypeElement, depth: number): string | undefined {
  const indent = "  ".repeat(depth);
  if (ts.isIndexSignatureDeclaration(member)) {
    const text = printIndex(member);
    return text && `${indent}${text};`;
  }
  if (!ts.isPropertySignature(member) || !member.type || !ts.isIdentifier(member.name))
    return undefined;
  // An identifier whose text is the source of a name, quoted or not.
  const before = `${indent}${member.name.text}${member.questionToken ? "?" : ""}:`;
  const { type } = member;
  if (isBlock(type)) {
    const text = printBlock(before, type, depth);
    return text && `${text};`;
  }
  const element = elementOf(type);
  if (element && isBlock(element)) {
    const text = printBlock(`${before} readonly`, element, depth);
    return text && `${text}[];`;
  }
  const types = unionOf(type);
  return types && unionAfter(before, types, depth);
}

/** A lone index signature stands on one line. */
const isBlock = (type: ts.TypeNode): type is ts.TypeLiteralNode =>
  ts.isTypeLiteralNode(type) && loneIndex(type) === undefined;

function loneIndex({ members }: ts.TypeLiteralNode): ts.IndexSignatureDeclaration | undefined {
  const [only, ...others] = members;
  return only && ts.isIndexSignatureDeclaration(only) && others.length === 0 ? only : undefined;
}

/** Of `readonly Element[]`. */
const elementOf = (type: ts.TypeNode): ts.TypeNode | undefined =>
  ts.isTypeOperatorNode(type) &&
  type.operator === ts.SyntaxKind.ReadonlyKeyword &&
  ts.isArrayTypeNode(type.type)
    ? type.type.elementType
    : undefined;

function printIndex({ parameters, type }: ts.IndexSignatureDeclaration): string | undefined {
  const [key] = parameters;
  const of = key?.type && printType(key.type);
  const to = printType(type);
  return of && to && `[key: ${of}]: ${to}`;
}

/** The parts of a union, or the type alone. */
function unionOf(type: ts.TypeNode): readonly string[] | undefined {
  const parts = ts.isUnionTypeNode(type) ? type.types : [type];
  return allOf(parts);
}

function allOf(types: readonly ts.TypeNode[]): readonly string[] | undefined {
  const texts: string[] = [];
  for (const type of types) {
    const text = printType(type);
    if (text === undefined) return undefined;
    texts.push(text);
  }
  return texts;
}

/** A type on one line; undefined for what may need several. */
function printType(type: ts.TypeNode): string | undefined {
  const keyword = keywords.get(type.kind);
  if (keyword !== undefined) return keyword;
  const wrapped = (inner: ts.TypeNode, before: string, after: string): string | undefined => {
    const text = printType(inner);
    return text && before + text + after;
  };
  if (ts.isTypeReferenceNode(type)) {
    if (!ts.isIdentifier(type.typeName)) return undefined;
    const given = allOf(type.typeArguments ?? []);
    if (!given) return undefined;
    return type.typeName.text + (given.length > 0 ? `<${given.join(", ")}>` : "");
  }
  if (ts.isLiteralTypeNode(type)) return printLiteral(type.literal);
  if (ts.isArrayTypeNode(type)) return wrapped(type.elementType, "", "[]");
  if (ts.isParenthesizedTypeNode(type)) return wrapped(type.type, "(", ")");
  if (ts.isOptionalTypeNode(type)) return wrapped(type.type, "", "?");
  if (ts.isRestTypeNode(type)) return wrapped(type.type, "...", "");
  if (ts.isTypeOperatorNode(type))
    return type.operator === ts.SyntaxKind.ReadonlyKeyword
      ? wrapped(type.type, "readonly ", "")
      : undefined;
  if (ts.isUnionTypeNode(type)) return allOf(type.types)?.join(" | ");
  if (ts.isIntersectionTypeNode(type))
    return type.types.some(ts.isTypeLiteralNode) ? undefined : allOf(type.types)?.join(" & ");
  if (ts.isTypeLiteralNode(type)) {
    const index = loneIndex(type);
    const text = index && printIndex(index);
    return text && `{ ${text} }`;
  }
  return undefined;
}

const keywords: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [ts.SyntaxKind.StringKeyword, "string"],
  [ts.SyntaxKind.NumberKeyword, "number"],
  [ts.SyntaxKind.BooleanKeyword, "boolean"],
  [ts.SyntaxKind.UnknownKeyword, "unknown"],
  [ts.SyntaxKind.NeverKeyword, "never"],
  [ts.SyntaxKind.UndefinedKeyword, "undefined"],
]);

function printLiteral(node: ts.LiteralTypeNode["literal"]): string | undefined {
  if (ts.isStringLiteral(node)) return literal(node.text);
  // Other notations of numbers are written in another way.
  if (ts.isNumericLiteral(node)) return /^\d+$/.test(node.text) ? node.text : undefined;
  if (node.kind === ts.SyntaxKind.NullKeyword) return "null";
  if (node.kind === ts.SyntaxKind.TrueKeyword) return "true";
  if (node.kind === ts.SyntaxKind.FalseKeyword) return "false";
  return undefined;
}

/** The documentation that a member was given, each line indented as the member is. */
function comment(member: ts.TypeElement, depth: number): string {
  const indent = "  ".repeat(depth);
  return (ts.getSyntheticLeadingComments(member) ?? [])
    .map(({ text }) => `${indent}/*${text.replaceAll("\n", `\n${indent}`)}*/\n`)
    .join("");
}

const printer = ts.createPrinter({ newLine: ts.NewLineKind.LineFeed });
const file = ts.createSourceFile("schemas.ts", "", ts.ScriptTarget.ES2022);

function printAnyhow(name: string, type: ts.TypeNode): string {
  const modifiers = [ts.factory.createModifier(ts.SyntaxKind.ExportKeyword)];
  const node = ts.isTypeLiteralNode(type)
    ? ts.factory.createInterfaceDeclaration(modifiers, name, undefined, undefined, type.members)
    : ts.factory.createTypeAliasDeclaration(modifiers, name, undefined, type);
  const text = printer.printNode(ts.EmitHint.Unspecified, node, file);
  return escapeSeparators(halfIndent(text));
}

/** The printer indents by four. */
const halfIndent = (text: string): string =>
  text.replace(/^(?: {4})+/gm, (indent) => " ".repeat(indent.length / 2));

/** TypeScript declarations for schemas, as ts-morph structures. It exports `declarationsOf` and `createDeclarations`. */
import {
  StructureKind,
  type IndexSignatureDeclarationStructure,
  type InterfaceDeclarationStructure,
  type PropertySignatureStructure,
  type StatementStructures,
  type TypeAliasDeclarationStructure,
} from "ts-morph";
import { ts, type Ts } from "./compiler.js";
import type { Declaration, Schema, SchemaId, SchemaModule } from "../schema.js";
import { schemaDoc } from "./docs.js";
import { enumValues } from "./enums.js";
import { basesOf, type Base } from "./extends.js";
import { namesIn } from "./names.js";
import { printNode } from "./print.js";
import { schemaObjectOf } from "./schema-object.js";
import { createTypeOf, nameTextOf, type TypeOf } from "./type-node.js";

export interface TypesOptions {
  /** Nothing that is there at run time. Default false. */
  readonly typesOnly?: boolean;
}

/** What the declarations of one module are made with. */
interface ModuleContext {
  readonly names: ReadonlyMap<SchemaId, string>;
  readonly bases: ReadonlyMap<SchemaId, Base>;
  readonly typeOf: TypeOf;
  readonly typesOnly: boolean;
}

/** The declarations of each module, by its path: see `createDeclarations`. */
export function declarationsOf(
  modules: readonly SchemaModule[],
): ReadonlyMap<string, readonly StatementStructures[]> {
  const declarationsIn = createDeclarations(modules);
  return new Map(modules.map((module) => [module.path, declarationsIn(module)]));
}

/**
 * Makes the declarations of one of these modules at a time, without imports. An enum is a union and, unless `typesOnly`, the tuple
 * of its members and a guard. An interface extends another only where `modules` holds that one's declaration, too.
 * @throws if openapi-typescript fails, or a schema refers to one that its module neither declares nor imports
 */
export function createDeclarations(
  modules: readonly SchemaModule[],
  { typesOnly = false }: TypesOptions = {},
): (module: SchemaModule) => readonly StatementStructures[] {
  const typeOf = createTypeOf();
  const bases = basesOf(modules.flatMap(({ declarations }) => declarations));
  return (module) => {
    const context: ModuleContext = { names: namesIn(module), bases, typeOf, typesOnly };
    return module.declarations.flatMap((one) => statementsOf(one, context));
  };
}

function statementsOf(
  declaration: Declaration,
  context: ModuleContext,
): readonly StatementStructures[] {
  const { id, name, schema, members } = declaration;
  const base = context.bases.get(id);
  if (base) return [extendedInterface(declaration, base, context)];
  const type = typeNodeOf(declaration, schema, context);
  if (ts.isTypeLiteralNode(type))
    return [{ ...interfaceOf(declaration, type.members, schema), docs: docsOf(schema) }];
  const alias: TypeAliasDeclarationStructure = {
    kind: StructureKind.TypeAlias,
    isExported: true,
    name,
    type: printNode(type),
    docs: docsOf(schema),
  };
  return members && !context.typesOnly ? [alias, ...enumValues(name, members)] : [alias];
}

const typeNodeOf = (
  { mutable }: Declaration,
  schema: Schema,
  { names, typeOf }: ModuleContext,
): Ts.TypeNode => typeOf(schemaObjectOf(schema, names), !mutable);

/** `interface X extends Y`, for a schema that is all of `Y` and of an object. */
function extendedInterface(
  declaration: Declaration,
  { of, own }: Base,
  context: ModuleContext,
): InterfaceDeclarationStructure {
  const type = typeNodeOf(declaration, own, context);
  const members = ts.isTypeLiteralNode(type) ? type.members : [];
  return {
    ...interfaceOf(declaration, members, own),
    extends: [context.names.get(of) ?? ""],
    docs: docsOf(declaration.schema),
  };
}

/** @param schema has the members' documentation */
const interfaceOf = (
  { name }: Declaration,
  members: readonly Ts.TypeElement[],
  schema: Schema,
): InterfaceDeclarationStructure => ({
  kind: StructureKind.Interface,
  isExported: true,
  name,
  properties: members
    .filter(ts.isPropertySignature)
    .map((member) => propertyStructure(member, schema.properties?.[nameTextOf(member)])),
  indexSignatures: members.filter(ts.isIndexSignatureDeclaration).map(indexStructure),
});

const propertyStructure = (
  member: Ts.PropertySignature,
  schema: Schema = {},
): PropertySignatureStructure => ({
  kind: StructureKind.PropertySignature,
  name: printNode(member.name),
  isReadonly: isReadonly(member),
  hasQuestionToken: member.questionToken !== undefined,
  type: member.type ? printNode(member.type) : "unknown",
  docs: docsOf(schema),
});

function indexStructure(member: Ts.IndexSignatureDeclaration): IndexSignatureDeclarationStructure {
  const key = member.parameters[0]?.type;
  return {
    kind: StructureKind.IndexSignature,
    isReadonly: isReadonly(member),
    keyName: "key",
    keyType: key ? printNode(key) : "string",
    returnType: printNode(member.type),
  };
}

const isReadonly = ({ modifiers }: Ts.PropertySignature | Ts.IndexSignatureDeclaration): boolean =>
  modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ReadonlyKeyword) === true;

function docsOf(schema: Schema): string[] {
  const text = schemaDoc(schema);
  return text === undefined ? [] : [text];
}

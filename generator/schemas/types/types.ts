/**
 * TypeScript declarations for schemas. The only file that imports openapi-typescript, so that replacing it is a matter
 * of this file: it is given the plain forms of `model/schemas/schema.ts`, under names of our own, and its syntax tree is hoisted into one declaration for each schema.
 */
import type { GlobalContext } from "openapi-typescript";
import type { StatementStructures } from "ts-morph";
import ts from "typescript";
import type { Declaration, SchemaId, SchemaModule } from "../../batch/model.js";
import type { Schema } from "../schema.js";
import { schemaDoc } from "./docs.js";
import { enumValues } from "./enums.js";
import { namesIn } from "./names.js";
import { disguise, marks, type Disguise } from "./disguise.js";
import { settledIf, unionAfter, withoutMarks } from "../../emit/layout.js";
import { printDeclaration } from "./declaration.js";
import { literal, propertyName } from "../text.js";

interface SchemaOptions {
  /** Nothing that is there at run time. Default false. */
  readonly typesOnly?: boolean;
}

/**
 * The source of each module's declarations, by the module's path, without imports. Enums are a union and, unless
 * `typesOnly`, the tuple of its members and a guard. Throws if openapi-typescript fails, or left a reference that no
 * declaration answers to.
 */
export async function emitSchemas(
  modules: readonly SchemaModule[],
  options: SchemaOptions = {},
): Promise<ReadonlyMap<string, string>> {
  return new Map(
    [...(await emitSettled(modules, options))].map(([path, text]) => [path, withoutMarks(text)]),
  );
}

/** The same, with marks at what is formatted: see `formatTypeScript`. */
export async function emitSettled(
  modules: readonly SchemaModule[],
  { typesOnly = false }: SchemaOptions = {},
): Promise<ReadonlyMap<string, string>> {
  const declarations = modules.flatMap((module) => module.declarations);
  const ids = modules
    .flatMap((module) => [...module.declarations, ...module.imports])
    .map(({ id }) => id);
  const disguised = disguise(
    declarations.filter((declaration) => !declaration.members),
    ids,
  );
  const types = await typesOf(disguised);
  const sources = new Map<string, string>();
  for (const module of modules) {
    const names = namesIn(module);
    const text = module.declarations
      .map((declaration) =>
        declaration.members
          ? enumSource(declaration, declaration.members, typesOnly)
          : typeSource(declaration, types, names, disguised),
      )
      .join("\n");
    if (text.includes("components["))
      throw new Error(
        `a reference was left in the types of ${module.path}; this is a defect of the generator`,
      );
    sources.set(module.path, text);
  }
  return sources;
}

/** What openapi-typescript makes of each schema. */
async function typesOf({ schemas }: Disguise): Promise<ReadonlyMap<string, ts.TypeNode>> {
  // The main entry loads what reads, bundles and checks documents: that costs more than all that is printed here.
  const { default: transformSchemaObject } =
    await import("openapi-typescript/dist/transform/schema-object.js");
  const ctx = contextOf(schemas);
  return new Map(
    Object.entries(schemas).map(([name, schema]) => {
      const path = `#/components/schemas/${name}`;
      return [name, transformSchemaObject(schema, { path, schema, ctx })];
    }),
  );
}

/** Options as they are by default, but for two: a default makes nothing required, and `{}` is `unknown`. */
function contextOf(schemas: Disguise["schemas"]): Omit<GlobalContext, "redoc"> {
  const byRef = new Map(
    Object.entries(schemas).map(([name, schema]) => [`#/components/schemas/${name}`, schema]),
  );
  return {
    additionalProperties: false,
    alphabetize: false,
    arrayLength: false,
    conditionalEnums: false,
    dedupeEnums: false,
    defaultNonNullable: false,
    discriminators: { objects: {}, refsHandled: [] },
    emptyObjectsUnknown: true,
    enum: false,
    enumValues: false,
    excludeDeprecated: false,
    exportType: false,
    generatePathParams: false,
    immutable: false,
    injectFooter: [],
    makePathsEnum: false,
    pathParamsAsTypes: false,
    postTransform: undefined,
    propertiesRequiredByDefault: false,
    readWriteMarkers: false,
    rootTypes: false,
    rootTypesKeepCasing: false,
    rootTypesNoSchemaPrefix: false,
    silent: true,
    transform: undefined,
    transformProperty: undefined,
    // The signature lets the caller say what a reference leads to; here it is always a schema.
    resolve: <T>(ref: string) => byRef.get(ref) as T | undefined,
  };
}

function keyOf(member: ts.PropertySignature): string {
  const { name } = member;
  return ts.isIdentifier(name) || ts.isStringLiteral(name) || ts.isNumericLiteral(name)
    ? name.text
    : "";
}

function typeSource(
  { id, name, schema }: Declaration,
  types: ReadonlyMap<string, ts.TypeNode>,
  names: ReadonlyMap<SchemaId, string>,
  disguised: Disguise,
): string {
  const type = types.get(String(id));
  if (!type)
    throw new Error(
      `openapi-typescript gave no type for ${name}; this is a defect of the generator`,
    );
  return printDeclaration(name, hoist(type, names, disguised), schemaDoc(schema));
}

/** A type of openapi-typescript with our names, and with the forms that were put in disguise. */
function hoist(
  type: ts.TypeNode,
  names: ReadonlyMap<SchemaId, string>,
  { parts }: Disguise,
): ts.TypeNode {
  const { factory } = ts;
  const visitType = (node: ts.TypeNode): ts.TypeNode => {
    const next = visit(node);
    if (!ts.isTypeNode(next)) throw new TypeError("expected a type where a type was");
    return next;
  };

  function visit(node: ts.Node): ts.Node {
    const id = referenceOf(node);
    if (id !== undefined) {
      const keyword = marks.get(id);
      if (keyword === "undefined")
        return factory.createKeywordTypeNode(ts.SyntaxKind.UndefinedKeyword);
      if (keyword === "never") return factory.createKeywordTypeNode(ts.SyntaxKind.NeverKeyword);
      if (keyword !== undefined) return factory.createTypeReferenceNode(keyword);
      const name = names.get(Number(id));
      if (name === undefined)
        throw new Error(`schema ${id} is neither declared nor imported where it is used`);
      return factory.createTypeReferenceNode(name);
    }
    if (ts.isArrayTypeNode(node)) {
      const array = factory.createArrayTypeNode(visitType(node.elementType));
      return factory.createTypeOperatorNode(ts.SyntaxKind.ReadonlyKeyword, array);
    }
    if (ts.isTypeLiteralNode(node)) return literalType(node);
    // A string literal comes as an identifier whose text is its source.
    if (ts.isIdentifier(node) && node.text.startsWith('"'))
      return factory.createTypeReferenceNode(node);
    return ts.visitEachChild(node, visit, undefined);
  }

  function literalType(node: ts.TypeLiteralNode): ts.TypeNode {
    const members: ts.TypeElement[] = [];
    const elements: ts.TypeNode[] = [];
    const indexed = node.members.some((member) => {
      const part = ts.isPropertySignature(member) ? parts.get(keyOf(member)) : undefined;
      return (
        part?.as === "index" || part?.as === "prefix" || ts.isIndexSignatureDeclaration(member)
      );
    });
    for (const member of node.members) {
      if (ts.isIndexSignatureDeclaration(member))
        members.push(indexSignature("string", visitType(member.type)));
      if (!ts.isPropertySignature(member) || !member.type) continue;
      const part = parts.get(keyOf(member));
      if (!part) throw new Error("expected only properties that were put there");
      const type = visitType(member.type);
      if (part.as === "property")
        members.push(withDoc(property(part, type, !indexed), part.schema));
      else if (part.as === "index") members.push(indexSignature("string", type));
      else if (part.as === "prefix") members.push(indexSignature(part.prefix, type));
      else if (part.as === "element")
        elements.push(part.required ? type : factory.createOptionalTypeNode(type));
      else elements.push(factory.createRestTypeNode(factory.createArrayTypeNode(type)));
    }
    if (elements.length === 0) {
      const [only, ...others] = members;
      const type = factory.createTypeLiteralNode(members);
      const line = only && ts.isIndexSignatureDeclaration(only) && others.length === 0;
      return line ? ts.setEmitFlags(type, ts.EmitFlags.SingleLine) : type;
    }
    return factory.createTypeOperatorNode(
      ts.SyntaxKind.ReadonlyKeyword,
      factory.createTupleTypeNode(elements),
    );
  }

  /** @param alone no index signature stands beside it, which would have to allow what it allows */
  function property(
    { name, required }: { readonly name: string; readonly required: boolean },
    type: ts.TypeNode,
    alone: boolean,
  ): ts.PropertySignature {
    // An identifier is printed as it is, and `propertyName` gives source text.
    const key = factory.createIdentifier(propertyName(name));
    const question = required ? undefined : factory.createToken(ts.SyntaxKind.QuestionToken);
    // An object without such a member inherits one, and the compiler counts it: the type says what is really there.
    const inherited =
      alone && !required && Object.hasOwn(Object.prototype, name) && name !== "__proto__";
    const given = inherited
      ? factory.createUnionTypeNode([
          type,
          factory.createIndexedAccessTypeNode(
            factory.createTypeReferenceNode("Object"),
            factory.createLiteralTypeNode(factory.createStringLiteral(name)),
          ),
        ])
      : type;
    return factory.createPropertySignature(undefined, key, question, given);
  }

  function indexSignature(of: string, type: ts.TypeNode): ts.IndexSignatureDeclaration {
    const key =
      of === "string"
        ? factory.createKeywordTypeNode(ts.SyntaxKind.StringKeyword)
        : factory.createTypeReferenceNode(factory.createIdentifier(`\`${of}\${string}\``));
    const parameter = factory.createParameterDeclaration(
      undefined,
      undefined,
      "key",
      undefined,
      key,
    );
    return factory.createIndexSignature(undefined, [parameter], type);
  }

  return visitType(type);
}

/** The key in `components["schemas"]["12"]`. */
function referenceOf(node: ts.Node): string | undefined {
  if (!ts.isIndexedAccessTypeNode(node) || !ts.isIndexedAccessTypeNode(node.objectType))
    return undefined;
  const { indexType, objectType } = node;
  if (!ts.isLiteralTypeNode(indexType) || !ts.isTypeReferenceNode(objectType.objectType))
    return undefined;
  const { literal: key } = indexType;
  return ts.isStringLiteral(key) || ts.isNumericLiteral(key) ? key.text : undefined;
}

function withDoc(node: ts.PropertySignature, schema: Schema): ts.PropertySignature {
  const comment = schemaDoc(schema).trim();
  if (!comment) return node;
  const text = comment.slice("/*".length, -"*/".length);
  return ts.addSyntheticLeadingComment(node, ts.SyntaxKind.MultiLineCommentTrivia, text, true);
}

function enumSource(
  { name, schema }: Declaration,
  members: readonly (string | number)[],
  typesOnly: boolean,
): string {
  const list = members.map(literal);
  const before = `export type ${name} =`;
  const flat = `${before} ${list.join(" | ")};`;
  const union = settledIf(unionAfter(before, list, 0), flat, schemaDoc(schema));
  return `${[union, ...(typesOnly ? [] : enumValues(name, members))].join("\n\n")}\n`;
}

/** The statements of each module's declarations, by the module's path. */
export async function declarationsOf(
  modules: readonly SchemaModule[],
  options: SchemaOptions = {},
): Promise<ReadonlyMap<string, readonly StatementStructures[]>> {
  const sources = await emitSchemas(modules, options);
  // ts-morph prints a text among statements as it is.
  return new Map(
    [...sources].map(([path, text]) => [
      path,
      text === "" ? [] : [`\n${text}` as unknown as StatementStructures],
    ]),
  );
}

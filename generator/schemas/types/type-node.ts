/**
 * From a schema to a type of the compiler's. It exports `createTypeOf`, and is the only file that imports
 * openapi-typescript: replacing the library is a matter of this file and of `schema-object.ts`.
 */
import type { GlobalContext, SchemaObject } from "openapi-typescript";
import { ts, type Ts } from "./compiler.js";
// The main entry loads what reads, bundles and checks documents: that costs more than all that is printed here.
// eslint-disable-next-line @typescript-eslint/no-require-imports -- the same; it imports the compiler
import library = require("openapi-typescript/dist/transform/schema-object.cjs");
import { comment, isIdentifier } from "../text.js";
import {
  refPrefix,
  schemaObject,
  withPercent,
  type HookedSchema,
  type OtherType,
} from "./schema-object.js";

const { factory } = ts;

type Context = Omit<GlobalContext, "redoc">;
type Hook<Name extends keyof Context> = NonNullable<Context[Name]>;
type Options = Parameters<Hook<"transform">>[1];
type Transform = typeof library.default;

/** @param readonly whether properties and index signatures are `readonly`; arrays always are */
export type TypeOf = (schema: SchemaObject, readonly: boolean) => Ts.TypeNode;

/** What it returns throws where openapi-typescript finds no schema. */
export function createTypeOf(): TypeOf {
  const transform = library.default;
  const contexts = new Map([true, false].map((one) => [one, contextOf(one, transform)]));
  return (schema, readonly) => {
    const ctx = contexts.get(readonly) ?? contextOf(readonly, transform);
    return transform(schema, { path: refPrefix, schema, ctx });
  };
}

/** Options as they are by default, but for `immutable`, the hooks, and `{}`, which is `unknown`. */
function contextOf(immutable: boolean, transform: Transform): Context {
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
    immutable,
    injectFooter: [],
    makePathsEnum: false,
    pathParamsAsTypes: false,
    postTransform: (type) => nameOf(type) ?? onOneLine(type),
    propertiesRequiredByDefault: false,
    readWriteMarkers: false,
    rootTypes: false,
    rootTypesKeepCasing: false,
    rootTypesNoSchemaPrefix: false,
    silent: true,
    transform: remembered((schema, options) => typeOf(schema, options, transform)),
    transformProperty: (property, schema) => propertyOf(property, schema as HookedSchema), // made by `schemaObjectOf`
    resolve: () => undefined,
  };
}

/** The library asks twice for the type of a property. Without this, deep schemas would take exponential time. */
function remembered(
  make: (schema: HookedSchema, options: Options) => Ts.TypeNode | undefined,
): Hook<"transform"> {
  const known = new WeakMap<object, { readonly type: Ts.TypeNode | undefined }>();
  return (schema, options) => {
    const before = known.get(schema);
    if (before) return before.type;
    const type = make(schema as HookedSchema, options); // made by `schemaObjectOf`
    known.set(schema, { type });
    return type;
  };
}

/** The types that the library has no text for, and references, whose names it does not know. */
function typeOf(
  schema: HookedSchema,
  options: Options,
  transform: Transform,
): Ts.TypeNode | undefined {
  if (schema.$ref !== undefined)
    return factory.createTypeReferenceNode(schema.$ref.slice(refPrefix.length));
  if (schema["x-type"]) return otherTypes[schema["x-type"]]();
  if (schema.type === "array") return arrayType(schema, options, transform);
  const { properties, additionalProperties, patternProperties } = schema;
  const indexed = additionalProperties ?? patternProperties;
  return schema.type === "object" && indexed && (properties ?? patternProperties)
    ? indexedType(schema, options, transform)
    : undefined;
}

const otherTypes: Readonly<Record<OtherType, () => Ts.TypeNode>> = {
  Blob: () => factory.createTypeReferenceNode("Blob"),
  bigint: () => factory.createKeywordTypeNode(ts.SyntaxKind.BigIntKeyword),
  undefined: () => factory.createKeywordTypeNode(ts.SyntaxKind.UndefinedKeyword),
  Unlisted: () => factory.createTypeReferenceNode("Unlisted"),
  UnlistedNumber: () =>
    factory.createTypeReferenceNode("Unlisted", [
      factory.createKeywordTypeNode(ts.SyntaxKind.NumberKeyword),
    ]),
};

/** `readonly Item[]`, or a tuple with optional elements and a rest. */
function arrayType(
  { items, prefixItems, minItems = 0 }: HookedSchema,
  options: Options,
  transform: Transform,
): Ts.TypeNode {
  const rest = items && factory.createArrayTypeNode(transform(items, options));
  const elements = prefixItems?.map((item, index) => {
    const type = transform(item, options);
    return index < minItems ? type : factory.createOptionalTypeNode(type);
  });
  const array = elements
    ? factory.createTupleTypeNode(rest ? [...elements, factory.createRestTypeNode(rest)] : elements)
    : (rest ?? factory.createTupleTypeNode([]));
  return factory.createTypeOperatorNode(ts.SyntaxKind.ReadonlyKeyword, array);
}

/** Properties and index signatures in one object type; the library makes an intersection of them. */
function indexedType(
  { properties, required, additionalProperties, patternProperties }: HookedSchema,
  options: Options,
  transform: Transform,
): Ts.TypeNode {
  const membersOf = (part: HookedSchema): readonly Ts.TypeElement[] => {
    const type = transform(schemaObject({ ...part, type: "object" }), options);
    return ts.isTypeLiteralNode(type) ? type.members : [];
  };
  const prefixed = Object.entries(patternProperties ?? {}).flatMap(([prefix, value]) =>
    membersOf({ additionalProperties: value }).map((member) => withPrefix(member, prefix)),
  );
  return factory.createTypeLiteralNode([
    ...(properties ? membersOf({ properties, required: required ?? [] }) : []),
    ...prefixed,
    ...(additionalProperties ? membersOf({ additionalProperties }) : []),
  ]);
}

/** An index signature for the names that begin with a literal. */
function withPrefix(member: Ts.TypeElement, prefix: string): Ts.TypeElement {
  if (!ts.isIndexSignatureDeclaration(member)) return member;
  const rest = factory.createTemplateLiteralTypeSpan(
    factory.createKeywordTypeNode(ts.SyntaxKind.StringKeyword),
    factory.createTemplateTail(""),
  );
  const key = factory.createTemplateLiteralType(unescaped(factory.createTemplateHead(prefix)), [
    rest,
  ]);
  const parameter = factory.createParameterDeclaration([], undefined, "key", undefined, key);
  return factory.createIndexSignature(member.modifiers, [parameter], member.type);
}

/** The library's property under a name that is quoted only where it must be, with its documentation. */
function propertyOf(property: Ts.PropertySignature, schema: HookedSchema): Ts.PropertySignature {
  const name = withPercent(nameTextOf(property));
  const { type, modifiers, questionToken } = property;
  const node = factory.createPropertySignature(
    modifiers,
    isIdentifier(name) && name !== "__proto__"
      ? factory.createIdentifier(name)
      : unescaped(factory.createStringLiteral(name)),
    questionToken,
    type && schema["x-inherited"] ? withInherited(type, name) : type,
  );
  return withDocs(node, schema["x-docs"]);
}

/** The name of a property, as the document has it. */
export function nameTextOf({ name }: Ts.PropertySignature): string {
  if (ts.isIdentifier(name) || ts.isStringLiteral(name) || ts.isNumericLiteral(name))
    return name.text;
  throw new Error("a property without a plain name; this is a defect of the generator");
}

/** What `Object.prototype` has under that name counts as the property where an object does not have it. */
const withInherited = (type: Ts.TypeNode, name: string): Ts.TypeNode =>
  factory.createUnionTypeNode([
    type,
    factory.createIndexedAccessTypeNode(
      factory.createTypeReferenceNode("Object"),
      factory.createLiteralTypeNode(factory.createStringLiteral(name)),
    ),
  ]);

function withDocs(node: Ts.PropertySignature, docs: string | undefined): Ts.PropertySignature {
  if (docs === undefined) return node;
  const text = comment(docs).slice("/*".length, -"*/".length);
  return ts.addSyntheticLeadingComment(node, ts.SyntaxKind.MultiLineCommentTrivia, text, true);
}

/** Letters that are not ASCII are printed as they are. */
const unescaped = <Node extends Ts.Node>(node: Node): Node =>
  ts.setEmitFlags(node, ts.EmitFlags.NoAsciiEscaping);

/** A lone index signature is printed on one line; prettier would leave it on several. */
function onOneLine(type: Ts.TypeNode): Ts.TypeNode {
  const [only, ...others] = ts.isTypeLiteralNode(type) ? type.members : [];
  const lone = only && others.length === 0 && ts.isIndexSignatureDeclaration(only);
  return lone ? ts.setEmitFlags(type, ts.EmitFlags.SingleLine) : type;
}

/** The `X` of `components["schemas"]["X"]`; undefined for any other type. */
function nameOf(type: Ts.TypeNode): Ts.TypeNode | undefined {
  if (!ts.isIndexedAccessTypeNode(type) || !ts.isIndexedAccessTypeNode(type.objectType))
    return undefined;
  const { indexType, objectType } = type;
  if (!ts.isTypeReferenceNode(objectType.objectType) || !ts.isLiteralTypeNode(indexType))
    return undefined;
  const { literal } = indexType;
  return ts.isStringLiteral(literal) ? factory.createTypeReferenceNode(literal.text) : undefined;
}

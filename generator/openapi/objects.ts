/**
 * Exports `memberKind`: which members of which objects of OpenAPI are objects of OpenAPI, as a table. It distinguishes
 * references from data that looks like one. From the OpenAPI specifications 2.0 to 3.2 and JSON Schema 2020-12.
 */

import { allMethods } from "./methods.js";

/**
 * The name of an object of the specification; with `{}`, a map of such objects. A list has the name of its elements.
 */
export type ObjectKind = string;

type Fields = { readonly [member: string]: ObjectKind };

/** The kinds of the members; `*` is every other member. Members that are not listed have no references. */
const objects: { readonly [kind: string]: Fields } = {
  document: {
    paths: "pathItem{}",
    webhooks: "pathItem{}",
    components: "components",
    definitions: "schema{}",
    parameters: "parameter{}",
    responses: "response{}",
    securityDefinitions: "securityScheme{}",
  },
  components: {
    schemas: "schema{}",
    responses: "response{}",
    parameters: "parameter{}",
    examples: "example{}",
    requestBodies: "requestBody{}",
    headers: "header{}",
    securitySchemes: "securityScheme{}",
    links: "link{}",
    callbacks: "callback{}",
    pathItems: "pathItem{}",
    mediaTypes: "mediaType{}",
  },
  pathItem: {
    ...Object.fromEntries(allMethods.map((method) => [method, "operation"])),
    additionalOperations: "operation{}",
    parameters: "parameter",
  },
  operation: {
    parameters: "parameter",
    requestBody: "requestBody",
    responses: "response{}",
    callbacks: "callback{}",
  },
  callback: { "*": "pathItem" },
  parameter: {
    schema: "schema",
    items: "schema",
    examples: "example{}",
    content: "mediaType{}",
  },
  header: { schema: "schema", items: "schema", examples: "example{}", content: "mediaType{}" },
  requestBody: { content: "mediaType{}" },
  response: {
    headers: "header{}",
    content: "mediaType{}",
    links: "link{}",
    schema: "schema",
  },
  mediaType: {
    schema: "schema",
    itemSchema: "schema",
    examples: "example{}",
    encoding: "encoding{}",
    prefixEncoding: "encoding",
    itemEncoding: "encoding",
  },
  encoding: {
    headers: "header{}",
    encoding: "encoding{}",
    prefixEncoding: "encoding",
    itemEncoding: "encoding",
  },
  schema: {
    properties: "schema{}",
    patternProperties: "schema{}",
    $defs: "schema{}",
    definitions: "schema{}",
    dependentSchemas: "schema{}",
    allOf: "schema",
    anyOf: "schema",
    oneOf: "schema",
    prefixItems: "schema",
    items: "schema",
    additionalItems: "schema",
    unevaluatedItems: "schema",
    contains: "schema",
    additionalProperties: "schema",
    unevaluatedProperties: "schema",
    propertyNames: "schema",
    contentSchema: "schema",
    not: "schema",
    if: "schema",
    then: "schema",
    else: "schema",
  },
};

/** The kind of a member, or `undefined` where it can have no references. `kind` may be a map (`schema{}`). */
export function memberKind(kind: ObjectKind, member: string): ObjectKind | undefined {
  if (kind.endsWith("{}")) return kind.slice(0, -2);
  const fields = objects[kind];
  if (fields === undefined) return undefined;
  return Object.hasOwn(fields, member) ? fields[member] : fields["*"];
}

/** The part of a document for objects that references lead to, as the pointer's tokens before the name. */
const homes: { readonly [kind: string]: readonly string[] } = {
  schema: ["components", "schemas"],
  response: ["components", "responses"],
  parameter: ["components", "parameters"],
  example: ["components", "examples"],
  requestBody: ["components", "requestBodies"],
  header: ["components", "headers"],
  securityScheme: ["components", "securitySchemes"],
  link: ["components", "links"],
  callback: ["components", "callbacks"],
};

const swaggerHomes: { readonly [kind: string]: readonly string[] } = {
  schema: ["definitions"],
  response: ["responses"],
  parameter: ["parameters"],
};

/** `undefined`: a document has no such part for this kind, and a reference is replaced by its target. */
export function homeOf(kind: ObjectKind, swagger: boolean): readonly string[] | undefined {
  return (swagger ? swaggerHomes : homes)[kind];
}

/** The kind and the tokens of the component that a pointer leads to or into; undefined where it leads to none. */
export function unitAt(
  tokens: readonly string[],
): { readonly kind: ObjectKind; readonly tokens: readonly string[] } | undefined {
  const [first, second] = tokens;
  if (first === "components" && second !== undefined && tokens.length >= 3) {
    const kind = memberKind("components", second);
    return kind === undefined ? undefined : { kind: kind.slice(0, -2), tokens: tokens.slice(0, 3) };
  }
  if (tokens.length < 2) return undefined;
  if (first === "definitions" || first === "$defs")
    return { kind: "schema", tokens: tokens.slice(0, 2) };
  if (first === "parameters") return { kind: "parameter", tokens: tokens.slice(0, 2) };
  if (first === "responses") return { kind: "response", tokens: tokens.slice(0, 2) };
  return undefined;
}

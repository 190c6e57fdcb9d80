/** The module of one resource: its endpoints, and the types that only they use. */
import type { BatchApi, Endpoint, Reply, SchemaModule } from "../batch/model.js";
import { typeName } from "../batch/names/name.js";
import { guardName, valuesName } from "../schemas/place.js";
import {
  bodyForm,
  inputForm,
  isSuccess,
  reexportsOf,
  replyStatus,
  resultMayBeAbsent,
  selectOf,
} from "../batch/surface.js";
import { eachPart } from "../schemas/combine.js";
import type { Schema } from "../schemas/schema.js";
import type { Literal } from "./layout.js";
import { banner, code, literalOf, print, type Statement } from "./print.js";
import { doc, type Tag } from "../schemas/text.js";
import { usesOf } from "./uses.js";

/** Words that cannot name a constant of a module. */
const reservedWords = new Set(
  (
    "abstract arguments as async await break case catch class const continue debugger declare default delete do else " +
    "enum eval export extends false finally for function get if implements import in infer instanceof interface is " +
    "keyof let module namespace never new null of package private protected public readonly require return set " +
    "static super switch symbol this throw true try type typeof undefined unique unknown using var void while with " +
    "yield NaN Infinity globalThis"
  ).split(" "),
);

/** What a module calls something that it exports as `name`. */
export const localName = (name: string): string => (reservedWords.has(name) ? `${name}_` : name);

/** How one module of `src/` imports another, both named by their paths without extension. */
export function specifier(from: string, to: string): string {
  const folders = from.split("/").slice(0, -1);
  const target = to.split("/");
  let common = 0;
  while (
    common < folders.length &&
    common < target.length - 1 &&
    folders[common] === target[common]
  ) {
    common += 1;
  }
  const up = "../".repeat(folders.length - common) || "./";
  return `${up}${target.slice(common).join("/")}.js`;
}

/** All modules of types, by their paths. */
type Modules = ReadonlyMap<string, SchemaModule>;

/** What a resource's module says of types alone, not yet formatted. `declarations` is the text of its own types. */
export function typesModule(
  modules: Modules,
  resource: string,
  declarations: string,
  endpoints: string,
): string {
  const module = modules.get(resource);
  return (
    banner +
    print(schemaImports(module)) +
    "\n" +
    endpoints +
    "\n" +
    print(reexports(modules, module, { typesOnly: true })) +
    "\n" +
    declarations
  );
}

/** The source of a resource's module, not yet formatted. `declarations` is the text of its own types. */
export function resourceModule(
  api: BatchApi,
  modules: Modules,
  resource: string,
  declarations: string,
  endpoints: readonly Endpoint[],
): string {
  const module = modules.get(resource);
  const described = endpoints.map((endpoint) => partsOf(api, endpoint));
  const runtime = new Map<string, Set<string>>();
  for (const { imports } of described) {
    for (const [from, name] of imports) {
      runtime.set(from, (runtime.get(from) ?? new Set()).add(name));
    }
  }
  const exported = endpoints.map(({ name }) => name).filter((name) => localName(name) !== name);
  return (
    banner +
    print([
      ...[...runtime]
        .sort(byName)
        .map(([from, names]) => importOf(specifier(resource, from), [...names])),
      ...schemaImports(module),
    ]) +
    "\n" +
    described.map((parts, i) => print(statementsOf(endpoints[i]?.name ?? "", parts))).join("\n") +
    (exported.length > 0
      ? `\nexport { ${exported.map((name) => `${localName(name)} as ${name}`).join(", ")} };\n`
      : "") +
    "\n" +
    print(reexports(modules, module)) +
    "\n" +
    declarations
  );
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : 1;

function importOf(from: string, names: readonly string[]): Statement {
  return {
    kind: "import",
    from,
    names: [...names].sort().map((name) => {
      const type = name.startsWith("type ");
      return { name: type ? name.slice(5) : name, isTypeOnly: type };
    }),
  };
}

/** Whether a module's types have values that a document does not list, whose type the runtime has. */
export function isOpen({ declarations }: SchemaModule): boolean {
  let open = false;
  const visit = (schema: Schema): void => {
    open ||= schema.format === "unlisted";
    eachPart(schema, visit);
  };
  for (const { schema } of declarations) visit(schema);
  return open;
}

/** Imports of what the types of a module are made of: schemas in modules of their own. */
export function schemaImports(module: SchemaModule | undefined): readonly Statement[] {
  if (!module) return [];
  const byModule = new Map<string, { name: string; as: string }[]>();
  for (const { from, name, as } of module.imports) {
    byModule.set(from, [...(byModule.get(from) ?? []), { name, as }]);
  }
  const unlisted: readonly Statement[] = isOpen(module)
    ? [importOf(specifier(module.path, "runtime/endpoint/unlisted"), ["type Unlisted"])]
    : [];
  const schemas = [...byModule].sort(byName).map(([from, names]) => ({
    kind: "import" as const,
    isTypeOnly: true,
    from: specifier(module.path, from),
    names: names
      .sort((a, b) => (a.as < b.as ? -1 : 1))
      .map(({ name, as }) => (name === as ? { name } : { name, alias: as })),
  }));
  return [...unlisted, ...schemas];
}

/** What a user of the module may want to name: every schema that its types are made of. */
function reexports(
  modules: Modules,
  module: SchemaModule | undefined,
  { typesOnly = false }: { readonly typesOnly?: boolean } = {},
): readonly Statement[] {
  if (!module) return [];
  const found = new Map<string, { name: string; as: string }[]>();
  for (const { from, name, as } of reexportsOf(module))
    found.set(from, [...(found.get(from) ?? []), { name, as }]);
  return [...found].sort(byName).map(([from, names]) => {
    names.sort((a, b) => (a.as < b.as ? -1 : 1));
    const exports = names.flatMap(({ name, as }) => {
      const declaration = modules.get(from)?.declarations.find((other) => other.name === name);
      const type = { name, type: true, ...(as === name ? {} : { alias: as }) };
      if (typesOnly || !declaration?.members || as !== name) return [type];
      return [
        { name: valuesName(name), type: false },
        { name: guardName(name), type: false },
        type,
      ];
    });
    const isTypeOnly = exports.every(({ type }) => type);
    return {
      kind: "export",
      isTypeOnly,
      from: specifier(module.path, from),
      names: exports.map(({ type, ...rest }) => ({
        ...rest,
        isTypeOnly: type && !isTypeOnly,
      })),
    };
  });
}

/** What is said of one endpoint, wherever it is printed. */
export interface EndpointParts {
  readonly imports: readonly (readonly [from: string, name: string])[];
  /** JSDoc. */
  readonly doc: string;
  /** `Endpoint<…>`, as its name and what it is given. */
  readonly type: readonly [name: string, ...parameters: string[]];
  /** The runtime's function that makes it, and what that is given. */
  readonly make: string;
  readonly data: readonly Literal[];
  readonly types: readonly NamedType[];
}

export interface NamedType {
  readonly doc: string;
  readonly name: string;
  /** The parts of a union; one, where it is none. */
  readonly types: readonly string[];
}

/**
 * @param typeOf what a type of the endpoint's module is called where the endpoint is printed
 * @param localOf what a constant of the package is called there. Default: as it is
 */
export function partsOf(
  api: BatchApi,
  endpoint: Endpoint,
  typeOf: (name: string) => string = (name) => name,
  localOf: (name: string) => string = (name) => name,
): EndpointParts {
  const { operation, resource, name } = endpoint;
  const schemaOf = (id: number): string => typeOf(api.nameOf(resource, id));
  const select = selectOf(endpoint);
  const input = inputType(endpoint, schemaOf(endpoint.input));
  const defaults = api.services.find((service) => service.name === endpoint.service)?.defaults;
  const limit = { ...defaults?.limit, ...operation.limit };
  const whole = operation.split === "never" || operation.replace === true;
  const unlimited = !whole && limit.items === undefined && limit.bytes === undefined;
  const kind = operation.kind ?? defaults?.kind;
  const types = [
    input.text,
    resultType(endpoint, schemaOf),
    endpoint.params === undefined ? "{}" : schemaOf(endpoint.params),
    kind === undefined ? "Kind" : JSON.stringify(kind),
    typeOf(typeName(name, "Reply")),
    ...(select ? select.map((part) => JSON.stringify(part)) : []),
    ...(unlimited ? ['"unlimited"'] : []),
  ];
  const generic = select ? "SelectEndpoint" : "Endpoint";
  const make = select ? "selectEndpoint" : "endpoint";
  const { name: fullName, method, path, ...rest } = operation;
  const data = {
    name: fullName,
    service: code(localOf(endpoint.service)),
    method,
    path,
    ...rest,
  };
  const uses = usesOf(api, endpoint);
  const used = uses.map((use) => [use.as, code(use.name)] as const);
  const nameOf = (id: number): string => api.nameOf(resource, id);
  return {
    imports: [
      ["runtime/endpoint/endpoint", `type ${generic}`],
      ["runtime/endpoint/endpoint", "type Reply"],
      [select ? "runtime/endpoint/select" : "runtime/endpoint/endpoint", make],
      ["service", endpoint.service],
      ...(kind === undefined ? ([["runtime/endpoint/x-batch", "type Kind"]] as const) : []),
      ...input.imports,
      ...uses.map((use) => [`runtime/${use.from}`, use.name] as const),
    ],
    doc: endpointDoc(endpoint, limit.items),
    type: [generic, ...types],
    make,
    data: [literalOf(data), ...(uses.length > 0 ? [literalOf(Object.fromEntries(used))] : [])],
    types: [
      {
        doc: doc([`What {@link ${localName(name)}} answers, by HTTP status.`]),
        name: typeName(name, "Reply"),
        types: replyTypes(endpoint, (status, body) => `Reply<${status}, ${body}>`, nameOf),
      },
      ...errorTypes(endpoint, nameOf),
    ],
  };
}

/** The type of the body of an error, where the document has one. */
export function errorTypes(
  endpoint: Endpoint,
  nameOf: (id: number) => string,
  link = localName(endpoint.name),
): readonly NamedType[] {
  const types = errorBodies(endpoint, nameOf);
  if (types === undefined) return [];
  const comment = doc([`The body of an error of {@link ${link}}.`]);
  return [{ doc: comment, name: typeName(endpoint.name, "ErrorBody"), types }];
}

const statementsOf = (
  name: string,
  { doc: comment, type, make, data, types }: EndpointParts,
): readonly Statement[] => [
  {
    kind: "call",
    doc: comment,
    isExported: localName(name) === name,
    name: localName(name),
    type,
    make,
    data,
  },
  ...types.map((one) => ({ kind: "type" as const, ...one })),
];

function inputType(
  endpoint: Endpoint,
  item: string,
): { readonly text: string; readonly imports: EndpointParts["imports"] } {
  const form = inputForm(endpoint);
  if (form === "keyed")
    return { text: `Keyed<${item}>`, imports: [["runtime/encode/encoding", "type Keyed"]] };
  if (form === "pair")
    return { text: `Pair<${item}, ${item}>`, imports: [["runtime/encode/encoding", "type Pair"]] };
  return { text: item, imports: [] };
}

export function resultType(endpoint: Endpoint, typeOf: (id: number) => string): string {
  if (endpoint.result === undefined) return "undefined";
  const type = typeOf(endpoint.result);
  return resultMayBeAbsent(endpoint) ? `${type} | undefined` : type;
}

const bodyTypes = { none: "undefined", text: "string", unknown: "unknown" } as const;

function bodyType(reply: Reply, typeOf: (id: number) => string): string {
  const form = bodyForm(reply);
  if (form !== "typed") return bodyTypes[form];
  return reply.schema === undefined ? "unknown" : typeOf(reply.schema);
}

/** @param print one reply, by its status and the type of its body */
export function replyTypes(
  { replies }: Endpoint,
  print: (status: number | "number", body: string) => string,
  typeOf: (id: number) => string,
): readonly string[] {
  const types = replies
    .filter(isSuccess)
    .map((reply) => print(replyStatus(reply), bodyType(reply, typeOf)));
  return types.length > 0 ? types : [print("number", "unknown")];
}

function errorBodies(
  { replies }: Endpoint,
  typeOf: (id: number) => string,
): readonly string[] | undefined {
  const types = replies
    .filter((reply) => !isSuccess(reply) && reply.schema !== undefined)
    .map((reply) => bodyType(reply, typeOf));
  return types.length > 0 ? [...new Set(types)].sort() : undefined;
}

const mostScopes = 12;

export function endpointDoc(
  { docs, operation, documents }: Endpoint,
  limit: number | undefined,
): string {
  const kind = operation.kind === undefined ? "" : `, ${operation.kind}`;
  const size = limit === undefined ? "" : `, at most ${limit} inputs in one request`;
  const scopes = docs.scopes.slice(0, mostScopes).map((scope) => `\`${scope}\``);
  const more = docs.scopes.length - scopes.length;
  const tags: readonly Tag[] = [
    ...(docs.deprecated === true ? [{ tag: "deprecated" }] : []),
    ...(docs.externalDocs === undefined ? [] : [{ tag: "see", text: docs.externalDocs }]),
  ];
  return doc(
    [
      docs.summary,
      docs.description === docs.summary ? undefined : docs.description,
      `\`${operation.method} ${operation.path}\`${kind}${size}.`,
      scopes.length > 0
        ? `Scopes: ${scopes.join(", ")}${more > 0 ? ` and ${more} more` : ""}.`
        : undefined,
      documents.length > 1 ? `Declared alike by ${documents.length} documents.` : undefined,
    ],
    tags,
  );
}

/**
 * `buildModel`: from the models of all documents to the model of the package. Operations that several documents declare
 * alike become one endpoint, equal schemas become one type, and everything gets a name.
 */
import type { Diagnostic } from "../base/diagnostics.js";
import { methods } from "../openapi/methods.js";
import type { Int64 } from "../schemas/read.js";
import {
  layOutModules,
  type KnownName,
  type ModuleLayout,
  type TypeUse,
} from "../schemas/module-layout.js";
import type { SharedSchemas, Unknown } from "../schemas/schema.js";
import { shareSchemas } from "../schemas/share.js";
import type { DocumentModel } from "./document.js";
import { endpointOf, rowOf, type PackagedOperation } from "./endpoint.js";
import type { BatchApi, Row, SchemaId } from "./model.js";
import {
  nothingLocked,
  recallNames,
  type Locked,
  type Recalled,
  type Rename,
} from "./names/lock.js";
import { groupBy } from "../base/group-by.js";
import { typeName, type Name } from "./names/name.js";
import { nameAll } from "./names/names.js";
import { lockTypes, recallTypes } from "./names/type-names.js";
import { planServices, type ServicePlan } from "./services.js";
import { runtimeNames, typesName } from "./surface.js";

export interface Model {
  readonly api: BatchApi;
  readonly diagnostics: readonly Diagnostic[];
  readonly unknowns: readonly Unknown[];
  /** All names, for the lock. */
  readonly lock: Locked;
}

/** What the package depends on besides its documents. */
export interface ModelOptions {
  /** Names that earlier runs gave: they stay. Default: none. */
  readonly locked?: Locked;
  /** Names that the configuration chooses: they win over all others. Default: none. */
  readonly renames?: readonly Rename[];
  /** The type of 64-bit integers in responses: the value that `modelDocument` got. Default `string`. */
  readonly int64?: Int64;
}

/** The operations of all documents, as the steps of {@link buildModel} read them. */
interface Package {
  readonly operations: readonly PackagedOperation[];
  readonly shared: SharedSchemas;
  readonly services: ServicePlan;
  /** For each operation, a text that is equal for operations that documents declare alike. */
  readonly identities: readonly string[];
  /** For each endpoint, the indices of its operations. */
  readonly groups: readonly (readonly number[])[];
}

export function buildModel(
  documents: readonly DocumentModel[],
  { locked = nothingLocked, renames = [], int64 }: ModelOptions = {},
): Model {
  const all = collect(documents);
  const { operations, shared, services } = all;
  const recalled = recallNames(namedOperations(all), locked.endpoints, renames);
  const types = recallTypes(shared.schemas, locked.types);
  const names = nameOperations(all, recalled);
  const layout = layOutTypes(all, names, recalled, types.known);
  const lockedTypes = lockTypes(
    types,
    shared.schemas,
    layout.given,
    new Set(documentsOf(operations)),
  );
  const endpoints = all.groups.flatMap((members) => {
    const [first = 0] = members;
    const name = names[first];
    const service = services.of[first];
    const [one, ...others] = members.flatMap((i) => operations[i] ?? []);
    if (!one || !name || !service) return [];
    const alike = [one, ...others] as const;
    return [endpointOf(alike, documentsOf(alike), name, service, shared, int64 === "bigint")];
  });
  const rows = [
    ...operations.map((operation, i) => rowOf(operation, names[i])),
    ...documents.flatMap(({ others }) => others),
  ];
  return {
    api: {
      services: services.services,
      endpoints: endpoints.sort((a, b) =>
        a.operation.name < b.operation.name ? -1 : a.operation.name > b.operation.name ? 1 : 0,
      ),
      modules: layout.modules,
      nameOf: layout.nameOf,
      rows: rows.sort(byDocument),
      sources: documents
        .filter((document) => document.operations.length > 0)
        .map(({ source }) => source),
    },
    diagnostics: [
      ...documents.flatMap(({ diagnostics }) => diagnostics),
      ...recalled.diagnostics,
      ...lockedTypes.diagnostics,
    ],
    unknowns: documents.flatMap(({ unknowns }) => unknowns),
    lock: {
      endpoints: recalled.lock(
        new Map(all.identities.flatMap((key, i) => (names[i] ? [[key, names[i]]] : []))),
      ),
      types: lockedTypes.lock,
    },
  };
}

/** Joins the operations of all documents, and their schemas. */
function collect(documents: readonly DocumentModel[]): Package {
  const shared = shareSchemas(documents.map(({ schemas }) => schemas));
  let firstUse = 0;
  const operations = documents.flatMap(({ source, operations, schemas }) => {
    const first = firstUse;
    firstUse += schemas.roots.length;
    return operations.map((operation) => ({ ...operation, document: source, firstUse: first }));
  });
  const identities = operations.map((operation) => identity(operation, shared));
  const groups = groupBy([...identities.keys()], (index) => identities[index] ?? "");
  return {
    operations,
    shared,
    services: planServices(operations),
    identities,
    groups: [...groups.values()],
  };
}

/** A text that is equal for operations with the same request, the same types and the same `x-batch`. */
function identity(operation: PackagedOperation, { roots }: SharedSchemas): string {
  const id = (use: number | undefined): SchemaId | null =>
    (use === undefined ? undefined : roots[operation.firstUse + use]) ?? null;
  return JSON.stringify([
    operation.method,
    operation.path,
    operation.xBatch,
    operation.parameters,
    ...(operation.jobParameters ? [operation.jobParameters] : []),
    id(operation.input),
    id(operation.params),
    id(operation.result),
    operation.replies.map(({ status, mediaType = "", body }) => [status, mediaType, id(body)]),
    ...(operation.encoding ? [operation.encoding] : []),
  ]);
}

const documentsOf = (operations: readonly PackagedOperation[]): string[] => [
  ...new Set(operations.map(({ document }) => document.name)),
];

/** For each endpoint, the operation that the lock knows it by. */
const namedOperations = ({ groups, operations, identities }: Package) =>
  groups.map((members) => {
    const alike = members.flatMap((i) => operations[i] ?? []);
    const { method = "", path = "" } = alike[0] ?? {};
    const identity = identities[members[0] ?? 0] ?? "";
    return { identity, method, path, documents: documentsOf(alike).sort() };
  });

const nameOperations = (
  { operations, identities }: Package,
  { fixed }: Recalled,
): readonly Name[] =>
  nameAll(
    operations.map(({ document, method, path, operationId, docs, xBatch: { kind } }, i) => ({
      method,
      path,
      title: document.title,
      document: document.name,
      identity: identities[i] ?? "",
      ...(kind === undefined ? {} : { kind }),
      ...(operationId === undefined ? {} : { operationId }),
      ...(docs.summary === undefined ? {} : { summary: docs.summary }),
    })),
    fixed,
  );

/** Finds a module and a name for each schema. A type that is named after its endpoint follows the endpoint's name. */
function layOutTypes(
  { groups, operations, identities, shared, services }: Package,
  names: readonly Name[],
  { fixed }: Recalled,
  knownTypes: ReadonlyMap<SchemaId, KnownName>,
): ModuleLayout {
  const typeUses: TypeUse[] = [];
  const known = new Map<SchemaId, KnownName>(knownTypes);
  const reserved = new Map<string, Set<string>>();
  for (const [first = 0] of groups) {
    const operation = operations[first];
    const name = names[first];
    if (!operation || !name) continue;
    const before = fixed.names.has(identities[first] ?? "");
    const own = typeUsesOf(operation, name.resource, name.name);
    typeUses.push(...own.map((typeUse) => ({ ...typeUse, known: before })));
    if (before) for (const { use, hint } of own) fixHint(known, shared, use, hint);
    const taken = reserved.get(name.resource) ?? new Set(runtimeNames);
    reserved.set(name.resource, taken);
    taken.add(typesName(name.name));
    taken.add(name.name);
    for (const service of services.services) taken.add(service.name);
  }
  return layOutModules(shared, typeUses, reserved, known);
}

function typeUsesOf(
  { firstUse, input, params, result, replies }: PackagedOperation,
  resource: string,
  name: string,
): readonly TypeUse[] {
  const of = (use: number | undefined, suffix: string): readonly TypeUse[] =>
    use === undefined ? [] : [{ use: firstUse + use, resource, hint: typeName(name, suffix) }];
  return [
    ...of(input, "Input"),
    ...of(result, "Result"),
    ...of(params, "Params"),
    ...replies.flatMap(({ status, body }) =>
      of(body, `Response${status === "default" ? "Default" : status}`),
    ),
  ];
}

function fixHint(
  known: Map<SchemaId, KnownName>,
  { roots, schemas }: SharedSchemas,
  use: number,
  name: string,
): void {
  const id = roots[use];
  const schema = id === undefined ? undefined : schemas.get(id);
  // A schema that a document declares is named after its declaration instead.
  if (id !== undefined && schema?.places.length === 0)
    known.set(id, { name, as: new Map(), root: false });
}

const methodOrder: readonly string[] = methods;

function byDocument(a: Row, b: Row): number {
  if (a.document !== b.document) return a.document < b.document ? -1 : 1;
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return methodOrder.indexOf(a.method) - methodOrder.indexOf(b.method);
}

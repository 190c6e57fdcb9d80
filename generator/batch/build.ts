/** From what documents give to the model of the package: schemas shared, names given. */
import type { Diagnostic } from "../base/diagnostics.js";
import type { Operation } from "../runtime/endpoint/operation.js";
import type { StatusPattern, XBatch } from "../runtime/endpoint/x-batch.js";
import type { Batch, DocumentModel } from "./document.js";
import { nothingLocked, recallNames, type Locked, type Rename } from "./lock.js";
import type { BatchApi, Endpoint, Row, SchemaId } from "./model.js";
import { nameAll, typeName } from "./names.js";
import type { Int64 } from "../schemas/read.js";
import { placeSchemas, type KnownName, type Placement } from "../schemas/place.js";
import type { SharedSchemas, Unknown } from "../schemas/schema.js";
import { shareSchemas } from "../schemas/share.js";
import { planServices } from "./services.js";
import { recallTypes } from "./type-names.js";
import { isRecord } from "./x-batch/mistakes.js";

export interface Model {
  readonly api: BatchApi;
  readonly diagnostics: readonly Diagnostic[];
  readonly unknowns: readonly Unknown[];
  /** All names, for the next time. */
  readonly lock: Locked;
}

/** What is known beside the documents. */
export interface ModelOptions {
  /** Names given before: they stay. */
  readonly locked?: Locked;
  /** Names that somebody chose: they win. */
  readonly renames?: readonly Rename[];
  /** What 64-bit integers of responses are: as the documents were modelled. Default `string`. */
  readonly int64?: Int64;
}

/** A batch of one of the documents, with the indices of its schemas among all uses. */
interface Planned extends Batch {
  readonly document: DocumentModel["source"];
}

export function buildModel(
  documents: readonly DocumentModel[],
  { locked = nothingLocked, renames = [], int64 }: ModelOptions = {},
): Model {
  const shared = shareSchemas(documents.map(({ schemas }) => schemas));
  let before = 0;
  const planned = documents.flatMap(({ source, batches, schemas }) => {
    const first = before;
    before += schemas.roots.length;
    return batches.map((batch) => plan(batch, source, first));
  });
  const services = planServices(planned);
  const identities = planned.map((one) => identity(one, shared));
  // Documents that declare one operation alike declare one endpoint.
  const groups = new Map<string, number[]>();
  identities.forEach((key, i) => {
    const group = groups.get(key);
    if (group) group.push(i);
    else groups.set(key, [i]);
  });
  const recalled = recallNames(
    [...groups].map(([key, members]) => {
      const alike = members.flatMap((i) => planned[i] ?? []);
      const { method = "", path = "" } = alike[0] ?? {};
      return { identity: key, method, path, documents: documentsOf(alike).sort() };
    }),
    locked.endpoints,
    renames,
  );
  const types = recallTypes(shared.schemas, locked.types);
  const names = nameAll(
    planned.map(({ document, method, path, operationId, batch: { kind } }, i) => ({
      method,
      path,
      title: document.title,
      document: document.name,
      identity: identities[i] ?? "",
      ...(kind === undefined ? {} : { kind }),
      ...(operationId === undefined ? {} : { operationId }),
    })),
    recalled.kept,
  );
  const placements: Placement[] = [];
  const known = new Map<SchemaId, KnownName>(types.known);
  const reserved = new Map<string, Set<string>>();
  for (const [first = 0] of groups.values()) {
    const one = planned[first];
    const name = names[first];
    if (!one || !name) continue;
    const before = recalled.kept.names.has(identities[first] ?? "");
    const own = placementsOf(one, name.resource, name.name);
    placements.push(...own.map((placement) => ({ ...placement, known: before })));
    // A type that has its name from its endpoint keeps it with it.
    if (before) for (const { use, hint } of own) keepHint(known, shared, use, hint);
    const taken = reserved.get(name.resource) ?? new Set(runtimeNames);
    reserved.set(name.resource, taken);
    for (const suffix of ["Endpoint", "Reply", "ErrorBody"]) taken.add(typeName(name.name, suffix));
    taken.add(name.name);
    for (const service of services.services) taken.add(service.name);
  }
  const placed = placeSchemas(shared, placements, reserved, known);
  const settled = types.settle(placed.given, new Set(documentsOf(planned)));

  const endpoints = [...groups.values()].flatMap((members) => {
    const [first = 0] = members;
    const one = planned[first];
    const name = names[first];
    const service = services.of[first];
    return one && name && service
      ? [
          endpointOf(
            one,
            members.flatMap((i) => planned[i] ?? []),
            name,
            service,
            shared,
            int64 === "bigint",
          ),
        ]
      : [];
  });
  const rows = [
    ...planned.map((one, i) => rowOf(one, names[i])),
    ...documents.flatMap(({ others }) => others),
  ];
  return {
    api: {
      services: services.services,
      endpoints: endpoints.sort((a, b) =>
        a.operation.name < b.operation.name ? -1 : a.operation.name > b.operation.name ? 1 : 0,
      ),
      modules: placed.modules,
      nameOf: placed.nameOf,
      rows: rows.sort(byDocument),
      sources: documents.filter(({ batches }) => batches.length > 0).map(({ source }) => source),
    },
    diagnostics: [
      ...documents.flatMap(({ diagnostics }) => diagnostics),
      ...recalled.diagnostics,
      ...settled.diagnostics,
    ],
    unknowns: documents.flatMap(({ unknowns }) => unknowns),
    lock: {
      endpoints: recalled.lock(
        new Map(identities.flatMap((key, i) => (names[i] ? [[key, names[i]]] : []))),
      ),
      types: settled.lock,
    },
  };
}

/** What the module of a resource imports from the runtime, and so cannot declare itself. */
export const runtimeNames = [
  "Endpoint",
  "Keyed",
  "Kind",
  "Pair",
  "Reply",
  "SelectEndpoint",
  "endpoint",
  "selectEndpoint",
] as const;

const documentsOf = (batches: readonly Planned[]): string[] => [
  ...new Set(batches.map(({ document }) => document.name)),
];

/** @param first the index that the first use of its document has among all */
function plan(batch: Batch, document: DocumentModel["source"], first: number): Planned {
  const { params, result } = batch;
  return {
    ...batch,
    document,
    input: first + batch.input,
    ...(params === undefined ? {} : { params: first + params }),
    ...(result === undefined ? {} : { result: first + result }),
    replies: batch.replies.map(({ body, ...reply }) => ({
      ...reply,
      ...(body === undefined ? {} : { body: first + body }),
    })),
  };
}

/** Equal for operations that documents declare alike: same request, same types, same `x-batch`. */
function identity(batch: Planned, shared: SharedSchemas): string {
  const id = (use: number | undefined): SchemaId | null =>
    (use === undefined ? undefined : shared.roots[use]) ?? null;
  return JSON.stringify([
    batch.method,
    batch.path,
    batch.batch,
    batch.parameters,
    id(batch.input),
    id(batch.params),
    id(batch.result),
    batch.replies.map(({ status, mediaType = "", body }) => [status, mediaType, id(body)]),
    ...(batch.encoding ? [batch.encoding] : []),
  ]);
}

function placementsOf(
  { input, params, result, replies }: Planned,
  resource: string,
  name: string,
): readonly Placement[] {
  const place = (use: number | undefined, suffix: string): readonly Placement[] =>
    use === undefined ? [] : [{ use, resource, hint: typeName(name, suffix) }];
  return [
    ...place(input, "Input"),
    ...place(result, "Result"),
    ...place(params, "Params"),
    ...replies.flatMap(({ status, body }) => place(body, `Response${status}`)),
  ];
}

function keepHint(
  known: Map<SchemaId, KnownName>,
  { roots, schemas }: SharedSchemas,
  use: number,
  name: string,
): void {
  const id = roots[use];
  const schema = id === undefined ? undefined : schemas.get(id);
  // What a document declares has its name from there.
  if (id !== undefined && schema?.places.length === 0)
    known.set(id, { name, as: new Map(), root: false });
}

function endpointOf(
  planned: Planned,
  members: readonly Planned[],
  { resource, name }: { readonly resource: string; readonly name: string },
  { service, auth }: { readonly service: string; readonly auth?: readonly (readonly string[])[] },
  shared: SharedSchemas,
  bigints: boolean,
): Endpoint {
  const { input, params, result, replies, successes, int64 } = planned;
  const id = (index: number): SchemaId => shared.roots[index] ?? 0; // an index that plan() gave
  const operation: Omit<Operation, "service"> = {
    name: `${resource}.${name}`,
    method: planned.method.toUpperCase(),
    path: planned.path.replace(/[?#].*$/, ""),
    ...besides(planned.batch, planned.defaults),
    ...(planned.parameters.length > 0 ? { parameters: planned.parameters } : {}),
    ...(planned.encoding ? { encoding: planned.encoding } : {}),
    ...(auth ? { auth } : {}),
    replies: successes.length > 0 ? successes.map(statusPattern) : ["2XX"],
    ...(int64.length > 0 ? { int64 } : {}),
  };
  return {
    resource,
    name,
    tier: planned.tier,
    operation,
    service,
    readsBigints: bigints && int64.length > 0,
    sendsBigints: planned.sendsBigints,
    docs: { ...planned.docs, scopes: [...new Set(members.flatMap(({ docs }) => docs.scopes))] },
    input: id(input),
    ...(result === undefined ? {} : { result: id(result) }),
    ...(params === undefined ? {} : { params: id(params) }),
    paramsOptional: planned.paramsOptional,
    replies: replies.map(({ body, ...reply }) => ({
      ...reply,
      ...(body === undefined ? {} : { schema: id(body) }),
    })),
    documents: documentsOf(members),
  };
}

const statusPattern = (status: string): StatusPattern =>
  /^\d+$/.test(status) ? Number(status) : status.toUpperCase();

/**
 * What an endpoint says beyond the defaults of its service, which the runtime lays under it: field by field, and in
 * `limit` and `statuses` member by member.
 */
function besides(batch: XBatch, defaults: Partial<XBatch>): XBatch {
  const fields = difference(batch, defaults).map(([key, value]) => {
    const under = key === "limit" || key === "statuses" ? defaults[key] : undefined;
    return [key, under && isRecord(value) ? Object.fromEntries(difference(value, under)) : value];
  });
  return { ...(Object.fromEntries(fields) as Partial<XBatch>), items: batch.items }; // members of one
}

function difference(value: object, known: object): readonly (readonly [string, unknown])[] {
  const before = new Map<string, unknown>(Object.entries(known));
  return Object.entries(value).filter(
    ([key, member]: [string, unknown]) =>
      JSON.stringify(before.get(key)) !== JSON.stringify(member),
  );
}

function rowOf(
  { document, method, path, tier, evidence, batch }: Planned,
  name: { readonly resource: string; readonly name: string } | undefined,
): Row {
  return {
    document: document.name,
    method,
    path,
    ...(name ? { name: `${name.resource}.${name.name}` } : {}),
    ...(batch.kind === undefined ? {} : { kind: batch.kind }),
    tier,
    items: batch.items,
    ...(batch.limit?.items === undefined ? {} : { limit: batch.limit.items }),
    recognised: true,
    evidence,
  };
}

const methodOrder = ["get", "put", "post", "delete", "patch", "query"];

function byDocument(a: Row, b: Row): number {
  if (a.document !== b.document) return a.document < b.document ? -1 : 1;
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return methodOrder.indexOf(a.method) - methodOrder.indexOf(b.method);
}

/** From documents to the model: candidates found, schemas shared, names given. */
import type { Diagnostic } from "../diagnostics.js";
import type { Spec } from "../read/spec.js";
import type { Operation } from "../runtime/operation.js";
import type { StatusPattern, XBatch } from "../runtime/x-batch.js";
import { candidatesOf, type Candidate, type ConfiguredBatches } from "./candidates.js";
import { nothingLocked, recallNames, type Locked, type Rename } from "./lock.js";
import type { BatchApi, Documentation, Endpoint, Row, SchemaId, SchemaUse } from "./model.js";
import { nameAll, typeName } from "./names.js";
import { isObject, own, text } from "./operations.js";
import { successes } from "./replies.js";
import { holdsBigints, int64Pointers } from "./schemas/int64.js";
import type { Int64 } from "./schemas/normalise.js";
import { placeSchemas, type KnownName, type Placement } from "./schemas/place.js";
import type { SharedSchemas } from "./schemas/schema.js";
import { shareSchemas } from "./schemas/share.js";
import { planServices, scopesOf } from "./services.js";
import { recallTypes } from "./type-names.js";
import { isRecord } from "./x-batch-mistakes.js";

export interface Model {
  readonly api: BatchApi;
  readonly diagnostics: readonly Diagnostic[];
  readonly unknowns: SharedSchemas["unknowns"];
  /** All names, for the next time. */
  readonly lock: Locked;
}

/** What is known beside the documents. */
export interface ModelOptions {
  /** Names given before: they stay. */
  readonly locked?: Locked;
  /** Names that somebody chose: they win. */
  readonly renames?: readonly Rename[];
  /** `x-batch` values over those of the documents. */
  readonly batches?: ConfiguredBatches;
  /** Enums of responses may have values that they do not list. Default false. */
  readonly openEnums?: boolean;
  /** What 64-bit integers of responses are. Default `string`. */
  readonly int64?: Int64;
}

/** A candidate and the indices of its schemas among all uses. */
interface Planned {
  readonly candidate: Candidate;
  readonly input: number;
  readonly params: number | undefined;
  readonly result: number | undefined;
  readonly replies: readonly (number | undefined)[];
}

export function buildModel(
  specs: readonly Spec[],
  { locked = nothingLocked, renames = [], batches = new Map(), ...typing }: ModelOptions = {},
): Model {
  const found = specs.map((spec) => candidatesOf(spec, batches));
  const diagnostics = found.flatMap((one) => one.diagnostics);
  const uses: SchemaUse[] = [];
  const planned = found
    .flatMap(({ candidates }) => candidates)
    .map((candidate) => plan(candidate, uses));
  const shared = shareSchemas(uses, typing);

  const services = planServices(
    planned.map(({ candidate }) => candidate),
    diagnostics,
  );
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
      const raws = members.flatMap((i) => planned[i]?.candidate.raw ?? []);
      const { method = "", path = "" } = raws[0] ?? {};
      const documents = [...new Set(raws.map(({ spec }) => spec.name))].sort();
      return { identity: key, method, path, documents };
    }),
    locked.endpoints,
    renames,
  );
  const types = recallTypes(shared.schemas, locked.types);
  const names = nameAll(
    planned.map(({ candidate: { raw, batch } }, i) => ({
      method: raw.method,
      path: raw.path,
      title: titleOf(raw.spec),
      document: raw.spec.name,
      identity: identities[i] ?? "",
      ...(batch.kind === undefined ? {} : { kind: batch.kind }),
      ...(text(raw.value, "operationId") === undefined
        ? {}
        : { operationId: text(raw.value, "operationId") ?? "" }),
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
    const own = placementsOf(one, name.resource, name.name);
    placements.push(...own);
    // A type that has its name from its endpoint keeps it with it.
    if (recalled.kept.names.has(identities[first] ?? ""))
      for (const { use, hint } of own) keepHint(known, shared, use, hint);
    const taken = reserved.get(name.resource) ?? new Set(runtimeNames);
    reserved.set(name.resource, taken);
    for (const suffix of ["Endpoint", "Reply", "ErrorBody"]) taken.add(typeName(name.name, suffix));
    taken.add(name.name);
    for (const service of services.services) taken.add(service.name);
  }
  const placed = placeSchemas(shared, placements, reserved, known);
  const settled = types.settle(
    placed.given,
    new Set(planned.map(({ candidate }) => candidate.raw.spec.name)),
  );

  const endpoints = [...groups.values()].flatMap((members) => {
    const [first = 0] = members;
    const one = planned[first];
    const name = names[first];
    const service = services.of[first];
    return one && name && service
      ? [
          endpointOf(
            one,
            members.flatMap((i) => planned[i]?.candidate ?? []),
            name,
            service,
            shared,
            typing.int64 === "bigint",
          ),
        ]
      : [];
  });
  const rows = [
    ...planned.map((one, i) => rowOf(one.candidate, names[i])),
    ...found.flatMap(({ others }) => others),
  ];
  const sources = new Set(planned.map(({ candidate }) => candidate.raw.spec));
  return {
    api: {
      services: services.services,
      endpoints: endpoints.sort((a, b) =>
        a.operation.name < b.operation.name ? -1 : a.operation.name > b.operation.name ? 1 : 0,
      ),
      modules: placed.modules,
      nameOf: placed.nameOf,
      rows: rows.sort(byDocument),
      sources: [...sources].map((spec) => ({
        name: spec.name,
        title: titleOf(spec),
        version: infoOf(spec, "version"),
        hash: spec.hash,
      })),
    },
    diagnostics: [
      ...diagnostics,
      ...shared.diagnostics,
      ...recalled.diagnostics,
      ...settled.diagnostics,
    ],
    unknowns: shared.unknowns,
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

const infoOf = (spec: Spec, key: string): string => {
  const info = own(spec.document, "info");
  return (isObject(info) ? text(info, key) : undefined) ?? "";
};

const titleOf = (spec: Spec): string => infoOf(spec, "title") || spec.name.replace(/\.[^.]*$/, "");

function plan(candidate: Candidate, uses: SchemaUse[]): Planned {
  const { raw } = candidate;
  const add = (use: SchemaUse | undefined, role: string): number | undefined => {
    if (use === undefined) return undefined;
    const named = isObject(use.schema) && typeof own(use.schema, "$ref") === "string";
    const owner = `${raw.method} ${raw.path} ${role}`;
    return uses.push(named ? use : { ...use, owner }) - 1;
  };
  return {
    candidate,
    input: add(candidate.input, "input") ?? 0,
    params: add(candidate.params, "params"),
    result: add(candidate.result, "result"),
    replies: candidate.replies.map(({ status, body }) => add(body, status)),
  };
}

/** Equal for operations that documents declare alike: same request, same types, same `x-batch`. */
function identity({ candidate, ...indices }: Planned, shared: SharedSchemas): string {
  const { raw, batch, parameters, replies } = candidate;
  const id = (index: number | undefined): SchemaId | undefined =>
    index === undefined ? undefined : shared.roots[index];
  return JSON.stringify([
    raw.method,
    raw.path,
    batch,
    parameters,
    id(indices.input),
    id(indices.params) ?? null,
    id(indices.result) ?? null,
    replies.map(({ status, mediaType = "" }, i) => [
      status,
      mediaType,
      id(indices.replies[i]) ?? null,
    ]),
    ...(candidate.encoding ? [candidate.encoding] : []),
  ]);
}

function placementsOf(
  { candidate, input, params, result, replies }: Planned,
  resource: string,
  name: string,
): readonly Placement[] {
  const place = (use: number | undefined, suffix: string): readonly Placement[] =>
    use === undefined ? [] : [{ use, resource, hint: typeName(name, suffix) }];
  return [
    ...place(input, "Input"),
    ...place(result, "Result"),
    ...place(params, "Params"),
    ...replies.flatMap((use, i) => place(use, `Response${candidate.replies[i]?.status ?? ""}`)),
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
  members: readonly Candidate[],
  { resource, name }: { readonly resource: string; readonly name: string },
  { service, auth }: { readonly service: string; readonly auth?: readonly (readonly string[])[] },
  shared: SharedSchemas,
  bigints: boolean,
): Endpoint {
  const { candidate } = planned;
  const { raw, batch, defaults } = candidate;
  const id = (index: number): SchemaId => shared.roots[index] ?? 0; // an index that plan() gave
  const successful = successes(raw).map(({ status }) => status);
  const int64 = new Set(
    planned.replies.flatMap((use, i) =>
      use !== undefined && successful.includes(candidate.replies[i]?.status ?? "")
        ? int64Pointers(shared, id(use))
        : [],
    ),
  );
  const operation: Omit<Operation, "service"> = {
    name: `${resource}.${name}`,
    method: raw.method.toUpperCase(),
    path: raw.path.replace(/[?#].*$/, ""),
    ...besides(batch, defaults),
    ...(candidate.parameters.length > 0 ? { parameters: candidate.parameters } : {}),
    ...(candidate.encoding ? { encoding: candidate.encoding } : {}),
    ...(auth ? { auth } : {}),
    replies: successful.length > 0 ? successful.map(statusPattern) : ["2XX"],
    ...(int64.size > 0 ? { int64: [...int64].sort() } : {}),
  };
  return {
    resource,
    name,
    tier: candidate.tier,
    operation,
    service,
    readsBigints: bigints && int64.size > 0,
    sendsBigints:
      bigints &&
      [planned.input, planned.params].some(
        (use) => use !== undefined && holdsBigints(shared, id(use)),
      ),
    docs: documentation(raw.value, members),
    input: id(planned.input),
    ...(planned.result === undefined ? {} : { result: id(planned.result) }),
    ...(planned.params === undefined ? {} : { params: id(planned.params) }),
    paramsOptional: candidate.paramsOptional,
    replies: candidate.replies.map(({ body: _, ...reply }, i) => {
      const use = planned.replies[i];
      return { ...reply, ...(use === undefined ? {} : { schema: id(use) }) };
    }),
    documents: [...new Set(members.map((member) => member.raw.spec.name))],
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

function documentation(
  operation: Candidate["raw"]["value"],
  members: readonly Candidate[],
): Documentation {
  const summary = text(operation, "summary");
  const description = text(operation, "description");
  const external = own(operation, "externalDocs");
  const url = isObject(external) ? text(external, "url") : undefined;
  return {
    ...(summary === undefined ? {} : { summary }),
    ...(description === undefined ? {} : { description }),
    ...(own(operation, "deprecated") === true ? { deprecated: true } : {}),
    scopes: [...new Set(members.flatMap(scopesOf))],
    ...(url === undefined ? {} : { externalDocs: url }),
  };
}

function rowOf(
  { raw, tier, evidence, batch }: Candidate,
  name: { readonly resource: string; readonly name: string } | undefined,
): Row {
  return {
    document: raw.spec.name,
    method: raw.method,
    path: raw.path,
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

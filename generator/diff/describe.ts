/** `describe`: the model of a package -> its description. */
import type { BatchApi, Endpoint, Reply, SchemaId } from "../batch/model.js";
import { any, emptyRecord, mapParts, withoutDocs } from "../schemas/combine.js";
import type { Schema } from "../schemas/schema.js";
import {
  bodyForm,
  byResource,
  enumNames,
  inputForm,
  isSuccess,
  reexportsOf,
  replyStatus,
  resultMayBeAbsent,
  selectOf,
  sharedEnums,
  typesName,
} from "../batch/surface.js";
import type { DescribedEndpoint, DescribedReply, Description } from "./description.js";

/** The description does not depend on the names of the documents. */
export function describe(api: BatchApi): Description {
  const keys = new Map<SchemaId, string>();
  for (const { path, declarations } of api.modules)
    for (const { id, name } of declarations) keys.set(id, `${path}#${name}`);
  const refTo = (id: SchemaId): Schema => ({ $ref: keys.get(id) ?? "" });

  const endpoints = sorted(
    api.endpoints.map((endpoint) => [
      endpoint.operation.name,
      describeEndpoint(api, endpoint, refTo),
    ]),
  );
  const types = sorted(
    api.modules.flatMap(({ path, declarations }) =>
      declarations.map(({ name, schema }) => [`${path}#${name}`, bare(schema, refTo)]),
    ),
  );
  return { endpoints, exports: exportsOf(api), types };
}

function describeEndpoint(
  api: BatchApi,
  endpoint: Endpoint,
  refTo: (id: SchemaId) => Schema,
): DescribedEndpoint {
  const { operation, docs, input, result, params } = endpoint;
  const service = api.services.find(({ name }) => name === endpoint.service);
  const kind = operation.kind ?? service?.defaults.kind;
  const { items, bytes, itemBytes } = { ...service?.defaults.limit, ...operation.limit };
  const limited = [items, bytes, itemBytes].some((limit) => limit !== undefined);
  const retry = operation.retry ?? service?.defaults.retry;
  const statuses = { ...service?.defaults.statuses, ...operation.statuses };
  const form = inputForm(endpoint);
  const select = selectOf(endpoint);
  const errors = endpoint.replies.filter(
    (reply) => !isSuccess(reply) && reply.schema !== undefined,
  );
  return {
    method: operation.method,
    path: operation.path,
    ...(kind === undefined ? {} : { kind }),
    baseUrl: service?.service.baseUrl ?? "",
    ...(docs.deprecated === true ? { deprecated: true } : {}),
    ...(limited
      ? {
          limit: {
            ...(items === undefined ? {} : { items }),
            ...(bytes === undefined ? {} : { bytes }),
            ...(itemBytes === undefined ? {} : { itemBytes }),
          },
        }
      : {}),
    ...(retry === undefined ? {} : { retry }),
    ...(Object.keys(statuses).length > 0 ? { statuses } : {}),
    input: refTo(input),
    ...(form === "item" ? {} : { inputForm: form }),
    ...(result === undefined ? {} : { result: refTo(result) }),
    ...(result !== undefined && resultMayBeAbsent(endpoint) ? { resultMayBeAbsent: true } : {}),
    ...(params === undefined ? {} : { params: refTo(params) }),
    replies: replies(endpoint.replies.filter(isSuccess), refTo),
    ...(errors.length > 0 ? { errors: any(errors.map((reply) => bodyOf(reply, refTo))) } : {}),
    ...(select ? { select } : {}),
  };
}

function replies(
  declared: readonly Reply[],
  refTo: (id: SchemaId) => Schema,
): DescribedEndpoint["replies"] {
  const bodies = new Map<string, Schema[]>();
  for (const reply of declared) {
    const status = String(replyStatus(reply));
    const body = bodyForm(reply) === "none" ? [] : [bodyOf(reply, refTo)];
    bodies.set(status, [...(bodies.get(status) ?? []), ...body]);
  }
  return sorted(
    [...bodies].map(([status, list]): [string, DescribedReply] => [
      status,
      list.length > 0 ? { body: any(list) } : {},
    ]),
  );
}

function bodyOf(reply: Reply, refTo: (id: SchemaId) => Schema): Schema {
  const form = bodyForm(reply);
  if (form === "text") return { type: "string" };
  return form === "typed" && reply.schema !== undefined ? refTo(reply.schema) : {};
}

/** A schema without its documentation except `deprecated`, and with names in its references. */
function bare(schema: Schema, refTo: (id: SchemaId) => Schema): Schema {
  const change = (part: Schema): Schema => ({
    ...inOrder(mapParts(withoutDocs(part), change)),
    ...(part.$ref === undefined ? {} : refTo(Number(part.$ref))),
    ...(part.deprecated === true ? { deprecated: true } : {}),
  });
  return change(schema);
}

/** Sorts properties and members of enums: their order in a document is no change. */
const inOrder = (schema: Schema): Schema => ({
  ...schema,
  ...(schema.properties ? { properties: sorted(Object.entries(schema.properties)) } : {}),
  ...(schema.enum ? { enum: [...schema.enum].sort() } : {}),
  ...(schema.required ? { required: [...schema.required].sort() } : {}),
});

function exportsOf(api: BatchApi): Description["exports"] {
  const modules = new Map(api.modules.map((module) => [module.path, module]));
  const endpoints = byResource(api);
  const resources = [...endpoints.keys()];
  const namesOf = (resource: string): readonly string[] => {
    const module = modules.get(resource);
    const own = endpoints.get(resource) ?? [];
    return [
      ...own.map(({ name }) => typesName(name)),
      ...(module?.declarations ?? []).flatMap(({ name, members }) =>
        members ? enumNames(name) : [name],
      ),
      ...(module ? reexportsOf(module) : []).flatMap(({ from, name, as }) => {
        const declared = modules.get(from)?.declarations.find((other) => other.name === name);
        return declared?.members && as === name ? enumNames(name) : [as];
      }),
    ];
  };
  const shared = sharedEnums(api).flatMap(({ name }) => enumNames(name));
  return sorted(
    [["index", shared] as const, ...resources.map((path) => [path, namesOf(path)] as const)].map(
      ([path, names]) => [path, [...new Set(names)].sort()],
    ),
  );
}

/** A record in code point order of its keys, without a prototype: the names come from documents. */
function sorted<T>(entries: readonly (readonly [string, T])[]): Readonly<Record<string, T>> {
  const record = emptyRecord<T>();
  for (const [key, value] of [...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
    record[key] = value;
  return record;
}

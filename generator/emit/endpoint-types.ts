/** Exports `endpointTypes`: the interface of one endpoint's types. It is alike in packages with and without a runtime. */
import { StructureKind, type InterfaceDeclarationStructure } from "ts-morph";
import type { BatchApi, Endpoint, Reply } from "../batch/model.js";
import {
  bodyForm,
  inputForm,
  isSuccess,
  replyStatus,
  resultMayBeAbsent,
  selectOf,
  typesName,
} from "../batch/surface.js";
import { literal } from "../schemas/text.js";
import { needsChunkSize, withDefaults } from "../batch/endpoint-data.js";
import type { Import } from "./module.js";
import { requestBody } from "./request-body.js";

export interface EndpointTypes {
  readonly imports: readonly Import[];
  readonly statement: InterfaceDeclarationStructure;
}

interface TypesOptions {
  readonly typesOnly: boolean;
  /** Its comment. */
  readonly docs: readonly string[];
}

const runtime = {
  reply: { from: "runtime/endpoint/endpoint", name: "Reply", isType: true },
  keyed: { from: "runtime/encode/encoding", name: "Keyed", isType: true },
  pair: { from: "runtime/encode/encoding", name: "Pair", isType: true },
} as const satisfies Record<string, Import>;

/** With the runtime, what a run and a request are typed by; without it, what the caller sends and gets. */
export function endpointTypes(
  api: BatchApi,
  endpoint: Endpoint,
  { typesOnly, docs }: TypesOptions,
): EndpointTypes {
  const { resource, name, params, operation } = endpoint;
  const typeOf = (id: number): string => api.nameOf(resource, id);
  const { kind } = withDefaults(api, endpoint);
  const item = typeOf(endpoint.input);
  const paramsType = params === undefined ? undefined : typeOf(params);
  const form = typesOnly ? "item" : inputForm(endpoint);
  const select = typesOnly ? undefined : selectOf(endpoint);
  const members = {
    method: literal(operation.method),
    path: literal(operation.path),
    kind: kind && literal(kind),
    params: paramsType,
    input: inputTypes[form](item),
    body: typesOnly ? requestBody(endpoint, item, paramsType) : undefined,
    result: resultType(endpoint, typeOf),
    reply: replyType(endpoint, typeOf, typesOnly),
    error: errorType(endpoint, typeOf),
    select: select && `{ param: ${literal(select[0])}; field: ${literal(select[1])} }`,
    chunkSize: !typesOnly && needsChunkSize(api, endpoint) ? literal("required") : undefined,
  };
  return {
    imports: typesOnly ? [] : [runtime.reply, ...(form === "item" ? [] : [runtime[form]])],
    statement: {
      kind: StructureKind.Interface,
      docs: [...docs],
      isExported: true,
      name: typesName(name),
      properties: Object.entries(members).flatMap(([key, type]) =>
        type === undefined ? [] : [{ name: key, type }],
      ),
    },
  };
}

const inputTypes = {
  item: (item: string) => item,
  keyed: (item: string) => `Keyed<${item}>`,
  pair: (item: string) => `Pair<${item}, ${item}>`,
} as const;

function resultType(endpoint: Endpoint, typeOf: (id: number) => string): string {
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

/** The successes by HTTP status. */
function replyType(
  { replies }: Endpoint,
  typeOf: (id: number) => string,
  typesOnly: boolean,
): string {
  const print = (status: number | "number", body: string): string =>
    typesOnly ? `{ status: ${status}; body: ${body} }` : `Reply<${status}, ${body}>`;
  const types = replies
    .filter(isSuccess)
    .map((reply) => print(replyStatus(reply), bodyType(reply, typeOf)));
  return types.length > 0 ? types.join(" | ") : print("number", "unknown");
}

/** The bodies of errors; undefined where the document declares none. */
function errorType({ replies }: Endpoint, typeOf: (id: number) => string): string | undefined {
  const types = replies
    .filter((reply) => !isSuccess(reply) && reply.schema !== undefined)
    .map((reply) => bodyType(reply, typeOf));
  return types.length > 0 ? [...new Set(types)].sort().join(" | ") : undefined;
}

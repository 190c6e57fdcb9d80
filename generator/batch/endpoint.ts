/** `endpointOf` and `rowOf`: from operations to an endpoint of the package, and to a row of `inspect`. */
import type { Operation } from "../runtime/endpoint/operation.js";
import type { StatusPattern, XBatch } from "../runtime/endpoint/x-batch.js";
import type { SharedSchemas } from "../schemas/schema.js";
import type { Endpoint, Row, SchemaId, SourceDocument } from "./model.js";
import type { Name } from "./names/name.js";
import type { BatchOperation } from "./operation.js";
import type { ServicePlan } from "./services.js";
import { isRecord } from "./x-batch/mistakes.js";

/** A batch operation among those of all documents. */
export interface PackagedOperation extends BatchOperation {
  readonly document: SourceDocument;
  /** Add this to the index of a schema of its document: the sum is its index among the schemas of all documents. */
  readonly firstUse: number;
}

/** @param alike the operations that documents declare alike; the endpoint has the data of the first */
export function endpointOf(
  alike: readonly [PackagedOperation, ...PackagedOperation[]],
  documents: readonly string[],
  { resource, name }: Name,
  { service, auth }: ServicePlan["of"][number],
  shared: SharedSchemas,
  bigints: boolean,
): Endpoint {
  const [first] = alike;
  const { input, params, result, replies, successes, int64, firstUse } = first;
  const id = (use: number): SchemaId => shared.roots[firstUse + use] ?? 0; // readOperation() gave the index
  const operation: Omit<Operation, "service"> = {
    name: `${resource}.${name}`,
    method: first.method.toUpperCase(),
    path: first.path.replace(/[?#].*$/, ""),
    ...beyondDefaults(first.xBatch, first.defaults),
    ...(first.parameters.length > 0 ? { parameters: first.parameters } : {}),
    ...(first.jobParameters ? { jobParameters: first.jobParameters } : {}),
    ...(first.encoding ? { encoding: first.encoding } : {}),
    ...(auth ? { auth } : {}),
    replies: successes.length > 0 ? successes.map(statusPattern) : ["2XX"],
    ...bodiesOf(first),
    ...(int64.length > 0 ? { int64 } : {}),
  };
  return {
    resource,
    name,
    tier: first.tier,
    operation,
    service,
    readsBigints: bigints && int64.length > 0,
    sendsBigints: first.sendsBigints,
    docs: { ...first.docs, scopes: [...new Set(alike.flatMap(({ docs }) => docs.scopes))] },
    input: id(input),
    ...(result === undefined ? {} : { result: id(result) }),
    ...(params === undefined ? {} : { params: id(params) }),
    paramsOptional: first.paramsOptional,
    replies: replies.map(({ body, ...reply }) => ({
      ...reply,
      ...(body === undefined ? {} : { schema: id(body) }),
    })),
    documents,
  };
}

/** The bodies of successes that are no JSON. */
function bodiesOf({ replies, successes, xBatch }: BatchOperation): Pick<Operation, "bodies"> {
  const others = replies.flatMap(({ status, form }) =>
    successes.includes(status) && (form === "lines" || form === "text")
      ? [[status.toUpperCase(), form] as const]
      : [],
  );
  if (successes.length === 0 && xBatch.results?.as === "lines")
    return { bodies: { "2XX": "lines" } };
  return others.length > 0 ? { bodies: Object.fromEntries(others) } : {};
}

const statusPattern = (status: string): StatusPattern =>
  /^\d+$/.test(status) ? Number(status) : status.toUpperCase();

/**
 * The fields of an endpoint that differ from the defaults of its service. The runtime merges both field by field, and
 * `limit` and `statuses` member by member.
 */
function beyondDefaults(xBatch: XBatch, defaults: Partial<XBatch>): XBatch {
  const fields = difference(xBatch, defaults).map(([key, value]) => {
    const under = key === "limit" || key === "statuses" ? defaults[key] : undefined;
    return [key, under && isRecord(value) ? Object.fromEntries(difference(value, under)) : value];
  });
  return { ...(Object.fromEntries(fields) as Partial<XBatch>), items: xBatch.items }; // entries of an XBatch
}

function difference(value: object, known: object): readonly (readonly [string, unknown])[] {
  const before = new Map<string, unknown>(Object.entries(known));
  return Object.entries(value).filter(
    ([key, member]: [string, unknown]) =>
      JSON.stringify(before.get(key)) !== JSON.stringify(member),
  );
}

export function rowOf(
  { document, method, path, tier, signs, xBatch, advised, gaps }: PackagedOperation,
  name: Name | undefined,
): Row {
  return {
    document: document.name,
    method,
    path,
    ...(name ? { name: `${name.resource}.${name.name}` } : {}),
    ...(xBatch.kind === undefined ? {} : { kind: xBatch.kind }),
    tier,
    items: xBatch.items,
    ...(xBatch.limit?.items === undefined ? {} : { limit: xBatch.limit.items }),
    ...(xBatch.limit?.bytes === undefined ? {} : { bytes: xBatch.limit.bytes }),
    ...(advised && { advised }),
    ...(gaps && { gaps }),
    recognised: true,
    signs,
  };
}

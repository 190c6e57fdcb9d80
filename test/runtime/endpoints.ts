/** Endpoints of the four dialects, as the emitter would write them. */
import { makeKey } from "../../generator/runtime/encode/make-key.js";
import { encodings } from "./encodings.js";
import type { Pair } from "../../generator/runtime/encode/encoding.js";
import {
  endpoint,
  type Endpoint,
  type Reply,
  type SelectEndpoint,
} from "../../generator/runtime/endpoint/endpoint.js";
import type { Defaults, Service } from "../../generator/runtime/endpoint/operation.js";
import { segments } from "../../generator/runtime/endpoint/segments.js";
import { selectEndpoint } from "../../generator/runtime/endpoint/select.js";
import { styles } from "../../generator/runtime/endpoint/styles.js";

export const service: Service = { baseUrl: "http://127.0.0.1:1" };

export const defaults: Defaults = {
  statuses: { rejected: [423, 477], wholeBatch: [400, 409] },
  rate: {
    windows: [{ requests: 1_000_000, ms: 10_000 }],
    policies: { at: "/policyName", values: { TEN_SECONDLY_ROLLING: 10_000, DAILY: "stop" } },
  },
  state: {
    at: "/status",
    done: ["COMPLETE"],
    pending: ["PENDING", "PROCESSING"],
    failed: ["CANCELED"],
  },
  errors: { at: "/errors", ignore: [{ at: "/subCategory", equals: "nothing" }] },
  limit: {
    learn: {
      status: 400,
      at: "/message",
      pattern: "maximum number of inputs supported in a batch is (\\d+)",
    },
  },
};

export interface Write {
  id: string;
  objectWriteTraceId?: string;
  properties: { n: number | string };
}
export interface Create {
  objectWriteTraceId?: string;
  properties: { n: number | string };
}
export interface Result {
  id: string;
  properties: Readonly<Record<string, string | null>>;
}
type Body = {
  status: "CANCELED" | "COMPLETE" | "PENDING" | "PROCESSING";
  results: readonly Result[];
};

const trace = {
  by: "key",
  request: "/objectWriteTraceId",
  result: "/objectWriteTraceId",
  error: "/context/objectWriteTraceId",
  generate: "counter",
} as const;
const byId = { by: "value", request: "/id", result: "/id", error: "/context/ids" } as const;

const objects = {
  service,
  method: "POST",
  items: { at: "/inputs" },
  limit: { items: 10 },
  results: { at: "/results" },
} as const;

export interface Update {
  kind: "update";
  input: Write;
  result: Result;
  reply: Reply<200, Body> | Reply<207, Body>;
}
export const update: Endpoint<Update> = endpoint({
  ...objects,
  name: "objects.update",
  kind: "update",
  path: "/objects/update",
  match: [trace, byId],
  replies: [200, 207],
});

/** Without trace ids: one bad record refuses the whole request. */
export interface UpdateAll {
  kind: "update";
  input: Write;
  result: Result;
  reply: Reply<200, Body>;
}
export const updateAll: Endpoint<UpdateAll> = endpoint({
  ...objects,
  name: "objects.updateAll",
  kind: "update",
  path: "/objects/update",
  match: [byId],
  replies: [200],
});

export interface CreateTypes {
  kind: "create";
  params: { objectType: string };
  input: Create;
  result: Result;
  reply: Reply<201, Body> | Reply<207, Body>;
}
export const create: Endpoint<CreateTypes> = endpoint(
  {
    ...objects,
    name: "objects.create",
    kind: "create",
    path: "/objects/create/{objectType}",
    parameters: [{ name: "objectType", in: "path", required: true }],
    match: [
      { ...trace, result: "/objectWriteTraceId" },
      { by: "value", request: "/properties/n", result: "/properties/n" },
    ],
    replies: [201, 207],
  },
  { fill: segments },
);

export interface Archive {
  kind: "delete";
  input: Write;
  result: undefined;
  reply: Reply<204, undefined>;
}
export const archive: Endpoint<Archive> = endpoint({
  name: "objects.archive",
  service,
  method: "POST",
  path: "/objects/archive",
  kind: "delete",
  items: { at: "/inputs" },
  limit: { items: 10 },
  match: [byId],
  replies: [204],
});

export interface Read {
  kind: "read";
  params: { properties: readonly string[]; idProperty?: string };
  input: { id: string };
  result: Result;
  reply: Reply<200, Body>;
  select: { param: "properties"; field: "properties" };
}
export const read: SelectEndpoint<Read> = selectEndpoint(
  {
    ...objects,
    name: "objects.read",
    kind: "read",
    path: "/objects/read",
    parameters: [
      { name: "/properties", in: "body", required: true },
      { name: "/idProperty", in: "body" },
    ],
    select: { request: "/properties", result: "/properties" },
    match: [byId],
    replies: [200],
  },
  { fill: styles },
);

export interface Message {
  To: string;
  n: number | string;
}
export interface Send {
  kind: "create";
  input: Message;
  result: { MessageID: string };
  reply: Reply<200, readonly unknown[]>;
}
export const send: Endpoint<Send> = endpoint({
  name: "messages.send",
  service,
  method: "POST",
  path: "/messages",
  kind: "create",
  items: { at: "" },
  limit: { items: 10 },
  results: { at: "", status: "/ErrorCode", ok: [0], order: true },
  match: [{ by: "order" }],
  replies: [200],
});

export interface Customer {
  given: string;
  n: number | string;
}
export interface Customers {
  kind: "create";
  input: Customer;
  result: { given: string };
  reply: Reply<200>;
}
export const customers: Endpoint<Customers> = endpoint(
  {
    name: "customers.create",
    service,
    method: "POST",
    path: "/customers",
    kind: "create",
    items: { at: "/customers", as: "map" },
    limit: { items: 10 },
    results: { at: "/responses", as: "map", value: "/customer", error: "/errors" },
    match: [{ by: "mapKey", generate: "uuid" }],
    retry: { safe: true },
    replies: [200],
  },
  { encode: encodings.map, makeKey },
);

export type Action = { index: { _id: string } } | { delete: { _id: string } };
export interface Bulk {
  kind: "mixed";
  input: Pair<Action, { n: number | string }>;
  result: { _id: string; status: number };
  reply: Reply<200>;
}
export const bulk: Endpoint<Bulk> = endpoint(
  {
    name: "lines.bulk",
    service,
    method: "POST",
    path: "/lines",
    kind: "mixed",
    items: { at: "", as: "pairs", without: ["delete"], mediaType: "application/x-ndjson" },
    limit: { bytes: 100_000 },
    results: {
      at: "/items",
      first: true,
      status: "/status",
      error: "/error",
      ok: ["2XX"],
      order: true,
    },
    errors: { at: "/none", retry: [{ at: "/status", in: [429] }] },
    match: [{ by: "order" }],
    replies: [200],
  },
  { encode: encodings.pairs },
);

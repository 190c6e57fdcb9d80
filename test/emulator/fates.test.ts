/** Replies that tell the fate of single items where only a part was applied, from plain HTTP servers. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { buildModel } from "../../generator/batch/build.js";
import { modelDocument } from "../../generator/batch/document.js";
import { linked } from "../../generator/runtime/run/linked.js";
import { makeKey } from "../../generator/runtime/encode/make-key.js";
import { endpoint, type Endpoint, type Reply } from "../../generator/runtime/endpoint/endpoint.js";
import { styles } from "../../generator/runtime/endpoint/styles.js";
import type { Kind } from "../../generator/runtime/endpoint/x-batch.js";
import { pollJob } from "../../generator/runtime/send/job.js";
import { specOf } from "../batch/spec.js";
import { encodings } from "../runtime/encodings.js";
import { clientFor } from "../runtime/kit.js";
import type { JsonObject, JsonValue } from "../../generator/base/json.js";

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: any; // eslint-disable-line @typescript-eslint/no-explicit-any -- any JSON
}

/** Runs the only batch of a document against a server, and returns kinds of outcomes and requests. A text is XML. */
async function run(
  paths: JsonObject,
  answer: (asked: Asked) => readonly [status: number, body: JsonValue],
  inputs: readonly unknown[],
  params: object = {},
) {
  const requests: Asked[] = [];
  const server = createServer((request, reply) => {
    let text = "";
    request.on("data", (part) => (text += String(part)));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const asked = { method, url, headers, body: text === "" ? undefined : JSON.parse(text) };
      requests.push(asked);
      const [status, body] = answer(asked);
      const isXml = typeof body === "string";
      const type = isXml ? "text/xml" : "application/json";
      reply.writeHead(status, { "content-type": type }).end(isXml ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push(() => server.close());
  const { port } = server.address() as AddressInfo; // it listens on a port
  const info = { title: "T", version: "1" };
  const servers = [{ url: "https://h" }];
  const spec = specOf({ openapi: "3.1.0", info, servers, paths });
  const { api, diagnostics } = buildModel([modelDocument(spec)]);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const [built] = api.endpoints;
  const [service] = api.services;
  if (!built || !service) throw new Error("no endpoint");
  type Any = Endpoint<{
    kind: Kind;
    input: unknown;
    params: object;
    result: unknown;
    reply: Reply;
  }>;
  const { as = "array" } = built.operation.items;
  const made = endpoint<Any>(
    { ...built.operation, service: service.service },
    {
      ...{ fill: styles, makeKey },
      ...(as === "array" ? {} : { encode: encodings[as] }),
      ...(built.operation.job ? { pollJob } : {}),
      ...(built.operation.envelope?.after === undefined ? {} : { linked }),
    },
  );
  const client = clientFor(`http://127.0.0.1:${port}`);
  const outcomes = await client.run(made, inputs, { params }).collect();
  return { outcomes, kinds: outcomes.map(({ kind }) => kind), requests, built };
}

const object = (properties: JsonObject, required: readonly string[] = []) => ({
  type: "object",
  properties,
  required,
});
const text = { type: "string" };
const list = (items: JsonObject) => ({ type: "array", items });
const json = (schema: JsonObject) => ({ content: { "application/json": { schema } } });

const ten = Array.from({ length: 10 }, (_, i) => ({ event: "e", id: String(i) }));
const importing = (more: JsonObject): JsonObject => ({
  "/import/batch": {
    post: {
      requestBody: json(list(object({ event: text, id: text }))),
      responses: {
        "200": { description: "", ...json(object({ imported: { type: "integer" } })) },
        "400": {
          description: "",
          ...json(object({ failed: list(object({ index: { type: "integer" }, why: text })) })),
        },
      },
      "x-batch": {
        items: { at: "" },
        kind: "upsert",
        limit: { items: 2000 },
        mode: "independent",
        results: { at: "", as: "none" },
        errors: { at: "/failed" },
        match: [{ by: "index", error: "/index" }],
        ...more,
      },
    },
  },
});
const nineOfTen = (): readonly [number, JsonValue] => [
  400,
  { imported: 9, failed: [{ index: 3, why: "no name" }] },
];

test.each([
  ["nothing is said of 400", {}, "unknown"],
  ["400 refuses all, though parts are independent", { statuses: { wholeBatch: [400] } }, "unknown"],
  ["400 reports a part", { statuses: { partial: [400] } }, "ok"],
] as const)("a 400 that reports partial success: %s", async (_, more, others) => {
  const { kinds, requests } = await run(importing(more), nineOfTen, ten);
  expect(kinds).toEqual(ten.map((_, i) => (i === 3 ? "failed" : others)));
  expect(requests).toHaveLength(1);
});

const job = (reply: JsonObject): JsonObject => {
  const shared = [
    { name: "tenant", in: "path", required: true, schema: text },
    { name: "revision", in: "header", required: true, schema: text },
  ];
  return {
    "/tenants/{tenant}/things/batch": {
      post: {
        parameters: shared,
        requestBody: json(object({ things: list(object({ name: text })) }, ["things"])),
        responses: { "202": { description: "", ...json(object({ job: text })) } },
        "x-batch": {
          items: { at: "/things" },
          kind: "upsert",
          limit: { items: 100 },
          job: {
            id: "/job",
            poll: { operationId: "getJob" },
            state: { at: "/status", done: ["complete"], pending: ["queued"] },
          },
        },
      },
    },
    "/tenants/{tenant}/jobs/{job}": {
      get: {
        operationId: "getJob",
        parameters: [...shared, { name: "job", in: "path", required: true, schema: text }],
        responses: { "200": { description: "", ...json(object({ status: text, ...reply })) } },
      },
    },
  };
};
const things = [{ name: "a" }, { name: "b" }];
const where = { tenant: "t", revision: "7" };

test("a job that ends with a failure is no success of all, and is polled with all that it needs", async () => {
  const answer = ({ method }: Asked): readonly [number, JsonValue] =>
    method === "POST" ? [202, { job: "j" }] : [200, { status: "complete", total: 2, failed: 1 }];
  const { kinds, requests } = await run(
    job({ total: { type: "integer" }, failed: { type: "integer" } }),
    answer,
    things,
    where,
  );
  expect(kinds).toEqual(["unknown", "unknown"]);
  expect(requests[1]).toMatchObject({ url: "/tenants/t/jobs/j", headers: { revision: "7" } });
});

test("a job that ends without a failure is a success of all", async () => {
  const { kinds } = await run(
    job({ failed: { type: "integer" } }),
    ({ method }) =>
      method === "POST" ? [202, { job: "j" }] : [200, { status: "complete", failed: 0 }],
    things,
    where,
  );
  expect(kinds).toEqual(["ok", "ok"]);
});

test("an idempotency key belongs to a request, and fits into its schema", async () => {
  const paths = {
    "/emails/batch": {
      post: {
        parameters: [
          {
            name: "Idempotency-Key",
            in: "header",
            required: true,
            schema: { ...text, maxLength: 36 },
          },
        ],
        requestBody: json({ ...list(object({ to: text })), maxItems: 2 }),
        responses: { "200": { description: "" } },
        "x-batch": { kind: "create", limit: { items: 2 } },
      },
    },
  };
  const { kinds, requests, built } = await run(paths, () => [200, {}], [{}, {}, {}, {}, {}]);
  const keys = requests.map(({ headers }) => String(headers["idempotency-key"]));
  expect(built.operation.parameters).toBeUndefined();
  expect(new Set(keys).size).toBe(3);
  expect(keys.filter(({ length }) => length < 8 || length > 36)).toEqual([]);
  expect(kinds).toEqual(Array(5).fill("ok"));
});

test.each(["query", "header", "body"] as const)("a switch in the %s is sent", async (place) => {
  const name = place === "body" ? "/skip" : "skip";
  const paths = {
    "/rows/batch": {
      post: {
        requestBody: json(object({ skip: { type: "boolean" }, rows: list(object({ a: text })) })),
        responses: { "200": { description: "", ...json(object({ errors: list(object({})) })) } },
        "x-batch": {
          items: { at: "/rows" },
          kind: "upsert",
          limit: { items: 9 },
          mode: { switch: { in: place, name, value: true } },
        },
      },
    },
  };
  const { requests } = await run(paths, () => [200, {}], [{ a: "1" }]);
  const [{ url = "", headers, body } = {}] = requests as Partial<Asked>[];
  const sent = {
    query: url.split("?")[1] === "skip=true",
    header: headers?.["skip"] === "true",
    body: body.skip === true,
  };
  expect(sent[place]).toBe(true);
});

test("results that hold only the rest, in order", async () => {
  const entry = object({ index: { type: "integer" }, message: text });
  const paths = {
    "/emails/batch": {
      post: {
        requestBody: json(list(object({ to: text }))),
        responses: {
          "200": {
            description: "",
            ...json(object({ data: list(object({ id: text })), errors: list(entry) })),
          },
        },
        "x-batch": {
          items: { at: "" },
          kind: "create",
          limit: { items: 100 },
          results: { at: "/data", order: true },
          errors: { at: "/errors" },
          match: [{ by: "index", error: "/index" }, { by: "order" }],
        },
      },
    },
  };
  const { outcomes } = await run(
    paths,
    () => [200, { data: [{ id: "a" }, { id: "c" }], errors: [{ index: 1, message: "no" }] }],
    [{ to: "1" }, { to: "2" }, { to: "3" }],
  );
  expect(outcomes).toMatchObject([
    { kind: "ok", result: { id: "a" } },
    { kind: "failed", error: { message: "no" } },
    { kind: "ok", result: { id: "c" } },
  ]);
});

test("a map in and a map out match by their keys, without a word of x-batch about it", async () => {
  const map = (values: JsonObject): JsonObject => ({
    type: "object",
    additionalProperties: values,
  });
  const entry = object({ customer: object({ id: text }), errors: list(object({ detail: text })) });
  const paths = {
    "/customers/bulk-create": {
      post: {
        requestBody: json(object({ customers: map(object({ name: text })) }, ["customers"])),
        responses: { "200": { description: "", ...json(object({ responses: map(entry) })) } },
        "x-batch": { limit: { items: 10 } },
      },
    },
  };
  const { kinds, built, requests } = await run(
    paths,
    () => [200, { responses: { b: { errors: [{ detail: "no" }] }, a: { customer: { id: "1" } } } }],
    ["a", "b", "c"].map((key) => ({ key, value: { name: key } })),
  );
  expect(built.operation).toMatchObject({
    results: { at: "/responses", as: "map", error: "/errors" },
    match: [{ by: "mapKey" }],
  });
  expect(requests[0]?.body).toEqual({
    customers: { a: { name: "a" }, b: { name: "b" }, c: { name: "c" } },
  });
  expect(kinds).toEqual(["ok", "failed", "unknown"]);
});

test.each([
  ["is all that is declared", "text/xml", {}],
  ["comes where JSON is declared", "application/json", {}],
  ["comes where results are expected", "application/json", { results: { at: "/results" } }],
])("a reply in XML proves nothing: it %s", async (_, type, more) => {
  const reply = { [type]: { schema: object({ MessageId: text }, ["MessageId"]) } };
  const paths = {
    "/messages/batch": {
      post: {
        requestBody: json(object({ messages: list(object({ id: text })) })),
        responses: { "200": { description: "", content: reply } },
        "x-batch": { items: { at: "/messages" }, kind: "create", limit: { items: 10 }, ...more },
      },
    },
  };
  const inputs = [{ id: "1" }, { id: "2" }];
  const { kinds, requests } = await run(paths, () => [200, "<MessageId>1</MessageId>"], inputs);
  expect(kinds).toEqual(["unknown", "unknown"]);
  expect(requests).toHaveLength(1);
});

/** A request of a batch. */
interface Inner {
  readonly id: string;
  readonly url: string;
  readonly needs?: readonly string[];
}
const calls: JsonObject = {
  "/calls/batch": {
    post: {
      requestBody: json(
        object({
          requests: list(object({ id: text, method: text, url: text, needs: list(text) })),
        }),
      ),
      responses: {
        "200": {
          description: "",
          ...json(object({ responses: list(object({ id: text, status: { type: "integer" } })) })),
        },
      },
      "x-batch": {
        items: { at: "/requests" },
        kind: "mixed",
        limit: { items: 4 },
        results: { at: "/responses", status: "/status" },
        errors: { retry: [{ at: "/status", in: [429, 424] }] },
        statuses: { wholeBatch: [400] },
        envelope: {
          ...{ method: "/method", path: "/url", id: "/id", after: "/needs" },
          response: { status: "/status", body: "/body" },
        },
      },
    },
  },
};

/** A service that refuses a request with a link out of it, or with a call that it does not know. */
function linkingServer() {
  const applied: string[] = [];
  const torn: Inner[][] = [];
  const busy = new Set(["busy"]);
  const answer = ({ body }: Asked): readonly [number, JsonValue] => {
    const { requests } = body as { requests: Inner[] };
    const ids = new Set(requests.map(({ id }) => id));
    if (requests.some(({ needs = [] }) => needs.some((id) => !ids.has(id)))) {
      torn.push(requests);
      return [400, { message: "no such id" }];
    }
    if (requests.some(({ url }) => url === "unknown")) return [400, { message: "no such call" }];
    const done = new Map<string, number>();
    for (const { id, url, needs = [] } of requests) {
      const waits = needs.some((one) => (done.get(one) ?? 0) >= 300);
      const status = waits ? 424 : url === "bad" ? 404 : busy.delete(url) ? 429 : 200;
      done.set(id, status);
      if (status === 200) applied.push(id);
    }
    return [200, { responses: [...done].map(([id, status]) => ({ id, status })) }];
  };
  return { applied, torn, answer };
}

test.each<
  [string, readonly (readonly [id: string, needs?: readonly string[], url?: string])[], string[]]
>([
  [
    "two at the end of a chunk, and one that needs the last",
    [["a"], ["b"], ["c"], ["d"], ["e", ["d"]]],
    ["ok", "ok", "ok", "ok", "ok"],
  ],
  [
    "one that needs two others, and stands before one of them",
    [["a"], ["b"], ["c"], ["d", ["c", "e"]], ["e"], ["f"]],
    ["ok", "ok", "ok", "ok", "ok", "ok"],
  ],
  [
    "a chain in a request that is refused for another item",
    [["a"], ["b", ["a"]], ["x", [], "unknown"], ["c"]],
    ["ok", "ok", "failed", "ok"],
  ],
  [
    "what needs an item that is refused alone",
    [["a", [], "unknown"], ["b", ["a"]], ["c"], ["d", ["c"]]],
    ["failed", "failed", "ok", "ok"],
  ],
  [
    "what needs an item that fails",
    [["a", [], "bad"], ["b", ["a"]], ["c"]],
    ["failed", "failed", "ok"],
  ],
  [
    "what needs an item that is sent again",
    [["a", [], "busy"], ["b", ["a"]], ["c"]],
    ["ok", "ok", "ok"],
  ],
  ["what needs an item that nobody sends", [["a", ["z"]], ["b"]], ["failed", "ok"]],
])("items that need each other are in one request: %s", async (name, rows, want) => {
  const { applied, torn, answer } = linkingServer();
  const inputs = rows.map(([id, needs = [], url = "/call"]) => ({
    id,
    method: "POST",
    url,
    needs,
  }));
  const { outcomes } = await run(calls, answer, inputs);
  const byId = new Map(outcomes.map(({ index, kind }) => [index, kind]));
  expect(rows.map((_, i) => byId.get(i))).toEqual(want);
  expect(applied.sort()).toEqual(rows.flatMap(([id], i) => (want[i] === "ok" ? [id] : [])).sort());
  // Only a link to nothing is torn.
  expect(torn.length > 0).toBe(name.includes("nobody"));
});

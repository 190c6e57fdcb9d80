/** Each form of items and results that `x-batch` has words for, over HTTP. */
import { describe, expect, test } from "vitest";
import { endpoint, type Endpoint, type Reply } from "../../generator/runtime/endpoint/endpoint.js";
import { service } from "../runtime/endpoints.js";
import { clientFor } from "../runtime/kit.js";
import { documentOf, emulate, send } from "./start.js";

const thing = {
  type: "object",
  properties: { id: { type: "string" }, name: { type: "string" } },
};
const list = (items: object) => ({ type: "array", items });
const object = (properties: object, required: string[] = []) => ({
  type: "object",
  properties,
  required,
});

test("a bare list, answered with a code in each element, in order", async () => {
  const document = documentOf(
    "/email/batch",
    {
      items: { at: "" },
      kind: "create",
      limit: { items: 500 },
      results: { at: "", status: "/ErrorCode", ok: [0], order: true },
      match: [{ by: "order" }],
    },
    {
      request: list(object({ To: { type: "string" } }, ["To"])),
      replies: {
        200: list(
          object({
            ErrorCode: { type: "integer" },
            Message: { type: "string" },
            To: { type: "string" },
            MessageID: { type: "string" },
          }),
        ),
      },
    },
  );
  const { post } = await emulate(document, { faults: [{ fault: "itemFailures", share: 0.5 }] });
  const { status, body } = await post("/email/batch", [{ To: "a" }, { To: "b" }]);
  expect(status).toBe(200);
  expect(body).toHaveLength(2);
  const codes = body.map(({ ErrorCode }: { ErrorCode: number }) => ErrorCode);
  expect(codes.filter((code: number) => code === 0)).toHaveLength(1);
  const good = body[codes.indexOf(0)];
  expect(good.To).toBe(codes.indexOf(0) === 0 ? "a" : "b");
});

describe("a map whose keys are idempotency keys", () => {
  const document = documentOf(
    "/v2/customers/bulk-create",
    {
      items: { at: "/customers", as: "map" },
      kind: "create",
      results: { at: "/responses", as: "map", value: "/customer", error: "/errors" },
      match: [{ by: "mapKey", generate: "uuid" }],
      retry: { safe: true },
    },
    {
      request: object({ customers: { type: "object", additionalProperties: thing } }),
      replies: {
        200: object({
          responses: {
            type: "object",
            additionalProperties: object({
              customer: object({ id: { type: "string" }, name: { type: "string" } }, ["id"]),
              errors: list(
                object({ category: { type: "string" }, code: { type: "string" } }, ["code"]),
              ),
            }),
          },
        }),
      },
    },
  );
  const path = "/v2/customers/bulk-create";
  const customers = { k1: { name: "Ada" }, k2: { name: "Bob" } };

  test("answers by key, and does nothing the second time", async () => {
    const { post, emulator } = await emulate(document);
    const first = await post(path, { customers });
    expect(first.body.responses).toEqual({
      k1: { customer: { id: expect.any(String), name: "Ada" } },
      k2: { customer: { id: expect.any(String), name: "Bob" } },
    });
    const second = await post(path, { customers });
    expect(second.body).toEqual(first.body);
    expect(emulator.stats().applied).toBe(2);
    expect(emulator.stats().collections["/v2/customers"]?.resources).toBe(2);
  });

  test("has the errors of an item where its result would be", async () => {
    const { post } = await emulate(document, { faults: [{ fault: "itemFailures", share: 0.5 }] });
    const { body } = await post(path, { customers });
    const [bad] = Object.values(body.responses).filter((entry) => "errors" in (entry as object));
    expect(bad).toMatchObject({
      errors: [{ category: expect.any(String), code: expect.any(String) }],
    });
    expect(bad).not.toHaveProperty("customer");
  });
});

describe("line pairs", () => {
  const document = documentOf(
    "/{index}/_bulk",
    {
      items: {
        at: "",
        as: "pairs",
        mediaType: "application/x-ndjson",
        without: ["delete"],
      },
      kind: "mixed",
      limit: { bytes: 1000 },
      results: {
        at: "/items",
        first: true,
        status: "/status",
        error: "/error",
        ok: ["2XX"],
        order: true,
      },
      match: [{ by: "order" }],
      errors: { retry: [{ at: "/status", in: [429] }] },
    },
    {
      media: "application/x-ndjson",
      request: { type: "string" },
      parameters: [{ in: "path", name: "index", required: true, schema: { type: "string" } }],
      replies: {
        200: object(
          {
            errors: { type: "boolean" },
            took: { type: "integer" },
            items: list({ type: "object" }),
          },
          ["errors", "took", "items"],
        ),
      },
    },
  );
  const lines = (...values: object[]) =>
    values.map((value) => `${JSON.stringify(value)}\n`).join("");
  const type = { "content-type": "application/x-ndjson" };
  const three = lines(
    { index: { _id: "1" } },
    { title: "One" },
    { delete: { _id: "2" } },
    { create: { _id: "3" } },
    { title: "Three" },
  );

  test("each result is wrapped in the name of its action", async () => {
    const { emulator } = await emulate(document);
    const { status, body } = await send(emulator, "POST", "/books/_bulk", three, type);
    expect(status).toBe(200);
    expect(body.errors).toBe(false);
    expect(body.items.map((item: object) => Object.keys(item))).toEqual([
      ["index"],
      ["delete"],
      ["create"],
    ]);
    expect(body.items[0].index).toMatchObject({ _id: "1", status: 200 });
    expect(body.items[2].create).toMatchObject({ _id: "3", status: 201 });
    expect(emulator.stats().collections["/books"]?.applied).toEqual({
      create: 1,
      delete: 1,
      upsert: 1,
    });
  });

  test("items that the service is too busy for", async () => {
    const { emulator } = await emulate(document, { faults: [{ fault: "busyItems", share: 0.3 }] });
    const { body } = await send(emulator, "POST", "/books/_bulk", three, type);
    expect(body.errors).toBe(true);
    const statuses = body.items.map(
      (item: Record<string, { status: number }>) => Object.values(item)[0]?.status,
    );
    expect(statuses.filter((status: number) => status === 429)).toHaveLength(1);
    expect(emulator.stats().applied).toBe(2);
  });

  test("refusals: a line that is no action, another type, too many bytes", async () => {
    const { emulator } = await emulate(document);
    const ask = (text: string, headers: Record<string, string> = type) =>
      send(emulator, "POST", "/books/_bulk", text, headers);
    expect((await ask(lines({ index: { _id: "1" } }))).status).toBe(400);
    expect((await ask("[]\n")).status).toBe(400);
    expect((await ask(three, { "content-type": "text/plain" })).status).toBe(415);
    expect((await ask(three.repeat(20))).status).toBe(413);
  });
});

test("lines in pairs, with a collection for each name of an index", async () => {
  const batch = {
    items: { at: "", as: "pairs", mediaType: "application/x-ndjson", without: ["delete"] },
    kind: "mixed",
    results: { at: "/items", first: true, status: "/status", error: "/error", order: true },
    match: [{ by: "order" }],
  };
  const entry = object({
    ...{ _index: { type: "string" }, _id: { type: "string" }, status: { type: "integer" } },
    error: object({ type: { type: "string" }, reason: { type: "string" } }),
  });
  const form = {
    media: "application/x-ndjson",
    request: { type: "string" },
    replies: { 200: object({ items: list({ type: "object", additionalProperties: entry }) }) },
  };
  const index = { in: "path", name: "index", required: true, schema: { type: "string" } };
  const inOne = documentOf("/{index}/_bulk", batch, { ...form, parameters: [index] });
  const { emulator } = await emulate(documentOf("/_bulk", batch, { ...form, more: inOne.paths }), {
    behaviour: { unknownIds: "fail" },
  });
  const ask = async (path: string, ...lines: object[]) => {
    const body = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    const type = { "content-type": "application/x-ndjson" };
    return (await send(emulator, "POST", path, body, type)).body.items;
  };
  const put = (name: string) => [{ index: { _index: name, _id: "1" } }, { title: name }];
  expect(await ask("/_bulk", ...put("books"), ...put("films"))).toMatchObject([
    { index: { _index: "books", _id: "1", status: 200 } },
    { index: { _index: "films", _id: "1", status: 200 } },
  ]);
  const reason: unknown = expect.stringMatching(/ .*\.$/);
  expect(
    await ask("/books/_bulk", { delete: { _id: "1" } }, { delete: { _id: "2" } }),
  ).toMatchObject([
    { delete: { _index: "books", _id: "1", status: 200 } },
    { delete: { _index: "books", _id: "2", status: 404, error: { reason } } },
  ]);
  const { collections } = emulator.stats();
  expect([collections["/books"]?.resources, collections["/films"]?.resources]).toEqual([0, 1]);
});

test("NDJSON both ways", async () => {
  const { emulator } = await emulate(
    documentOf(
      "/events/bulk",
      {
        items: { at: "", as: "lines", mediaType: "application/x-ndjson" },
        kind: "create",
        results: { at: "", as: "lines", order: true, error: "/error" },
        match: [{ by: "order" }],
      },
      { media: "application/x-ndjson", request: { type: "string" }, replies: { 200: undefined } },
    ),
  );
  const { text, headers } = await send(emulator, "POST", "/events/bulk", '{"a":1}\n{"a":2}', {
    "content-type": "application/x-ndjson",
  });
  expect(headers.get("content-type")).toBe("application/x-ndjson");
  const entries = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { a: number });
  expect(entries.map(({ a }) => a)).toEqual([1, 2]);
});

test("groups, and what is left of them to send again", async () => {
  const { post } = await emulate(
    documentOf(
      "/tables/batch-write",
      {
        items: { at: "/requests", as: "groups" },
        kind: "create",
        results: { at: "", as: "none" },
        remainder: { at: "/unprocessed" },
      },
      {
        request: object({ requests: { type: "object", additionalProperties: list(thing) } }),
        replies: {
          200: object({ unprocessed: { type: "object", additionalProperties: list(thing) } }),
        },
      },
    ),
    { faults: [{ fault: "unprocessed", share: 0.5, times: 1 }] },
  );
  const requests = { a: [{ name: "1" }, { name: "2" }], b: [{ name: "3" }, { name: "4" }] };
  const first = await post("/tables/batch-write", { requests });
  expect(Object.values(first.body.unprocessed).flat()).toHaveLength(2);
  const second = await post("/tables/batch-write", { requests: first.body.unprocessed });
  expect([second.status, second.body]).toEqual([200, {}]);
});

test("columns", async () => {
  const { post } = await emulate(
    documentOf(
      "/points/batch",
      {
        items: { at: "/batch", as: "columns" },
        kind: "upsert",
        results: { at: "/results", order: true },
        match: [{ by: "order" }],
      },
      { request: { type: "object" }, replies: { 200: object({ results: list(thing) }) } },
    ),
  );
  const { body } = await post("/points/batch", { batch: { id: ["1", "2"], name: ["a", "b"] } });
  expect(body.results).toEqual([
    { id: "1", name: "a" },
    { id: "2", name: "b" },
  ]);
});

test.each([
  ["repeated", "array", "id=1&id=2&id=3"],
  ["one text", "csv", "id=1,2,3"],
])("ids in the query, %s", async (_name, as, query) => {
  const { emulator } = await emulate(
    documentOf(
      "/things/batch",
      {
        items: { in: "query", at: "id", as },
        kind: "read",
        limit: { items: 3 },
        results: { at: "/data" },
        match: [{ by: "value", request: "", result: "/id" }],
      },
      {
        method: "get",
        parameters: [{ in: "query", name: "id", required: true, schema: list({ type: "string" }) }],
        replies: { 200: object({ data: list(thing) }) },
      },
    ),
    { behaviour: { missing: ["2"], shuffle: false } },
  );
  const { status, body } = await send(emulator, "GET", `/things/batch?${query}`);
  // nowhere to tell of one that is missing
  expect(status).toBe(400);
  expect(body.message).toContain("No resource");
  const two = await send(emulator, "GET", "/things/batch?id=1&id=3");
  expect(two.body.data.map(({ id }: { id: string }) => id)).toEqual(["1", "3"]);
  expect((await send(emulator, "GET", "/things/batch?id=1&id=3&id=4&id=5")).status).toBe(400);
  expect((await send(emulator, "GET", "/things/batch")).body.message).toContain('"id" is missing');
});

test("an acknowledgement without a body", async () => {
  const { emulator } = await emulate(
    documentOf(
      "/things:batchDelete",
      {
        items: { at: "/ids" },
        kind: "delete",
        results: { at: "", as: "none" },
        match: [{ by: "value", request: "", error: "/id", absent: "ok" }],
      },
      { request: object({ ids: list({ type: "string" }) }), replies: { 204: undefined } },
    ),
  );
  const { status, text } = await send(emulator, "POST", "/things:batchDelete", { ids: ["1"] });
  expect([status, text]).toEqual([204, ""]);
  expect(Object.keys(emulator.stats().collections)).toEqual(["/things"]);
});

test("paths with several parameters in a segment, and an action after a colon", async () => {
  const { emulator } = await emulate(
    documentOf(
      "/v1/{project}/{database}.{table}:batchCreate",
      { items: { at: "/rows" }, kind: "create", results: { at: "/rows" } },
      { request: object({ rows: list(thing) }), replies: { 200: object({ rows: list(thing) }) } },
    ),
  );
  const { status } = await send(emulator, "POST", "/v1/a%20b/main.users:batchCreate", {
    rows: [{}],
  });
  expect(status).toBe(200);
  expect(Object.keys(emulator.stats().collections)).toEqual(["/v1/a b/main.users"]);
});

test("failures that state the number of their item", async () => {
  const { post } = await emulate(
    documentOf(
      "/rows/batch",
      {
        items: { at: "/rows" },
        kind: "create",
        results: { at: "", as: "none" },
        errors: { at: "/errors" },
        match: [{ by: "index", error: "/row", absent: "unknown" }],
      },
      {
        request: object({ rows: list(thing) }),
        replies: {
          200: object({
            errors: list(object({ row: { type: "integer" }, message: { type: "string" } })),
          }),
        },
      },
    ),
    { faults: [{ fault: "itemFailures", share: 1 }] },
  );
  const { body } = await post("/rows/batch", { rows: [{}, {}, {}] });
  const rows = body.errors.map(({ row }: { row: number }) => row);
  expect(rows.sort()).toEqual([0, 1, 2]);
});

test.each([
  ["a list of errors", { results: { at: "/done" }, errors: { at: "/bad" } }],
  ["entries of the results", { results: { at: "/done", status: "/code" } }],
])("message and category where the data says, in %s", async (_, form) => {
  const batch = {
    ...{ items: { at: "/things" }, kind: "update" as const, limit: { items: 10 } },
    ...form,
    errors: { ...("errors" in form && form.errors), message: "/say/what", category: "/say/kind" },
    match: [{ by: "value", request: "/id", result: "/id", error: "/id" }],
  } as const;
  const said = object({ what: { type: "string" }, kind: { type: "string" } });
  const entry = object({ id: { type: "string" }, code: { type: "integer" }, say: said });
  const { emulator } = await emulate(
    documentOf("/things/batch", batch, {
      request: object({ things: list(thing) }),
      replies: { 200: object({ done: list(entry), bad: list(entry) }) },
    }),
    { faults: [{ fault: "itemFailures", share: 0.5 }] },
  );
  const update = endpoint<
    Endpoint<{ kind: "update"; input: { id: string }; result: unknown; reply: Reply }>
  >({ name: "t.u", service, method: "POST", path: "/things/batch", replies: [200], ...batch });
  const outcomes = await clientFor(emulator.url)
    .run(update, [{ id: "1" }, { id: "2" }, { id: "3" }, { id: "4" }])
    .collect();
  const failed = outcomes.flatMap((one) => (one.kind === "failed" ? [one.error] : []));
  expect(failed.length).toBeGreaterThan(0);
  for (const { category, message } of failed)
    expect([category, message]).toEqual([
      expect.stringMatching(/^[A-Z_]+$/),
      expect.stringMatching(/ .*\.$/),
    ]);
});

test("all or nothing", async () => {
  const { post, emulator } = await emulate(
    documentOf(
      "/things/batch",
      {
        items: { at: "/things" },
        kind: "create",
        mode: "atomic",
        results: { at: "/things", error: "/error" },
      },
      {
        request: object({ things: list(thing) }),
        replies: { 200: object({ things: list(thing) }) },
      },
    ),
    { faults: [{ fault: "itemFailures", share: 0.1, times: 1 }] },
  );
  const things = [{ name: "a" }, { name: "b" }];
  expect((await post("/things/batch", { things })).status).toBe(400);
  expect(emulator.stats().applied).toBe(0);
  expect((await post("/things/batch", { things })).status).toBe(200);
  expect(emulator.stats().applied).toBe(2);
});

test.each([
  ["query", "partial"],
  ["header", "x-partial"],
  ["body", "/options/partial"],
] as const)("partial results that a parameter in the %s turns on", async (place, name) => {
  const { emulator, post } = await emulate(
    documentOf(
      "/things/batch",
      {
        items: { at: "/things" },
        kind: "create",
        mode: { switch: { in: place, name, value: true } },
        results: { at: "/things", error: "/error" },
      },
      {
        request: object({ things: list(thing), options: { type: "object" } }),
        replies: { 200: object({ things: list({ type: "object" }) }) },
      },
    ),
    { faults: [{ fault: "itemFailures", share: 0.5 }] },
  );
  const things = [{ name: "a" }, { name: "b" }];
  expect((await post("/things/batch", { things })).status).toBe(400);
  const { status, body } = await send(
    emulator,
    "POST",
    `/things/batch${place === "query" ? "?partial=true" : ""}`,
    { things, ...(place === "body" && { options: { partial: true } }) },
    place === "header" ? { "x-partial": "true" } : {},
  );
  expect(status).toBe(200);
  expect(body.things.filter((entry: object) => "error" in entry)).toHaveLength(1);
  expect(emulator.stats().requests).toBe(2);
});

test.each([
  ["header", { in: "header", name: "Idempotency-Key" }],
  ["body", { in: "body", name: "/idempotency_key" }],
])("an idempotency key in the %s", async (_name, key) => {
  const { emulator } = await emulate(
    documentOf(
      "/payments/batch",
      {
        items: { at: "/payments" },
        kind: "create",
        results: { at: "/payments" },
        retry: { safe: true, key },
      },
      {
        request: object({ payments: list(thing) }),
        replies: { 200: object({ payments: list(thing) }) },
      },
    ),
  );
  const ask = (value: string) =>
    send(
      emulator,
      "POST",
      "/payments/batch",
      { payments: [{ name: "a" }], idempotency_key: value },
      { "idempotency-key": value },
    );
  const [first, again, other] = [await ask("1"), await ask("1"), await ask("2")];
  expect(again.body).toEqual(first.body);
  expect(other.body).not.toEqual(first.body);
  expect(emulator.stats().applied).toBe(2);
});

describe("a job", () => {
  const jobReply = object(
    {
      id: { type: "string" },
      status: { type: "string", enum: ["queued", "complete", "cancelled"] },
      results: list(thing),
    },
    ["status"],
  );
  const companion = (method: string, operationId: string) => ({
    [method]: {
      operationId,
      parameters: [{ in: "path", name: "job_id", required: true, schema: { type: "string" } }],
      responses: {
        200: { description: "", content: { "application/json": { schema: jobReply } } },
      },
    },
  });
  const document = documentOf(
    "/profile-imports",
    {
      items: { at: "/profiles" },
      kind: "upsert",
      match: [{ by: "value", request: "/id", result: "/id" }],
      job: {
        id: "/data/id",
        poll: { operationId: "getJob" },
        state: { at: "/status", pending: ["queued"], done: ["complete"], failed: ["cancelled"] },
        results: { at: "/results" },
      },
    },
    {
      request: object({ profiles: list(thing) }),
      replies: { 202: object({ data: object({ id: { type: "string" } }, ["id"]) }, ["data"]) },
      more: {
        "/profile-imports/{job_id}": {
          ...companion("get", "getJob"),
        },
      },
    },
  );
  const profiles = [
    { id: "p1", name: "Ada" },
    { id: "p2", name: "Bob" },
  ];

  test("is taken, is pending for so many polls, and then tells all", async () => {
    const { post, emulator } = await emulate(document, { behaviour: { polls: 2, shuffle: false } });
    const taken = await post("/profile-imports", { profiles });
    expect([taken.status, taken.body]).toEqual([202, { data: { id: "1" } }]);
    const poll = () => send(emulator, "GET", "/profile-imports/1");
    expect((await poll()).body).toMatchObject({ status: "queued" });
    expect((await poll()).body).toMatchObject({ status: "queued" });
    expect((await poll()).body).toMatchObject({ status: "complete", results: profiles });
    expect((await send(emulator, "GET", "/profile-imports/9")).status).toBe(404);
  });
});

test("items that are HTTP requests, and need each other", async () => {
  const { post } = await emulate(
    documentOf(
      "/$batch",
      {
        items: { at: "/requests" },
        envelope: {
          method: "/method",
          path: "/url",
          id: "/id",
          after: "/needs",
          response: { status: "/status", body: "/body" },
        },
        results: { at: "/responses", status: "/status" },
        match: [{ by: "key", request: "/id", result: "/id" }],
      },
      {
        request: object({ requests: list({ type: "object" }) }),
        replies: { 200: object({ responses: list({ type: "object" }) }) },
      },
    ),
  );
  const { body } = await post("/$batch", {
    requests: [{ id: "1", method: "GET", url: "/users/1" }],
  });
  expect(body.responses).toMatchObject([{ id: "1", status: 200, body: {} }]);
  const item = { method: "GET", url: "/users/1" };
  const needing = await post("/$batch", {
    requests: [
      { ...item, id: "1" },
      { ...item, id: "2", needs: "1" },
      { ...item, id: "3", needs: ["1", "elsewhere"] },
      { ...item, id: "4", needs: ["3"] },
    ],
  });
  const statuses = needing.body.responses.map(({ id, status }: any) => [id, status]); // eslint-disable-line @typescript-eslint/no-explicit-any -- any JSON
  expect(Object.fromEntries(statuses)).toEqual({ 1: 200, 2: 200, 3: 424, 4: 424 });
});

test("a number in a pointer is a place in a list, in requests and in replies", async () => {
  const lists = list(object({ objects: list(thing) }));
  const { post, emulator } = await emulate(
    documentOf(
      "/objects/batch",
      {
        items: { at: "/batches/0/objects" },
        kind: "create",
        results: { at: "/stored/0/objects", order: true },
        match: [{ by: "order" }],
      },
      {
        request: object({ batches: lists }),
        replies: { 200: object({ stored: lists }) },
      },
    ),
  );
  const { body } = await post("/objects/batch", { batches: [{ objects: [{}, {}] }] });
  expect(body.stored).toEqual([{ objects: [expect.anything(), expect.anything()] }]);
  const map = await post("/objects/batch", { batches: { 0: { objects: [{}] } } });
  expect(map.status).toBe(400);
  expect(emulator.stats()).toMatchObject({ applied: 2 });
});

test("an operation that was only detected", async () => {
  const { post, emulator } = await emulate(
    documentOf("/widgets/batch/update", undefined, {
      request: object(
        { inputs: list(object({ id: { type: "string" }, size: { type: "integer" } }, ["id"])) },
        ["inputs"],
      ),
      replies: {
        200: object({
          results: list(object({ id: { type: "string" }, size: { type: "integer" } })),
        }),
      },
    }),
  );
  expect(emulator.endpoints).toMatchObject([{ name: "widgets.update", kind: "update" }]);
  const { body } = await post("/widgets/batch/update", { inputs: [{ id: "7", size: 3 }] });
  expect(body.results).toEqual([{ id: "7", size: 3 }]);
});

test("operations of one path that a parameter tells apart", async () => {
  const target = (value: string) => ({
    parameters: [
      { in: "header", name: "X-Target", required: true, schema: { type: "string", enum: [value] } },
    ],
    request: object({ items: list(thing) }),
    replies: { 200: object({ items: list(thing) }) },
  });
  const batch = (kind: string) => ({ items: { at: "/items" }, kind, results: { at: "/items" } });
  const document = documentOf("/#X-Target=Put", batch("create"), {
    ...target("Put"),
    more: documentOf("/#X-Target=Get", batch("read"), target("Get")).paths,
  });
  const { emulator } = await emulate(document);
  const ask = async (value: string) =>
    (await send(emulator, "POST", "/", { items: [{ id: "1" }] }, { "x-target": value })).status;
  expect([await ask("Put"), await ask("Get"), await ask("Other")]).toEqual([200, 200, 404]);
  expect(Object.values(emulator.stats().collections)[0]?.applied).toEqual({ create: 1, read: 1 });
});

test("hostile documents and requests", async () => {
  const loop = { $ref: "#/components/schemas/Loop" };
  const document = {
    ...documentOf(
      "/things/batch",
      { items: { at: "/things" }, kind: "create", results: { at: "/things" } },
      {
        request: object({
          things: list({
            type: "object",
            properties: { a: { type: "string", pattern: "(" }, b: loop },
          }),
        }),
        replies: { 200: object({ things: list(thing), loop }, ["loop", "__proto__"]) },
      },
    ),
    components: {
      schemas: { Loop: { type: "object", required: ["next"], properties: { next: loop } } },
    },
  };
  const { post } = await emulate(document);
  const { status, text } = await post(
    "/things/batch",
    '{"things":[{"__proto__":{"x":1},"name":"a","a":"b"}]}',
  );
  expect(status).toBe(200);
  expect(text).toContain('"name":"a"');
  expect(({} as { x?: number }).x).toBeUndefined();
});

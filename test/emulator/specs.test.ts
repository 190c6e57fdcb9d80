/** The documents of specs/: what the service does that they describe, by the facts that their overlay cites. */
import { describe, expect, test } from "vitest";
import { emulateSpecs, fakeClock, ids, send } from "./start.js";

const notes = "/crm/v3/objects/notes/batch/update";
const contacts = (verb: string) => `/crm/v3/objects/contacts/batch/${verb}`;
const projects = "/crm/objects/v3/projects/batch/upsert";
const partners = "/crm/v3/objects/partner_clients/batch/update";
const update = (id: string, more: object = {}) => ({ id, properties: { a: "1" }, ...more });
const plain = { behaviour: { shuffle: false } } as const;

test("an update is applied and reported", async () => {
  const { clock } = fakeClock();
  const { post, emulator } = await emulateSpecs({ clock, ...plain });
  const reply = await post(notes, { inputs: [update("1"), update("2")] });
  expect(reply.status).toBe(200);
  expect(reply.body).toEqual({
    status: "COMPLETE",
    startedAt: "2024-03-01T00:00:00.000Z",
    completedAt: "2024-03-01T00:00:00.000Z",
    results: ["1", "2"].map((id) => ({
      id,
      properties: { a: "1" },
      createdAt: "2024-03-01T00:00:00.000Z",
      updatedAt: "2024-03-01T00:00:00.000Z",
      archived: false,
    })),
  });
  const stats = emulator.stats({ keys: true });
  expect(stats.endpoints["notes.update"]).toEqual({
    requests: 1,
    items: 2,
    applied: 2,
    statuses: { 200: 1 },
    faults: {},
  });
  expect(stats.collections["/crm/v3/objects/notes"]).toMatchObject({
    resources: 2,
    applied: { update: 2 },
    ids: { 1: 1, 2: 1 },
  });
});

test("endpoints of one object type share their things: create, read, update, archive", async () => {
  const { post, emulator } = await emulateSpecs({ behaviour: { unknownIds: "fail" } });
  const created = await post(contacts("create"), {
    inputs: [{ properties: { name: "Ada" }, associations: [] }],
  });
  expect(created.status).toBe(201);
  const { id } = created.body.results[0];
  await post(contacts("update"), { inputs: [{ id, properties: { score: "7" } }] });
  const read = await post(contacts("read"), {
    inputs: [{ id }, { id: "none" }],
    properties: ["name", "score", "city"],
    propertiesWithHistory: [],
  });
  expect(read.status).toBe(207);
  expect(read.body.results[0].properties).toEqual({ name: "Ada", score: "7", city: null });
  expect(read.body.numErrors).toBe(1);
  expect(read.body.errors[0]).toMatchObject({
    category: "OBJECT_NOT_FOUND",
    context: { ids: ["none"] },
  });
  const archived = await post(contacts("archive"), { inputs: [{ id }] });
  expect([archived.status, archived.text]).toEqual([204, ""]);
  expect(emulator.stats().collections["/crm/v3/objects/contacts"]?.resources).toBe(0);
  const missing = await post(contacts("update"), {
    inputs: [update(id, { objectWriteTraceId: "k" })],
  });
  expect(missing.body.errors[0].context).toEqual({ ids: [id], objectWriteTraceId: ["k"] });
});

test("an upsert creates once, by a unique property whose value comes back in lower case", async () => {
  const { post } = await emulateSpecs();
  const inputs = [{ id: "Ada@Example.com", idProperty: "email", properties: { a: "1" } }];
  const first = await post(projects, { inputs });
  const second = await post(projects, { inputs });
  expect(first.body.results[0]).toMatchObject({
    new: true,
    properties: { email: "ada@example.com", a: "1" },
  });
  expect(second.body.results[0]).toMatchObject({ new: false, id: first.body.results[0].id });
});

test("one entry names all ids that are not there, with their trace ids", async () => {
  const { post } = await emulateSpecs({ behaviour: { missing: ["2", "3"], shuffle: false } });
  const inputs = ids(4).map((id) => update(id, { objectWriteTraceId: `k${id}` }));
  const { status, body } = await post(notes, { inputs });
  expect(status).toBe(207);
  expect(body.results.map((result: { id: string }) => result.id)).toEqual(["1", "4"]);
  expect(body.errors).toHaveLength(1);
  expect(body.errors[0].context).toEqual({ ids: ["2", "3"], objectWriteTraceId: ["k2", "k3"] });
});

describe("what refuses them all", () => {
  const bad = { behaviour: { missing: ["2"], nameCulprits: 1 } } as const;

  test("one bad record, where inputs have no trace id", async () => {
    const { post, emulator } = await emulateSpecs(bad);
    const { status, body } = await post(notes, { inputs: [update("1"), update("2")] });
    expect(status).toBe(400);
    expect(body).toMatchObject({ category: "OBJECT_NOT_FOUND", context: { ids: ["2"] } });
    expect(emulator.stats().applied).toBe(0);
  });

  test("one bad record, where the document has no place for errors", async () => {
    const { post } = await emulateSpecs(bad);
    const inputs = [update("1"), update("2")].map((input, i) => ({
      ...input,
      objectWriteTraceId: `k${i}`,
    }));
    expect((await post(partners, { inputs })).status).toBe(400);
    expect((await post(notes, { inputs })).status).toBe(207);
  });

  test("an id that is in the request twice", async () => {
    const { post, emulator } = await emulateSpecs();
    const { status, body } = await post(notes, {
      inputs: [update("5"), update("6"), update("5")],
    });
    expect(status).toBe(400);
    expect(body.message).toContain("[5]");
    expect(emulator.stats().applied).toBe(0);
  });

  test("a conflict in an upsert has its own status", async () => {
    const { post } = await emulateSpecs({ behaviour: { unique: ["/properties/email"] } });
    const create = { inputs: [{ properties: { email: "a@b.c" }, associations: [] }] };
    expect((await post(contacts("create"), create)).status).toBe(201);
    const { status, body } = await post(contacts("create"), create);
    expect(status).toBe(409);
    expect(body).toMatchObject({ category: "CONFLICT", context: { existingId: ["1001"] } });
  });

  test("what does not fit the schema", async () => {
    const { post } = await emulateSpecs();
    const cases: [unknown, RegExp][] = [
      [{ inputs: [{ id: 1, properties: {} }] }, /\/inputs\/0\/id must be string/],
      [{ inputs: [{ id: "1" }] }, /must have required property 'properties'/],
      [{}, /must have required property 'inputs'/],
      ["{", /is not valid/],
      ["", /body is missing/],
    ];
    for (const [body, message] of cases) {
      const reply = await post(notes, body);
      expect(reply.status).toBe(400);
      expect(reply.body.message).toMatch(message);
      expect(reply.body.correlationId).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  test("too many, in words that tell the limit", async () => {
    const { post } = await emulateSpecs();
    const inputs = ids(101).map((id) => update(id));
    const { status, body } = await post(notes, { inputs });
    expect(status).toBe(400);
    expect(body.message).toBe("maximum number of inputs supported in a batch is 100");
    const half = {
      inputs: ids(51).map((id) => ({ id })),
      properties: [],
      propertiesWithHistory: ["a"],
    };
    expect((await post(contacts("read"), half)).body.message).toMatch(/is 50$/);
  });
});

test("results come in another order than inputs, the same under the same seed", async () => {
  const inputs = ids(20).map((id) => update(id));
  const orders = await Promise.all(
    [7, 7, 8].map(async (seed) => {
      const { post } = await emulateSpecs({ seed });
      return (await post(notes, { inputs })).body.results.map(({ id }: { id: string }) => id);
    }),
  );
  expect(orders[0]).not.toEqual(ids(20));
  expect([...orders[0]].sort()).toEqual(ids(20).sort());
  expect(orders[1]).toEqual(orders[0]);
  expect(orders[2]).not.toEqual(orders[0]);
});

test("the trace id comes back always where nothing else can match, sometimes elsewhere", async () => {
  const { post } = await emulateSpecs();
  const key = (i: string) => ({ objectWriteTraceId: `k${i}` });
  const created = await post(contacts("create"), {
    inputs: ids(50).map((id) => ({ properties: {}, associations: [], ...key(id) })),
  });
  const updated = await post(notes, { inputs: ids(50).map((id) => update(id, key(id))) });
  const echoed = (body: { results: object[] }) =>
    body.results.filter((result) => "objectWriteTraceId" in result).length;
  expect(echoed(created.body)).toBe(50);
  expect(echoed(updated.body)).toBeGreaterThan(5);
  expect(echoed(updated.body)).toBeLessThan(45);
});

test("ids merged into others are left out without an error", async () => {
  const { post, emulator } = await emulateSpecs({ behaviour: { merged: ["2"] } });
  const { status, body } = await post(notes, { inputs: ids(3).map((id) => update(id)) });
  expect(status).toBe(200);
  expect(body.results).toHaveLength(2);
  expect(emulator.stats().applied).toBe(2);
});

test("rates: the policy and the headers that the overlay names, until time has passed", async () => {
  const { clock, pass } = fakeClock();
  const { post } = await emulateSpecs({ clock });
  const ask = (token: string) => post(notes, { inputs: [update(token)] });
  const statuses = await Promise.all(ids(100).map(async (id) => (await ask(id)).status));
  expect(new Set(statuses)).toEqual(new Set([200]));
  const { status, body, headers } = await ask("1");
  expect(status).toBe(429);
  expect(body.policyName).toBe("TEN_SECONDLY_ROLLING");
  expect(headers.get("x-hubspot-ratelimit-remaining")).toBe("0");
  expect(headers.get("x-hubspot-ratelimit-interval-milliseconds")).toBe("10000");
  pass(10_000);
  expect((await ask("1")).headers.get("x-hubspot-ratelimit-remaining")).toBe("99");
});

test("the rate of a day is the policy that ends a run", async () => {
  const rates = [{ requests: 2, ms: 86_400_000 }];
  const { post } = await emulateSpecs({ behaviour: { rates } });
  const replies = [];
  for (const id of ids(3)) replies.push(await post(notes, { inputs: [update(id)] }));
  expect(replies.map(({ status }) => status)).toEqual([200, 200, 429]);
  expect(replies[2]?.body.policyName).toBe("DAILY");
});

test("tokens", async () => {
  const { emulator, post } = await emulateSpecs({ behaviour: { tokens: ["secret"] } });
  const body = { inputs: [update("1")] };
  expect((await post(notes, body)).status).toBe(401);
  const ask = (token: string) =>
    send(emulator, "POST", notes, body, { authorization: `Bearer ${token}` });
  expect((await ask("other")).status).toBe(401);
  expect((await ask("secret")).status).toBe(200);
});

test("creates differ by their fields, not by their trace ids", async () => {
  const { post, emulator } = await emulateSpecs();
  const create = (key: string, name: string) =>
    post(contacts("create"), {
      inputs: [{ properties: { name }, associations: [], objectWriteTraceId: key }],
    });
  await create("1", "Ada");
  await create("2", "Ada");
  await create("3", "Bob");
  const { createdAgain, creates } =
    emulator.stats({ keys: true }).collections["/crm/v3/objects/contacts"] ?? {};
  expect(createdAgain).toBe(1);
  expect(Object.values(creates ?? {}).sort()).toEqual([1, 2]);
});

test("what is asked of the server itself", async () => {
  const { post, emulator } = await emulateSpecs();
  await post(notes, { inputs: [update("1")] });
  const stats = await send(emulator, "GET", "/__emulator/stats?keys=true");
  expect(stats.body).toEqual(emulator.stats({ keys: true }));
  expect(stats.body.requests).toBe(1);
  expect((await send(emulator, "POST", "/__emulator/reset")).status).toBe(204);
  expect(emulator.stats()).toEqual({ requests: 0, applied: 0, endpoints: {}, collections: {} });
});

test("paths and methods that are not served", async () => {
  const { post, emulator } = await emulateSpecs();
  expect((await post("/crm/v3/objects/notes", {})).status).toBe(404);
  const wrong = await send(emulator, "GET", notes);
  expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "POST"]);
});

test("the listeners hear of every item and every request", async () => {
  const applied: unknown[] = [];
  const handled: unknown[] = [];
  const { post } = await emulateSpecs({
    onApplied: ({ endpoint, collection, kind, id, request }) =>
      applied.push([endpoint, collection, kind, id, request]),
    onRequest: ({ endpoint, items, status }) => handled.push([endpoint, items, status]),
  });
  await post(notes, { inputs: [update("1"), update("2")] });
  expect(applied).toEqual(
    ["1", "2"].map((id) => ["notes.update", "/crm/v3/objects/notes", "update", id, 1]),
  );
  expect(handled).toEqual([["notes.update", 2, 200]]);
});

test("a callback that throws gives a 500, and the server goes on", async () => {
  let asked = 0;
  const { post } = await emulateSpecs({
    onRequest: () => {
      if (++asked === 1) throw new Error("of the listener");
    },
  });
  const body = { inputs: [update("1")] };
  const first = await post(notes, body);
  expect([first.status, first.body.message]).toEqual([500, "The emulator failed: of the listener"]);
  expect((await post(notes, body)).status).toBe(200);
});

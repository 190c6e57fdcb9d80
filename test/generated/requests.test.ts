/** What the builders of the generated package make, byte for byte, against the documents that they come from. */
import { resolve } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { beforeAll, describe, expect, test } from "vitest";
import * as notes from "../../generated/src/notes.js";
import * as objects from "../../generated/src/objects.js";
import * as partnerClients from "../../generated/src/partnerClients.js";
import * as projects from "../../generated/src/projects.js";
import type { BatchRequest } from "../../generated/src/runtime/endpoint/endpoint.js";
import { operationsOf } from "../../generator/openapi/operations.js";
import { read } from "../../generator/openapi/read.js";

const root = resolve(import.meta.dirname, "../..");
/** OpenAPI 3.1 has the JSON Schema of 2020-12 for its own. */
const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
const operations: { method: string; path: string; schema: string }[] = [];

beforeAll(async () => {
  const { specs } = await read({ cwd: root, paths: ["specs"], overlays: [], presets: ["hubspot"] });
  for (const spec of specs) {
    ajv.addSchema(spec.document, spec.name);
    for (const { method, path, body } of operationsOf(spec)) {
      const pointer = body[0]?.schema?.pointer ?? "";
      operations.push({ method, path, schema: `${spec.name}#${encodeURI(pointer)}` });
    }
  }
});

/** What the document's own schema says of a request; `["no such operation"]` where no document has it. */
async function mistakes(request: Request): Promise<readonly string[]> {
  const { pathname } = new URL(request.url);
  const operation = operations.find(
    ({ method, path }) =>
      method.toUpperCase() === request.method &&
      new RegExp(`^${path.replace(/\{[^}]*\}/g, "[^/]+")}$`).test(pathname),
  );
  if (!operation) return ["no such operation"];
  const validate = ajv.getSchema(operation.schema);
  if (!validate) return [`no schema at ${operation.schema}`];
  const body: unknown = JSON.parse(await request.text());
  return validate(body)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message = "" }) => `${instancePath} ${message}`);
}

const change = { id: "512", properties: { hs_note_body: "hi" } };
const link = {
  to: { id: "7" },
  types: [{ associationCategory: "HUBSPOT_DEFINED" as const, associationTypeId: 5 }],
};

const good: [name: string, request: BatchRequest, want: { url: string; body: unknown }][] = [
  [
    "notes.update",
    notes.update([change]),
    { url: "/crm/v3/objects/notes/batch/update", body: { inputs: [change] } },
  ],
  [
    "partnerClients.update",
    partnerClients.update([{ ...change, idProperty: "code", objectWriteTraceId: "1" }]),
    {
      url: "/crm/v3/objects/partner_clients/batch/update",
      body: { inputs: [{ ...change, idProperty: "code", objectWriteTraceId: "1" }] },
    },
  ],
  [
    "projects.upsert",
    projects.upsert([change]),
    { url: "/crm/objects/v3/projects/batch/upsert", body: { inputs: [change] } },
  ],
  [
    "objects.create",
    objects.create([{ properties: {}, associations: [link] }], { objectType: "deals" }),
    {
      url: "/crm/v3/objects/deals/batch/create",
      body: { inputs: [{ properties: {}, associations: [link] }] },
    },
  ],
  [
    "objects.update",
    objects.update([change], { objectType: "a/../b" }),
    { url: "/crm/v3/objects/a%2F..%2Fb/batch/update", body: { inputs: [change] } },
  ],
  [
    "objects.upsert",
    objects.upsert([change], { objectType: "2-1234" }),
    { url: "/crm/v3/objects/2-1234/batch/upsert", body: { inputs: [change] } },
  ],
  [
    "objects.archive",
    objects.archive([{ id: "1" }], { objectType: "notes" }),
    { url: "/crm/v3/objects/notes/batch/archive", body: { inputs: [{ id: "1" }] } },
  ],
  [
    "objects.read",
    objects.read([{ id: "1" }], {
      objectType: "contacts",
      properties: ["email"],
      idProperty: "email",
      archived: true,
    }),
    {
      url: "/crm/v3/objects/contacts/batch/read?archived=true",
      body: { inputs: [{ id: "1" }], properties: ["email"], idProperty: "email" },
    },
  ],
];

describe("a request is what its document describes", () => {
  test.each(good)("%s", async (_, request, want) => {
    const sent = request.toRequest("https://api.example", { token: "secret" });
    const url = new URL(sent.url);
    expect(sent.method).toBe("POST");
    expect(url.pathname + url.search).toBe(want.url);
    expect(sent.headers.get("content-type")).toBe("application/json");
    expect(sent.headers.get("authorization")).toBe("Bearer secret");
    expect(await sent.clone().text()).toBe(JSON.stringify(request.body));
    expect(request.body).toEqual(want.body);
    expect(await mistakes(sent)).toEqual([]);
  });

  test("the validator would have found a mistake", async () => {
    // @ts-expect-error `properties` is missing, as in the calls of people who write JavaScript
    const request = notes.update([{ id: "512" }]);
    expect(await mistakes(request.toRequest("https://api.example"))).toEqual([
      "/inputs/0 must have required property 'properties'",
    ]);
  });

  test("`.` and `..` cannot climb, and a missing parameter is told by name", () => {
    expect(() => objects.update([change], { objectType: ".." })).toThrow(TypeError);
    // @ts-expect-error the parameters are missing
    expect(() => objects.update([change])).toThrow(/objectType/);
  });
});

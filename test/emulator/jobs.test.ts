/** Batches that a service accepts now and reports later, over HTTP: what requests about them need, and what they tell. */
import { describe, expect, test } from "vitest";
import { buildModel } from "../../generator/batch/build.js";
import { modelDocument } from "../../generator/batch/document.js";
import { endpoint, type Endpoint, type Reply } from "../../generator/runtime/endpoint/endpoint.js";
import { styles } from "../../generator/runtime/endpoint/styles.js";
import type { Kind, XBatch } from "../../generator/runtime/endpoint/x-batch.js";
import { pollJob } from "../../generator/runtime/send/job.js";
import type { EmulatorOptions } from "../../generator/emulator/emulate.js";
import { specOf } from "../batch/spec.js";
import { clientFor } from "../runtime/kit.js";
import { documentOf, emulate, send } from "./start.js";

const text = { type: "string" };
const object = (properties: object, required: string[] = []) => ({
  type: "object",
  properties,
  required,
});
const list = (items: object) => ({ type: "array", items });
const thing = object({ id: text, name: text }, ["id"]);

const tenant = { in: "path", name: "tenant", required: true, schema: text };
const revision = { in: "header", name: "revision", required: true, schema: text };
const jobId = { in: "path", name: "job", required: true, schema: text };
const told = (operationId: string, parameters: object[], schema: object) => ({
  get: {
    operationId,
    parameters,
    responses: { 200: { description: "", content: { "application/json": { schema } } } },
  },
});

const job: NonNullable<XBatch["job"]> = {
  id: "/job",
  poll: { operationId: "getJob" },
  state: { at: "/status", done: ["complete"], pending: ["queued"], failed: ["cancelled"] },
};
const documentWith = (changes: Partial<XBatch>) =>
  documentOf(
    "/tenants/{tenant}/things/batch",
    { items: { at: "/things" }, kind: "upsert", limit: { items: 100 }, job, ...changes },
    {
      parameters: [tenant, revision],
      request: object({ things: list(thing) }, ["things"]),
      replies: { 202: object({ job: text }, ["job"]) },
      more: {
        "/tenants/{tenant}/jobs/{job}": told(
          "getJob",
          [tenant, revision, jobId],
          object({ status: text, failed: { type: "integer" }, results: list(thing) }, ["status"]),
        ),
        "/tenants/{tenant}/jobs/{job}/failures": told(
          "listFailures",
          [tenant, revision, jobId],
          object({
            data: list(object({ id: text, message: text })),
            links: object({ next: { type: ["string", "null"] } }),
          }),
        ),
      },
    },
  );

const count = 50;
const inputs = Array.from({ length: count }, (_, i) => ({ id: `t${i}`, name: "n" }));
type Any = Endpoint<{ kind: Kind; input: unknown; params: object; result: unknown; reply: Reply }>;

/** Runs the batch of the document against an emulator, and says how often each item was applied. */
async function run(changes: Partial<XBatch>, options: EmulatorOptions) {
  const document = documentWith(changes);
  const applied = new Set<string>();
  const { emulator } = await emulate(document, {
    ...options,
    onApplied: ({ id }) => void applied.add(id),
  });
  const asked: string[] = [];
  const spec = specOf({ ...document, servers: [{ url: "https://h" }] } as never); // plain JSON
  const { api } = buildModel([modelDocument(spec)]);
  const [built] = api.endpoints;
  const [service] = api.services;
  if (!built || !service) throw new Error("no endpoint");
  const made = endpoint<Any>(
    { ...built.operation, service: service.service },
    { fill: styles, pollJob },
  );
  const client = clientFor(emulator.url, {
    fetch(request) {
      if (request.method === "GET") asked.push(new URL(request.url).pathname);
      return fetch(request);
    },
  });
  const params = { tenant: "a b", revision: "7" };
  const outcomes = await client.run(made, inputs, { params }).collect();
  const wrong = outcomes.filter(
    ({ kind, input }) =>
      (kind === "ok") !== applied.has((input as { id: string }).id) && kind !== "unknown",
  );
  expect(wrong).toEqual([]);
  return {
    asked,
    kinds: outcomes.map(({ kind }) => kind),
    of: (kind: string) => outcomes.filter((outcome) => outcome.kind === kind),
  };
}

const some = { faults: [{ fault: "itemFailures", share: 0.3 }] } as const;
const failures: Partial<XBatch> = {
  errors: { at: "/data" },
  counts: { failed: "/failed" },
  match: [{ by: "value", request: "/id", error: "/id" }],
};
const report = { operationId: "listFailures", next: "/links/next" };

describe("a run of a job in which items fail", () => {
  test("without a word on single items, knows nothing of any", async () => {
    const { kinds } = await run({ counts: { failed: "/failed" } }, some);
    expect(new Set(kinds)).toEqual(new Set(["unknown"]));
  });

  test("with a report of several pages, knows all, and reads each page", async () => {
    const { of, asked } = await run({ ...failures, job: { ...job, report } }, some);
    expect(of("failed").length).toBeGreaterThan(5);
    expect(of("ok").length + of("failed").length).toBe(count);
    expect(asked.filter((path) => path.endsWith("/failures"))).toHaveLength(3);
  });

  test("with a report of one page, knows all", async () => {
    const { next: _, ...whole } = report;
    const { of, asked } = await run({ ...failures, job: { ...job, report: whole } }, some);
    expect(of("failed").length).toBeGreaterThan(5);
    expect(of("ok").length + of("failed").length).toBe(count);
    expect(asked.filter((path) => path.endsWith("/failures"))).toHaveLength(1);
  });
});

test("a run of a job whose address is in a header", async () => {
  const { id: _, ...named } = job;
  const header = "Operation-Location";
  const { kinds, asked } = await run(
    { job: { ...named, poll: { header } } },
    { behaviour: { polls: 2 } },
  );
  expect(new Set(kinds)).toEqual(new Set(["ok"]));
  expect(new Set(asked).size).toBe(1);
  expect(asked).toHaveLength(3);
});

test("a poll needs its parameters, and the job's own path", async () => {
  const { emulator } = await emulate(documentWith({}));
  const headers = { revision: "7" };
  const made = await send(emulator, "POST", "/tenants/t/things/batch", { things: inputs }, headers);
  expect(made.status).toBe(202);
  const ask = async (path: string, given: Record<string, string> = headers) =>
    (await send(emulator, "GET", path, undefined, given)).status;
  const id = String(made.body.job);
  expect({
    right: await ask(`/tenants/t/jobs/${id}`),
    withoutHeader: await ask(`/tenants/t/jobs/${id}`, {}),
    unfilled: await ask(`/tenants/%7Btenant%7D/jobs/${id}`),
    otherTenant: await ask(`/tenants/u/jobs/${id}`),
    otherJob: await ask("/tenants/t/jobs/none"),
  }).toEqual({ right: 200, withoutHeader: 400, unfilled: 400, otherTenant: 404, otherJob: 404 });
});

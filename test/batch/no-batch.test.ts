/** Documents in which a word or a list looks like a batch, and none is: their shapes, in our own words. */
import { expect, test } from "vitest";
import type { JsonObject } from "../../generator/base/json.js";
import { recogniseOperations } from "../../generator/batch/detect/recognise.js";
import { specOf } from "./spec.js";

const json = (schema: JsonObject): JsonObject => ({ content: { "application/json": { schema } } });
const ref = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });
const list = (items: JsonObject): JsonObject => ({ type: "array", items });
const reply = (schema: JsonObject): JsonObject => ({
  "200": { description: "OK", ...json(schema) },
});
const text = { type: "string" };

/** The methods and paths that are taken for batches. */
function batches(paths: JsonObject, schemas: JsonObject): readonly string[] {
  const document = {
    openapi: "3.1.0",
    info: { title: "t", version: "1" },
    paths,
    components: { schemas },
  };
  const { operations } = recogniseOperations(specOf(document));
  return operations.map(({ raw: { method, path } }) => `${method} ${path}`).sort();
}

test("an API that is called batch, whose DELETE of a collection has options", () => {
  const query = (name: string) => ({ name, in: "query", schema: text });
  const options = ["dryRun", "fieldManager", "fieldSelector", "labelSelector"].map(query);
  const collection = "/apis/batch/v1/namespaces/{namespace}/jobs";
  const one = `${collection}/{name}`;
  const parameters = [{ name: "namespace", in: "path", required: true, schema: text }];
  const operation = (operationId: string, body?: JsonObject, answer = ref("Job")) => ({
    operationId,
    parameters: [...parameters, ...options, { name: "dryRun", in: "query", schema: list(text) }],
    ...(body && { requestBody: json(body) }),
    responses: reply(answer),
  });
  const found = batches(
    {
      [collection]: {
        get: operation("listBatchV1NamespacedJob", undefined, ref("JobList")),
        post: operation("createBatchV1NamespacedJob", ref("Job")),
        delete: operation(
          "deleteBatchV1CollectionNamespacedJob",
          ref("DeleteOptions"),
          ref("Status"),
        ),
      },
      [one]: {
        get: operation("readBatchV1NamespacedJob"),
        put: operation("replaceBatchV1NamespacedJob", ref("Job")),
        patch: operation("patchBatchV1NamespacedJob", ref("Patch")),
        delete: operation("deleteBatchV1NamespacedJob", ref("DeleteOptions"), ref("Status")),
      },
      "/apis/batch/v1/watch/jobs": {
        get: operation("watchBatchV1JobList", undefined, ref("Event")),
      },
    },
    {
      Job: {
        type: "object",
        properties: {
          metadata: {
            type: "object",
            properties: {
              name: text,
              finalizers: list(text),
              ownerReferences: list({ type: "object" }),
            },
          },
          spec: {
            type: "object",
            properties: { containers: list({ type: "object", properties: { name: text } }) },
          },
        },
      },
      JobList: { type: "object", properties: { items: list(ref("Job")) } },
      DeleteOptions: {
        type: "object",
        properties: { dryRun: list(text), propagationPolicy: text },
      },
      Patch: { type: "object" },
      Status: { type: "object", properties: { code: { type: "integer" }, status: text } },
      Event: { type: "object", properties: { type: text } },
    },
  );
  expect(found).toEqual([]);
});

const site = {
  type: "object",
  required: ["name"],
  properties: {
    id: { type: "integer" },
    name: text,
    tags: list({ type: "object", properties: { name: text, slug: text } }),
  },
};
const writes = (body: JsonObject, answer: JsonObject) =>
  Object.fromEntries(
    [
      ["put", "update"],
      ["patch", "partial_update"],
    ].map(([method = "", verb]) => [
      method,
      {
        operationId: `places_sites_bulk_${verb}`,
        requestBody: json(body),
        responses: reply(answer),
      },
    ]),
  );
const single = {
  get: { operationId: "places_sites_retrieve", responses: reply(ref("Site")) },
  put: {
    operationId: "places_sites_update",
    requestBody: json(ref("Site")),
    responses: reply(ref("Site")),
  },
  delete: { operationId: "places_sites_destroy", responses: { "204": { description: "none" } } },
};
const create = {
  operationId: "places_sites_create",
  requestBody: json(ref("Site")),
  responses: reply(ref("Site")),
};

test("bulk operations that are declared with one resource: its tags are no items", () => {
  const found = batches(
    {
      "/api/places/sites/": {
        post: create,
        ...writes(ref("Site"), ref("Site")),
        delete: {
          operationId: "places_sites_bulk_delete",
          responses: { "204": { description: "none" } },
        },
      },
      "/api/places/sites/{id}/": single,
    },
    { Site: site },
  );
  expect(found).toEqual([]);
});

test("the same operations with a list are batches, and those of one resource are none", () => {
  const found = batches(
    {
      "/api/places/sites/": {
        post: create,
        ...writes(list(ref("Site")), list(ref("Site"))),
        delete: {
          operationId: "places_sites_bulk_destroy",
          requestBody: json(list(ref("Site"))),
          responses: { "204": { description: "none" } },
        },
      },
      "/api/places/sites/{id}/": single,
    },
    { Site: site },
  );
  expect(found).toEqual(
    ["put", "patch", "delete"].map((method) => `${method} /api/places/sites/`).sort(),
  );
});

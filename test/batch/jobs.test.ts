/** What `job` of an `x-batch` names, in the document. */
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../generator/base/json.js";
import { buildModel } from "../../generator/batch/build.js";
import { modelDocument } from "../../generator/batch/document.js";
import { specOf } from "./spec.js";

const text = { type: "string" };
const object = (properties: JsonObject): JsonObject => ({ type: "object", properties });
const list = (items: JsonObject): JsonObject => ({ type: "array", items });
const json = (schema: JsonObject): JsonObject => ({ content: { "application/json": { schema } } });

const state = { at: "/status", done: ["done"] };

/** The document of a batch of which another operation tells; its first reply has `ids` of its own. */
function modelOf(job: JsonObject) {
  const spec = specOf({
    openapi: "3.1.0",
    info: { title: "t", version: "1" },
    servers: [{ url: "https://h" }],
    paths: {
      "/things/batch": {
        post: {
          requestBody: json(object({ things: list(object({ name: text })) })),
          responses: {
            "202": { description: "", ...json(object({ job: text, ids: list(text) })) },
          },
          "x-batch": { items: { at: "/things" }, kind: "upsert", job },
        },
      },
      "/jobs/{job}": {
        get: {
          operationId: "getJob",
          parameters: [{ name: "job", in: "path", required: true, schema: text }],
          responses: {
            "200": {
              description: "",
              ...json(object({ status: text, things: list(object({ id: text })) })),
            },
          },
        },
      },
    },
  });
  const { operations, diagnostics } = modelDocument(spec);
  const { api } = buildModel([modelDocument(spec)]);
  return { result: operations[0]?.result, diagnostics, endpoint: api.endpoints[0] };
}

describe("the operation of a job", () => {
  test("that does not exist is told once, with the nearest name", () => {
    const { diagnostics } = modelOf({ id: "/job", poll: { operationId: "getJobs" }, state });
    expect(diagnostics.map(({ code, hint }) => [code, hint])).toEqual([
      ["unknown-operation", expect.stringContaining("Did you mean `getJob`?")],
    ]);
  });

  test("is found, with its parameter", () => {
    const { diagnostics, endpoint } = modelOf({
      id: "/job",
      poll: { operationId: "getJob" },
      state,
    });
    expect(diagnostics).toEqual([]);
    expect(endpoint?.operation.job?.poll).toEqual({
      ...{ method: "GET", path: "/jobs/{job}", param: "job" },
    });
  });
});

test("a job without results has no result, and one with results those of its poll", () => {
  const poll = { operationId: "getJob" };
  expect(modelOf({ id: "/job", poll, state }).result).toBeUndefined();
  expect(modelOf({ id: "/job", poll, state, results: { at: "/things" } }).result).toBeDefined();
});

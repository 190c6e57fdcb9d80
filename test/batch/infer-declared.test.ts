import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../generator/base/json.js";
import { limitIn } from "../../generator/batch/detect/infer-limit.js";
import { recogniseOperations } from "../../generator/batch/detect/recognise.js";
import type { XBatch } from "../../generator/runtime/endpoint/x-batch.js";
import { operationSpec } from "./spec.js";

describe("the limit in the description of the items", () => {
  test.each<[string, number | undefined]>([
    ["The notes to create, at most 100.", 100],
    ["Ids of notes. Maximum of 50 items.", 50],
    ["Up to 1,000 notes", 1000],
    ["Max 25", 25],
    ["The notes (max. 25)", 25],
    ["A maximum of 20 notes per request.", 20],
    ["Notes, limited to 10 entries", 10],
    ["At most 100 notes. No more than 100 items per call.", 100],
    ["At most 100 notes. Up to 50 items at once.", undefined],
    ["Names of notes, up to 100 characters", undefined],
    ["Max 16MB", undefined],
    ["At most 1.5 of them", undefined],
    ["Up to 2.10.3", undefined],
    ["Up to 10-20 notes", undefined],
    ["At most 50%", undefined],
    ["Notes of up to 7 days", undefined],
    ["Each note has at most 50 items.", undefined],
    ["The length of a name is at most 50.", undefined],
    ["Notes must be different and at most 50", undefined],
    ["Up to 100 notes per second", undefined],
    ["Returns up to 100 notes", undefined],
    ["A maximum of 10 by default", undefined],
    ["Up to 10 notes with 5 tags", undefined],
    ["Minimax 5", undefined],
    ["Max 0", undefined],
    ["No limit.", undefined],
  ])("%s: %s", (sentence, want) => {
    expect(limitIn(sentence, "notes")).toBe(want);
  });
});

const object = (properties: JsonObject): JsonObject => ({ type: "object", properties });
const notes = { type: "array", items: object({ name: { type: "string" } }) };

function inferred(operation: JsonObject, root: JsonObject = {}, list: JsonObject = notes): XBatch {
  const spec = operationSpec("post", "/notes/batch", operation, object({ notes: list }));
  const { operations } = recogniseOperations({ ...spec, document: { ...spec.document, ...root } });
  return operations[0]?.xBatch ?? { items: { at: "none" } };
}

const replies = (schema: JsonObject, headers: JsonObject = {}): JsonObject => ({
  responses: { 200: { description: "", headers, content: { "application/json": { schema } } } },
});

test("the limit is that of the schema, or else of its description", () => {
  const described = { ...notes, description: "At most 100 notes." };
  expect(inferred({}, {}, described).limit).toEqual({ items: 100 });
  expect(inferred({}, {}, { ...described, maxItems: 7 }).limit).toEqual({ items: 7 });
  expect(inferred({ description: "Takes at most 100 notes." }).limit).toBeUndefined();
});

test.each<[string, string, JsonObject | undefined]>([
  ["a time", "Unix time of the reset", { name: "X-RateLimit-Reset", as: "epoch" }],
  ["ms", "Milliseconds since the epoch", { name: "X-RateLimit-Reset", as: "epochMs" }],
  [
    "seconds",
    "The number of seconds until the reset",
    { name: "X-RateLimit-Reset", as: "seconds" },
  ],
  ["an unknown unit", "When it resets", undefined],
])("headers of the rate: the reset as %s", (_, description, reset) => {
  const headers = {
    "X-RateLimit-Limit": {},
    "X-RateLimit-Remaining": {},
    "X-RateLimit-Reset": { description },
  };
  expect(inferred(replies({}, headers)).rate).toEqual({
    headers: {
      limit: "X-RateLimit-Limit",
      remaining: "X-RateLimit-Remaining",
      ...(reset && { reset }),
    },
  });
});

test.each<[string, JsonObject, JsonObject, Partial<XBatch>]>([
  [
    "windows",
    { "x-acme-ratelimit": { burst: "10/s", steady: "150/m" } },
    {},
    {
      rate: {
        windows: [
          { requests: 10, ms: 1000 },
          { requests: 150, ms: 60_000 },
        ],
      },
    },
  ],
  ["windows in an unknown form", { "x-rate-limit": { burst: "many", steady: 3 } }, {}, {}],
  ["idempotent", { "x-fern-idempotent": true }, {}, { retry: { safe: true } }],
  [
    "idempotent with a header",
    { "x-fern-idempotent": true },
    { "x-fern-idempotency-headers": [{ header: "Once", name: "once" }] },
    { retry: { key: { in: "header", name: "Once" } } },
  ],
  ["retries prove nothing", { "x-speakeasy-retries": { statusCodes: ["5XX"] } }, {}, {}],
])("extensions: %s", (_, operation, root, want) => {
  const { rate, retry } = inferred(operation, root);
  expect(JSON.parse(JSON.stringify({ rate, retry }))).toEqual(want);
});

test.each<[string, JsonObject, XBatch["counts"]]>([
  [
    "one",
    { ok: { type: "boolean" }, failed_count: { type: "integer" } },
    { failed: "/failed_count" },
  ],
  ["of operations", { errored_operations: { type: "integer" } }, { failed: "/errored_operations" }],
  ["no number", { failed_count: { type: "string" } }, undefined],
  ["two", { failed: { type: "integer" }, rejected: { type: "integer" } }, undefined],
])("a count of failures beside an acknowledgement: %s", (_, properties, want) => {
  expect(inferred(replies(object(properties))).counts).toEqual(want);
});

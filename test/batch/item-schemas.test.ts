/** Where the schema of an input is, for diagnostics about it. */
import { expect, test } from "vitest";
import type { JsonObject } from "../../generator/base/json.js";
import { recogniseOperations } from "../../generator/batch/detect/recognise.js";
import { inputSchema, resultSchema } from "../../generator/batch/item-schemas.js";
import { operationSpec } from "./spec.js";

test("the items of a query parameter have the pointer of its schema", () => {
  const schema = { type: "array", items: { type: "string" } };
  const operation = {
    parameters: [{ name: "ids", in: "query", required: true, schema }],
    responses: { 200: { description: "ok" } },
    "x-batch": { kind: "read", items: { in: "query", at: "ids" } },
  };
  const [found] = recogniseOperations(operationSpec("get", "/things", operation)).operations;
  expect(found && inputSchema(found.raw, found.xBatch)).toMatchObject({
    value: { type: "string" },
    pointer: "/paths/~1things/get/parameters/0/schema/items",
  });
});

test("results that two statuses declare alike are one schema", () => {
  const item = { type: "object", properties: { id: { type: "string" } } };
  const reply = (items: JsonObject) => ({
    description: "",
    content: {
      "application/json": {
        schema: { type: "object", properties: { results: { type: "array", items } } },
      },
    },
  });
  const inputs = { type: "array", items: item };
  const content = {
    "application/json": {
      schema: { type: "object", required: ["inputs"], properties: { inputs } },
    },
  };
  const resultOf = (other: JsonObject) => {
    const operation = {
      requestBody: { content },
      responses: { 200: reply(item), 207: reply(other) },
    };
    const spec = operationSpec("post", "/things/batch/create", operation);
    const [found] = recogniseOperations(spec).operations;
    return found && resultSchema(found.raw, found.xBatch)?.value;
  };
  expect(resultOf(item)).toEqual(item);
  expect(resultOf({ type: "string" })).toEqual({ anyOf: [item, { type: "string" }] });
});

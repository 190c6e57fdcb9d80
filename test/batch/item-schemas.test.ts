/** Where the schema of an input is, for diagnostics about it. */
import { expect, test } from "vitest";
import { recogniseOperations } from "../../generator/batch/detect/recognise.js";
import { inputSchema } from "../../generator/batch/item-schemas.js";
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

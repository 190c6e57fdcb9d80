/** What detection infers never makes a run say `ok` falsely, however the service lies within the form of its replies. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { JsonObject, JsonValue } from "../../../generator/base/json.js";
import { read } from "../../../generator/openapi/read.js";
import { operationSpec } from "../spec.js";
import { truthOf } from "./truth.js";

const text = { type: "string" };
const whole = { type: "integer" };
const list = (items: JsonValue): JsonObject => ({ type: "array", items });
const map = (values: JsonValue): JsonObject => ({ type: "object", additionalProperties: values });
const object = (properties: JsonObject, required: readonly string[] = []): JsonObject => ({
  type: "object",
  properties,
  required,
});
const json = (schema: JsonValue): JsonObject => ({ "application/json": { schema } });

const thing = object({ id: text, name: text });
const order = object({ clientRef: text, client_reference: text, total: whole }, [
  "client_reference",
]);
const fault = list(object({ code: text, message: text }));

/** A request body, a reply, and what a plain success gives. */
const cases: Readonly<Record<string, readonly [JsonObject, JsonObject, string]>> = {
  "a map in, a map out": [
    object({ things: map(thing) }),
    object({ results: map(object({ thing, errors: fault })) }),
    "ok",
  ],
  "ids in, a map out": [
    object({ thing_ids: list(text) }),
    object({ things: map(object({ errors: fault })) }),
    "ok",
  ],
  "a required reference in, a map by it out": [
    object({ checks: list(object({ correlation_id: text, what: text }, ["correlation_id"])) }),
    object({ result: map(object({ allowed: { type: "boolean" } })) }),
    "ok",
  ],
  "ids in, things out": [object({ thingIds: list(text) }), object({ things: list(thing) }), "ok"],
  "ids in, ids out": [
    object({ ids: list(text) }),
    object({ deleted: list(text), failed: list(text) }),
    "ok",
  ],
  "an id in both": [
    list(thing),
    list(object({ id: text, name: text, error: object({ code: text }) })),
    "ok",
  ],
  "a reference in both": [
    object({ orders: list(order) }),
    object({ data: list(order), errors: fault }),
    "ok",
  ],
  "a flag in each entry": [
    list(thing),
    list(object({ id: text, success: { type: "boolean" } })),
    "ok",
  ],
  "an HTTP status in each entry": [
    list(thing),
    list(object({ id: text, statusCode: whole })),
    "ok",
  ],
  "a word in each entry": [
    list(thing),
    list(object({ id: text, result: { type: "string", enum: ["created", "updated", "error"] } })),
    "ok",
  ],
  "a word that is not understood in each entry": [
    list(thing),
    list(object({ id: text, outcome: { type: "string", enum: ["fine", "later", "error"] } })),
    "unknown:noResult",
  ],
  "a code that is not understood in each entry": [
    list(thing),
    list(object({ id: text, code: whole })),
    "unknown:noResult",
  ],
  "an id of another type": [
    list(thing),
    list(object({ id: whole, name: text })),
    "unknown:noResult",
  ],
  "nothing in common": [
    list(object({ name: text })),
    list(object({ id: text })),
    "unknown:noResult",
  ],
  "a word of failure under another name in each entry": [
    list(thing),
    list(object({ id: text, action: { type: "string", enum: ["keep", "reject"] } })),
    "unknown:noResult",
  ],
  "ids in, a map of plain values out": [
    object({ thingIds: list(text) }),
    object({ watching: map({ type: "boolean" }) }),
    "ok",
  ],
  "a list that nobody understands, deep inside": [
    object({ things: list(thing) }),
    object({ data: object({ bulk: object({ thing_ids: list(text) }) }) }),
    "unknown:noResult",
  ],
  "a task": [list(thing), object({ taskId: whole, at: text }, ["taskId"]), "ok"],
  "a flag": [list(thing), object({ success: { type: "boolean" } }, ["success"]), "ok"],
  "failures only": [list(thing), object({ errors: fault }), "ok"],
};

test.each(Object.entries(cases))("%s", async (_, [body, reply, honest]) => {
  const spec = operationSpec(
    "post",
    "/things/batch/save",
    { responses: { "200": { description: "", content: json(reply) } } },
    body,
  );
  expect(await truthOf(spec)).toEqual([{ name: "post /things/batch/save", honest, lies: [] }]);
});

const shared = join(import.meta.dirname, "..", "..", "..", "..", "shared", "corpus", "vendors");
/** The larger documents take long to read; `npm run truth` counts all of them. */
const largest = 350_000;

describe.skipIf(!existsSync(shared))("documents in ../shared (skipped where they are not)", () => {
  test("none of their endpoints says ok falsely", async () => {
    const paths = readdirSync(shared).filter((name) => statSync(join(shared, name)).size < largest);
    const { specs } = await read({ cwd: shared, paths, overlays: [] });
    const found = (await Promise.all(specs.map(truthOf))).flat();
    expect(found.filter(({ honest }) => honest === "ok").length).toBeGreaterThan(30);
    expect(found.filter(({ lies }) => lies.length > 0)).toEqual([]);
  });
});

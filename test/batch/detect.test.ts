import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { recogniseOperations } from "../../generator/batch/detect/recognise.js";
import { detect } from "../../generator/batch/detect/detect.js";
import { documentWords } from "../../generator/batch/detect/document-words.js";
import { operationsOf } from "../../generator/openapi/operations.js";
import { read } from "../../generator/openapi/read.js";
import type { JsonObject, JsonValue } from "../../generator/base/json.js";
import type { XBatch } from "../../generator/runtime/endpoint/x-batch.js";
import { operationSpec } from "./spec.js";

const thing = { type: "object", properties: { id: { type: "string" } } };
const things = { type: "array", items: thing };
const inputs: JsonObject = { type: "object", properties: { inputs: things } };

function found(
  method: string,
  path: string,
  body?: JsonValue,
  operation: JsonObject = {},
): string | undefined {
  const operations = operationsOf(operationSpec(method, path, operation, body));
  const [first] = operations;
  const detection = first && detect(first, documentWords(operations));
  if (detection?.tier === undefined) return undefined;
  const { tier, location } = detection;
  const { at, as = "array" } = location?.items ?? { at: "?" };
  return `${tier} ${at} ${as}`;
}

describe("name: a word and a list of items", () => {
  const map = { type: "object", additionalProperties: thing };
  const table: [
    method: string,
    path: string,
    body: JsonValue | undefined,
    want: string | undefined,
    operation?: JsonObject,
  ][] = [
    ["post", "/notes/batch/update", inputs, "name /inputs array"],
    ["post", "/notes/bulk", things, "name  array"],
    ["post", "/notes", inputs, "low /inputs array"],
    ["post", "/notes", inputs, "name /inputs array", { operationId: "batchUpdateNotes" }],
    ["post", "/customers/bulk-create", { properties: { customers: map } }, "name /customers map"],
    ["post", "/customers/bulk-create", map, "name  map"],
    [
      "post",
      "/customers/bulk-delete",
      { additionalProperties: { type: "array", items: { type: "string" } } },
      "name  groups",
    ],
    [
      "post",
      "/profiles/bulk-import",
      {
        properties: {
          data: {
            properties: {
              attributes: { properties: { profiles: { properties: { data: things } } } },
            },
          },
        },
      },
      "name /data/attributes/profiles/data array",
    ],
    [
      "post",
      "/notes/batch/update",
      { allOf: [inputs, { required: ["inputs"] }] },
      "name /inputs array",
    ],
    ["post", "/notes/batch/update", { oneOf: [thing, inputs] }, "name /inputs array"],
    // Objects before ids, the required list before the others.
    [
      "post",
      "/notes/batch/read",
      { properties: { fields: { type: "array", items: { type: "string" } }, inputs: things } },
      "name /inputs array",
    ],
    ["post", "/notes/batch/delete", { properties: { ids: { type: "array" } } }, "name /ids array"],
    ["post", "/notes:multiGet", inputs, "name /inputs array"],
    ["post", "/multicast", thing, undefined],
    ["post", "/multipart/upload", thing, undefined],
    ["post", "/many-to-many/links", thing, undefined],
    ["post", "/notes/batch/update", thing, undefined],
    ["put", "/notes/{id}", inputs, undefined, { operationId: "bulkReplaceNote" }],
    ["put", "/commands", things, undefined, { operationId: "bulkSetCommands" }],
    [
      "get",
      "/notes/multiple",
      undefined,
      "name id array",
      {
        parameters: [
          {
            name: "id",
            in: "query",
            required: true,
            schema: { type: "array", items: { type: "string" } },
          },
        ],
      },
    ],
    [
      "get",
      "/bulk-jobs",
      undefined,
      undefined,
      { parameters: [{ name: "fields[job]", in: "query", schema: { type: "array" } }] },
    ],
    [
      "post",
      "/_bulk",
      undefined,
      "name  lines",
      { requestBody: { content: { "application/x-ndjson": { schema: thing } } } },
    ],
  ];
  test.each(table)("%s %s %j", (method, path, body, want, operation) => {
    expect(found(method, path, body, operation)).toBe(want);
  });

  test("a batch that has an id is a thing, not a way to send many", () => {
    const spec = operationSpec("post", "/batches", {}, inputs);
    const paths = spec.document["paths"] as JsonObject; // made just above
    const operations = operationsOf({
      ...spec,
      document: { ...spec.document, paths: { ...paths, "/batches/{id}": { get: {} } } },
    });
    const first = operations.find(({ path }) => path === "/batches");
    expect(first && detect(first, documentWords(operations))?.tier).toBe("low");
  });

  test("x-batch: false switches an operation off, and a broken x-batch is not guessed at", () => {
    const of = (value: JsonValue): readonly string[] => {
      const { operations, others } = recogniseOperations(
        operationSpec("post", "/notes/batch/update", { "x-batch": value }, inputs),
      );
      return [...operations.map(({ tier }) => tier), ...others.map(({ reason = "" }) => reason)];
    };
    expect(of(false)).toEqual(["switched off by `x-batch: false`"]);
    expect(of({ items: 5 })).toEqual(["its `x-batch` has mistakes"]);
    expect(of({ items: { at: "/inputs" } })).toEqual(["x-batch"]);
  });
});

const ids = { type: "array", items: { type: "string" } };
const answers = (schema: JsonValue, status = "200"): JsonObject => ({
  responses: { [status]: { description: "", content: { "application/json": { schema } } } },
});
const acknowledged: JsonObject = { responses: { "204": { description: "" } } };
const object = (properties: JsonObject): JsonObject => ({ type: "object", properties });
const full = object({ name: { type: "string" }, colour: { type: "string" } });
const fulls = { type: "array", items: full };

type Case = [
  what: string,
  method: string,
  path: string,
  body: JsonValue | undefined,
  operation: JsonObject,
  want: string | undefined,
];

describe("other signs: a list of items, and no word for it", () => {
  const lines: JsonObject = {
    requestBody: { content: { "application/x-ndjson": { schema: thing } } },
  };
  const byId = (required: boolean): JsonObject => ({
    parameters: [{ name: "id", in: "query", required, schema: ids }],
  });
  test.each<Case>([
    ["a root list", "post", "/notes", things, acknowledged, "signs  array"],
    ["a root list of ids", "post", "/notes/ban", ids, acknowledged, "signs  array"],
    ["a PUT that adds", "put", "/notes", things, { operationId: "upsertNotes" }, "signs  array"],
    ["a PUT that may replace", "put", "/notes", things, {}, "signs  array"],
    ["lines", "post", "/notes/import", undefined, lines, "signs  lines"],
    [
      "a list or one object",
      "post",
      "/notes",
      { oneOf: [fulls, full] },
      answers(object({ data: { oneOf: [fulls, full] } })),
      "signs  array",
    ],
    [
      "one change of many, by their ids",
      "patch",
      "/notes",
      object({ data: full, keys: ids }),
      { summary: "Update multiple notes", ...answers(object({ data: fulls })) },
      "signs /keys array",
    ],
    [
      "what was sent comes back",
      "post",
      "/notes",
      object({ notes: fulls }),
      answers(object({ list: fulls })),
      "signs /notes array",
    ],
    [
      "below `data`",
      "post",
      "/notes",
      object({ data: fulls }),
      answers(object({ data: fulls })),
      "signs /data array",
    ],
    [
      "207",
      "post",
      "/notes",
      object({ notes: things }),
      { responses: { "207": { description: "" } } },
      "signs /notes array",
    ],
    [
      "202",
      "post",
      "/points",
      object({ points: things }),
      { responses: { "202": { description: "" } } },
      "signs /points array",
    ],
    [
      "a fate of each",
      "post",
      "/notes",
      object({ notes: things }),
      answers(object({ told: { type: "array", items: object({ id: {}, error: {} }) } })),
      "signs /notes array",
    ],
    [
      "failures apart",
      "post",
      "/notes",
      object({ notes: things }),
      answers(object({ failedNotes: ids })),
      "signs /notes array",
    ],
    [
      "a count",
      "post",
      "/notes",
      object({ notes: things }),
      answers(object({ upsertedCount: { type: "integer" } })),
      "signs /notes array",
    ],
    [
      "a job",
      "post",
      "/notes",
      object({ notes: things }),
      answers(object({ job_id: { type: "string" } })),
      "signs /notes array",
    ],
    [
      "one thing for each id",
      "post",
      "/users/ban",
      object({ user_ids: ids }),
      answers(things),
      "signs /user_ids array",
    ],
    [
      "ids in the query",
      "get",
      "/streams/end",
      undefined,
      { ...byId(true), ...answers(things) },
      "signs id array",
    ],
    [
      "ids that need not be",
      "get",
      "/streams/end",
      undefined,
      { ...byId(false), ...answers(things) },
      undefined,
    ],
    [
      "a DELETE of ids",
      "delete",
      "/notes",
      undefined,
      { ...byId(true), ...acknowledged },
      "signs id array",
    ],
    [
      "a list of operations",
      "post",
      "/aliases",
      object({ actions: things }),
      answers(object({ acknowledged: {} })),
      "low /actions array",
    ],
    [
      "a summary",
      "post",
      "/notes",
      object({ notes: things }),
      { summary: "Create multiple notes", ...acknowledged },
      "signs /notes array",
    ],
    [
      "a summary, and no list",
      "post",
      "/notes",
      thing,
      { summary: "Create multiple notes" },
      undefined,
    ],
  ])("%s", (_, method, path, body, operation, want) => {
    expect(found(method, path, body, operation)).toBe(want);
  });

  test.each<Case>([
    [
      "one resource",
      "patch",
      "/notes/{id}",
      object({ notes: fulls }),
      answers(object({ notes: fulls })),
      "low /notes array",
    ],
    [
      "parts of one resource",
      "post",
      "/lobbies",
      object({ members: fulls, name: {} }),
      answers(object({ id: {}, members: fulls })),
      undefined,
    ],
    [
      "attributes",
      "post",
      "/roles",
      object({ scopes: fulls }),
      answers(object({ scopes: fulls })),
      "low /scopes array",
    ],
    [
      "a search",
      "post",
      "/notes/search",
      object({ ids }),
      answers(object({ results: things })),
      "low /ids array",
    ],
    [
      "a patch",
      "patch",
      "/notes",
      object({ data: { type: "array", items: object({ op: {}, path: {} }) } }),
      answers(thing),
      undefined,
    ],
    ["plain values", "post", "/keys", object({ names: ids }), answers(things), "low /names array"],
    ["a set", "post", "/commands", things, { operationId: "replaceCommands" }, "low  array"],
    [
      "a name that only sounds like it",
      "post",
      "/streamsets/value",
      things,
      { operationId: "StreamSet_Update" },
      "signs  array",
    ],
    [
      "a PUT below one resource",
      "put",
      "/notes/{id}/history",
      object({ records: fulls }),
      { operationId: "createHistory", ...answers(object({ records: fulls })) },
      "low /records array",
    ],
    [
      "ids that only say where",
      "post",
      "/streams/updates",
      undefined,
      { ...byId(true), ...answers(things) },
      undefined,
    ],
    [
      "errors of the whole",
      "post",
      "/notes",
      object({ notes: things }),
      answers(object({ errors: { type: "array", items: object({ code: {} }) } })),
      "low /notes array",
    ],
  ])("left alone: %s", (_, method, path, body, operation, want) => {
    expect(found(method, path, body, operation)).toBe(want);
  });

  test.each<[string, JsonObject | undefined, Partial<XBatch>]>([
    ["nobody said", undefined, { split: "never", retry: { safe: false } }],
    ["an x-batch", { limit: { items: 5 } }, { limit: { items: 5 } }],
  ])("it is sent whole and once until somebody says otherwise: %s", (_, said, want) => {
    const { operations } = recogniseOperations(
      operationSpec("post", "/notes/update", said ? { "x-batch": said } : {}, things),
    );
    const { split, retry, limit } = operations[0]?.xBatch ?? {};
    expect(JSON.parse(JSON.stringify({ split, retry, limit }))).toEqual(want);
    expect(operations[0]?.tier).toBe(said ? "x-batch" : "signs");
  });

  test("the defaults of a document do not lift that", () => {
    const spec = operationSpec("post", "/notes/update", {}, things);
    const document = { ...spec.document, "x-batch": { split: "auto", retry: { safe: true } } };
    const [operation] = recogniseOperations({ ...spec, document }).operations;
    expect(operation?.xBatch).toMatchObject({ split: "never", retry: { safe: false } });
  });

  test.each<[string, JsonObject, string | undefined, string?]>([
    ["what was sent", { list: fulls, other: things }, "/list"],
    ["what went wrong is no result", { insertErrors: things }, undefined, "/insertErrors"],
    ["what was not dealt with is no result", { unprocessed: fulls, other: things }, "/other"],
    ["what was not found is no result", { not_found: things }, undefined],
  ])("results: %s", (_, properties, at, errors) => {
    const { operations } = recogniseOperations(
      operationSpec("post", "/notes", answers(object(properties)), fulls),
    );
    expect(operations.map(({ xBatch }) => [xBatch.results?.at, xBatch.errors?.at])).toEqual([
      [at, errors],
    ]);
  });
});

/** Larger documents take too long for a test; `npm run detection` reads them all. */
const largest = 1_000_000;
const corpus = resolve(import.meta.dirname, "../../../shared/corpus");

describe.skipIf(!existsSync(corpus))("the labelled documents (skipped without ../shared)", () => {
  test("the committed weights find four of five, and err once in twenty", async () => {
    const labels = new Map(
      ["labels.tsv", "labels-2.tsv"]
        .flatMap((name) => readFileSync(resolve(corpus, name), "utf8").split("\n"))
        .map((line) => line.split("\t"))
        .map(([document, method, path, label = ""]) => [`${document} ${method} ${path}`, label]),
    );
    const paths = ["vendors", "vendors-2"].flatMap((folder) =>
      readdirSync(resolve(corpus, folder))
        .map((name) => `${folder}/${name}`)
        .filter((name) => statSync(resolve(corpus, name)).size < largest),
    );
    const documents = new Set(paths.map((path) => basename(path).replace(/\.[^.]*$/, "")));
    const { specs } = await read({ cwd: corpus, paths, overlays: [] });
    const judged = specs.flatMap((spec) => {
      const operations = operationsOf(spec);
      const words = documentWords(operations);
      const document = basename(spec.name).replace(/\.[^.]*$/, "");
      return operations.flatMap((operation) => {
        const tier = detect(operation, words)?.tier;
        const label = labels.get(`${document} ${operation.method} ${operation.path}`) ?? "none";
        return tier === undefined ? [] : [{ tier, label }];
      });
    });
    const recognised = judged.filter(({ tier }) => tier !== "low");
    const batches = (among: readonly { label: string }[]): number =>
      among.filter(({ label }) => label === "Y").length;
    const all = [...labels].filter(
      ([key, label]) => label === "Y" && documents.has(key.split(" ")[0] ?? ""),
    ).length;
    const right = batches(recognised);
    // What merely adds references to one parent is neither right nor wrong.
    expect(right / recognised.filter(({ label }) => label !== "W").length).toBeGreaterThan(0.95);
    expect(right / all).toBeGreaterThan(0.82);
    expect(batches(judged) / all).toBeGreaterThan(0.92);
  });
});

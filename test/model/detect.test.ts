import { existsSync, readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { candidatesOf } from "../../generator/model/candidates.js";
import { detect, documentWords } from "../../generator/model/detect.js";
import { operationsOf } from "../../generator/model/operations.js";
import { read } from "../../generator/read/read.js";
import type { JsonObject, JsonValue } from "../../generator/read/spec.js";
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
  if (detection === undefined) return undefined;
  if (!detection.recognised) return detection.reason;
  const { at, as = "array" } = detection.carrier.items;
  return `${detection.tier} ${at} ${as}`;
}

describe("tier T1: a word and a list of items", () => {
  const map = { type: "object", additionalProperties: thing };
  const table: [
    method: string,
    path: string,
    body: JsonValue | undefined,
    want: string | undefined,
    operation?: JsonObject,
  ][] = [
    ["post", "/notes/batch/update", inputs, "T1 /inputs array"],
    ["post", "/notes/bulk", things, "T1  array"],
    ["post", "/notes", inputs, undefined],
    ["post", "/notes", inputs, "T1 /inputs array", { operationId: "batchUpdateNotes" }],
    ["post", "/customers/bulk-create", { properties: { customers: map } }, "T1 /customers map"],
    ["post", "/customers/bulk-create", map, "T1  map"],
    [
      "post",
      "/customers/bulk-delete",
      { additionalProperties: { type: "array", items: { type: "string" } } },
      "T1  groups",
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
      "T1 /data/attributes/profiles/data array",
    ],
    [
      "post",
      "/notes/batch/update",
      { allOf: [inputs, { required: ["inputs"] }] },
      "T1 /inputs array",
    ],
    ["post", "/notes/batch/update", { oneOf: [thing, inputs] }, "T1 /inputs array"],
    // Objects before ids, the required list before the others.
    [
      "post",
      "/notes/batch/read",
      { properties: { fields: { type: "array", items: { type: "string" } }, inputs: things } },
      "T1 /inputs array",
    ],
    ["post", "/notes/batch/delete", { properties: { ids: { type: "array" } } }, "T1 /ids array"],
    ["post", "/notes:multiGet", inputs, "T1 /inputs array"],
    ["post", "/multicast", inputs, undefined],
    ["post", "/multipart/upload", inputs, undefined],
    ["post", "/many-to-many/links", inputs, undefined],
    [
      "post",
      "/notes/batch/update",
      thing,
      "no list of items in the request that the document describes",
    ],
    ["put", "/notes/{id}", inputs, "replaces one resource", { operationId: "bulkReplaceNote" }],
    ["put", "/commands", things, "replaces the whole set", { operationId: "bulkSetCommands" }],
    [
      "get",
      "/notes/multiple",
      undefined,
      "T1 id array",
      {
        parameters: [
          { name: "id", in: "query", schema: { type: "array", items: { type: "string" } } },
        ],
      },
    ],
    [
      "get",
      "/bulk-jobs",
      undefined,
      "no list of items in the request that the document describes",
      { parameters: [{ name: "fields[job]", in: "query", schema: { type: "array" } }] },
    ],
    [
      "post",
      "/_bulk",
      undefined,
      "T1  lines",
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
    expect(first && detect(first, documentWords(operations))).toBeUndefined();
  });

  test("x-batch: false switches an operation off, and a broken x-batch is not guessed at", () => {
    const of = (value: JsonValue): readonly string[] => {
      const { candidates, others } = candidatesOf(
        operationSpec("post", "/notes/batch/update", { "x-batch": value }, inputs),
      );
      return [...candidates.map(({ tier }) => tier), ...others.map(({ reason = "" }) => reason)];
    };
    expect(of(false)).toEqual(["switched off by `x-batch: false`"]);
    expect(of({ items: 5 })).toEqual(["its `x-batch` has mistakes"]);
    expect(of({ items: { at: "/inputs" } })).toEqual(["x-batch"]);
  });
});

const corpus = resolve(import.meta.dirname, "../../../shared/corpus");

describe.skipIf(!existsSync(corpus))("the labelled documents (skipped without ../shared)", () => {
  test("T1 is right in more than nine cases of ten", async () => {
    const labels = new Map(
      readFileSync(resolve(corpus, "labels.tsv"), "utf8")
        .split("\n")
        .slice(1)
        .map((line) => line.split("\t"))
        .map(
          ([document, method, path, label]) => [`${document} ${method} ${path}`, label] as const,
        ),
    );
    const { specs } = await read({ cwd: corpus, paths: ["vendors"], overlays: [] });
    const judged = specs.flatMap((spec) => {
      const { candidates, others } = candidatesOf(spec);
      // What cannot be sent is a batch all the same.
      const unsent = others.filter(({ reason }) => reason?.startsWith("its body is"));
      return [...candidates.map(({ raw }) => raw), ...unsent].map(({ method, path }) => {
        const document = basename(spec.name).replace(/\.[^.]*$/, "");
        return labels.get(`${document} ${method} ${path}`) ?? "no batch";
      });
    });
    const right = judged.filter((label) => label === "Y").length;
    expect(right).toBeGreaterThanOrEqual(139);
    expect(right / judged.length).toBeGreaterThan(0.92);
  }, 60_000);
});

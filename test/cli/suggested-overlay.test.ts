/** The overlay that `inspect --all` suggests is read as it is, and makes endpoints of its operations. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { missingOverlay, suggestedOverlay } from "../../generator/cli/suggested-overlay.js";
import { generate, inspect } from "../../generator/build/generate.js";
import type { Row } from "../../generator/batch/model.js";
import { makeFolder } from "../openapi/folder.js";

const ids = { type: "array", items: { type: "string" } };
const plants = { type: "array", items: { type: "object", properties: { name: {} } } };
const body = (schema: object) => ({
  requestBody: { content: { "application/json": { schema } } },
  responses: { "204": { description: "" } },
});
const object = (properties: object) => ({ type: "object", properties });

/** Paths that a JSONPath must quote, and a terminal must not be driven by. */
const paths = ["/plants/all", "/it's/\\odd", '/say "so"', "/line\u2028end"];

test("what is suggested, once pasted beside the documents, is generated", async () => {
  const document = {
    openapi: "3.1.0",
    info: { title: "Plants", version: "1" },
    paths: {
      ...Object.fromEntries(paths.map((path) => [path, { post: body(object({ plants })) }])),
      "/plants/{id}": { put: body(object({ ids })) },
      "/plants": { delete: { summary: "Delete multiple plants", responses: body({}).responses } },
    },
  };
  const folder = makeFolder({ "specs/plants.json": JSON.stringify(document) });
  const before = await inspect({ cwd: folder });
  expect(before.rows.filter(({ recognised }) => recognised)).toEqual([]);
  const likely = before.rows.filter(({ suggestion }) => suggestion !== undefined);
  expect(likely.map(({ tier, path }) => [tier, path]).sort()).toEqual(
    [...paths, "/plants"].map((path) => ["low", path]).sort(),
  );

  writeFileSync(join(folder, "specs/plants.overlay.yaml"), suggestedOverlay(likely));
  const { rows, diagnostics } = await generate({ cwd: folder, output: "out" });
  expect(diagnostics.filter(({ severity }) => severity !== "info")).toEqual([]);
  expect(
    rows
      .filter(({ recognised }) => recognised)
      .map(({ tier, path, items }) => [tier, path, items?.at])
      .sort(),
  ).toEqual(
    [...paths.map((path) => ["x-batch", path, "/plants"]), ["x-batch", "/plants", ""]].sort(),
  );
  expect(readFileSync(join(folder, "specs/plants.overlay.yaml"), "utf8")).not.toContain("\u2028");
});

test("what no JSONPath can name is left out", () => {
  const row = { document: "a.json", method: "post", recognised: false, suggestion: {} };
  expect(suggestedOverlay([{ ...row, path: "/\u001b" }])).not.toContain("target");
});

test("one entry for the same operation of several documents", () => {
  const row: Row = {
    document: "a.json",
    method: "post",
    path: "/move",
    recognised: false,
    suggestion: { items: { at: "/ids" } },
  };
  const text = suggestedOverlay([row, { ...row, document: "b.json" }]);
  expect(text.match(/target/g)).toHaveLength(1);
});

test.each<[string, string, object, object, string | undefined]>([
  ["the address of a job", "202", { "Operation-Location": {} }, {}, "Operation-Location"],
  ["under another name", "200", { "Azure-AsyncOperation": {} }, {}, "Azure-AsyncOperation"],
  ["a location of what was accepted", "202", { Location: {} }, {}, "Location"],
  [
    "a location of what runs long",
    "201",
    { Location: {} },
    { "x-ms-long-running-operation": true },
    "Location",
  ],
  ["a location of what was made", "201", { Location: {} }, {}, undefined],
])("inspect --suggest: %s in a header", async (_, status, headers, more, want) => {
  const operation = {
    ...{ ...body(object({ plants })), ...more },
    responses: { [status]: { description: "", headers } },
  };
  const paths = { "/plants/batch": { post: operation } };
  const document = { openapi: "3.1.0", info: { title: "Plants", version: "1" }, paths };
  const cwd = makeFolder({ "specs/plants.json": JSON.stringify(document) });
  const [row] = (await inspect({ cwd })).rows;
  expect(row?.gaps?.find(({ field }) => field === "job")?.example).toBe(
    want && `{ poll: { header: "${want}" }, state: { at: /status, done: ["…"] } }`,
  );
});

test("inspect --suggest: what is missing for each endpoint, with the document's own sentences", async () => {
  const thing = { type: "object", properties: { name: { type: "string" } } };
  const content = (schema: object) => ({ content: { "application/json": { schema } } });
  const reply = { description: "", ...content({ type: "array", items: thing }) };
  const cwd = makeFolder({
    "specs/api.json": JSON.stringify({
      openapi: "3.1.0",
      info: { title: "Things", version: "1" },
      servers: [{ url: "https://things.example" }],
      "x-acme-ratelimit": { burst: "10/s" },
      paths: {
        "/things/batch": {
          post: {
            operationId: "addThings",
            description:
              "Adds things. The results are in the same order as the inputs. At most 1,500 things fit into\none request!\n# no: comment",
            parameters: [{ name: "Idempotency-Key", in: "header", schema: { type: "string" } }],
            requestBody: content({
              type: "array",
              description: "Up to 1,500 things.",
              items: thing,
            }),
            responses: { "200": reply },
          },
        },
      },
    }),
  });
  const overlay = missingOverlay((await inspect({ cwd })).rows);
  expect(overlay).toContain("# > The results are in the same order as the inputs.");
  expect(overlay).toContain("# > Up to 1,500 things.");
  expect(overlay).toContain("# limit: { items: 1500 }");
  expect(overlay).toContain('# results: {"at":"","order":true}');
  expect(overlay).toContain('# > x-acme-ratelimit: {"burst":"10/s"}');
  const filledIn = async (text: string) => {
    writeFileSync(join(cwd, "specs/missing.overlay.yaml"), text);
    return inspect({ cwd });
  };
  const asItIs = await filledIn(overlay);
  expect(asItIs.diagnostics).toEqual([]);
  expect(asItIs.rows.map(({ tier, limit }) => [tier, limit])).toEqual([["x-batch", undefined]]);
  const { rows, diagnostics } = await filledIn(
    overlay.replaceAll(/^( *)# (limit|kind|results|retry|rate):/gm, "$1$2:"),
  );
  expect(diagnostics).toEqual([]);
  expect(rows.map(({ limit, kind, gaps }) => [limit, kind, gaps])).toEqual([
    [1500, "create", undefined],
  ]);
});

/**
 * Bodies that are forms: the generated package against the emulator, over HTTP. The two share no code for writing and
 * reading them.
 */
import { expect, test } from "vitest";
import type { Handled } from "../../generator/emulator/emulate.js";
import { filesOf, generateFrom, load, problems } from "../emit/compile.js";
import { jumpingClock } from "../runtime/kit.js";
import { emulate } from "./start.js";

const string = { type: "string" };
const thing = {
  type: "object",
  required: ["id"],
  properties: {
    id: string,
    n: { type: "integer" },
    deep: { type: "object", properties: { on: { type: "boolean" } } },
  },
};
const replies = {
  200: {
    description: "",
    content: {
      "application/json": {
        schema: {
          type: "object",
          properties: { results: { type: "array", items: { $ref: "#/components/schemas/Thing" } } },
        },
      },
    },
  },
};
const multipart = "multipart/form-data";
const form = "application/x-www-form-urlencoded";

const operation = (media: string, properties: object, encoding: object, items?: object) => ({
  post: {
    requestBody: {
      content: {
        [media]: { schema: { type: "object", required: ["mode"], properties }, encoding },
      },
    },
    responses: replies,
    "x-batch": {
      ...(items && { items }),
      kind: "update",
      limit: { items: 10, bytes: 1500 },
      results: { at: "/results" },
      match: [{ by: "value", request: "/id", result: "/id" }],
    },
  },
});
const list = { type: "array", items: { $ref: "#/components/schemas/Thing" } };
const binary = { type: "string", contentMediaType: "application/octet-stream" };
const mode = { ...string, enum: ["a & b", "c"] };
const tags = { type: "array", items: { type: "integer" } };

const document = {
  openapi: "3.1.0",
  info: { title: "Things", version: "1" },
  servers: [{ url: "https://things.example.com" }],
  components: { schemas: { Thing: thing } },
  paths: {
    "/lines/batch/update": operation(
      multipart,
      { file: { ...binary, contentSchema: { $ref: "#/components/schemas/Thing" } }, mode, tags },
      {},
      { at: "/file", as: "lines", mediaType: multipart },
    ),
    "/rows/batch/update": operation(
      multipart,
      {
        file: {
          ...binary,
          contentSchema: {
            type: "array",
            items: { type: "object", required: ["id"], properties: { id: string, n: string } },
          },
        },
        mode,
        tags,
      },
      {},
      { at: "/file", as: "csv", mediaType: multipart },
    ),
    "/parts/batch/update": operation(multipart, { things: list, mode, tags }, {}),
    "/documents/batch/update": operation(
      multipart,
      { things: list, mode, tags },
      { things: { contentType: "application/json" }, tags: { style: "form", explode: false } },
    ),
    "/fields/batch/update": operation(
      form,
      { things: list, mode, tags },
      { tags: { style: "pipeDelimited" } },
    ),
    "/brackets/batch/update": operation(
      form,
      { things: list, mode, tags },
      { things: { style: "deepObject", explode: true } },
    ),
  },
};

const made = generateFrom({ "a.json": document }).then((generated) => {
  expect(generated.diagnostics).toEqual([]);
  return filesOf(generated);
});

test("types", async () => {
  const use = `
    import * as lines from "./src/lines.js";
    import * as rows from "./src/rows.js";
    import * as fields from "./src/fields.js";
    lines.update([{ id: "a", n: 1 }], { mode: "c", tags: [1] });
    fields.update([{ id: "a", deep: { on: true } }], { mode: "a & b" });
    rows.update([{ id: "a", n: "1" }], { mode: "c" });
    // @ts-expect-error a member is missing
    lines.update([{ n: 1 }], { mode: "c" });
    // @ts-expect-error a parameter is missing
    fields.update([{ id: "a" }], {});
  `;
  expect(problems({ forms: new Map([...(await made), ["use.ts", use]]) })).toEqual([]);
});

test("each package has the code that it needs", async () => {
  const files = await made;
  expect([...files.keys()].filter((path) => /\/(form|fields|multipart)\.ts$/.test(path))).toEqual([
    "src/fields.ts",
    "src/runtime/encode/fields.ts",
    "src/runtime/encode/form.ts",
    "src/runtime/encode/multipart.ts",
  ]);
  expect(files.get("src/fields.ts")).not.toContain("multipart");
});

const modules = ["lines", "rows", "parts", "documents", "fields", "brackets"];

test.each(modules)("%s: a run", async (name) => {
  const handled: Handled[] = [];
  const applied = new Map<string, unknown>();
  const { emulator } = await emulate(document, {
    behaviour: { rates: false },
    onRequest: (one) => void handled.push(one),
    onApplied: ({ id, input }) => void applied.set(id, input),
  });
  const files = await made;
  const { createClient } = (await load(files, "src/index")) as any; // eslint-disable-line @typescript-eslint/no-explicit-any -- typed in the test above
  const { update } = (await load(files, `src/${name}`)) as any; // eslint-disable-line @typescript-eslint/no-explicit-any -- as above
  const client = createClient({ auth: "t", baseUrl: emulator.url, clock: jumpingClock() });
  const inputs = Array.from({ length: 45 }, (_, i) => ({
    id: `ä"${i},\n&=%`,
    ...(name === "rows" ? { n: String(i) } : { n: i, deep: { on: i % 2 === 0 } }),
  }));
  const run = client.run(update, inputs, { params: { mode: "a & b", tags: [1, 2] } });
  const outcomes = await run.collect();
  expect(outcomes.filter(({ kind }: { kind: string }) => kind !== "ok")).toEqual([]);
  expect(inputs.map(({ id }) => applied.get(id))).toEqual(inputs);
  // No request was larger than the limits say.
  expect(handled.filter(({ status }) => status !== 200)).toEqual([]);
  expect(handled.length).toBeGreaterThan(4);
});

test.each(modules)("%s: what the document does not allow is refused", async (name) => {
  const { emulator } = await emulate(document, { behaviour: { rates: false } });
  const { update } = (await load(await made, `src/${name}`)) as any; // eslint-disable-line @typescript-eslint/no-explicit-any -- as above
  const wrong: Request = update([{ id: "1" }], { mode: "other" }).toRequest(emulator.url);
  const reply = await fetch(wrong);
  expect([reply.status, await reply.text()]).toEqual([400, expect.stringContaining("/mode")]);
});

test("a seed gives the same faults, whatever the boundary", async () => {
  const { update } = (await load(await made, "src/lines")) as any; // eslint-disable-line @typescript-eslint/no-explicit-any -- as above
  const statuses = async () => {
    const { emulator } = await emulate(document, {
      seed: 5,
      faults: [{ fault: "status", rate: 0.5 }],
      behaviour: { rates: false },
    });
    const statuses: number[] = [];
    for (let i = 0; i < 20; i++) {
      const request: Request = update([{ id: String(i) }], { mode: "c" }).toRequest(emulator.url);
      statuses.push((await fetch(request)).status);
    }
    return statuses;
  };
  const first = await statuses();
  expect(new Set(first).size).toBeGreaterThan(1);
  expect(await statuses()).toEqual(first);
});

test.each([
  ["no boundary", multipart, "x", /boundary/],
  [
    "cut off",
    `${multipart}; boundary=b`,
    '--b\r\ncontent-disposition: form-data; name="mode"\r\n\r\nc',
    /boundaries/,
  ],
  ["no name", `${multipart}; boundary=b`, "--b\r\n\r\nc\r\n--b--\r\n", /no name/],
  ["not JSON", form, "mode=c&things=%7B", /is not valid/],
])("a broken form: %s", async (_, type, body, message) => {
  const { emulator } = await emulate(document, { behaviour: { rates: false } });
  const path = type === form ? "/fields/batch/update" : "/parts/batch/update";
  const reply = await fetch(emulator.url + path, {
    method: "POST",
    headers: { "content-type": type },
    body,
  });
  expect(reply.status).toBe(400);
  expect(await reply.text()).toMatch(message);
});

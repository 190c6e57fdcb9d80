/** What a reply is: its types, its results and what the runtime reads agree, whatever the media type of a success. */
import { describe, expect, test } from "vitest";
import { jumpingClock } from "../runtime/kit.js";
import { filesOf, generateFrom, load, problems, type Files } from "./compile.js";

const item = {
  type: "object",
  required: ["id"],
  properties: { id: { type: "string" }, n: { type: "integer", format: "int64" } },
};
const list = {
  type: "object",
  required: ["inputs"],
  properties: { inputs: { type: "array", items: item } },
};

interface Case {
  /** The content of the success, and its status. */
  readonly content: object;
  readonly status?: number;
  readonly xBatch?: object;
  /** What the service sends. */
  readonly text: string;
  /** What `send` returns, and its type. */
  readonly body: unknown;
  readonly type: string;
  /** The outcome of the inputs `{id: "a"}` and `{id: "b"}`. */
  readonly kinds: readonly string[];
}

const lines = '{"id":"a","n":9007199254740993}\n{"id":"b","n":2}\n';
const read = [
  { id: "a", n: "9007199254740993" },
  { id: "b", n: "2" },
];
const items = "readonly { readonly id: string; readonly n?: string }[]";

const cases: Readonly<Record<string, Case>> = {
  "a text": {
    content: { "text/plain": { schema: { type: "string" } } },
    status: 201,
    text: "created 2",
    body: "created 2",
    type: "string",
    kinds: ["ok", "ok"],
  },
  CSV: {
    content: { "text/csv": { schema: { type: "string" } } },
    text: "id,status\na,done\n",
    body: "id,status\na,done\n",
    type: "string",
    kinds: ["ok", "ok"],
  },
  "lines, by the schema of one": {
    content: { "application/x-ndjson": { schema: item } },
    text: lines,
    body: read,
    type: items,
    kinds: ["ok", "ok"],
  },
  "lines, by the schema of their list": {
    content: { "application/jsonl": { schema: { type: "array", items: item } } },
    text: lines,
    body: read,
    type: items,
    kinds: ["ok", "ok"],
  },
  "lines, as a text": {
    content: { "application/x-ndjson": { schema: { type: "string" } } },
    text: lines,
    body: [
      { id: "a", n: 9007199254740992 },
      { id: "b", n: 2 },
    ],
    type: "unknown",
    kinds: ["ok", "ok"],
  },
  "a sequence of OpenAPI 3.2": {
    content: { "application/json-seq": { itemSchema: item } },
    text: lines.replace(/^/gm, "\u001e"),
    body: read,
    type: items,
    kinds: ["ok", "ok"],
  },
  "lines that are cut off": {
    content: { "application/x-ndjson": { schema: item } },
    text: lines.slice(0, -4),
    body: undefined,
    type: items,
    kinds: ["unknown", "unknown"],
  },
  "results that x-batch finds in a text": {
    content: {
      "text/plain": {
        schema: { type: "object", properties: { results: { type: "array", items: item } } },
      },
    },
    xBatch: {
      results: { at: "/results" },
      match: [{ by: "value", request: "/id", result: "/id" }],
    },
    text: '{"results":[{"id":"a"}]}',
    body: { results: [{ id: "a" }] },
    type: `{ readonly results?: ${items} }`,
    kinds: ["ok", "unknown"],
  },
};

const generated = new Map<string, Files>();
async function filesFor({ content, status = 200, xBatch }: Case): Promise<Files> {
  const operation = {
    requestBody: { content: { "application/json": { schema: list } } },
    responses: { [status]: { description: "", content } },
    ...(xBatch ? { "x-batch": { items: { at: "/inputs" }, ...xBatch } } : {}),
  };
  const document = {
    openapi: "3.2.0",
    info: { title: "Things", version: "1" },
    servers: [{ url: "https://things.example.com" }],
    paths: { "/things/batch/create": { post: operation } },
  };
  return filesOf(await generateFrom({ "a.json": document }));
}

describe("replies", () => {
  test.each(Object.entries(cases))("%s", async (name, one) => {
    const files = await filesFor(one);
    generated.set(name, files);
    const { createClient } = (await load(files, "src/index")) as any; // eslint-disable-line @typescript-eslint/no-explicit-any -- its types are checked below
    const { create } = (await load(files, "src/things")) as any; // eslint-disable-line @typescript-eslint/no-explicit-any -- as above
    const client = createClient({
      auth: "t",
      clock: jumpingClock(),
      fetch: () => Promise.resolve(new Response(one.text, { status: one.status ?? 200 })),
    });
    const inputs = [{ id: "a" }, { id: "b" }];
    const sent = client.send(create(inputs));
    if (one.body === undefined) await expect(sent).rejects.toThrow("not JSON");
    else expect((await sent).body).toEqual(one.body);
    const outcomes = await client.run(create, inputs, { chunkSize: 10 }).collect();
    expect(outcomes.map(({ kind }: { kind: string }) => kind)).toEqual(one.kinds);
  });

  test("and their types", () => {
    const packages = [...generated].map(([name, files]): [string, Files] => {
      const use = `
        import type { Create } from "./src/things.js";
        type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
        type Plain<T> = T extends object ? { [K in keyof T]: Plain<T[K]> } : T;
        export const same: Equal<Plain<Create["reply"]["body"]>, Plain<${cases[name]?.type ?? "never"}>> = true;
      `;
      return [name, new Map([...files, ["use.ts", use]])];
    });
    expect(problems(Object.fromEntries(packages))).toEqual([]);
  });
});

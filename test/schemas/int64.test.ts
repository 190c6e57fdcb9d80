/** `int64`: what 64-bit integers are in the types, and that none loses a digit on the way, where that is promised. */
import { describe, expect, test } from "vitest";
import type { GenerateOptions } from "../../generator/build/generate.js";
import { emulate } from "../emulator/start.js";
import { jumpingClock } from "../runtime/kit.js";
import { filesOf, generateFrom, load, problems, type Files } from "../emit/compile.js";

type Int64 = NonNullable<GenerateOptions["int64"]>;

const int64 = { type: "integer", format: "int64" };
const thing = {
  type: "object",
  required: ["id"],
  properties: {
    id: int64,
    n: { allOf: [{ type: "integer" }, { ...int64, nullable: true }] },
    list: { type: "array", items: int64 },
    name: { type: "string" },
  },
};
const list = (name: string) => ({
  type: "object",
  required: [name],
  properties: { [name]: { type: "array", items: { $ref: "#/components/schemas/Thing" } } },
});
const content = (schema: object, type = "application/json") => ({
  content: { [type]: { schema } },
});
const document = {
  openapi: "3.0.3",
  info: { title: "Things", version: "1" },
  servers: [{ url: "https://things.example.com" }],
  components: { schemas: { Thing: thing } },
  paths: {
    "/things/batch/update": {
      post: {
        parameters: [{ name: "version", in: "query", schema: int64 }],
        requestBody: content(list("inputs")),
        responses: { 200: { description: "", ...content(list("results")) } },
        "x-batch": {
          kind: "update",
          limit: { items: 10 },
          results: { at: "/results" },
          match: [{ by: "value", request: "/id", result: "/id" }],
        },
      },
    },
    "/lines/batch/update": {
      post: {
        requestBody: content({ $ref: "#/components/schemas/Thing" }, "application/x-ndjson"),
        responses: { 200: { description: "", ...content(list("results")) } },
        "x-batch": {
          kind: "update",
          limit: { items: 10 },
          results: { at: "/results" },
          match: [{ by: "value", request: "/id", result: "/id" }],
        },
      },
    },
  },
};

const packages = new Map<Int64, Promise<Files>>();
function packageOf(mode: Int64): Promise<Files> {
  const made =
    packages.get(mode) ?? generateFrom({ "a.json": document }, { int64: mode }).then(filesOf);
  packages.set(mode, made);
  return made;
}

const modes: readonly Int64[] = ["string", "number", "bigint"];
/** Literals that a request accepts and refuses; responses hold the first. */
const literals = {
  string: { accepts: ['"9007199254740993"', "1"], refuses: ["1n"] },
  number: { accepts: ["1"], refuses: ['"1"', "1n"] },
  bigint: { accepts: ["9007199254740993n", "1"], refuses: ['"1"'] },
} as const;

describe.each(modes)("%s", (mode) => {
  test("in the types", async () => {
    const { accepts, refuses } = literals[mode];
    const use = `
      import { update } from "./src/things.js";
      type R = NonNullable<NonNullable<(typeof update)["~types"]>["result"]>;
      declare const r: R;
      export const id: ${mode} = r.id;
      export const n: ${mode} | null | undefined = r.n;
      export const list: readonly ${mode}[] | undefined = r.list;
      ${accepts.map((one) => `update([{ id: ${one}, list: [${one}] }], { version: ${one} });`).join("\n")}
      ${refuses.map((one) => `// @ts-expect-error\nupdate([{ id: ${one} }]);`).join("\n")}
      // @ts-expect-error another type
      export const other: ${mode === "string" ? "number" : "string"} = r.id;
    `;
    const files = new Map([...(await packageOf(mode)), ["use.ts", use]]);
    expect(problems({ [mode]: files })).toEqual([]);
  });

  test("only the code that it needs", async () => {
    const files = await packageOf(mode);
    const text = files.get("src/things.ts") ?? "";
    expect(files.has("src/runtime/reply/int64.ts")).toBe(mode !== "number");
    expect(files.has("src/runtime/reply/bigints.ts")).toBe(mode === "bigint");
    expect(text.includes("int64:")).toBe(mode !== "number");
    expect(text.includes("json: writeBigints")).toBe(mode === "bigint");
  });
});

const huge = 9_007_199_254_740_993n;

/** Answers with the very digits that came, and tells the texts. */
function echo() {
  const bodies: string[] = [];
  const fetch = async (request: Request): Promise<Response> => {
    const text = await request.text();
    bodies.push(text);
    const items = request.url.includes("/lines/")
      ? text.trimEnd().split("\n")
      : [/\[(.*)\]/s.exec(text)?.[1] ?? ""];
    return new Response(`{"results":[${items.join()}]}`);
  };
  return { bodies, fetch };
}

async function open(mode: Int64, options: object) {
  const files = await packageOf(mode);
  const { createClient } = (await load(files, "src/index")) as any; // eslint-disable-line @typescript-eslint/no-explicit-any -- typed in the test above
  const things = (await load(files, "src/things")) as any; // eslint-disable-line @typescript-eslint/no-explicit-any -- as above
  const lines = (await load(files, "src/lines")) as any; // eslint-disable-line @typescript-eslint/no-explicit-any -- as above
  return { things, lines, client: createClient({ auth: "t", clock: jumpingClock(), ...options }) };
}

describe("bigint", () => {
  test.each(["things", "lines"] as const)(
    "%s: sent and read digit by digit, and matched",
    async (name) => {
      const { bodies, fetch } = echo();
      const { client, ...modules } = await open("bigint", { fetch });
      const inputs = [
        { id: huge, n: null, name: '"1:2"' },
        { id: huge + 1n, list: [-1n] },
        { id: 7 },
      ];
      const outcomes = await client.run(modules[name].update, inputs).collect();
      expect(bodies.join()).toContain('"id":9007199254740993,');
      expect(outcomes.map(({ kind }: { kind: string }) => kind)).toEqual(["ok", "ok", "ok"]);
      expect(outcomes.map(({ result }: { result: object }) => result)).toEqual([
        { id: huge, n: null, name: '"1:2"' },
        { id: huge + 1n, list: [-1n] },
        { id: 7n },
      ]);
      expect(outcomes[0].key).toBe("9007199254740993");
    },
  );

  test("toRequest and send", async () => {
    const { bodies, fetch } = echo();
    const { things, client } = await open("bigint", { fetch });
    const request = things.update([{ id: huge }], { version: huge });
    expect(request.body).toEqual({ inputs: [{ id: huge }] });
    const sent: Request = request.toRequest("https://things.example.com");
    expect(sent.url).toBe(`https://things.example.com/things/batch/update?version=${huge}`);
    expect(await sent.text()).toBe(`{"inputs":[{"id":${huge}}]}`);
    expect((await client.send(request)).body).toEqual({ results: [{ id: huge }] });
    expect(bodies).toEqual([`{"inputs":[{"id":${huge}}]}`]);
  });

  test("a toJSON of bigints changes nothing", async () => {
    const prototype = BigInt.prototype as { toJSON?: () => string };
    prototype.toJSON = () => "polyfilled";
    try {
      const { things } = await open("bigint", {});
      const sent: Request = things.update([{ id: huge }]).toRequest("https://things.example.com");
      expect(await sent.text()).toBe(`{"inputs":[{"id":${huge}}]}`);
    } finally {
      delete prototype.toJSON;
    }
  });
});

test.each(["string", "number"] as const)("%s: a bigint fails its input alone", async (mode) => {
  const { fetch } = echo();
  const { things, client } = await open(mode, { fetch });
  const outcomes = await client.run(things.update, [{ id: 1 }, { id: 2n }]).collect();
  expect(outcomes).toMatchObject([
    { kind: "ok", result: { id: mode === "string" ? "1" : 1 } },
    { kind: "failed", at: "input", error: { message: "/id is a bigint" } },
  ]);
});

test.each(modes)("%s: against the emulator", async (mode) => {
  const { emulator } = await emulate(document, {
    behaviour: { rates: false },
  });
  const { things, client } = await open(mode, { baseUrl: emulator.url });
  const inputs = Array.from({ length: 25 }, (_, i) => ({ id: mode === "bigint" ? BigInt(i) : i }));
  const outcomes = await client.run(things.update, inputs).collect();
  const read = { string: String, number: Number, bigint: BigInt }[mode];
  expect(
    outcomes.map(({ kind, result }: { kind: string; result: { id: unknown } }) => [
      kind,
      result.id,
    ]),
  ).toEqual(inputs.map(({ id }) => ["ok", read(id)]));
});

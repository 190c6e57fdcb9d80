/** `int64`: what 64-bit integers are in the types, and that none loses a digit on the way, where that is promised. */
import { describe, expect, test } from "vitest";
import type { GenerateOptions } from "../../generator/build/generate.js";
import { draftsOf } from "../../generator/schemas/drafts.js";
import { specOf, useOf } from "./chain.js";
import { emulate } from "../emulator/start.js";
import { jumpingClock } from "../runtime/kit.js";
import { filesOf, generateFrom, load, problems, type Files } from "../emit/compile.js";

type Int64 = NonNullable<GenerateOptions["int64"]>;

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const integer = { type: "integer" };
const int64 = { type: "integer", format: "int64" };
const thing = {
  type: "object",
  required: ["id"],
  properties: {
    id: int64,
    n: { oneOf: [{ allOf: [{ type: "integer" }, int64] }, { type: "null" }] },
    list: { type: "array", items: int64 },
    name: { type: "string" },
    pair: { type: "array", prefixItems: [int64, integer], items: false, minItems: 2 },
    either: { oneOf: [ref("A"), ref("B")] },
    map: { type: "object", properties: { a: integer }, additionalProperties: int64 },
    many: ref("Many"),
  },
};
/** A choice whose branches have a member in common: in the one a 64-bit integer, in the other another number. */
const choice = {
  A: {
    type: "object",
    required: ["kind", "value"],
    properties: { kind: { const: "a" }, value: int64 },
  },
  B: {
    type: "object",
    required: ["kind", "value"],
    properties: { kind: { const: "b" }, value: integer },
  },
};
/** So many, each with a plain number of the same name elsewhere. */
const names = Array.from({ length: 60 }, (_, index) => `f${index}`);
const many = {
  type: "object",
  properties: {
    ...Object.fromEntries(names.map((name) => [name, int64])),
    plain: { type: "object", properties: Object.fromEntries(names.map((name) => [name, integer])) },
    more: ref("Many"),
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
  openapi: "3.1.0",
  info: { title: "Things", version: "1" },
  servers: [{ url: "https://things.example.com" }],
  components: { schemas: { Thing: thing, Many: many, ...choice } },
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

const useOfMode = (mode: Int64): string => {
  const { accepts, refuses } = literals[mode];
  return `
    import { update } from "./src/things.js";
    type R = NonNullable<NonNullable<(typeof update)["~types"]>["result"]>;
    declare const r: R;
    export const id: ${mode} = r.id;
    // @ts-expect-error another type
    export const other: ${mode === "string" ? "number" : "string"} = r.id;
    export const n: ${mode} | null | undefined = r.n;
    export const list: readonly ${mode}[] | undefined = r.list;
    export const pair: readonly [${mode}, number] | undefined = r.pair;
    export const either: number | undefined = r.either?.value;
    export const map: ${mode} | number | undefined = r.map?.["b"];
    export const a: number | undefined = r.map?.a;
    export const many: readonly (${mode} | undefined)[] = [r.many?.f59, r.many?.more?.more?.f0];
    export const plain: readonly (number | undefined)[] = [r.many?.plain?.f59, r.many?.more?.plain?.f0];
    ${accepts.map((one) => `update([{ id: ${one}, list: [${one}] }], { version: ${one} });`).join("\n")}
    ${refuses.map((one) => `// @ts-expect-error\nupdate([{ id: ${one} }]);`).join("\n")}
  `;
};

/** `A` alone in one reply, and in a choice in another. */
async function inTwoReplies(): Promise<Files> {
  const post = (x: object) => ({
    post: {
      requestBody: content(list("inputs")),
      responses: {
        200: {
          description: "",
          ...content({
            type: "object",
            properties: {
              results: { type: "array", items: { type: "object", properties: { x } } },
            },
          }),
        },
      },
      "x-batch": { kind: "read", limit: { items: 1 }, results: { at: "/results" } },
    },
  });
  const mixed = { oneOf: [ref("A"), ref("B")] };
  const paths = { "/one/batch/read": post(ref("A")), "/two/batch/read": post(mixed) };
  const use = `
    import type { Read } from "./src/one.js";
    declare const a: NonNullable<Read["result"]["x"]>;
    export const value: string | number = a.value;
    // @ts-expect-error or a number
    export const text: string = a.value;
    // @ts-expect-error or a text
    export const number: number = a.value;
  `;
  const files = filesOf(await generateFrom({ "a.json": { ...document, paths } }));
  return new Map([...files, ["use.ts", use]]);
}

test("in the types", async () => {
  const packages: Record<string, Files> = { both: await inTwoReplies() };
  for (const mode of modes)
    packages[mode] = new Map([...(await packageOf(mode)), ["use.ts", useOfMode(mode)]]);
  expect(problems(packages)).toEqual([]);
});

describe.each(modes)("%s", (mode) => {
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

test.each(["string", "bigint"] as const)(
  "%s: only what is a 64-bit integer in every schema of its place is read as one",
  async (mode) => {
    const result =
      '{"id":1,"pair":[9007199254740993,2],"either":{"kind":"a","value":3},"map":{"a":4,"b":5},' +
      '"many":{"f59":6,"plain":{"f59":7},"more":{"plain":{"f0":8},"more":{"f0":9}}}}';
    const { things, client } = await open(mode, {
      fetch: () => Promise.resolve(new Response(`{"results":[${result}]}`)),
    });
    const read = { string: String, bigint: BigInt }[mode];
    const { body } = await client.send(things.update([{ id: 1 }]));
    expect(body.results[0]).toEqual({
      id: read(1),
      pair: [read(huge), 2],
      either: { kind: "a", value: 3 },
      map: { a: 4, b: read(5) },
      many: {
        f59: read(6),
        plain: { f59: 7 },
        more: { plain: { f0: 8 }, more: { f0: read(9) } },
      },
    });
  },
);

test("an integer that arrives as a number is told of", async () => {
  const { diagnostics } = await generateFrom({ "a.json": document });
  expect(diagnostics.map(({ code, location }) => [code, location?.pointer])).toContainEqual([
    "int64-as-number",
    "/components/schemas/A",
  ]);
});

test.each([
  ["ten thousand schemas in a row", 10_000, 1],
  ["unions of unions, whose sets of branches have no end", 12, 12],
])("a hostile document takes bounded work: %s", (_, length, width) => {
  const schemas = Object.fromEntries(
    Array.from({ length }, (_, i) => [
      `N${i}`,
      {
        type: "object",
        properties: Object.fromEntries(
          Array.from({ length: width }, (_, j) => [
            `p${j}`,
            { oneOf: [ref(`N${(i + 1) % length}`), ref(`N${(i * 7 + j) % length}`), ref("End")] },
          ]),
        ),
      },
    ]),
  );
  const all = { ...schemas, End: { type: "object", properties: { n: int64 } } };
  const spec = specOf(all, "3.1");
  const { integers } = draftsOf([useOf(spec, "N0")], {}, [[{ use: 0, at: [] }]]);
  expect(integers[0]?.length).toBeLessThanOrEqual(1_000);
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

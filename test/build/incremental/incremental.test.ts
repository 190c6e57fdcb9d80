/** After any change, a run from stored results gives what reading everything gives. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { withPositions } from "../../../generator/base/positions.js";
import { generate as generateAnew, type Generated } from "../../../generator/build/generate.js";
import { createSession, generate } from "../../../generator/build/incremental/incremental.js";
import { read, readAll } from "../../../generator/openapi/read.js";
import { writePackage } from "../../../generator/build/write/write.js";

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "openapi-batch-incremental-"));
  writeFileSync(join(cwd, "package.json"), "{}");
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

/** How files are laid out follows from their texts: `unchanged.test.ts` has a test of it. */
const options = () => ({ cwd, format: false });

const put = (file: string, value: unknown): void => {
  const path = join(cwd, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof value === "string" ? value : JSON.stringify(value, null, 2));
};

const ref = (to: string) => ({ $ref: to });
const json = (schema: object) => ({ "application/json": { schema } });
const list = (items: object) => ({ type: "array", items });
const object = (properties: object) => ({ type: "object", properties });

/** A document with one batch endpoint, a schema of its own, one that all repeat, and an enum. */
const document = (name: string, more: object = {}, properties: object = {}) => ({
  openapi: "3.1.0",
  info: { title: name, version: "1" },
  servers: [{ url: "https://api.example.com" }],
  paths: {
    [`/${name}/batch/update`]: {
      post: {
        operationId: `${name}-update`,
        requestBody: {
          content: json(object({ inputs: list(ref("#/components/schemas/Input")) })),
        },
        responses: {
          200: {
            description: "ok",
            content: json(object({ results: list(ref("#/components/schemas/Thing")) })),
          },
        },
      },
    },
  },
  components: {
    schemas: {
      Input: object({ id: { type: "string" }, ...properties }),
      Thing: object({
        id: { type: "string" },
        status: { type: "string", enum: ["OPEN", "SHUT"] },
        size: { type: "integer", format: "int64" },
        link: ref("#/components/schemas/Link"),
      }),
      Link: object({ href: { type: "string" } }),
    },
  },
  ...more,
});

const referring = document("refers", {}, { common: ref("parts/common.json#/Common") });
const old = {
  swagger: "2.0",
  info: { title: "old", version: "1" },
  host: "old.example.com",
  paths: {
    "/olds/batch/create": {
      post: {
        parameters: [
          {
            in: "body",
            name: "body",
            schema: object({ inputs: list(object({ a: { type: "string" } })) }),
          },
        ],
        responses: { 200: { description: "ok", schema: object({ results: list(object({})) }) } },
      },
    },
  },
};
const overlay = (target: string, description: string, more = {}) => ({
  overlay: "1.0.0",
  info: { title: "o", version: "1" },
  ...more,
  actions: [{ target, update: { description } }],
});

type Step = readonly [what: string, act: () => void];

const steps: readonly Step[] = [
  ["nothing", () => undefined],
  ["a field", () => put("specs/a.json", document("a", {}, { more: { type: "number" } }))],
  [
    "a field of a file that one refers to",
    () => put("specs/parts/common.json", { Common: object({ x: {} }) }),
  ],
  ["that file is broken", () => put("specs/parts/common.json", "{")],
  ["that file is gone", () => rmSync(join(cwd, "specs/parts/common.json"))],
  [
    "and back",
    () => put("specs/parts/common.json", { Common: { type: "integer", format: "int64" } }),
  ],
  ["a document is broken", () => put("specs/b.json", '{"openapi": "3.0.0", ')],
  ["and is no document any more", () => put("specs/b.json", { other: true })],
  ["and is one again", () => put("specs/b.json", document("b"))],
  ["an overlay comes", () => put("specs/o.json", overlay("$.paths.*.post", "said"))],
  ["the overlay says more", () => put("specs/o.json", overlay("$.paths.*.post", "said again"))],
  ["the overlay matches nothing", () => put("specs/o.json", overlay("$.nothing", "x"))],
  [
    "the overlay is for one document",
    () => put("specs/o.json", overlay("$.info", "mine", { extends: "./a.json" })),
  ],
  ["the overlay is broken", () => put("specs/o.json", '{"overlay": "1.0.0", "actions": 1}')],
  ["the overlay goes", () => rmSync(join(cwd, "specs/o.json"))],
  ["a document comes", () => put("specs/deep/c.json", document("c"))],
  ["a named enum comes", () => put("specs/d.json", named)],
  ["one with the same enum under another name", () => put("specs/e.json", alsoNamed)],
  ["that goes", () => rmSync(join(cwd, "specs/e.json"))],
  ["a Swagger document", () => put("specs/old.json", old)],
  ["an address of its own", () => put("specs/f.json", document("f", { $self: "urn:f" }))],
  [
    "one that refers to that address",
    () => put("specs/g.json", document("g", {}, { f: ref("urn:f#/components/schemas/Link") })),
  ],
  ["the address changes", () => put("specs/f.json", document("f", { $self: "urn:other" }))],
  ["a mistake in x-batch", () => put("specs/a.json", document("a", { "x-batch": { limit: -1 } }))],
  ["a schema that says nothing", () => put("specs/a.json", document("a", {}, { any: {} }))],
  ["a text alone", () => put("specs/a.json", document("a", { tags: [] }, { any: {} }))],
];

const enumOf = (name: string) => ({
  components: {
    schemas: {
      Input: object({ status: ref(`#/components/schemas/${name}`) }),
      Thing: object({ status: ref(`#/components/schemas/${name}`) }),
      [name]: { type: "string", enum: ["OPEN", "SHUT"] },
    },
  },
});
const named = document("d", enumOf("State"));
const alsoNamed = document("e", enumOf("Condition"));

/** All that can be seen of a run, with its positions looked up. */
const seen = ({ text: _text, locate, hashes, isWritten: _, ...rest }: Generated): unknown => {
  const diagnostics = withPositions(rest.diagnostics, locate);
  const unknowns = rest.unknowns.map((one) => ({ ...one, position: locate(one.location) }));
  return JSON.parse(JSON.stringify({ ...rest, diagnostics, unknowns, hashes: [...hashes].sort() }));
};

test("each change gives what everything anew gives", async () => {
  put("specs/parts/common.json", { Common: object({ a: { type: "string" } }) });
  for (const name of ["a", "b"]) put(`specs/${name}.json`, document(name));
  put("specs/h.json", referring);
  for (const [what, act] of steps) {
    act();
    const anew = seen(await generateAnew(options()));
    const generated = await generate(options());
    expect(seen(generated), what).toEqual(anew);
    await writePackage(generated.files, join(cwd, "generated"));
  }
}); // dozens of runs

describe("which documents are read again", () => {
  const store = { documents: new Map() };
  const readNow = async (): Promise<readonly string[]> => {
    const names: string[] = [];
    const resultOf = ({ name }: { readonly name: string }): string => {
      names.push(name);
      return name;
    };
    const found = await readAll({ cwd, paths: ["specs"], overlays: [], resultOf, store });
    expect(found.results.map(({ value }) => value)).toEqual(
      (await read({ cwd, paths: ["specs"], overlays: [] })).specs.map(({ name }) => name),
    );
    return names;
  };

  test("those that changed, and those that depend on what changed", async () => {
    put("specs/a.json", document("a"));
    put("specs/b.json", referringInside);
    put("specs/common.json", { Common: {} });
    expect(await readNow()).toEqual(["a.json", "b.json"]);
    expect(await readNow()).toEqual([]);
    put("specs/a.json", document("a", { tags: [] }));
    expect(await readNow()).toEqual(["a.json"]);
    put("specs/common.json", { Common: { type: "string" } });
    expect(await readNow()).toEqual(["b.json"]);
    put("specs/o.json", overlay("$.info", "x"));
    expect(await readNow()).toEqual(["a.json", "b.json"]);
    rmSync(join(cwd, "specs/a.json"));
    expect(await readNow()).toEqual(["b.json"]); // which documents an overlay extends depends on all
    expect([...store.documents.keys()].map((id) => id.slice(-6))).toEqual(["b.json"]);
  });
});

const referringInside = document("b", {}, { common: ref("common.json#/Common") });

test("a process that remembers: what two documents refer to breaks, goes and comes back", async () => {
  const session = createSession({ remember: true });
  const common = "specs/parts/common.json";
  const good = { Common: object({ a: { type: "string" } }) };
  put(common, good);
  put("specs/h.json", referring);
  put("specs/i.json", { ...referring, info: { title: "other", version: "2" } });
  const first = await session.generate(options());
  const bytes = JSON.stringify(first.files);
  put(common, "{");
  for (const _ of [1, 2]) {
    const broken = await session.generate(options());
    expect(broken.kept).toEqual([common]);
    expect(JSON.stringify(broken.files)).toBe(bytes);
  }
  rmSync(join(cwd, common));
  expect((await session.generate(options())).kept).toEqual([common]);
  put(common, good);
  const mended = await session.generate(options());
  expect(mended.kept).toEqual([]);
  expect(mended.diagnostics).toEqual(first.diagnostics);
  expect(JSON.stringify(mended.files)).toBe(bytes);
});

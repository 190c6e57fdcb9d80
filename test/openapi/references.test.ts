import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { getAt } from "../../generator/base/pointer.js";
import type { JsonObject, JsonValue } from "../../generator/base/json.js";
import { link, makeFolder, readFiles } from "./folder.js";
import { read } from "../../generator/openapi/read.js";

const head = { openapi: "3.1.0", info: { title: "t", version: "1" } };

/** A document whose one schema refers to `ref`. */
function referring(ref: string, more: JsonObject = {}): JsonObject {
  return {
    ...head,
    paths: {},
    components: { schemas: { Root: { properties: { x: { $ref: ref } } } } },
    ...more,
  };
}
const refPointer = "/components/schemas/Root/properties/x/$ref";

describe("a reference to another file is embedded", () => {
  it.each<[string, string, Record<string, JsonValue | string>, string, JsonValue]>([
    [
      "under its own name",
      "common.json#/components/schemas/Pet",
      { "common.json": { components: { schemas: { Pet: { type: "string" } } } } },
      "#/components/schemas/Pet",
      { type: "string" },
    ],
    [
      "from YAML, with percent-encoding in file and fragment",
      "a%20b.yaml#/components/schemas/A%20B",
      { "a b.yaml": "components: {schemas: {A B: {type: string}}}" },
      "#/components/schemas/A_B",
      { type: "string" },
    ],
    [
      "into a part of a component",
      "common.json#/components/schemas/Pet/properties/name",
      {
        "common.json": {
          components: { schemas: { Pet: { properties: { name: { type: "string" } } } } },
        },
      },
      "#/components/schemas/Pet/properties/name",
      { type: "string" },
    ],
    [
      "a whole file, by the file's name",
      "./schemas/pet.json",
      { "schemas/pet.json": { type: "integer" } },
      "#/components/schemas/pet",
      { type: "integer" },
    ],
    [
      "a whole file whose name has no character that a component may have",
      "./\u65e5\u672c.json",
      { "\u65e5\u672c.json": { type: "integer" } },
      "#/components/schemas/_",
      { type: "integer" },
    ],
    [
      "$defs",
      "pet.json#/$defs/Name",
      { "pet.json": { $defs: { Name: { type: "integer" } } } },
      "#/components/schemas/Name",
      { type: "integer" },
    ],
    [
      "an $anchor",
      "pet.json#here",
      { "pet.json": { $defs: { Name: { $anchor: "here", type: "integer" } } } },
      "#/components/schemas/Name",
      { $anchor: "here", type: "integer" },
    ],
    [
      "through a chain of files, relative to each",
      "one/a.json#/components/schemas/A",
      {
        "one/a.json": {
          components: { schemas: { A: { $ref: "../two/b.json#/components/schemas/B" } } },
        },
        "two/b.json": { components: { schemas: { B: { type: "boolean" } } } },
      },
      "#/components/schemas/A",
      { $ref: "#/components/schemas/B" },
    ],
    [
      "by a name of the file's, when the document has the name",
      "common.json#/components/schemas/Root",
      { "common.json": { components: { schemas: { Root: { type: "string" } } } } },
      "#/components/schemas/common_Root",
      { type: "string" },
    ],
    [
      "that refers back to the document",
      "common.json#/components/schemas/Back",
      {
        "common.json": {
          components: { schemas: { Back: { $ref: "api.json#/components/schemas/Root" } } },
        },
      },
      "#/components/schemas/Back",
      { $ref: "#/components/schemas/Root" },
    ],
    [
      "that refers to itself",
      "common.json#/components/schemas/Node",
      {
        "common.json": {
          components: { schemas: { Node: { items: { $ref: "#/components/schemas/Node" } } } },
        },
      },
      "#/components/schemas/Node",
      { items: { $ref: "#/components/schemas/Node" } },
    ],
  ])("%s", async (_, ref, files, local, value) => {
    const { spec, problems } = await readFiles({ "api.json": referring(ref), ...files });
    const { document } = spec("api.json");
    expect(problems).toEqual([]);
    expect(getAt(document, refPointer)).toBe(local);
    expect(getAt(document, local.slice(1))).toEqual(value);
  });

  it("of any kind", async () => {
    const { spec, problems } = await readFiles({
      "api.yaml": `
openapi: 3.0.3
info: {title: t, version: "1"}
paths:
  /pets:
    parameters:
      - $ref: parts.yaml#/components/parameters/Limit
    post:
      requestBody: {$ref: "parts.yaml#/components/requestBodies/Pets"}
      responses:
        "200": {$ref: "parts.yaml#/components/responses/Ok"}
        default: {$ref: "responses/error.yaml"}
  /item:
    $ref: parts.yaml#/paths/~1item
    summary: mine
components:
  securitySchemes:
    key: {$ref: "parts.yaml#/components/securitySchemes/key"}
  schemas:
    Alias: {$ref: "parts.yaml#/components/schemas/Pet"}
`,
      "parts.yaml": `
paths:
  /item:
    summary: theirs
    get: {responses: {"200": {$ref: "#/components/responses/Ok"}}}
components:
  parameters: {Limit: {name: limit, in: query, schema: {$ref: "#/components/schemas/Pet"}}}
  requestBodies: {Pets: {content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}}}
  responses:
    Ok:
      description: ok
      headers: {X: {$ref: "#/components/headers/X"}}
      content: {application/json: {examples: {a: {$ref: "#/components/examples/a"}}}}
  headers: {X: {schema: {type: string}}}
  examples: {a: {value: {$ref: "not a reference.json"}}}
  schemas: {Pet: {type: string, example: {$ref: "nor this.json"}}}
  securitySchemes: {key: {type: apiKey, in: header, name: k}}
`,
      "responses/error.yaml": "description: bad",
    });
    expect(problems).toEqual([]);
    const { document } = spec("api.yaml");
    expect(document).toMatchObject({
      paths: {
        "/pets": {
          parameters: [{ $ref: "#/components/parameters/Limit" }],
          post: {
            requestBody: { $ref: "#/components/requestBodies/Pets" },
            responses: {
              "200": { $ref: "#/components/responses/Ok" },
              default: { $ref: "#/components/responses/error" },
            },
          },
        },
        "/item": {
          summary: "mine",
          get: { responses: { "200": { $ref: "#/components/responses/Ok" } } },
        },
      },
      components: {
        securitySchemes: { key: { type: "apiKey", in: "header", name: "k" } },
        parameters: { Limit: { schema: { $ref: "#/components/schemas/Alias" } } },
        schemas: { Alias: { type: "string", example: { $ref: "nor this.json" } } },
        headers: { X: { schema: { type: "string" } } },
        examples: { a: { value: { $ref: "not a reference.json" } } },
        responses: { error: { description: "bad" } },
      },
    });
    expect(getAt(document, "/paths/~1item/$ref")).toBeUndefined();
  });

  it("and located in its own file", async () => {
    const { locate } = await readFiles({
      "api.yaml": `openapi: 3.1.0
info: {title: t, version: "1"}
paths: {/item: {$ref: item.yaml}}
components: {schemas: {Root: {$ref: "common.yaml#/components/schemas/Pet"}, Own: {type: string}}}
`,
      "common.yaml": "components:\n  schemas:\n    Pet:\n      properties:\n        name: {}\n",
      "item.yaml": "\nget:\n  responses: {}\n",
    });
    const place = (pointer: string): string => {
      const { file, line, column } = locate("api.yaml", pointer);
      return `${file}:${line}:${column}`;
    };
    expect(place("/components/schemas/Root/properties/name")).toBe("common.yaml:5:9");
    expect(place("/components/schemas/Own/type")).toBe("api.yaml:4:83");
    expect(place("/paths/~1item/get/responses")).toBe("item.yaml:3:3");
    expect(place("/paths/~1item")).toBe("item.yaml:2:1");
  });

  it("with the mapping of a discriminator", async () => {
    const { spec } = await readFiles({
      "api.json": referring("pets.json#/components/schemas/Pet"),
      "pets.json": {
        components: {
          schemas: {
            Pet: {
              discriminator: {
                propertyName: "k",
                mapping: { c: "Cat", d: "#/components/schemas/Dog" },
              },
            },
            Cat: { type: "object" },
            Dog: { type: "object" },
          },
        },
      },
    });
    expect(
      getAt(spec("api.json").document, "/components/schemas/Pet/discriminator/mapping"),
    ).toEqual({
      c: "#/components/schemas/Cat",
      d: "#/components/schemas/Dog",
    });
    expect(getAt(spec("api.json").document, "/components/schemas/Cat")).toEqual({ type: "object" });
  });

  it("the same for each document that refers to it", async () => {
    const common = {
      components: { schemas: { Pet: { items: { $ref: "#/components/schemas/Name" } }, Name: {} } },
    };
    const { specs } = await readFiles({
      "a.json": referring("common.json#/components/schemas/Pet"),
      "b.json": referring("common.json#/components/schemas/Pet"),
      "common.json": common,
    });
    expect(specs.map((spec) => spec.name)).toEqual(["a.json", "b.json"]);
    expect(specs[0]?.document).toEqual(specs[1]?.document);
  });

  it("and a file that is only referred to is not called skipped", async () => {
    const { skipped } = await readFiles({
      "api.json": referring("common.json#/components/schemas/Pet"),
      "common.json": { components: { schemas: { Pet: {} } } },
      "package.json": { name: "x" },
    });
    expect(skipped.map(({ path }) => path)).toEqual(["package.json"]);
  });
});

it("a local reference is left, but for its percent-encoding and anchors", async () => {
  const schemas = {
    "A B": { $anchor: "here" },
    X: { $ref: "#/components/schemas/A%20B" },
    Y: { $ref: "#here" },
    Z: { $ref: "#/components/schemas/Gone" },
  };
  const { spec, problems } = await readFiles({
    "api.json": { ...head, paths: {}, components: { schemas } },
  });
  expect(problems).toEqual([]);
  expect(getAt(spec("api.json").document, "/components/schemas")).toEqual({
    ...schemas,
    X: { $ref: "#/components/schemas/A B" },
    Y: { $ref: "#/components/schemas/A B" },
  });
});

it("a reference is relative to the $id around it", async () => {
  const schemas = {
    Pet: {
      $id: "https://example.com/pet.json",
      $defs: { Name: { type: "string" } },
      items: { $ref: "#/$defs/Name" },
    },
    User: { properties: { pet: { $ref: "https://example.com/pet.json#/$defs/Name" } } },
  };
  const { spec, problems } = await readFiles({
    "api.json": { ...head, paths: {}, components: { schemas } },
  });
  expect(problems).toEqual([]);
  const { document } = spec("api.json");
  expect(getAt(document, "/components/schemas/Pet/items/$ref")).toBe(
    "#/components/schemas/Pet/$defs/Name",
  );
  expect(getAt(document, "/components/schemas/User/properties/pet/$ref")).toBe(
    "#/components/schemas/Pet/$defs/Name",
  );
});

describe("a reference that leads nowhere is reported and left", () => {
  it.each<[string, string, string]>([
    ["no such file", "none.json#/a", "warning dangling-reference"],
    ["no such value", "common.json#/components/schemas/None", "warning dangling-reference"],
    ["a URN", "urn:example:pet", "warning dangling-reference"],
    ["out of the root", "../outside.json#/a", "error refused-reference"],
    ["absolute", "/etc/hostname", "error refused-reference"],
    ["over the network", "https://example.com/a.json#/a", "warning refused-reference"],
    ["through a link that leads out", "linked.json#/a", "error refused-reference"],
  ])("%s", async (_, ref, want) => {
    const folder = makeFolder({
      "specs/api.json": referring(ref),
      "specs/common.json": { components: { schemas: {} } },
      "outside.json": { a: { secret: true } },
    });
    link(folder, "specs/linked.json", "../outside.json");
    const result = await read({ cwd: folder, paths: ["specs"], overlays: [] });
    const found = result.diagnostics.filter(({ code }) => code !== "outside-input-root");
    expect(found.map(({ severity, code }) => `${severity} ${code}`)).toEqual([want]);
    expect(found[0]?.location).toMatchObject({ file: "specs/api.json", pointer: refPointer });
    expect(JSON.stringify(result.specs[0]?.document)).not.toContain("secret");
    expect(getAt(result.specs[0]?.document ?? {}, refPointer)).toBe(ref);
  });

  it("in a referenced file: the local reference does not come to mean something of the document", async () => {
    const { spec, problems } = await readFiles({
      "api.json": referring("common.json#/components/schemas/Pet"),
      "common.json": { components: { schemas: { Pet: { $ref: "#/components/schemas/Root" } } } },
    });
    expect(problems).toEqual([
      "warning dangling-reference common.json:5:9 /components/schemas/Pet/$ref",
    ]);
    expect(getAt(spec("api.json").document, "/components/schemas/Pet/$ref")).toBe(
      "common.json#/components/schemas/Root",
    );
  });

  it("path items that lead to each other", async () => {
    const { problems } = await readFiles({
      "api.json": { ...head, paths: { "/a": { $ref: "a.json" } } },
      "a.json": { $ref: "b.json" },
      "b.json": { $ref: "a.json" },
    });
    expect(problems).toEqual(["warning dangling-reference b.json:2:3 /$ref"]);
  });

  it("a referenced file that cannot be parsed says why", async () => {
    const { problems } = await readFiles({
      "api.json": referring("bad.json#/a"),
      "bad.json": '{"a": }',
    });
    expect(problems).toEqual([
      "error invalid-json bad.json:1:7 ",
      "warning dangling-reference api.json:13:13 " + refPointer,
    ]);
  });
});

describe("over the network, where allowed", () => {
  const remote: Record<string, string> = {
    "/specs/common.yaml":
      "components: {schemas: {Pet: {items: {$ref: 'sub/name.json'}}, Out: {$ref: 'file:///etc/hostname'}}}",
    "/specs/sub/name.json": '{"type": "string"}',
  };

  async function serve(): Promise<string> {
    const server = createServer((request, response) => {
      const body = remote[request.url ?? ""];
      response.writeHead(body === undefined ? 404 : 200).end(body);
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    onTestFinished(() => void server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on a port
  }

  it("is fetched, with what it refers to", async () => {
    const base = await serve();
    const { spec, problems } = await readFiles(
      { "api.json": referring(`${base}/specs/common.yaml#/components/schemas/Pet`) },
      { allowRemote: [new URL(base).host] },
    );
    expect(problems).toEqual([]);
    expect(getAt(spec("api.json").document, "/components/schemas")).toMatchObject({
      Pet: { items: { $ref: "#/components/schemas/name" } },
      name: { type: "string" },
    });
    expect(spec("api.json").locate("/components/schemas/name/type").file).toBe(
      `${base}/specs/sub/name.json`,
    );
  });

  it.each([
    ["/none.json", "warning dangling-reference api.json"],
    ["/specs/common.yaml#/components/schemas/Out", "warning dangling-reference http"],
  ])("what is not there, or is a file, dangles: %s", async (name, want) => {
    const base = await serve();
    const { problems } = await readFiles(
      { "api.json": referring(base + name) },
      { allowRemote: [new URL(base).host] },
    );
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(want);
  });
});

it("a document is found by the address that it gives itself", async () => {
  const { spec, problems } = await readFiles({
    "a.json": referring("https://example.com/b#/components/schemas/B", {
      openapi: "3.2.0",
      $self: "https://example.com/a",
    }),
    "b.json": {
      ...head,
      openapi: "3.2.0",
      $self: "https://example.com/b",
      paths: {},
      components: { schemas: { B: { $ref: "https://example.com/a#/components/schemas/Root" } } },
    },
  });
  expect(problems).toEqual([]);
  expect(getAt(spec("a.json").document, "/components/schemas/B/$ref")).toBe(
    "#/components/schemas/Root",
  );
});

it("files that include each other again and again come to an end", async () => {
  const files: Record<string, JsonValue> = {};
  for (let index = 0; index < 40; index++) {
    const next = { properties: { $ref: `f${index + 1}.json` } };
    files[`f${index}.json`] = { a: next, b: next };
  }
  const { problems } = await readFiles({
    ...files,
    "api.json": {
      ...head,
      paths: {},
      components: { schemas: { A: { properties: { $ref: "f0.json" } } } },
    },
  });
  expect(problems.filter((problem) => problem.startsWith("error")).length).toBe(1);
});

it("thousands of values with one name are embedded in a short time", async () => {
  const keys = Array.from({ length: 4_000 }, (_, index) => `a${index}`);
  const { problems, spec } = await readFiles({
    "common.json": Object.fromEntries(keys.map((key) => [key, { x: { type: "string" } }])),
    "api.json": {
      ...head,
      paths: {},
      components: {
        schemas: { Root: { oneOf: keys.map((key) => ({ $ref: `common.json#/${key}/x` })) } },
      },
    },
  });
  expect(problems).toEqual([]);
  expect(Object.keys(getAt(spec("api.json").document, "/components/schemas") ?? {}).length).toBe(
    keys.length + 1,
  );
});

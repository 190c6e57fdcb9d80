import { createHash } from "node:crypto";
import { chmodSync } from "node:fs";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { convertSwagger } from "../../generator/openapi/swagger.js";
import { getAt } from "../../generator/base/pointer.js";
import { read } from "../../generator/openapi/read.js";
import type { JsonObject, JsonValue } from "../../generator/base/json.js";
import { UsageError } from "../../generator/base/usage-error.js";
import { link, makeFolder, readFiles, type Files } from "./folder.js";

const api = { openapi: "3.0.0", info: { title: "t", version: "1" }, paths: {} };

describe("paths", () => {
  const files: Files = {
    "specs/b.yaml": "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {}\n",
    "specs/a.json": api,
    "specs/deep/er/c.yml": "openapi: 3.1.0\npaths: {}\n",
    "specs/node_modules/x.json": api,
    "specs/.hidden/x.json": api,
    "specs/notes.txt": "openapi: 3.0.0",
    "specs/package.json": { name: "x" },
    "specs/collection.json": {
      info: { schema: "https://schema.getpostman.com/json/collection/v2.1.0/" },
      item: [],
    },
    "specs/config.yaml": "a: [1, 2\noverlay: 1.0.0",
    "specs/chart.yaml": "a: [1, 2\noverlay: x",
    "specs/broken.json": "{ // a tsconfig\n}",
    "other/a.json": api,
  };
  it.each<[string, string[], string[]]>([
    ["a folder", ["specs"], ["a.json", "b.yaml", "deep/er/c.yml"]],
    ["a folder with a slash", ["specs/"], ["a.json", "b.yaml", "deep/er/c.yml"]],
    ["a folder below", ["specs/deep"], ["er/c.yml"]],
    ["with a backslash", ["specs\\deep"], ["er/c.yml"]],
    ["a file", ["specs/deep/er/c.yml"], ["c.yml"]],
    ["a glob", ["specs/**/*.y*ml"], ["b.yaml", "deep/er/c.yml"]],
    ["a glob with backslashes", ["specs\\**\\*.yml"], ["deep/er/c.yml"]],
    ["a glob of folders", ["*/a.json"], ["other/a.json", "specs/a.json"]],
    ["the same twice", ["specs", "./specs/a.json"], ["a.json", "b.yaml", "deep/er/c.yml"]],
    [
      "two roots with one name",
      ["other", "specs"],
      ["b.yaml", "deep/er/c.yml", "other/a.json", "specs/a.json"],
    ],
    ["none", [], []],
  ])("%s", async (_, paths, names) => {
    const { specs } = await readFiles(files, { paths });
    expect(specs.map((spec) => spec.name)).toEqual(names);
  });

  it("what is something else is skipped with a reason, what is broken is an error", async () => {
    const { skipped, problems, specs } = await readFiles(files, { paths: ["specs"] });
    expect(skipped).toEqual(
      ["broken.json", "chart.yaml", "collection.json", "package.json"].map((name) => ({
        path: `specs/${name}`,
        reason: "neither an OpenAPI document nor an overlay",
      })),
    );
    expect(problems).toEqual(["error invalid-yaml specs/config.yaml:2:1 "]);
    expect(specs.map((spec) => spec.path)).toEqual([
      "specs/a.json",
      "specs/b.yaml",
      "specs/deep/er/c.yml",
    ]);
  });

  it("an absolute path, and the order of paths, make no difference to names", async () => {
    const folder = makeFolder(files);
    const names = async (paths: string[]): Promise<string[]> =>
      (await read({ cwd: folder, paths, overlays: [] })).specs.map((spec) => spec.name);
    const want = await names(["other", "specs"]);
    expect(await names(["specs", path.join(folder, "other")])).toEqual(want);
    expect(
      await names([path.join(folder, "{specs,other}/**/*.{json,yaml,yml}"), "specs", "other"]),
    ).toHaveLength(4);
  });

  it.each([["none"], ["specs/none.yaml"], ["specs/*.toml"], ["none/**/*.yaml"], ["specs/*.txt"]])(
    "%s is wrong usage",
    async (given) => {
      const folder = makeFolder(files);
      await expect(read({ cwd: folder, paths: [given], overlays: [] })).rejects.toThrow(UsageError);
    },
  );

  it("a file that is named and is something else is an error", async () => {
    const { problems } = await readFiles(files, { paths: ["specs/package.json"] });
    expect(problems).toEqual(["error not-openapi"]);
  });

  it("links are followed inside the root, once; out of it, they are left out and told of", async () => {
    const folder = makeFolder({
      "specs/a.json": api,
      "specs/.data/b.json": api,
      "secret/c.json": api,
    });
    link(folder, "specs/again.json", "a.json");
    link(folder, "specs/b.json", ".data/b.json");
    link(folder, "specs/out.json", "../secret/c.json");
    link(folder, "specs/nowhere.json", "gone.json");
    link(folder, "specs/loop", ".");
    link(folder, "specs/folder", "../secret");
    const { specs, diagnostics } = await read({ cwd: folder, paths: ["specs"], overlays: [] });
    expect(specs.map((spec) => spec.name)).toEqual([".data/b.json", "a.json"]);
    expect(diagnostics.map(({ code, location }) => `${code} ${location?.file ?? ""}`)).toEqual([
      "outside-input-root specs/nowhere.json",
      "outside-input-root specs/out.json",
    ]);
  });

  it.skipIf(process.getuid?.() === 0)(
    "a file that may not be read is an error (skipped for root)",
    async () => {
      const folder = makeFolder({ "a.json": api });
      chmodSync(path.join(folder, "a.json"), 0);
      onTestFinished(() => chmodSync(path.join(folder, "a.json"), 0o600));
      const { diagnostics } = await read({ cwd: folder, paths: ["."], overlays: [] });
      expect(diagnostics.map(({ code }) => code)).toEqual(["unreadable-file"]);
    },
  );

  it("tells its progress", async () => {
    const seen: [number, number][] = [];
    await readFiles(
      { "a.json": api, "b.json": {} },
      { onProgress: (...now) => void seen.push(now) },
    );
    expect(seen).toEqual([
      [1, 2],
      [2, 2],
    ]);
  });
});

describe("a document", () => {
  it.each<[string, string, string | undefined, string[]]>([
    ["3.0", "openapi: 3.0.4\npaths: {}", "3.0", []],
    ["3.1", "openapi: 3.1.1\npaths: {}", "3.1", []],
    ["3.2", "openapi: 3.2.0\npaths: {}", "3.2", []],
    ["unquoted 3.0", "openapi: 3.0\npaths: {}", "3.0", []],
    ["unquoted 3.1", "openapi: 3.1\npaths: {}", "3.1", []],
    ["a candidate", "openapi: 3.1.0-rc1\npaths: {}", "3.1", []],
    [
      "a later version",
      "openapi: 3.3.0\npaths: {}",
      "3.2",
      ["warning unsupported-version api.yaml:1:1 /openapi"],
    ],
    [
      "4.0",
      "openapi: 4.0.0\npaths: {}",
      undefined,
      ["error unsupported-version api.yaml:1:1 /openapi"],
    ],
    [
      "Swagger 1.2",
      "swagger: '1.2'\npaths: {}",
      undefined,
      ["error unsupported-version api.yaml:1:1 /swagger"],
    ],
    ["Swagger 2.0, unquoted", "swagger: 2.0\ninfo: {title: t, version: '1'}\npaths: {}", "3.0", []],
    ["with a comment before", "# openapi\n\n'openapi' : 3.1.0\npaths: {}", "3.1", []],
    ["in flow style", "{openapi: 3.1.0, paths: {}}", "3.1", []],
    ["with a byte order mark", "\uFEFFopenapi: 3.1.0\npaths: {}", "3.1", []],
    ["a word in a text only", "a: |\n  openapi: 3.1.0", undefined, []],
  ])("%s", async (_, text, version, want) => {
    const { specs, problems } = await readFiles({ "api.yaml": text });
    expect(problems).toEqual(want);
    expect(specs.map((spec) => spec.version)).toEqual(version === undefined ? [] : [version]);
  });

  it("has the hash of its bytes, and its text for a code frame", async () => {
    const bytes = Buffer.from('\uFEFF{"openapi": "3.0.0", "paths": {}}');
    const { spec, text, locate } = await readFiles({ "api.json": bytes });
    expect(spec("api.json").hash).toBe(createHash("sha256").update(bytes).digest("hex"));
    expect(text("api.json")).toBe('{"openapi": "3.0.0", "paths": {}}');
    expect(text("other.json")).toBeUndefined();
    expect(locate("api.json", "/paths")).toEqual({
      file: "api.json",
      line: 1,
      column: 22,
      pointer: "/paths",
    });
  });

  it("in UTF-16 is read", async () => {
    const text = "\uFEFF" + JSON.stringify({ ...api, info: { title: "ü", version: "1" } });
    const { spec } = await readFiles({ "api.json": Buffer.from(text, "utf16le") });
    expect(getAt(spec("api.json").document, "/info/title")).toBe("ü");
  });

  it("with a mistake is an error with its place, and the others are read", async () => {
    const { specs, problems } = await readFiles({
      "a.yaml": "openapi: 3.0.0\npaths:\n  /a: {}\n  /b: {}\n  /a: {}\n",
      "b.json": '{"openapi": "3.0.0",\n "paths": }',
      "c.json": api,
    });
    expect(problems).toEqual([
      "error duplicate-key a.yaml:5:3 ",
      "error invalid-json b.json:2:11 ",
    ]);
    expect(specs.map((spec) => spec.name)).toEqual(["c.json"]);
  });

  it("names both places of a duplicate key", async () => {
    const { diagnostics } = await readFiles({ "a.yaml": "openapi: 3.0.0\nopenapi: 3.1.0\n" });
    expect(diagnostics[0]?.message).toBe('The key "openapi" is here and at 1:1.');
  });

  it("of 3.2 says which operations are left out", async () => {
    const paths = { "/a": { additionalOperations: { COPY: { responses: {} } } } };
    const { problems } = await readFiles({ "a.json": { ...api, openapi: "3.2.0", paths } });
    expect(problems).toEqual([
      "warning additional-operations a.json:9:7 /paths/~1a/additionalOperations",
    ]);
  });
});

describe("Swagger 2.0", () => {
  const swagger: JsonObject = {
    swagger: "2.0",
    info: { title: "t", version: "1" },
    host: "api.example.com",
    basePath: "/v1",
    schemes: ["https"],
    "x-batch": { kind: "read" },
    parameters: {
      Body: {
        in: "body",
        name: "b",
        required: true,
        schema: { $ref: "common.json#/definitions/Pet" },
      },
    },
    paths: {
      "/a": {
        post: {
          "x-batch": { kind: "create" },
          parameters: [
            { $ref: "#/parameters/Body" },
            {
              in: "query",
              name: "q",
              type: "array",
              items: { type: "string" },
              collectionFormat: "pipes",
            },
          ],
          responses: { "200": { description: "ok", schema: { $ref: "#/definitions/Own" } } },
        },
        put: {
          consumes: ["application/x-www-form-urlencoded"],
          parameters: [{ in: "formData", name: "f", type: "array", items: { type: "integer" } }],
          responses: {
            "200": {
              description: "ok",
              headers: {
                X: { type: "array", items: { type: "string" }, collectionFormat: "multi" },
              },
            },
          },
        },
      },
    },
    definitions: { Own: { type: "string", "x-nullable": true } },
  };
  const files: Files = {
    "api.json": swagger,
    "common.json": { definitions: { Pet: { type: "object", discriminator: "kind" } } },
  };

  it("is converted, with what it refers to", async () => {
    const { spec } = await readFiles(files);
    const { document, version } = spec("api.json");
    expect(version).toBe("3.0");
    expect(document).toMatchObject({
      openapi: "3.0.0",
      "x-batch": { kind: "read" },
      servers: [{ url: "https://api.example.com/v1" }],
      components: {
        schemas: {
          Own: { type: "string", nullable: true },
          Pet: { type: "object", discriminator: { propertyName: "kind" } },
        },
      },
    });
    expect(getAt(document, "/paths/~1a/post")).toMatchObject({
      "x-batch": { kind: "create" },
      parameters: [{ in: "query", name: "q", style: "pipeDelimited", schema: { type: "array" } }],
      requestBody: {
        required: true,
        content: { "application/json": { schema: { $ref: "#/components/schemas/Pet" } } },
      },
      responses: {
        "200": { content: { "*/*": { schema: { $ref: "#/components/schemas/Own" } } } },
      },
    });
    expect(
      getAt(
        document,
        "/paths/~1a/put/requestBody/content/application~1x-www-form-urlencoded/schema/properties/f",
      ),
    ).toEqual({ type: "array", items: { type: "integer" } });
  });

  it("is located in the original, and its losses are told", async () => {
    const { spec, problems } = await readFiles(files);
    const at = (pointer: string): string => {
      const { file, pointer: found } = spec("api.json").locate(pointer);
      return file + found;
    };
    expect(at("/components/schemas/Own/nullable")).toBe("api.json/definitions/Own");
    expect(at("/components/schemas/Pet/type")).toBe("common.json/definitions/Pet/type");
    expect(at("/paths/~1a/post/requestBody/content/application~1json/schema")).toBe(
      "api.json/paths/~1a/post/parameters/0",
    );
    expect(at("/paths/~1a/post/parameters/0/name")).toBe(
      "api.json/paths/~1a/post/parameters/1/name",
    );
    expect(at("/paths/~1a/post/responses/200/content/*~1*/schema/$ref")).toBe(
      "api.json/paths/~1a/post/responses/200/schema/$ref",
    );
    expect(problems.map((problem) => problem.replace(/:\d+:\d+/, ""))).toEqual([
      "warning swagger-conversion api.json /paths/~1a/put/responses/200/headers/X",
    ]);
  });
});

describe("Swagger 2.0, without its converter", () => {
  const missing = Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" });
  const convert = (error: Error) =>
    convertSwagger(
      { swagger: "2.0" },
      () => ({ file: "", pointer: "" }),
      () => undefined,
      () => Promise.reject(error),
    );

  it("is told from a converter that fails to load", async () => {
    expect(await convert(missing)).toEqual({
      reason: "This document is Swagger 2.0, and the package that converts it is not installed.",
      isMissing: true,
    });
    await expect(convert(new Error("broken"))).rejects.toThrow("broken");
  });
});

describe("determinism", () => {
  it("gives the same document whatever the order of the paths", async () => {
    const folder = makeFolder({
      "a/api.json": {
        ...api,
        components: { schemas: { X: { $ref: "one.json" }, Y: { $ref: "two/one.json" } } },
      },
      "a/one.json": { type: "string" },
      "a/two/one.json": { type: "number" },
      "b/api.json": api,
    });
    const run = async (paths: string[]): Promise<string> => {
      const { specs } = await read({ cwd: folder, paths, overlays: [] });
      return JSON.stringify(specs);
    };
    expect(await run(["a", "b"])).toBe(await run(["b", "a"]));
  });
});

describe("a document is not changed by reading another", () => {
  it("when both refer to one file and an overlay changes both", async () => {
    const common = {
      components: {
        schemas: { Pet: { properties: { x: { $ref: "#/components/schemas/Name" } } }, Name: {} },
      },
    };
    const referring = (title: string): JsonValue => ({
      ...api,
      info: { title, version: "1" },
      components: {
        schemas: {
          Name: { type: title === "a" ? "string" : "number" },
          P: { $ref: "common.json#/components/schemas/Pet" },
        },
      },
    });
    const { spec } = await readFiles({
      "a.json": referring("a"),
      "b.json": referring("b"),
      "common.json": common,
    });
    for (const name of ["a.json", "b.json"]) {
      expect(getAt(spec(name).document, "/components/schemas/P/properties/x/$ref")).toBe(
        "#/components/schemas/common_Name",
      );
    }
    expect(getAt(spec("a.json").document, "/components/schemas/Name/type")).toBe("string");
    expect(getAt(spec("b.json").document, "/components/schemas/Name/type")).toBe("number");
  });
});

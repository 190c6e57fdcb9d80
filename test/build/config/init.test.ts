/** What `init` makes of a folder. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { loadConfig } from "../../../generator/build/config/config.js";
import { configNames } from "../../../generator/build/config/find-config.js";
import { planConfig, writeNewFile } from "../../../generator/build/config/init.js";
import { makeFolder, type Files } from "../../openapi/folder.js";

const api = { openapi: "3.1.0", info: { title: "A", version: "1" }, paths: {} };
const swagger = 'swagger: "2.0"\ninfo: {title: A, version: "1"}\npaths: {}\n';
const overlay = { overlay: "1.0.0", info: { title: "O", version: "1" }, actions: [] };

describe("what it reads", () => {
  test.each<[string, Files, { inputs: string[]; overlays?: string[] }]>([
    ["nothing", { "a.json": { a: 1 } }, { inputs: ["specs"] }],
    ["a folder", { "specs/a.json": api, "specs/b.yaml": swagger }, { inputs: ["specs"] }],
    [
      "the deepest one",
      { "src/api/v1/a.json": api, "src/api/v2/b.json": api },
      { inputs: ["src/api"] },
    ],
    ["one for each at the top", { "a/x/a.json": api, "b/b.json": api }, { inputs: ["a/x", "b"] }],
    [
      "files at the top",
      { "a.json": api, "b.yml": swagger, "c.json": {} },
      { inputs: ["a.json", "b.yml"] },
    ],
    [
      "overlays that stand apart",
      { "specs/a.json": api, "specs/mine.json": overlay, "overlays/o.json": overlay },
      { inputs: ["specs"], overlays: ["overlays/o.json"] },
    ],
    [
      "nothing of others",
      { "specs/a.json": api, "node_modules/x/a.json": api, ".cache/a.json": api },
      { inputs: ["specs"] },
    ],
    [
      "what can be read",
      { "specs/a.json": api, "broken/a.json": '{"openapi": "3.1.0",' },
      { inputs: ["specs"] },
    ],
  ])("%s", async (_, files, want) => {
    const folder = makeFolder(files);
    const { text } = await planConfig(folder);
    const { $schema, output, name, ...rest } = JSON.parse(text);
    expect(rest).toEqual(want);
    expect([typeof $schema, output, typeof name]).toEqual(["string", "generated", "string"]);
  });
});

test.each([...configNames])("%s is a configuration", async (name) => {
  const folder = makeFolder({
    "package.json": '{"name": "@acme/app", "type": "module"}',
    'a "b"/a.json': api,
    "o.json": overlay,
  });
  const { file, text } = await planConfig(folder, name);
  await writeNewFile(file, text);
  const { packages } = await loadConfig(file, folder);
  expect(packages).toMatchObject([
    { paths: ['a "b"'], overlays: ["o.json"], output: "generated", name: "@acme/app-batch" },
  ]);
  await expect(planConfig(folder)).rejects.toThrow(`There is a configuration already: ${name}.`);
});

describe("the form is that of the project", () => {
  const source = { "src/main.ts": "export {};\n" };
  const module = '{"name": "app", "type": "module"}';
  const commonJs = '{"name": "app"}';
  const modules = { layout: "modules", output: "src/batch" };
  const aPackage = { output: "generated", name: "app-batch" };
  const vite = {
    ...{ target: "ES2022", module: "ESNext", lib: ["ES2022", "DOM", "DOM.Iterable"], types: [] },
    ...{ moduleResolution: "bundler", allowImportingTsExtensions: true, noEmit: true },
  };
  const tsconfig = (compilerOptions: object, more: object = { include: ["src"] }) =>
    JSON.stringify({ compilerOptions, ...more });

  test.each<[string, Files, object, string]>([
    ["nothing but a package.json", { "package.json": commonJs }, aPackage, "json"],
    [
      "Vite",
      { ...source, "package.json": module, "tsconfig.json": tsconfig(vite) },
      { ...modules, importExtensions: "ts" },
      "ts",
    ],
    [
      "Vite, whose tsconfig.json only refers to others",
      {
        ...source,
        "package.json": module,
        "tsconfig.json": {
          files: [],
          references: [{ path: "./tsconfig.node.json" }, { path: "./tsconfig.app.json" }],
        },
        "vite.config.ts": "export {};\n",
        "tsconfig.node.json": tsconfig({ module: "nodenext" }, { include: ["vite.config.ts"] }),
        "tsconfig.app.json": tsconfig(vite),
      },
      { ...modules, importExtensions: "ts" },
      "ts",
    ],
    [
      "a bundler without endings, the options in a file that is extended",
      {
        ...source,
        "package.json": commonJs,
        "base.json": tsconfig({ target: "ES2022", module: "preserve" }, {}),
        "tsconfig.json": tsconfig({}, { extends: "./base.json" }),
      },
      { ...modules, importExtensions: "none" },
      "ts",
    ],
    [
      "Node, ES modules",
      { ...source, "package.json": module, "tsconfig.json": tsconfig({ module: "nodenext" }) },
      modules,
      "ts",
    ],
    [
      "Node, which strips types",
      {
        ...source,
        "package.json": module,
        "tsconfig.json": tsconfig({ module: "node20", rewriteRelativeImportExtensions: true }),
      },
      { ...modules, importExtensions: "ts" },
      "ts",
    ],
    [
      "Node, CommonJS",
      {
        ...source,
        "package.json": commonJs,
        "tsconfig.json": tsconfig({ module: "node16", target: "es2022" }),
      },
      modules,
      "mts",
    ],
    [
      "CommonJS as it was",
      {
        ...source,
        "package.json": commonJs,
        "tsconfig.json": tsconfig({ module: "commonjs", target: "es2022", esModuleInterop: true }),
      },
      { ...modules, importExtensions: "none" },
      "ts",
    ],
    [
      "CommonJS that takes no ES module",
      {
        ...source,
        "package.json": commonJs,
        "tsconfig.json": tsconfig({ module: "nodenext", verbatimModuleSyntax: true }),
      },
      aPackage,
      "mts",
    ],
    [
      "a compiler that knows too little",
      {
        ...source,
        "package.json": module,
        "tsconfig.json": tsconfig({ ...vite, lib: ["ES2020", "DOM"] }),
      },
      aPackage,
      "ts",
    ],
    [
      "without the types of browsers, and with those of Node",
      {
        ...source,
        "package.json": module,
        "tsconfig.json": tsconfig({ ...vite, lib: ["ES2023"], types: ["node"] }),
        "node_modules/@types/node/package.json": "{}",
      },
      { ...modules, importExtensions: "ts" },
      "ts",
    ],
    [
      "a root that leaves out a configuration",
      {
        ...source,
        "package.json": module,
        "tsconfig.json": tsconfig({ module: "nodenext", rootDir: "src" }, {}),
      },
      modules,
      "json",
    ],
    [
      "no src",
      { "main.ts": "", "package.json": module, "tsconfig.json": tsconfig(vite, {}) },
      { layout: "modules", output: "batch", importExtensions: "ts" },
      "ts",
    ],
    [
      "a folder that is taken",
      {
        ...source,
        "src/batch/a.ts": "",
        "package.json": module,
        "tsconfig.json": tsconfig({ module: "nodenext" }),
      },
      { layout: "modules", output: "src/batch-client" },
      "ts",
    ],
    [
      "workspaces",
      {
        "package.json": '{"name": "@acme/all", "workspaces": ["apps/*", "packages/*"]}',
        "tsconfig.json": tsconfig({ module: "nodenext" }),
      },
      { output: "packages/all-batch", name: "@acme/all-batch" },
      "mts",
    ],
    [
      "workspaces of pnpm",
      {
        "package.json": commonJs,
        "pnpm-workspace.yaml": "packages:\n  - libs/*\n  - '!**/test'\n",
      },
      { output: "libs/app-batch", name: "app-batch" },
      "json",
    ],
    [
      "a tsconfig.json that is broken",
      { "package.json": commonJs, "tsconfig.json": "{ nonsense" },
      aPackage,
      "ts",
    ],
  ])("%s", async (_, files, want, extension) => {
    const folder = makeFolder({ ...files, "specs/a.json": api });
    const { members, file, text } = await planConfig(folder);
    expect({ ...members, extension: path.extname(file).slice(1) }).toEqual({ ...want, extension });
    for (const value of Object.values(members)) expect(text).toContain(JSON.stringify(value));
    await writeNewFile(file, text);
    const { packages } = await loadConfig(file, folder);
    expect(packages).toMatchObject([{ paths: ["specs"], ...members }]);
  });
});

test("presets that the author chooses", async () => {
  const folder = makeFolder({ "specs/a.json": api, "mine/overlay.yaml": "overlay: 1.0.0\n" });
  const { text, chosen } = await planConfig(folder, undefined, ["square", "./mine"]);
  expect(JSON.parse(text)).toMatchObject({ presets: ["square", "./mine"] });
  expect(chosen).toEqual(["square", "./mine"]);
  await expect(planConfig(folder, undefined, ["squre"])).rejects.toThrow('no preset "squre"');
});

test("paths are relative to the file", async () => {
  const folder = makeFolder({ "specs/a.json": api, "tool/a.txt": "" });
  const { text } = await planConfig(folder, "tool/openapi-batch.config.json");
  expect(JSON.parse(text)).toMatchObject({ inputs: ["../specs"], output: "../generated" });
});

test("it writes over nothing", async () => {
  const folder = makeFolder({});
  const file = path.join(folder, "a.json");
  writeFileSync(file, "mine");
  await expect(writeNewFile(file, "{}")).rejects.toThrow(/There is a file/);
  await expect(planConfig(folder, "a.toml")).rejects.toThrow(/not a\.toml/);
  await expect(planConfig(folder, "a.json")).rejects.toThrow(/already: a\.json/);
  await expect(writeNewFile(path.join(folder, "no/a.json"), "{}")).rejects.toThrow(/no folder/);
  expect(readFileSync(file, "utf8")).toBe("mine");
});

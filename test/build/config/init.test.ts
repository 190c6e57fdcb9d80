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

test("the usual form is that of the project", async () => {
  const plan = await planConfig(makeFolder({ "tsconfig.json": "{}" }));
  expect(path.basename(plan.file)).toBe("openapi-batch.config.ts");
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

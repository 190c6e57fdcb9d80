/** Every file of a package is as prettier leaves it, the copied runtime too. */
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { check, resolveConfig } from "prettier";
import { expect, test } from "vitest";
import { generate } from "../../generator/build/generate.js";

const root = resolve(import.meta.dirname, "../..");
const fixtures = readdirSync(join(root, "test/fixtures")).map((name) => `test/fixtures/${name}`);

test("every emitted file is a fixed point of prettier, with the options found at the output", async () => {
  const options = await resolveConfig(join(root, "nowhere/index.ts"));
  const { files } = await generate({
    cwd: root,
    paths: ["specs", ...fixtures],
    presets: ["hubspot"],
    output: "nowhere",
    name: "x",
  });
  const formatted = files.filter(({ path }) => /\.(ts|md|json)$/.test(path));
  const paths = formatted.map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining(["README.md", "package.json", "src/service.ts"]));
  expect(paths.filter((path) => path.startsWith("src/runtime/encode/")).length).toBeGreaterThan(2);
  const changed: string[] = [];
  for (const { path, text } of formatted)
    if (!(await check(text, { ...options, filepath: path }))) changed.push(path);
  expect(changed).toEqual([]);
});

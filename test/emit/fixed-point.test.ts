/** Every file of a package is as prettier leaves it, the copied runtime too. */
import { resolve } from "node:path";
import { format } from "prettier";
import { expect, test } from "vitest";
import { generate } from "../../generator/build/generate.js";

const root = resolve(import.meta.dirname, "../..");

test("every emitted source, README.md and JSON file is a fixed point of prettier", async () => {
  const { files } = await generate({ cwd: root, paths: ["specs"], output: "nowhere", name: "x" });
  const emitted = files.filter(({ path }) => /\.ts$|^(README\.md|package\.json|tsconfig\.json|sources\.json|api\.json)$/.test(path)); // prettier-ignore
  expect(emitted.length).toBeGreaterThan(50);
  for (const { path, text } of emitted)
    expect(await format(text, { filepath: path, printWidth: 100 }), path).toBe(text);
}, 120_000);

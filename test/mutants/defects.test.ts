import { existsSync, readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { defects, seed } from "./defects.js";

const root = resolve(import.meta.dirname, "../..");
const folder = resolve(root, "generator/runtime");
const runtime = new Map(
  readdirSync(folder, { encoding: "utf8", recursive: true })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => [file, readFileSync(resolve(folder, file), "utf8")]),
);

/** That a test fails for each of them is shown by `npm run mutants`. */
test.each(defects)("can still be seeded: $name", (defect) => {
  const { file, text } = seed(defect, runtime);
  expect(text).not.toBe(runtime.get(file));
  for (const name of defect.tests)
    expect(existsSync(resolve(root, `test/runtime/${name}.test.ts`))).toBe(true);
});

test("each of them has a name of its own, and there are many", () => {
  expect(new Set(defects.map(({ name }) => name)).size).toBe(defects.length);
  expect(defects.length).toBeGreaterThanOrEqual(20);
});

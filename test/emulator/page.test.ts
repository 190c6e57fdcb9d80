/** The examples of docs/emulator.md, run as they are written. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import * as emulate from "../../generator/emulator/emulate.js";
import * as hubspotBatch from "../../generated/src/index.js";
import * as notes from "../../generated/src/notes.js";
import { faultNames } from "../../generator/emulator/faults/plan.js";
import { parseFaults } from "../../generator/emulator/faults/file.js";
import { faultSchema, faultsFileSchema } from "../../generator/emulator/faults/file-schema.js";

const page = readFileSync(join(import.meta.dirname, "../../docs/emulator.md"), "utf8");
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(
    ([, code = ""]) => code,
  );

const require = createRequire(import.meta.url);

/** Runs a block. What it prints is returned; what it declares as a test is run. */
async function run(code: string): Promise<{ printed: unknown[]; tests: string[] }> {
  const printed: unknown[] = [];
  const tests: { name: string; body: () => Promise<void> }[] = [];
  const modules = new Map<string, unknown>([
    ["openapi-batch/emulator", emulate],
    ["hubspot-batch", hubspotBatch],
    ["hubspot-batch/notes", notes],
    [
      "node:test",
      { test: (name: string, body: () => Promise<void>) => tests.push({ name, body }) },
    ],
    ["node:assert/strict", { __esModule: true, default: require("node:assert/strict") as unknown }],
  ]);
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
  });
  // The text is that of this repository's own docs.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const body = new Function(
    "require",
    "exports",
    "console",
    `return (async () => {${outputText}\n})();`,
  );
  await body(
    (name: string) => modules.get(name),
    {},
    { log: (value: unknown) => printed.push(value) },
  );
  for (const { body } of tests) await body();
  return { printed, tests: tests.map(({ name }) => name) };
}

test("the first test of an integration passes", async () => {
  const { tests } = await run(blocks("ts")[0] ?? "");
  expect(tests).toEqual(["a connection that breaks after the work is done"]);
});

test("the listener hears what it says it does", async () => {
  const { printed } = await run(blocks("ts")[1] ?? "");
  expect(printed).toEqual([["notes.update 512"]]);
});

test("the file of faults is one", () => {
  expect(parseFaults(blocks("yaml")[0] ?? "", "page").diagnostics).toEqual([]);
});

test("the tables have every fault, and every member of faults and behaviour", () => {
  const listed = new Set([...page.matchAll(/^\| `(\w+)` +\|/gm)].map(([, name]) => name));
  const { behaviour } = faultsFileSchema.properties;
  const known = [
    ...faultNames,
    ...Object.keys(faultSchema.properties),
    ...Object.keys(behaviour.properties),
  ];
  expect([...listed].sort()).toEqual([...new Set(known)].sort());
});

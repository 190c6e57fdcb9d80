import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterAll, expect, test } from "vitest";
import { importedFiles } from "../../../generator/build/config/imported-files.js";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "openapi-batch-imports-")));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;

test.each<[what: string, program: string, others: Record<string, string>, want: string[]]>([
  ["none", 'import { defineConfig } from "openapi-batch"; export default {};', {}, []],
  ["as they are named", 'import a from "./a.ts";', { "a.ts": "" }, ["a.ts"]],
  ["without endings", "import { a } from './a'", { "a.mts": "" }, ["a.mts"]],
  ["by what they compile to", 'export * from "../x/a.js"', { "../x/a.ts": "" }, ["../x/a.ts"]],
  ["folders", 'import "./names"', { "names/index.ts": "" }, ["names/index.ts"]],
  ["data", 'const a = require("./a.json");', { "a.json": "{}" }, ["a.json"]],
  ["when they are asked for", 'await import("./a.js")', { "a.ts": "" }, ["a.ts"]],
  [
    "what they import, in a circle",
    'import "./a.js"',
    { "a.ts": 'import "./b.js"', "b.ts": 'import "./a.js"; import "./config.ts"' },
    ["a.ts", "b.ts"],
  ],
  ["not JavaScript", 'import "./a.js"; import "./b.mjs"', { "a.js": "", "b.mjs": "" }, []],
  ["what is not there", 'import "./gone.js"', {}, []],
])("%s", (_, program, others, want) => {
  const at = join(folder, String(count++));
  const file = join(at, "config.ts");
  for (const [name, text] of Object.entries({ "config.ts": program, ...others })) {
    mkdirSync(dirname(join(at, name)), { recursive: true });
    writeFileSync(join(at, name), text);
  }
  const found = importedFiles(file).map((path) => relative(at, path).replaceAll("\\", "/"));
  expect(found).toEqual(want);
});

import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { prettierConfig } from "../../../generator/build/incremental/prettier-config.js";

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "openapi-batch-prettier-")));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test.each<[string, Record<string, string>, readonly string[]]>([
  ["nothing", { "a/b/readme.md": "" }, []],
  [
    "files in the folder and above it",
    { "a/b/.prettierrc": "", "a/prettier.config.mjs": "", ".editorconfig": "" },
    ["a/b/.prettierrc", "a/prettier.config.mjs", ".editorconfig"],
  ],
  ["no files beside it", { "a/c/.prettierrc": "", "a/b/src/.prettierrc": "" }, []],
  [
    "a package.json with options",
    { "package.json": '{ "prettier": {} }', "a/package.json": "{}", "a/b/package.json": "{" },
    ["package.json"],
  ],
  [
    "what a program imports",
    { "a/prettier.config.ts": 'import own from "./own.js";', "a/own.ts": "" },
    ["a/prettier.config.ts", "a/own.ts"],
  ],
])("%s", (_, files, want) => {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  const found = prettierConfig(join(root, "a", "b")).map(([file]) => relative(root, file));
  expect(found.map((file) => file.replaceAll("\\", "/"))).toEqual(want);
});

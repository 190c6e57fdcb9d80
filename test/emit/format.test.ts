import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { formatFiles } from "../../generator/emit/format.js";

let output: string;
beforeEach(() => {
  output = mkdtempSync(join(tmpdir(), "openapi-batch-format-"));
});
afterEach(() => rmSync(output, { recursive: true, force: true }));

const put = (file: string, text: string): void => {
  mkdirSync(dirname(join(output, file)), { recursive: true });
  writeFileSync(join(output, file), text);
};

const formatted = async (path: string, text: string): Promise<string | undefined> =>
  (await formatFiles([{ path, text }], { output }))[0]?.text;

const long = `export const list = ["${"a".repeat(30)}", "${"b".repeat(30)}"];\n`;
const broken = `export const list = [\n  "${"a".repeat(30)}",\n  "${"b".repeat(30)}",\n];\n`;

describe("the owner's options", () => {
  test.each<[string, Record<string, string>, string, string]>([
    ["none: prettier's own 80 columns", {}, long, broken],
    [".prettierrc", { ".prettierrc": "printWidth: 100" }, long, long],
    [".prettierrc", { ".prettierrc": "semi: false" }, "let a = 1;\n", "let a = 1\n"],
    [
      ".prettierrc with another for this folder",
      { ".prettierrc": '{ "overrides": [{ "files": "src/**", "options": { "semi": false } }] }' },
      "let a = 1;\n",
      "let a = 1\n",
    ],
    [
      ".editorconfig",
      { ".editorconfig": "root = true\n[*]\nindent_style = tab\n" },
      "{\na\n}\n",
      "{\n\ta;\n}\n",
    ],
    [
      "of the nearest folder",
      { ".prettierrc": "semi: true", "src/.prettierrc": "semi: false" },
      "let a = 1;\n",
      "let a = 1\n",
    ],
    [
      "line endings: always LF",
      { ".prettierrc": "endOfLine: crlf" },
      "let a = 1\n",
      "let a = 1;\n",
    ],
    [
      "a plugin",
      {
        ".prettierrc": "plugins: [./plugin.mjs]",
        "plugin.mjs": `export const languages = [{ name: "none", parsers: ["none"], extensions: [".ts"] }];
export const parsers = { none: { parse: (text) => ({ text }), astFormat: "none", locStart: () => 0, locEnd: () => 0 } };
export const printers = { none: { print: () => "plugged" } };
`,
      },
      "let a = 1;\n",
      "plugged",
    ],
  ])("%s", async (_, config, given, want) => {
    for (const [file, text] of Object.entries(config)) put(file, text);
    expect(await formatted("src/a.ts", given)).toBe(want);
  });

  test.each([
    ["a.ts", "let  a", "let a;\n"],
    ["a.json", '{"a":[1,\n2]}', '{ "a": [1, 2] }\n'],
    ["package.json", '{"a":[1]}', '{\n  "a": [\n    1\n  ]\n}\n'],
    ["README.md", "* a\n", "- a\n"],
    ["openapi-batch.lock", "a:  1", "a:  1"],
  ])("%s", async (path, given, want) => {
    expect(await formatted(path, given)).toBe(want);
  });
});

test("`format: false` returns files as they are", async () => {
  const files = [{ path: "a.ts", text: "let  a" }];
  expect(await formatFiles(files, { output, format: false })).toEqual(files);
});

test.each<[string, Record<string, string>, RegExp]>([
  ["a text that is no TypeScript", {}, /^Prettier cannot format src\/a\.ts: /],
  [
    "a configuration that is none",
    { ".prettierrc": "{" },
    /^Prettier cannot read its configuration for src\/a\.ts: /,
  ],
])("%s: the file is named", async (_, config, message) => {
  for (const [file, text] of Object.entries(config)) put(file, text);
  await expect(formatted("src/a.ts", "let let let")).rejects.toThrow(message);
});

test("a known text is not formatted again, until its options change", async () => {
  const known = new Map<string, string>();
  const files = [
    { path: "b.ts", text: "let  b" },
    { path: "a.ts", text: "let  a" },
  ];
  await formatFiles(files, { output, known });
  expect([...known.values()].sort()).toEqual(["let a;\n", "let b;\n"]);
  const [key = ""] = [...known].find(([, text]) => text === "let a;\n") ?? [];
  known.set(key, "let a"); // the same words in another layout
  const again = await formatFiles(files, { output, known });
  expect(again.map(({ text }) => text)).toEqual(["let b;\n", "let a"]);
  known.set(key, "let evil");
  const poisoned = await formatFiles(files, { output, known });
  expect(poisoned.map(({ text }) => text)).toEqual(["let b;\n", "let a;\n"]);
  put(".prettierrc", "semi: false");
  const other = await formatFiles(files, { output, known });
  expect(other.map(({ text }) => text)).toEqual(["let b\n", "let a\n"]);
});

test("progress ends with all files", async () => {
  const seen: [number, number][] = [];
  const files = ["a", "b", "c"].map((name) => ({ path: `${name}.ts`, text: name }));
  await formatFiles(files, { output, onProgress: (done, total) => seen.push([done, total]) });
  expect(seen).toEqual([0, 1, 2, 3].map((done) => [done, 3]));
});

/** Workers are compiled: these run the build. A thread that is left would keep the process from ending. */
describe("workers", () => {
  const run = (script: string) => {
    put("run.mjs", script);
    const file = join(output, "run.mjs");
    return spawnSync(process.execPath, [file], { encoding: "utf8", timeout: 60_000 });
  };
  const built = pathToFileURL(join(import.meta.dirname, "../../dist/emit/format.js")).href;
  const many = (last: string): string => `
    const { formatFiles } = await import(${JSON.stringify(built)});
    const files = Array.from({ length: 40 }, (_, index) => ({
      path: \`a\${index}.ts\`,
      text: \`export const list\${index}=[\${"1000,".repeat(2000 + index)}]\`,
    }));
    files.push({ path: "last.ts", text: ${JSON.stringify(last)} });
    const options = { output: ${JSON.stringify(tmpdir())} };`;

  test("give each file its text, as one thread does", () => {
    const { stdout, stderr, status } = run(`${many("let  a")}
      const together = await formatFiles(files, options);
      const alone = [];
      for (const file of files) alone.push(...await formatFiles([file], options));
      console.log(JSON.stringify(together) === JSON.stringify(alone), together.at(-1).text);`);
    expect([stderr, status, stdout]).toEqual(["", 0, "true let a;\n\n"]);
  });

  test("end with the first failure, which names the file", () => {
    const { stdout, stderr, status } = run(`${many("let let let")}
      await formatFiles(files, options).catch(({ message }) => console.log(message));`);
    expect([stderr, status]).toEqual(["", 0]);
    expect(stdout).toMatch(/^Prettier cannot format last\.ts: /);
  });
});

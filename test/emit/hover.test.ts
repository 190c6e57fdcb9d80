/** What an editor shows over a member of what runs take and give: each has a text. */
import { join, resolve } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { compilerHost } from "../compiler-host.js";

const runtime = resolve(import.meta.dirname, "../../generator/runtime");
const file = join(runtime, "hover.ts");

const head = `import type { CommonRunOptions, ItemError, Outcome, Progress, Run, Sent, Summary } from "./index.js";
type Any = Outcome<{ input: string; result: string }>;
type Of<K> = Extract<Any, { kind: K }>;
`;
const given = [
  ["ok", 'Of<"ok">'],
  ["failed", 'Of<"failed">'],
  ["unknown", 'Of<"unknown">'],
  ["notSent", 'Of<"notSent">'],
  ["sent", "Sent"],
  ["error", "ItemError"],
  ["progress", "Progress"],
  ["summary", "Summary"],
  ["run", "Run<Any>"],
  ["options", "CommonRunOptions<string>"],
] as const;

const options: ts.CompilerOptions = {
  strict: true,
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2022.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: [],
};

/** A language service that knows one more file than the disk. */
function serviceFor(text: string): ts.LanguageService {
  const { fileExists, readFile, getDefaultLibFileName } = compilerHost(options);
  const read = (path: string) => (resolve(path) === file ? text : readFile(path));
  return ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => [file],
    getScriptVersion: () => "1",
    getScriptSnapshot: (path) => {
      const found = read(path);
      return found === undefined ? undefined : ts.ScriptSnapshot.fromString(found);
    },
    getCurrentDirectory: () => runtime,
    getDefaultLibFileName,
    fileExists: (path) => resolve(path) === file || fileExists(path),
    readFile: read,
  });
}

test("every member of outcomes, totals, runs and their options has a text", () => {
  const text = head + given.map(([name, type]) => `declare const ${name}: ${type};\n`).join("");
  const members = given.map(([name]) => `${name}.;\n`).join("");
  const asked = serviceFor(text + members);
  const names = given.flatMap(([name]) => {
    const at = text.length + members.indexOf(`${name}.;`) + name.length + 1;
    const entries = asked.getCompletionsAtPosition(file, at, undefined)?.entries ?? [];
    expect(entries, name).not.toHaveLength(0);
    return entries.map((entry) => `${name}.${entry.name}`);
  });
  const uses = names.map((use) => `${use};\n`);
  const service = serviceFor(text + uses.join(""));
  let at = text.length;
  const silent = uses.flatMap((use, index) => {
    const info = service.getQuickInfoAtPosition(file, at + use.indexOf(".") + 1);
    at += use.length;
    return ts.displayPartsToString(info?.documentation) === "" ? [names[index]] : [];
  });
  expect(names.length).toBeGreaterThan(60);
  expect(silent).toEqual([]);
});

/** The README of a generated package: what it shows compiles, whatever the endpoint needs. */
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { generate } from "../../generator/build/generate.js";
import { filesOf, problems, type Files } from "./compile.js";

const fixtures = resolve(import.meta.dirname, "../fixtures");
const form = { output: "nowhere", name: "fixture", format: false };

/** The package with the examples of its README as modules of it. */
function withExamples(files: Files): { readonly files: Files; readonly examples: number } {
  const readme = files.get("README.md") ?? "";
  const examples = [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = ""]) => code);
  const modules = examples.map((code, i) => {
    const local = code
      .replace(/from "fixture"/g, 'from "./index.js"')
      .replace(/from "fixture\/(.+)"/g, 'from "./$1.js"');
    const given = ["token", "baseUrl", "url"].map((name) => `declare const ${name}: string;`);
    const any = "declare const inputs: never[]; declare const params: never;";
    return [`src/example${i}.ts`, `${local}\n${given.join(" ")} ${any}\nexport {};\n`] as const;
  });
  return { files: new Map([...files, ...modules]), examples: examples.length };
}

test("shows what compiles", async () => {
  const packages: Record<string, Files> = {};
  // Nothing to give but inputs; parameters and a chunk size; a name that is a word of the language.
  for (const name of ["query-ids.yaml", "parameters.yaml", "versions.yaml"]) {
    const { files, examples } = withExamples(
      filesOf(await generate({ cwd: fixtures, paths: [name], ...form })),
    );
    expect(examples).toBe(3);
    packages[name] = files;
  }
  expect(problems(packages)).toEqual([]);
}, 60_000);

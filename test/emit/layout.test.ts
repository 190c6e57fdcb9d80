/** A folder of modules in a project: what it holds, and that compilers of projects take it as it is. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, expect, test } from "vitest";
import { generate, type Generated, type PackageForm } from "../../generator/build/generate.js";
import { compilerHost } from "../compiler-host.js";

const root = resolve(import.meta.dirname, "../..");

const make = (form: PackageForm): Promise<Generated> =>
  generate({
    ...{ cwd: root, paths: ["specs/notes.yaml"], presets: ["hubspot"], output: "nowhere/batch" },
    ...{ format: false, ...form },
  });

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "openapi-batch-layout-"))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("modules lie in the output itself, and nothing of a package is there", async () => {
  const { files } = await make({ layout: "modules", importExtensions: "ts" });
  const paths = files.map(({ path }) => path);
  expect(paths).toContain("notes.ts");
  expect(paths).toContain("runtime/run/run.ts");
  expect(paths.filter((path) => !path.endsWith(".ts"))).toEqual([
    "README.md",
    "openapi-batch.api",
    "openapi-batch.lock",
    "sources.json",
  ]);
  const readme = files.find(({ path }) => path === "README.md")?.text ?? "";
  expect(readme).toContain('from "./index.ts"');
  expect(readme).not.toContain("nowhere");
});

test("git leaves out what a package builds, and a package that is not built has no such file", async () => {
  const ignored = async (form: PackageForm) =>
    (await make(form)).files.find(({ path }) => path === ".gitignore")?.text;
  expect(await ignored({})).toBe("/dist/\n");
  expect(await ignored({ importExtensions: "none" })).toBe(undefined);
});

const bundler: ts.CompilerOptions = {
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
};
const node: ts.CompilerOptions = { module: ts.ModuleKind.NodeNext };

/** The settings of projects, and how their files import each other. */
const projects: Record<string, [PackageForm["importExtensions"], ts.CompilerOptions]> = {
  "all that a compiler can be strict about": [
    "ts",
    {
      ...bundler,
      lib: ["lib.es2022.d.ts", "lib.dom.d.ts"],
      allowImportingTsExtensions: true,
      verbatimModuleSyntax: true,
      erasableSyntaxOnly: true,
      noUnusedLocals: true,
      noUnusedParameters: true,
      noImplicitOverride: true,
      noImplicitReturns: true,
      noPropertyAccessFromIndexSignature: true,
      noFallthroughCasesInSwitch: true,
      noUncheckedSideEffectImports: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      allowUnreachableCode: false,
      allowUnusedLabels: false,
    },
  ],
  "the types of Node, and none of browsers": [
    "js",
    { ...node, lib: ["lib.es2022.d.ts"], types: ["node"], skipLibCheck: true },
  ],
  "CommonJS, and nothing strict": [
    "none",
    {
      module: ts.ModuleKind.CommonJS,
      moduleResolution: ts.ModuleResolutionKind.Node10,
      strict: false,
      lib: ["lib.es2022.d.ts", "lib.dom.d.ts"],
    },
  ],
};

test.each(Object.entries(projects))(
  "%s",
  async (name, [importExtensions = "js", options]) => {
    const { files } = await make({ layout: "modules", importExtensions });
    const source = join(folder, name.replaceAll(" ", "-"), "src");
    const write = (path: string, text: string): string => {
      const file = join(source, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      return file;
    };
    for (const { path, text } of files) write(`batch/${path}`, text);
    write(
      "../package.json",
      JSON.stringify({ type: name.startsWith("CommonJS") ? "commonjs" : "module" }),
    );
    const ending = { js: ".js", ts: ".ts", none: "" }[importExtensions];
    const main = write(
      "main.ts",
      `import { createClient } from "./batch/index${ending}";
import * as notes from "./batch/notes${ending}";
const client = createClient({ auth: "token" });
export const summary = client.run(notes.update, [{ id: "1", properties: {} }]).drain();
`,
    );
    const all: ts.CompilerOptions = {
      ...{ strict: true, target: ts.ScriptTarget.ES2022, noEmit: true, types: [] },
      typeRoots: [join(root, "node_modules/@types")],
      ...options,
    };
    const program = ts.createProgram([main], all, compilerHost(all));
    const problems = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
      const text = ts.flattenDiagnosticMessageText(messageText, "\n");
      return `${file?.fileName.slice(source.length)}: ${text}`;
    });
    expect(problems).toEqual([]);
  },
  60_000,
);

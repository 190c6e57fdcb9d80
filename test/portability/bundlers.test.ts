/** The plugin in webpack and Rspack, which `npm run test:portability` installs for itself. */
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import rspackPlugin from "../../generator/bundlers/rspack.js";
import webpackPlugin from "../../generator/bundlers/webpack.js";
import { broken, createProject, documentOf, type Project } from "../bundlers/project.js";

const exec = promisify(execFile);
const everything = process.env["PORTABILITY"] === "all";

/** What is used here of either. */
interface Stats {
  toJson(): { readonly errors?: readonly { readonly message: string }[] };
}
type Done = (error: Error | null, stats?: Stats) => void;
interface Compiler {
  run(done: Done): void;
  watch(options: object, done: Done): { close(done: () => void): void };
  close(done: () => void): void;
}
type Bundler = (options: object) => Compiler;

let installed: string;
let missing = "not asked for: npm run test:portability";
beforeAll(async () => {
  if (!everything) return;
  installed = mkdtempSync(join(tmpdir(), "openapi-batch-bundlers-"));
  cpSync(join(import.meta.dirname, "bundlers"), installed, { recursive: true });
  const shell = process.platform === "win32";
  missing = await exec("npm", ["ci", "--no-audit", "--no-fund"], { cwd: installed, shell }).then(
    () => "",
    (error: unknown) => `npm ci: ${String(error)}`,
  );
});
afterAll(() => {
  if (everything) rmSync(installed, { recursive: true, force: true });
});

let project: Project;
beforeEach(() => void (project = createProject()));
afterEach(() => project.remove());

/** webpack has no TypeScript of its own. */
const loader = `const ts = require(${JSON.stringify(createRequire(import.meta.url).resolve("typescript"))});
module.exports = (code) => ts.transpileModule(code, { compilerOptions: { target: "ES2022", module: "ESNext" } }).outputText;`;

const bundlers = [
  { name: "webpack", plugin: webpackPlugin, use: () => join(project.root, "loader.cjs") },
  {
    name: "@rspack/core",
    plugin: rspackPlugin,
    use: () => ({
      loader: "builtin:swc-loader",
      options: { jsc: { parser: { syntax: "typescript" }, target: "es2022" } },
    }),
  },
];

const printed = async (): Promise<string> =>
  (await exec(process.execPath, [join(project.root, "out/main.cjs")])).stdout.trim();

describe.each(bundlers)("$name", ({ name, plugin, use }) => {
  function compiler(): Compiler {
    project.write("loader.cjs", loader);
    const loaded: unknown = createRequire(join(installed, "package.json"))(name);
    const bundler = (
      typeof loaded === "function" ? loaded : (loaded as { rspack: Bundler }).rspack
    ) as Bundler; // either's own function
    return bundler({
      context: project.root,
      entry: "./main.ts",
      mode: "development",
      devtool: false,
      target: "node",
      output: { path: join(project.root, "out"), filename: "main.cjs" },
      resolve: { extensions: [".ts", ".js"] },
      module: { rules: [{ test: /\.ts$/, use: use() }] },
      plugins: [plugin()],
    });
  }

  test("builds, and fails with what is wrong", async (context) => {
    if (missing) return context.skip(missing);
    const build = () =>
      new Promise<readonly string[]>((done, fail) => {
        const one = compiler();
        one.run((error, stats) => {
          if (error) return fail(error);
          const messages = (stats?.toJson().errors ?? []).map(({ message }) => message);
          one.close(() => done(messages));
        });
      });
    expect(await build()).toEqual([]);
    expect(await printed()).toBe("/things/batch/read 50 function");
    project.write("specs/more.yaml", broken);
    const errors = await build();
    expect(errors.length).toBeGreaterThan(0);
    for (const message of errors)
      expect(message).toMatch(/invalid-yaml: [\s\S]*more\.yaml:\d:\d+\n[\s\S]*3 \| paths: \{ \/a:/);
  });

  test("builds again after a change", async (context) => {
    if (missing) return context.skip(missing);
    let errors: readonly string[] = [];
    const watching = compiler().watch({ aggregateTimeout: 20 }, (_error, stats) => {
      errors = (stats?.toJson().errors ?? []).map(({ message }) => message);
    });
    const wait = { timeout: 20_000, interval: 100 };
    try {
      await vi.waitFor(async () => expect(await printed()).toContain(" 50 "), wait);
      project.write("specs/things.yaml", documentOf(20));
      await vi.waitFor(async () => expect(await printed()).toContain(" 20 "), wait);
      project.write("specs/more.yaml", broken);
      await vi.waitFor(() => expect(errors.join()).toContain("invalid-yaml"), wait);
    } finally {
      await new Promise<void>((done) => watching.close(done));
    }
  });
});

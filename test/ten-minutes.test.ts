/**
 * The first ten minutes of a user: an empty project of Vite and TypeScript, the tool from its tarball, six commands and
 * twenty lines, and a typed run against the emulator.
 */
import { execFile } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const exec = promisify(execFile);
const root = join(import.meta.dirname, "..");

/** What `npm create vite -- --template vanilla-ts` writes, without its page. */
const project = {
  "package.json": JSON.stringify({
    name: "app",
    private: true,
    type: "module",
    scripts: { build: "tsc && vite build" },
    devDependencies: { typescript: "~5.9.3", vite: "^7.3.8" },
  }),
  "tsconfig.json": JSON.stringify({
    compilerOptions: {
      ...{ target: "ES2022", useDefineForClassFields: true, module: "ESNext" },
      ...{ lib: ["ES2022", "DOM", "DOM.Iterable"], types: ["vite/client"], skipLibCheck: true },
      ...{ moduleResolution: "bundler", allowImportingTsExtensions: true },
      ...{ verbatimModuleSyntax: true, moduleDetection: "force", noEmit: true },
      ...{ strict: true, noUnusedLocals: true, noUnusedParameters: true },
      ...{ erasableSyntaxOnly: true, noFallthroughCasesInSwitch: true },
      ...{ noUncheckedSideEffectImports: true },
    },
    include: ["src"],
  }),
};

/** All that the user writes. */
const main = `/// <reference types="node" />
import { createClient } from "./batch/index.ts";
import * as notes from "./batch/notes.ts";

const client = createClient({ auth: "my token", baseUrl: process.env.OPENAPI_BATCH_URL });
const inputs = Array.from({ length: 250 }, (_, i) => ({
  id: String(i),
  properties: { hs_note_body: \`Note \${i}\` },
}));
const run = client.run(notes.update, inputs);
for await (const outcome of run) {
  if (outcome.kind === "failed") console.error(outcome.input.id, outcome.error.message);
}
const { read, ok, failed, requests } = await run.summary;
console.log(JSON.stringify({ read, ok, failed, requests }));
`;

let folder: string;
let app: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "openapi-batch-ten-minutes-")));
  app = join(folder, "app");
  for (const [name, text] of Object.entries(project)) {
    mkdirSync(join(app, "src"), { recursive: true });
    writeFileSync(join(app, name), text);
  }
  // The user has a document, and what it refers to. What else a registry would install is what this repository has.
  for (const name of ["notes.yaml", "common.yaml"])
    cpSync(join(root, "specs", name), join(app, "specs", name));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `npm install --save-dev openapi-batch`, without a registry. */
async function install(): Promise<void> {
  const shell = process.platform === "win32";
  const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
  const { stdout } = await exec("npm", args, { cwd: root, shell, maxBuffer: 1 << 26 });
  const [{ filename } = { filename: "" }] = Object.values(
    JSON.parse(stdout) as Record<string, { filename: string }>,
  );
  await exec("tar", ["-xzf", filename], { cwd: folder });
  cpSync(join(folder, "package"), join(app, "node_modules", "openapi-batch"), { recursive: true });
}

const node = (...args: readonly string[]) =>
  exec(process.execPath, args, { cwd: app, maxBuffer: 1 << 26 });
const tool = (...args: readonly string[]) =>
  node("node_modules/openapi-batch/dist/main.js", ...args);
const bin = (name: string, file: string, ...args: readonly string[]) =>
  node(join(folder, "node_modules", name, file), ...args);

test("an empty project, six commands, twenty lines, a typed run", async () => {
  expect(main.trimEnd().split("\n").length).toBeLessThanOrEqual(20);

  await install();
  const init = await tool("init", "--preset", "hubspot");
  expect(init.stdout).toMatch(/^openapi-batch\.config\.ts is written: 2 documents/);
  expect(init.stderr).toMatch(/^The code will be in src\/batch, among your sources/);

  const generated = await tool("generate");
  expect(generated.stdout).toMatch(/^1 endpoint from 1 document/);
  expect(generated.stderr).toContain('  import { createClient } from "./batch/index.ts";\n');
  writeFileSync(join(app, "src", "main.ts"), main);

  // The configuration, too, is compiled by the project's own compiler.
  const tsconfig = JSON.parse(project["tsconfig.json"]);
  tsconfig.include.push("*.config.ts");
  writeFileSync(join(app, "tsconfig.all.json"), JSON.stringify(tsconfig));
  await bin("typescript", "bin/tsc", "-p", "tsconfig.all.json");
  await bin("vite", "bin/vite.js", "build", "--ssr", "src/main.ts", "--logLevel", "error");

  const run = await tool("emulate", "--exec", `"${process.execPath}" dist/main.js`);
  expect(run.stdout).toBe('{"read":250,"ok":250,"failed":0,"requests":3}\n');
  expect(run.stderr.match(/batch\/update {2}200 {2}\d+ items applied/g)).toHaveLength(3);
});

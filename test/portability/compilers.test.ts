/** Modules among the sources of a project, under compilers other than this repository's, which it installs for itself. */
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { generate } from "../../generator/build/generate.js";

const exec = promisify(execFile);
const everything = process.env["PORTABILITY"] === "all";
const root = join(import.meta.dirname, "../..");

let folder: string;
let missing = "not asked for: npm run test:portability";
beforeAll(async () => {
  if (!everything) return;
  folder = mkdtempSync(join(tmpdir(), "openapi-batch-compilers-"));
  cpSync(join(import.meta.dirname, "compilers"), folder, { recursive: true });
  const { files } = await generate({
    ...{ cwd: root, paths: ["specs"], presets: ["hubspot"], output: "nowhere/batch" },
    ...{ layout: "modules", importExtensions: "ts", format: false },
  });
  for (const { path, text } of files) {
    const file = join(folder, "src/batch", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const shell = process.platform === "win32";
  const ci = ["ci", "--no-audit", "--no-fund", "--no-bin-links"];
  missing = await exec("npm", ci, { cwd: folder, shell }).then(
    () => "",
    (error: unknown) => `npm ci: ${String(error)}`,
  );
});
afterAll(() => {
  if (everything) rmSync(folder, { recursive: true, force: true });
});

test.for(["typescript-5.4", "typescript-5.8", "typescript-6", "typescript-7"])(
  "%s",
  async (name, context) => {
    if (missing) return context.skip(missing);
    const compilerOptions = {
      ...{ target: "ES2022", module: "ESNext", lib: ["ES2022", "DOM", "DOM.Iterable"], types: [] },
      ...{ moduleResolution: "bundler", allowImportingTsExtensions: true, noEmit: true },
      ...{ strict: true, noUnusedLocals: true, noUnusedParameters: true },
    };
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({ compilerOptions, include: ["src"] }),
    );
    const tsc = join(folder, "node_modules", name, "bin/tsc");
    const said = await exec(process.execPath, [tsc, "-p", folder]).catch((error: unknown) => error);
    expect(said).toMatchObject({ stdout: "" });
  },
);

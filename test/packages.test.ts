/** Both packages as their users get them: packed, installed into an empty folder, generated, compiled, run. */
import { execFile } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const exec = promisify(execFile);
const root = join(import.meta.dirname, "..");
const tsc = join(root, "node_modules", "typescript", "bin", "tsc");

interface PackageJson {
  name: string;
  exports: Record<string, unknown>;
  dependencies?: Record<string, string>;
}
const packageJson = (folder: string): PackageJson =>
  JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

const tool = packageJson(root);
const generated = packageJson(join(root, "generated"));

/** Uses one resource, and the client. */
const app = `import * as notes from "${generated.name}/notes";
import { createClient } from "${generated.name}";

const request = notes.update([{ id: "512", properties: { hs_note_body: "hi" } }]);
const sent: string[] = [];
const client = createClient({
  auth: "token",
  fetch: (request) => (sent.push(request.url), Promise.resolve(Response.json({ status: "COMPLETE", results: [] }))),
});
const reply = await client.send(request);
console.log(JSON.stringify([request.method, request.path, request.body, reply.status, sent.length]));
`;

const strict = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  // TypeScript's own: `npm run typecheck` checks them once.
  skipDefaultLibCheck: true,
  module: "NodeNext",
  moduleResolution: "NodeNext",
  target: "ES2022",
  lib: ["ES2022", "DOM", "DOM.Iterable"],
  types: [],
};

/** An empty folder into which both tarballs are installed. */
let folder: string;
/** The tarballs, by package name. */
const tarballs = new Map<string, string>();

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "openapi-batch-packages-")));
  for (const [name, cwd] of [
    [tool.name, root],
    [generated.name, join(root, "generated")],
  ] as const) {
    // `prepack` would build again, while other tests use what is built.
    const pack = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
    const { stdout } = await npm(pack, cwd);
    const [packed] = Object.values(JSON.parse(stdout) as Record<string, { filename: string }>);
    if (!packed) throw new Error(`npm pack printed ${stdout}`);
    tarballs.set(name, join(folder, packed.filename));
  }
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  // The committed package is formatted with the repository's options.
  cpSync(join(root, ".prettierrc.json"), join(folder, ".prettierrc.json"));
  await npm(
    ["install", "--prefer-offline", "--no-audit", "--no-fund", ...tarballs.values()],
    folder,
  );
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** npm as it is called from a shell: without what `npm test` sets for its own run. */
function npm(args: string[], cwd: string) {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^npm_(config_local_prefix|lifecycle|package|command)/.test(name),
    ),
  );
  return exec("npm", args, { cwd, env, maxBuffer: 1 << 26, shell: process.platform === "win32" });
}

const node = (args: string[], cwd = folder) =>
  exec(process.execPath, args, { cwd, maxBuffer: 1 << 26 });

/** Runs the compiler; throws what it printed. */
async function compile(args: string[], cwd = folder): Promise<string> {
  try {
    return (await node([tsc, ...args], cwd)).stdout;
  } catch (error) {
    throw new Error((error as { stdout: string }).stdout, { cause: error });
  }
}

/** The folder of an installed package. */
const installed = (name: string) => join(folder, "node_modules", ...name.split("/"));

function below(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}

/** `hubspot-batch`, `hubspot-batch/notes`, …: what a user can import. */
const entryPoints = Object.keys(generated.exports)
  .filter((key) => !key.endsWith(".json"))
  .map((key) => generated.name + key.slice(1));

describe("the tool, installed", () => {
  test("has what it needs and nothing of the workshop", () => {
    const files = below(installed(tool.name));
    expect(files).toContain("dist/main.js");
    expect(files).toContain("README.md");
    expect(files.filter((file) => /^(test|specs|generated|\.ci)\//.test(file))).toEqual([]);
  });

  test("weighs at most 60 MB in 80 packages beside TypeScript", () => {
    const modules = join(folder, "node_modules");
    const others = below(modules).filter(
      (file) => !file.startsWith("typescript/") && !file.startsWith(`${generated.name}/`),
    );
    // The sizes of the files; on a disk they take more.
    const bytes = others.reduce((sum, file) => sum + statSync(join(modules, file)).size, 0);
    const packages = others.filter((file) =>
      /(^|\/node_modules\/)(@[^/]+\/)?[^/]+\/package\.json$/.test(file),
    );
    expect(packages).toContain(`${tool.name}/package.json`);
    expect(packages.length).toBeLessThanOrEqual(80);
    expect(bytes).toBeLessThanOrEqual(60_000_000);
    expect(bytes).toBeGreaterThan(20_000_000);
    expect(packages.filter((file) => /swagger2openapi|node-fetch/.test(file))).toEqual([]);
  });

  test("gives the committed package", async () => {
    const bin = join(folder, "node_modules", ".bin", tool.name);
    cpSync(join(root, "specs"), join(folder, "specs"), { recursive: true });
    cpSync(join(root, "openapi-batch.config.json"), join(folder, "openapi-batch.config.json"));
    const { stdout } = await exec(bin, ["generate"], {
      cwd: folder,
      shell: process.platform === "win32",
    });
    expect(stdout).toMatch(/files written, 0 unchanged/);
    for (const file of below(join(folder, "generated"))) {
      const text = readFileSync(join(folder, "generated", file), "utf8");
      expect({ file, text }).toEqual({
        file,
        text: readFileSync(join(root, "generated", file), "utf8").replaceAll("\r\n", "\n"),
      });
    }
    expect(below(join(folder, "generated")).length).toBeGreaterThan(10);
  });

  test("can be imported, with types", async () => {
    const cwd = join(folder, "library");
    mkdirSync(cwd);
    writeFileSync(
      join(cwd, "library.ts"),
      `import { generate, inspect, writePackage, type Generated } from "${tool.name}";
import vite from "${tool.name}/vite";
import rollup from "${tool.name}/rollup";
import esbuild from "${tool.name}/esbuild";
import webpack from "${tool.name}/webpack";
import rspack from "${tool.name}/rspack";
// No bundler is installed here, and none is needed for types.
for (const plugin of [vite(), rollup(), esbuild(), webpack(), rspack({ inputs: ["specs"] })])
  if (typeof plugin !== "object") throw new Error("no plugin");
const generated: Generated = await generate({ paths: ["../specs/notes.yaml"], name: "p" });
const { rows } = await inspect({ paths: ["../specs/notes.yaml"] });
await writePackage(generated.files, "out");
console.log(rows.filter((row) => row.recognised).length > 0, generated.files.length > 10);
`,
    );
    writeFileSync(join(cwd, "tsconfig.json"), JSON.stringify({ compilerOptions: strict }));
    await compile(["-p", "."], cwd);
    const { stdout } = await node(["library.js"], cwd);
    expect(stdout).toBe("true true\n");
    expect(existsSync(join(cwd, "out", "package.json"))).toBe(true);
  });
});

describe("the generated package, installed", () => {
  beforeAll(() => {
    mkdirSync(join(folder, "app"));
    writeFileSync(join(folder, "app", "app.ts"), app);
    const options = { compilerOptions: { ...strict, outDir: "out" }, files: ["app.ts"] };
    writeFileSync(join(folder, "app", "tsconfig.json"), JSON.stringify(options));
  });

  test("has no dependencies", () => {
    expect(generated.dependencies ?? {}).toEqual({});
  });

  test("compiles and runs in a program", async () => {
    await compile(["-p", "app"]);
    const { stdout } = await node([join("app", "out", "app.js")]);
    expect(JSON.parse(stdout)).toEqual([
      "POST",
      "/crm/v3/objects/notes/batch/update",
      { inputs: [{ id: "512", properties: { hs_note_body: "hi" } }] },
      200,
      1,
    ]);
  });

  test("makes a compiler read one resource, its schemas and the core", async () => {
    const cwd = join(folder, "one-resource");
    mkdirSync(cwd);
    writeFileSync(
      join(cwd, "one.ts"),
      `import { update } from "${generated.name}/notes";

const inputs: Parameters<typeof update>[0] = [{ id: "512", properties: { hs_note_body: "hi" } }];
const request = update(inputs);
console.log(request.path);
`,
    );
    writeFileSync(join(cwd, "tsconfig.json"), JSON.stringify({ compilerOptions: strict }));
    const files = (await compile(["-p", ".", "--noEmit", "--listFiles"], cwd))
      .split("\n")
      .map((file) => file.trim().split("\\").join("/"))
      .filter((file) => file.includes(`/node_modules/${generated.name}/`));
    const others = entryPoints
      .map((name) => name.slice(generated.name.length + 1))
      .filter((name) => name !== "" && name !== "notes");
    expect(files.some((file) => /\/notes\.d\.ts$/.test(file))).toBe(true);
    expect(others).toContain("objects");
    expect(files.filter((file) => others.some((other) => file.endsWith(`/${other}.d.ts`)))).toEqual(
      [],
    );
  });

  test("every entry point and module of it can be imported dynamically", async () => {
    const modules = below(installed(generated.name)).filter((file) => file.endsWith(".js"));
    expect(modules.length).toBeGreaterThan(5);
    expect(entryPoints.length).toBeGreaterThan(5);
    const urls = modules.map((file) => `./node_modules/${generated.name}/${file}`);
    const script = `
      for (const url of ${JSON.stringify([...entryPoints, ...urls])}) {
        const module = await import(url);
        if ("then" in module || "default" in module) throw new Error(url);
      }
      console.log("all");`;
    writeFileSync(join(folder, "import-all.js"), script);
    expect((await node(["import-all.js"])).stdout).toBe("all\n");
  });

  test("one request builder is a bundle under 1.4 KB, compressed", async () => {
    const { outputFiles } = await build({
      stdin: {
        contents: `import { update } from "${generated.name}/notes"; console.log(update([{ id: "1", properties: {} }]).path);`,
        resolveDir: folder,
      },
      bundle: true,
      minify: true,
      format: "esm",
      write: false,
    });
    // 1.05 KB of it are the runtime of a builder: pointers, the request, `toRequest`. The rest is the operation's data.
    expect(gzipSync(outputFiles[0]!.contents).length).toBeLessThan(1400);
  });
});

describe.each([
  [tool.name, root],
  [generated.name, join(root, "generated")],
])("%s is published well", (name, source) => {
  const bin = (command: string) => join(root, "node_modules", ".bin", command);
  const check = async (command: string, args: string[]) => {
    try {
      await exec(bin(command), args, { cwd: source, shell: process.platform === "win32" });
      return "";
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      return stdout + stderr;
    }
  };

  test("publint", async () => {
    expect(await check("publint", ["run", tarballs.get(name) ?? "", "--strict"])).toBe("");
  });

  test("attw", async () => {
    expect(await check("attw", ["--profile", "esm-only", tarballs.get(name) ?? ""])).toBe("");
  });
});

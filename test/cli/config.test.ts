/** Configurations, flags over them, and the lock, as a user of the command line meets them. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { makeFolder } from "../openapi/folder.js";

const root = join(import.meta.dirname, "..", "..");
const tool = join(root, "dist", "main.js");

vi.setConfig({ testTimeout: 60_000 });
beforeAll(() => {
  if (!existsSync(tool)) throw new Error("There is no dist/: npm run build comes first.");
});

/** A folder with our documents in `api/`, and the given files. */
function project(files: Readonly<Record<string, string>>): string {
  const folder = makeFolder(files);
  mkdirSync(join(folder, "api"), { recursive: true });
  for (const name of ["common", "notes", "projects"]) {
    cpSync(join(root, "specs", `${name}.yaml`), join(folder, "api", `${name}.yaml`));
  }
  return folder;
}

function run(folder: string, ...args: string[]) {
  const env = { ...process.env };
  delete env["FORCE_COLOR"];
  const { status, stdout, stderr } = spawnSync(process.execPath, [tool, ...args], {
    cwd: folder,
    encoding: "utf8",
    env,
  });
  return { code: status, stdout, stderr };
}

const nameOf = (folder: string, output: string): string =>
  JSON.parse(readFileSync(join(folder, output, "package.json"), "utf8")).name;

const names = (folder: string, ...args: string[]): string[] =>
  JSON.parse(run(folder, "inspect", "--json", ...args).stdout).map(
    ({ name }: { name: string }) => name,
  );

test("init, generate, check", () => {
  const folder = project({ "tsconfig.json": "{}" });
  expect(run(folder, "init")).toEqual({
    code: 0,
    stdout:
      "openapi-batch.config.ts is written: 3 documents and 0 overlays, in api.\nNow: openapi-batch generate\n",
    stderr: "",
  });
  expect(run(folder, "init")).toMatchObject({ code: 2, stderr: expect.stringMatching(/already/) });
  expect(run(folder, "generate", "-q")).toMatchObject({ code: 0, stdout: "" });
  expect(existsSync(join(folder, "openapi-batch.lock"))).toBe(true);
  expect(existsSync(join(folder, "generated", "openapi-batch.lock"))).toBe(false);
  expect(run(folder, "generate", "--check")).toMatchObject({ code: 0 });

  // The lock is a part of what is checked.
  const lock = join(folder, "openapi-batch.lock");
  rmSync(lock);
  const checked = run(folder, "generate", "--check");
  expect(checked).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^would write openapi-batch\.lock$/m),
  });
  expect(existsSync(lock)).toBe(false);
});

test("flags win over the file, and paths in it are relative to it", () => {
  const folder = project({
    "tool/openapi-batch.config.yaml":
      "inputs: [../api/notes.yaml]\noutput: ../one\nname: one\nquiet: true\nrename:\n  POST /crm/v3/objects/notes/batch/update: memos.change\n",
  });
  const config = ["--config", "tool/openapi-batch.config.yaml"];
  expect(run(folder, "generate", ...config)).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(nameOf(folder, "one")).toBe("one");
  expect(existsSync(join(folder, "tool", "openapi-batch.lock"))).toBe(true);
  expect(names(folder, ...config)).toEqual(["memos.change"]);

  const flags = ["api/projects.yaml", "-o", "two", "--name", "two", "--no-quiet"];
  expect(run(folder, "generate", ...config, ...flags)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^1 endpoint from 1 document/),
    stderr: expect.stringMatching(/rename-unused[\s\S]*tool\/openapi-batch\.config\.yaml:6:3/),
  });
  expect(nameOf(folder, "two")).toBe("two");
  // An output that the configuration does not have keeps its own names.
  expect(existsSync(join(folder, "two", "openapi-batch.lock"))).toBe(true);
  expect(run(folder, "generate", ...config, ...flags, "--strict")).toMatchObject({ code: 1 });
});

test("several packages, one lock", () => {
  const folder = project({
    "openapi-batch.config.json": JSON.stringify({
      packages: [
        { inputs: ["api/notes.yaml"], output: "one" },
        { inputs: ["api/projects.yaml"], output: "two" },
      ],
      quiet: true,
    }),
  });
  expect(run(folder, "generate")).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(readFileSync(join(folder, "openapi-batch.lock"), "utf8")).toMatch(
    /^ {2}"one":\n {4}notes\.update: .*\n {2}"two":\n {4}projects\.upsert: .*\ntypes:\n {2}"one":\n {4}"notes\.yaml#.*/m,
  );
  expect(names(folder)).toEqual(["notes.update", "projects.upsert"]);
  expect(names(folder, "-o", "two")).toEqual(["projects.upsert"]);
  rmSync(join(folder, "one"), { recursive: true });
  expect(run(folder, "generate", "-o", "two", "--check")).toMatchObject({ code: 0 });
  expect(run(folder, "generate", "--check", "--no-quiet")).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^one: 1 endpoint .* files to write[\s\S]*^two: .* 0 files to/m),
  });
  for (const args of [["-o", "three"], ["api"], ["--name", "x"]]) {
    expect(run(folder, "generate", ...args)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/The configuration has one, two\./),
    });
  }
});

test("diff has the names of the configuration and its lock", () => {
  const rename = { "POST /crm/v3/objects/notes/batch/update": "memos.change" };
  const config = { inputs: ["api"], output: "one", rename };
  const folder = project({ "openapi-batch.config.json": JSON.stringify(config) });
  expect(run(folder, "generate", "-q")).toMatchObject({ code: 0 });
  cpSync(join(folder, "api"), join(folder, "old"), { recursive: true });
  rmSync(join(folder, "api", "notes.yaml"));
  const { code, stdout } = run(folder, "diff", "old", "api");
  expect(code).toBe(3);
  expect(stdout).toMatch(/memos\.change/);
  expect(run(folder, "diff", "old", "old")).toMatchObject({ code: 0, stderr: "" });
});

describe("mistakes", () => {
  test("of a configuration: where, and exit code 2", () => {
    const folder = project({ "openapi-batch.config.yaml": "inputs: [api]\noutptu: x\n" });
    for (const command of ["generate", "inspect"]) {
      const { code, stdout, stderr } = run(folder, command);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(/openapi-batch\.config\.yaml:2:1[\s\S]*> 2 \| outptu: x/);
      expect(stderr).toMatch(/Did you mean `output`\?/);
    }
    const { stdout } = run(folder, "generate", "--reporter", "json");
    expect(JSON.parse(stdout)).toMatchObject([{ code: "config-unknown-field" }]);
  });

  test("a file that is not there: where it is named, unless a flag names another", () => {
    const folder = project({
      "openapi-batch.config.yaml": "inputs:\n  - api\n  - nowhere\noverlays: [none.yaml]\n",
    });
    const { code, stderr } = run(folder, "inspect");
    expect(code).toBe(2);
    expect(stderr).toMatch(/no file or folder nowhere\.[\s\S]*openapi-batch\.config\.yaml:3:5/);
    expect(stderr).toMatch(/no file or folder none\.yaml\.[\s\S]*openapi-batch\.config\.yaml:4:12/);
    expect(run(folder, "inspect", "api").stderr).not.toMatch(/folder nowhere/);
  });

  test("of a lock: where, exit code 1, and nothing is written", () => {
    const folder = project({ "openapi-batch.config.yaml": "inputs: [api]\n" });
    writeFileSync(join(folder, "openapi-batch.lock"), "version: 1\n<<<<<<< HEAD\n");
    const { code, stderr } = run(folder, "generate");
    expect(code).toBe(1);
    expect(stderr).toMatch(/lock-conflict[\s\S]*openapi-batch\.lock:2:1[\s\S]*> 2 \| <<<<<<< HEAD/);
    expect(existsSync(join(folder, "generated"))).toBe(false);
  });
});

test("--allow-remote", () => {
  const folder = project({
    "api/remote.yaml":
      'openapi: 3.1.0\ninfo: { title: A, version: "1" }\npaths:\n  /a: { $ref: "http://127.0.0.1:1/a.yaml" }\n',
  });
  expect(run(folder, "inspect", "api").stderr).toMatch(/refused-reference/);
  const { stderr } = run(folder, "inspect", "api", "--allow-remote", "127.0.0.1:1");
  expect(stderr).not.toMatch(/refused-reference/);
  expect(stderr).toMatch(/127\.0\.0\.1:1\/a\.yaml/);
});

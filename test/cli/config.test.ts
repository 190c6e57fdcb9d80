/** Configurations, flags over them, and the lock, as a user of the command line meets them. */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeFolder } from "../openapi/folder.js";
import { command as run } from "./command.js";

const root = join(import.meta.dirname, "..", "..");
/** A folder with our documents in `api/`, and the given files. */
function project(files: Readonly<Record<string, string>>): string {
  const folder = makeFolder(files);
  mkdirSync(join(folder, "api"), { recursive: true });
  for (const name of ["common", "notes", "projects"]) {
    cpSync(join(root, "specs", `${name}.yaml`), join(folder, "api", `${name}.yaml`));
  }
  return folder;
}

const generate = (folder: string, ...args: string[]) =>
  run(folder, "generate", "--no-format", ...args);

const nameOf = (folder: string, output: string): string =>
  JSON.parse(readFileSync(join(folder, output, "package.json"), "utf8")).name;

const names = async (folder: string, ...args: string[]): Promise<string[]> =>
  JSON.parse((await run(folder, "inspect", "--json", ...args)).stdout).map(
    ({ name }: { name: string }) => name,
  );

test("init, generate, check", async () => {
  const folder = project({ "tsconfig.json": "{}" });
  expect(await run(folder, "init")).toEqual({
    code: 0,
    stdout: "openapi-batch.config.ts is written: 3 documents and 0 overlays, in api.\n",
    stderr: expect.stringMatching(
      /^The package will be in generated\.\nPresets that fit: hubspot\./,
    ),
  });
  expect(await run(folder, "init")).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/already/),
  });
  expect(await generate(folder, "-q")).toMatchObject({ code: 0, stdout: "" });
  expect(existsSync(join(folder, "openapi-batch.lock"))).toBe(true);
  expect(existsSync(join(folder, "generated", "openapi-batch.lock"))).toBe(false);
  expect(await generate(folder, "--check")).toMatchObject({ code: 0 });

  // The lock is a part of what is checked.
  const lock = join(folder, "openapi-batch.lock");
  rmSync(lock);
  const checked = await generate(folder, "--check");
  expect(checked).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^would write openapi-batch\.lock$/m),
  });
  expect(existsSync(lock)).toBe(false);
});

test("flags win over the file, and paths in it are relative to it", async () => {
  const folder = project({
    "tool/openapi-batch.config.yaml":
      "inputs: [../api/notes.yaml]\noutput: ../one\nname: one\nquiet: true\nrename:\n  POST /crm/v3/objects/notes/batch/update: memos.change\n",
  });
  const config = ["--config", "tool/openapi-batch.config.yaml"];
  expect(await generate(folder, ...config)).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(nameOf(folder, "one")).toBe("one");
  expect(existsSync(join(folder, "tool", "openapi-batch.lock"))).toBe(true);
  expect(await names(folder, ...config)).toEqual(["memos.change"]);

  const flags = ["api/projects.yaml", "-o", "two", "--name", "two", "--no-quiet"];
  expect(await generate(folder, ...config, ...flags)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^1 endpoint from 1 document/),
    stderr: expect.stringMatching(/rename-unused[\s\S]*tool\/openapi-batch\.config\.yaml:6:3/),
  });
  expect(nameOf(folder, "two")).toBe("two");
  // An output that the configuration does not have keeps its own names.
  expect(existsSync(join(folder, "two", "openapi-batch.lock"))).toBe(true);
  expect(await generate(folder, ...config, ...flags, "--strict")).toMatchObject({ code: 1 });
});

test("several packages, one lock", async () => {
  const folder = project({
    "openapi-batch.config.json": JSON.stringify({
      packages: [
        { inputs: ["api/notes.yaml"], output: "one" },
        { inputs: ["api/projects.yaml"], output: "two" },
      ],
      quiet: true,
    }),
  });
  expect(await generate(folder)).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(readFileSync(join(folder, "openapi-batch.lock"), "utf8")).toMatch(
    /^ {2}"one":\n {4}notes\.update: .*\n {2}"two":\n {4}projects\.upsert: .*\ntypes:\n {2}"one":\n {4}"notes\.yaml#.*/m,
  );
  expect(await names(folder)).toEqual(["notes.update", "projects.upsert"]);
  expect(await names(folder, "-o", "two")).toEqual(["projects.upsert"]);
  rmSync(join(folder, "one"), { recursive: true });
  expect(await generate(folder, "-o", "two", "--check")).toMatchObject({ code: 0 });
  expect(await generate(folder, "--check", "--no-quiet")).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^one: 1 endpoint .* files to write[\s\S]*^two: .* 0 files to/m),
  });
  for (const args of [["-o", "three"], ["api"], ["--name", "x"]]) {
    expect(await generate(folder, ...args)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/The configuration has one, two\./),
    });
  }
});

test("diff has the names of the configuration and its lock", async () => {
  const rename = { "POST /crm/v3/objects/notes/batch/update": "memos.change" };
  const config = { inputs: ["api"], output: "one", rename };
  const folder = project({ "openapi-batch.config.json": JSON.stringify(config) });
  expect(await generate(folder, "-q")).toMatchObject({ code: 0 });
  cpSync(join(folder, "api"), join(folder, "old"), { recursive: true });
  rmSync(join(folder, "api", "notes.yaml"));
  const { code, stdout } = await run(folder, "diff", "old", "api");
  expect(code).toBe(3);
  expect(stdout).toMatch(/memos\.change/);
  expect(await run(folder, "diff", "old", "old")).toMatchObject({ code: 0, stderr: "" });
});

describe("mistakes", () => {
  test("of a configuration: where, and exit code 2", async () => {
    const folder = project({ "openapi-batch.config.yaml": "inputs: [api]\noutptu: x\n" });
    for (const name of ["generate", "inspect"] as const) {
      const { code, stdout, stderr } = await run(folder, name);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(/openapi-batch\.config\.yaml:2:1[\s\S]*> 2 \| outptu: x/);
      expect(stderr).toMatch(/Did you mean `output`\?/);
    }
    const { stdout } = await generate(folder, "--reporter", "json");
    expect(JSON.parse(stdout)).toMatchObject([{ code: "config-unknown-field" }]);
  });

  test("a file that is not there: where it is named, unless a flag names another", async () => {
    const folder = project({
      "openapi-batch.config.yaml": "inputs:\n  - api\n  - nowhere\noverlays: [none.yaml]\n",
    });
    const { code, stderr } = await run(folder, "inspect");
    expect(code).toBe(2);
    expect(stderr).toMatch(/no file or folder nowhere\.[\s\S]*openapi-batch\.config\.yaml:3:5/);
    expect(stderr).toMatch(/no file or folder none\.yaml\.[\s\S]*openapi-batch\.config\.yaml:4:12/);
    expect((await run(folder, "inspect", "api")).stderr).not.toMatch(/folder nowhere/);
  });

  test("of a lock: where, exit code 1, and nothing is written", async () => {
    const folder = project({ "openapi-batch.config.yaml": "inputs: [api]\n" });
    writeFileSync(join(folder, "openapi-batch.lock"), "version: 1\n<<<<<<< HEAD\n");
    const { code, stderr } = await generate(folder);
    expect(code).toBe(1);
    expect(stderr).toMatch(/lock-conflict[\s\S]*openapi-batch\.lock:2:1[\s\S]*> 2 \| <<<<<<< HEAD/);
    expect(existsSync(join(folder, "generated"))).toBe(false);
  });
});

test("--allow-remote", async () => {
  const folder = project({
    "api/remote.yaml":
      'openapi: 3.1.0\ninfo: { title: A, version: "1" }\npaths:\n  /a: { $ref: "http://127.0.0.1:1/a.yaml" }\n',
  });
  expect((await run(folder, "inspect", "api")).stderr).toMatch(/refused-reference/);
  const { stderr } = await run(folder, "inspect", "api", "--allow-remote", "127.0.0.1:1");
  expect(stderr).not.toMatch(/refused-reference/);
  expect(stderr).toMatch(/127\.0\.0\.1:1\/a\.yaml/);
});

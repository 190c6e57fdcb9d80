import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { manifestName } from "../../../generator/build/write/manifest.js";
import { OutputError } from "../../../generator/base/output-error.js";
import { pathProblem } from "../../../generator/build/write/paths.js";
import { writePackage } from "../../../generator/build/write/write.js";

let base: string;
let out: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "openapi-batch-write-"));
  out = join(base, "out");
});
afterEach(() => {
  rmSync(base, { recursive: true, force: true });
});

type Tree = Readonly<Record<string, string>>;

const files = (tree: Tree) => Object.entries(tree).map(([path, text]) => ({ path, text }));

function lay(tree: Tree): void {
  for (const [path, text] of Object.entries(tree)) {
    mkdirSync(dirname(join(out, path)), { recursive: true });
    writeFileSync(join(out, path), text);
  }
}

/** Every file below `out` but the manifest, with its text. */
function tree(): Tree {
  const names = readdirSync(out, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== manifestName)
    .map((entry) => join(entry.parentPath, entry.name).slice(out.length + 1));
  return Object.fromEntries(
    names.sort().map((name) => [name.replaceAll("\\", "/"), readFileSync(join(out, name), "utf8")]),
  );
}

function manifest(): { files: string[] } {
  return JSON.parse(readFileSync(join(out, manifestName), "utf8"));
}

test("writes a package into a folder that is not there, and lists it", async () => {
  const result = await writePackage(files({ "src/b.ts": "b\n", "a.json": "{}\n" }), out);
  expect(result).toEqual({
    written: [manifestName, "a.json", "src/b.ts"],
    removed: [],
    unchanged: 0,
  });
  expect(tree()).toEqual({ "a.json": "{}\n", "src/b.ts": "b\n" });
  expect(manifest().files).toEqual(["a.json", "src/b.ts"]);
});

test("writes only what changed, and leaves the rest untouched", async () => {
  await writePackage(files({ a: "1\n", b: "1\n" }), out);
  const before = statSync(join(out, "a"), { bigint: true });
  const result = await writePackage(files({ a: "1\n", b: "2\n" }), out);
  expect(result).toEqual({ written: ["b"], removed: [], unchanged: 1 });
  const after = statSync(join(out, "a"), { bigint: true });
  expect([after.ino, after.mtimeNs]).toEqual([before.ino, before.mtimeNs]);
  expect(await writePackage(files({ a: "1\n", b: "2\n" }), out)).toEqual({
    written: [],
    removed: [],
    unchanged: 2,
  });
});

test("removes what it once wrote and no longer writes, and folders that become empty", async () => {
  await writePackage(files({ a: "", "x/y/gone.ts": "", "x/gone.ts": "", "kept/gone.ts": "" }), out);
  lay({ "kept/mine.txt": "mine" });
  const result = await writePackage(files({ a: "" }), out);
  expect(result.removed).toEqual(["kept/gone.ts", "x/gone.ts", "x/y/gone.ts"]);
  expect(tree()).toEqual({ a: "", "kept/mine.txt": "mine" });
  expect(existsSync(join(out, "x"))).toBe(false);
});

test("never removes or changes what it did not write", async () => {
  lay({ "notes.txt": "mine", "dist/a.js": "built" });
  await writePackage(files({ a: "1" }), out);
  await writePackage(files({ b: "1" }), out);
  expect(tree()).toEqual({ b: "1", "dist/a.js": "built", "notes.txt": "mine" });
});

describe("a file that it did not write", () => {
  test("is an error if it would change, before anything is written", async () => {
    lay({ "src/a.ts": "by hand" });
    const run = writePackage(files({ "src/a.ts": "generated", b: "" }), out);
    await expect(run).rejects.toThrow(OutputError);
    await expect(run).rejects.toMatchObject({ hint: expect.stringContaining("-o") });
    expect(tree()).toEqual({ "src/a.ts": "by hand" });
    expect(existsSync(join(out, manifestName))).toBe(false);
  });

  test("is taken over if it is identical: only the manifest was lost", async () => {
    await writePackage(files({ a: "1", b: "1" }), out);
    rmSync(join(out, manifestName));
    rmSync(join(out, "b"));
    expect((await writePackage(files({ a: "1", b: "1" }), out)).written).toEqual([
      manifestName,
      "b",
    ]);
  });

  test.each([
    ["the same name", '{"name":"p","private":true}', true],
    ["another name", '{"name":"q"}', false],
    ["no name", "{}", false],
    ["no JSON", "…", false],
  ])("is taken over if it is a package.json with %s", async (_, text, taken) => {
    lay({ "package.json": text });
    const run = writePackage(files({ "package.json": '{"name":"p","version":"1"}' }), out);
    if (taken) expect((await run).written).toContain("package.json");
    else await expect(run).rejects.toThrow(OutputError);
  });
});

test.each(["check", "dryRun"] as const)("%s tells and writes nothing", async (option) => {
  expect((await writePackage(files({ a: "1" }), out, { [option]: true })).written).toContain("a");
  expect(existsSync(out)).toBe(false);
  await writePackage(files({ a: "1", b: "1", c: "1" }), out);
  lay({ a: "by hand" });
  const before = tree();
  const result = await writePackage(files({ a: "1", b: "1" }), out, { [option]: true });
  expect(result).toEqual({ written: [manifestName, "a"], removed: ["c"], unchanged: 1 });
  expect(tree()).toEqual(before);
});

test("line endings are LF, and a checkout with CRLF is not a change", async () => {
  await writePackage(files({ a: "1\r\n2\r\n" }), out);
  expect(tree()).toEqual({ a: "1\n2\n" });
  lay({ a: "1\r\n2\r\n" });
  lay({ [manifestName]: readFileSync(join(out, manifestName), "utf8").replaceAll("\n", "\r\n") });
  expect(await writePackage(files({ a: "1\n2\n" }), out)).toMatchObject({
    written: [],
    unchanged: 1,
  });
});

test.each([
  "../a",
  "a/../../b",
  "/etc/passwd",
  "a//b",
  "./a",
  "",
  "C:/a",
  "a\\..\\b",
  "a\u0000b",
  "a.ts:stream",
  "a./b",
  "a ",
])("refuses the path %j", async (path) => {
  expect(pathProblem(path)).toBeTypeOf("string");
  await expect(writePackage(files({ [path]: "" }), out)).rejects.toThrow(OutputError);
  expect(existsSync(out)).toBe(false);
});

test("accepts the paths that a package has", () => {
  const paths = ["package.json", "src/v3/notes.ts", ".npmignore", "src/2026-03/a_b.d.ts", "é.ts"];
  expect(paths.map(pathProblem)).toEqual(paths.map(() => undefined));
});

test("refuses two files that are one where case does not count", async () => {
  await expect(writePackage(files({ "src/Foo.ts": "", "src/foo.ts": "" }), out)).rejects.toThrow(
    /case/,
  );
});

test("refuses to replace its own manifest", async () => {
  await expect(writePackage(files({ [manifestName]: "{}" }), out)).rejects.toThrow(OutputError);
});

describe("symbolic links", () => {
  beforeEach(() => {
    mkdirSync(join(base, "elsewhere"));
    writeFileSync(join(base, "elsewhere", "a.ts"), "theirs");
    mkdirSync(out);
  });
  const theirs = () => readFileSync(join(base, "elsewhere", "a.ts"), "utf8");

  test("a folder that is a link is not written through", async () => {
    symlinkSync(join(base, "elsewhere"), join(out, "src"));
    await expect(writePackage(files({ "src/b.ts": "b" }), out)).rejects.toThrow(/symbolic link/);
    expect(readdirSync(join(base, "elsewhere"))).toEqual(["a.ts"]);
  });

  test("nor removed from, whatever the manifest says", async () => {
    symlinkSync(join(base, "elsewhere"), join(out, "src"));
    lay({ [manifestName]: '{"version":"0","files":["src/a.ts"]}' });
    await expect(writePackage(files({ b: "b" }), out)).rejects.toThrow(/symbolic link/);
    expect(theirs()).toBe("theirs");
  });

  test("a listed file that is a link is replaced, not followed", async () => {
    await writePackage(files({ "a.ts": "1" }), out);
    rmSync(join(out, "a.ts"));
    symlinkSync(join(base, "elsewhere", "a.ts"), join(out, "a.ts"));
    await writePackage(files({ "a.ts": "1" }), out);
    expect(theirs()).toBe("theirs");
    expect(lstatSync(join(out, "a.ts")).isSymbolicLink()).toBe(false);
  });

  test("removing a listed link removes the link", async () => {
    await writePackage(files({ "a.ts": "1", b: "1" }), out);
    rmSync(join(out, "a.ts"));
    symlinkSync(join(base, "elsewhere", "a.ts"), join(out, "a.ts"));
    await writePackage(files({ b: "1" }), out);
    expect([theirs(), existsSync(join(out, "a.ts"))]).toEqual(["theirs", false]);
  });

  test("the output itself may be a link", async () => {
    symlinkSync(join(base, "elsewhere"), join(base, "link"));
    await writePackage(files({ b: "b" }), join(base, "link"));
    expect(readFileSync(join(base, "elsewhere", "b"), "utf8")).toBe("b");
  });
});

test("a manifest is believed only below the folder", async () => {
  writeFileSync(join(base, "precious"), "theirs");
  lay({
    [manifestName]: '{"version":"0","files":["../precious","/etc/hostname",7,"a"]}',
    a: "old",
  });
  expect((await writePackage(files({ b: "" }), out)).removed).toEqual(["a"]);
  expect(readFileSync(join(base, "precious"), "utf8")).toBe("theirs");
});

test("a folder in the place of a file, and a file in the place of the folder, are errors", async () => {
  mkdirSync(join(out, "a"), { recursive: true });
  await expect(writePackage(files({ a: "" }), out)).rejects.toThrow(/is a folder/);
  lay({ f: "" });
  await expect(writePackage(files({ "f/g": "" }), out)).rejects.toThrow(/is a file/);
  await expect(writePackage(files({ a: "" }), join(out, "f"))).rejects.toThrow(/is a file/);
});

describe("a run that does not come to its end", () => {
  test("leaves the folder as it was if it was aborted before", async () => {
    await writePackage(files({ a: "1" }), out);
    const abort = AbortSignal.abort();
    await expect(writePackage(files({ a: "2", b: "2" }), out, { signal: abort })).rejects.toThrow();
    expect(tree()).toEqual({ a: "1" });
  });

  test("what it left waiting goes even if nothing changed", async () => {
    await writePackage(files({ a: "1" }), out);
    lay({
      ".openapi-batch.tmp/owner": "0 of a process that ended",
      ".openapi-batch.tmp/new/0": "2",
    });
    await writePackage(files({ a: "1" }), out);
    expect(tree()).toEqual({ a: "1" });
  });
});

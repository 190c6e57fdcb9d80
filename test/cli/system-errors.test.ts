/** What the system refuses is told in a sentence, with the path: it is no defect of the tool, and has no stack. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { command } from "./command.js";

/** What the system answers to whoever changes the disk; null: it does what is asked. */
const disk = vi.hoisted(() => ({ code: null as string | null }));
vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof import("node:fs/promises")>();
  const failing =
    (name: "mkdir" | "writeFile" | "rename" | "copyFile" | "link") =>
    (...args: readonly unknown[]) => {
      const { code } = disk;
      if (code === null) return (real[name] as (...args: readonly unknown[]) => unknown)(...args); // one of these
      const path = String(args[0]);
      const error = new Error(`${code}: what the system says, ${name} '${path}'`);
      return Promise.reject(Object.assign(error, { code, errno: -1, syscall: name, path }));
    };
  return {
    ...real,
    mkdir: failing("mkdir"),
    writeFile: failing("writeFile"),
    rename: failing("rename"),
    copyFile: failing("copyFile"),
    link: failing("link"),
  };
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "openapi-batch-system-"));
  mkdirSync(join(folder, "specs"));
});
afterEach(() => {
  disk.code = null;
  rmSync(folder, { recursive: true, force: true });
});

const document = JSON.stringify({
  openapi: "3.1.0",
  info: { title: "t", version: "1" },
  paths: {},
});
const generate = (...args: readonly string[]) =>
  command(folder, "generate", "specs", "--no-cache", "--no-format", ...args);

test.each([
  ["EACCES", "permission is denied"],
  ["EPERM", "permission is denied"],
  ["EROFS", "the file system is read-only"],
  ["ENOSPC", "the disk is full"],
  ["EDQUOT", "the quota of the disk is used up"],
  ["EFBIG", "the file would be too large"],
  ["ENOTDIR", "a part of its path is a file, and has to be a folder"],
  ["ENAMETOOLONG", "its name is too long"],
  ["EMFILE", "too many files are open"],
  ["EBUSY", "another program uses it"],
  ["EIO", "the disk has an error"],
])("%s", async (code, sentence) => {
  writeFileSync(join(folder, "specs/a.json"), document);
  disk.code = code;
  const { code: exit, stderr } = await generate();
  disk.code = null;
  expect(exit).toBe(1);
  const [line = ""] = stderr.split("\n").filter((line) => line.startsWith("error"));
  expect(line).toMatch(/^error The system refused to read or write \S*generated\S*: /);
  expect(line).toContain(`: ${sentence}.`);
  expect(stderr).not.toMatch(/defect|\n +at /);
  expect(readdirSync(folder)).toEqual(["specs"]);
});

test("a file in the place of a folder, as the system itself tells it", async () => {
  writeFileSync(join(folder, "specs/a.json"), document);
  writeFileSync(join(folder, "file"), "mine");
  const { code, stderr } = await generate("-o", "file/generated");
  expect(code).toBe(1);
  expect(stderr).toContain("a part of its path is a file, and has to be a folder.");
  expect(stderr).not.toMatch(/defect|\n +at /);
});

describe("no document: exit 1, and a package that is there stays as it is, with", () => {
  const places: Readonly<Record<string, () => void>> = {
    "an empty folder": () => undefined,
    "a folder of links that lead out of it": () => {
      writeFileSync(join(folder, "outside.json"), document);
      symlinkSync("../outside.json", join(folder, "specs/link.json"));
    },
    "a folder of links that lead nowhere": () =>
      symlinkSync("nothing.json", join(folder, "specs/link.json")),
    "a folder of other files": () => writeFileSync(join(folder, "specs/readme.md"), "# none"),
    "a document with an error": () =>
      writeFileSync(join(folder, "specs/a.json"), '{"openapi": "3.1.0", '),
  };
  test.each(Object.entries(places))("%s", async (_, place) => {
    writeFileSync(join(folder, "specs/a.json"), document);
    expect(await generate()).toMatchObject({ code: 0 });
    const before = readdirSync(join(folder, "generated"), { recursive: true });
    rmSync(join(folder, "specs/a.json"));
    place();
    const { code, stderr } = await generate();
    expect(code).toBe(1);
    expect(stderr).toContain("No OpenAPI document without an error was found in specs");
    expect(readdirSync(join(folder, "generated"), { recursive: true })).toEqual(before);
    const { code: allowed } = await generate("--allow-empty");
    expect(allowed).toBe(_ === "a document with an error" ? 1 : 0);
  });
});

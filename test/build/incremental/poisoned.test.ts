/** Who can write to the cache decides nothing that is checked, and nobody but its owner can write to it. */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readStored, writeStored } from "../../../generator/build/incremental/disk.js";
import { toolHash } from "../../../generator/build/incremental/fingerprint.js";
import { command } from "../../cli/command.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "openapi-batch-poison-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const things = (path: string): string =>
  JSON.stringify({
    openapi: "3.1.0",
    info: { title: "t", version: "1" },
    servers: [{ url: "https://api.example.com" }],
    paths: {
      [path]: {
        post: {
          requestBody: {
            content: {
              "application/json": {
                schema: {
                  type: "object",
                  properties: { inputs: { type: "array", items: { type: "string" } } },
                },
              },
            },
          },
          responses: { 200: { description: "" } },
        },
      },
    },
  });

test("a poisoned cache puts no code into a package", async () => {
  mkdirSync(join(folder, "specs"));
  writeFileSync(join(folder, "package.json"), "{}");
  writeFileSync(join(folder, "specs/a.json"), things("/things/batch/create"));
  writeFileSync(join(folder, "specs/b.json"), things("/notes/batch/create"));
  const run = (...flags: readonly string[]) => command(folder, "generate", ...flags);
  expect(await run()).toMatchObject({ code: 0 });
  expect(await run("--check")).toMatchObject({ code: 0 });
  const cache = join(folder, "node_modules/.cache/openapi-batch");
  expect([cache, ...readdirSync(cache).map((name) => join(cache, name))].map(modeOf)).toEqual([
    0o700,
    ...readdirSync(cache).map(() => 0o600),
  ]);
  expect(modeOf(join(folder, "node_modules"))).not.toBe(0o700); // other tools use it

  // The checksum is no secret: who can write a text can write its checksum.
  const [name = ""] = readdirSync(cache).filter((name) => name.endsWith(".texts.json"));
  const texts = readStored(join(cache, name), toolHash()) ?? "";
  const poisoned = texts.replaceAll("export const create", "evil(); export const create");
  expect(poisoned).not.toBe(texts);
  writeStored(join(cache, name), toolHash(), poisoned);
  writeFileSync(join(folder, "specs/b.json"), things("/memos/batch/create"));
  await run();
  expect(readFileSync(join(folder, "generated/src/things.ts"), "utf8")).not.toContain("evil");
  expect(await run("--check")).toMatchObject({ code: 0 });

  // What is written into the package itself is found, since `--check` reads no cache.
  writeFileSync(join(folder, "generated/src/things.ts"), "evil();");
  const { code, stdout } = await run("--check");
  expect([code, stdout]).toEqual([1, expect.stringContaining("generated/src/things.ts")]);
});

const modeOf = (path: string): number => statSync(path).mode & 0o777;

test.skipIf(process.platform === "win32").each([
  ["the file may be written by a group", "file", 0o660],
  ["the file may be written by all", "file", 0o606],
  ["the folder may be written by all", "folder", 0o777],
])("nothing is read where %s", (_, what, mode) => {
  const file = join(folder, "cache", "a.json");
  writeStored(file, "key", "text");
  expect(readStored(file, "key")).toBe("text");
  chmodSync(what === "file" ? file : join(folder, "cache"), mode);
  expect(readStored(file, "key")).toBeUndefined();
});

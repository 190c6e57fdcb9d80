/** The lock as a file: what a run leaves, what the next one makes of it, and what is wrong with one. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { withPositions } from "../../../generator/base/positions.js";
import { generate, type GenerateOptions } from "../../../generator/build/generate.js";
import { parsePrinted } from "../../../generator/build/lock/printed.js";
import { printLock, readLock, type Lock } from "../../../generator/build/lock/lock.js";
import { MistakesError } from "../../../generator/base/mistakes-error.js";
import { buildModel } from "../../../generator/batch/build.js";
import { modelDocument } from "../../../generator/batch/document.js";
import { describe as describeApi } from "../../../generator/diff/describe.js";
import { parseName, printName } from "../../../generator/batch/names/name.js";
import { typeForms } from "../../../generator/batch/names/type-names.js";
import { read } from "../../../generator/openapi/read.js";
import { writeLock, writePackage } from "../../../generator/build/write/write.js";
import { makeFolder } from "../../openapi/folder.js";

const schema = (field: string) => ({
  type: "object",
  properties: {
    inputs: { type: "array", items: { type: "object", properties: { [field]: {} } } },
  },
});

/** A document with batch endpoints at the given paths. */
const api = (paths: string[], field = "id") => ({
  openapi: "3.1.0",
  info: { title: "Test API", version: "1" },
  paths: Object.fromEntries(
    paths.map((name) => [
      name,
      {
        post: {
          requestBody: { content: { "application/json": { schema: schema(field) } } },
          responses: { 204: { description: "done" } },
        },
      },
    ]),
  ),
});

/** Generates into a folder as the command does. */
async function run(folder: string, options: GenerateOptions = {}) {
  // No layout changes a name.
  const form = { output: "out", name: "test", format: false };
  const generated = await generate({ cwd: folder, ...form, ...options });
  const written = await writePackage(generated.files, path.join(folder, "out"));
  if (generated.lock) await writeLock(generated.lock);
  return {
    written: written.written,
    names: [...new Set(generated.rows.flatMap(({ name }) => name ?? []))].sort(),
    problems: withPositions(generated.diagnostics, generated.locate)
      .filter(({ severity }) => severity !== "info")
      .map(({ code, location: at }) => `${code} ${at?.file}:${at?.line}:${at?.column}`),
  };
}

const lines = (folder: string, file = "out/openapi-batch.lock"): string[] =>
  readFileSync(path.join(folder, file), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("    "))
    .map((line) => line.trim());

const put = (folder: string, name: string, value: object): void =>
  writeFileSync(path.join(folder, name), JSON.stringify(value));

test("a document that joins renames nothing, and a second run changes nothing", async () => {
  const folder = makeFolder({ "specs/a.json": api(["/a/notes/batch/read"]) });
  expect((await run(folder)).names).toEqual(["notes.read"]);
  put(folder, "specs/b.json", api(["/b/notes/batch/read", "/b/notes/batch/update"], "key"));
  const joined = await run(folder);
  expect(joined.names).toEqual(["bNotes.read", "bNotes.update", "notes.read"]);
  expect(joined.problems).toEqual([]);
  expect(await run(folder)).toMatchObject({ written: [], names: joined.names });
  // Without the lock, names are what they are today.
  rmSync(path.join(folder, "out/openapi-batch.lock"));
  expect((await run(folder)).names).toEqual(["aNotes.read", "bNotes.read", "bNotes.update"]);
});

test("a removed operation is reported once, with its line, and comes back under its name", async () => {
  const folder = makeFolder({
    "specs/a.json": api(["/a/notes/batch/read"]),
    "specs/b.json": api(["/b/notes/batch/read"], "key"),
  });
  const { names } = await run(folder);
  expect(names).toEqual(["aNotes.read", "bNotes.read"]);
  rmSync(path.join(folder, "specs/b.json"));
  expect((await run(folder)).problems).toEqual(["name-vanished out/openapi-batch.lock:7:5"]);
  expect(lines(folder)[1]).toMatch(/^bNotes\.read: .*, removed: true }$/);
  expect(await run(folder)).toMatchObject({ names: ["aNotes.read"], problems: [], written: [] });
  put(folder, "specs/b.json", api(["/b/notes/batch/read"], "key"));
  expect(await run(folder)).toMatchObject({ names, problems: [] });
  expect(lines(folder)[1]).not.toMatch(/removed/);
});

test("the order of paths, and another machine's line ends, change no byte", async () => {
  const files = {
    "one/a.json": api(["/a/notes/batch/read", "/a/notes/batch/create"]),
    "two/b.json": api(["/b/notes/batch/read"], "key"),
  };
  const text = async (paths: string[]) => {
    const folder = makeFolder(files);
    await run(folder, { paths });
    return readFileSync(path.join(folder, "out/openapi-batch.lock"), "utf8");
  };
  const want = await text(["one", "two"]);
  expect(await text(["two", "one"])).toBe(want);
  const folder = makeFolder({ ...files, "out/openapi-batch.lock": want });
  await run(folder, { paths: ["one", "two"] });
  writeFileSync(path.join(folder, "out/openapi-batch.lock"), want.replaceAll("\n", "\r\n"));
  expect((await run(folder, { paths: ["one", "two"] })).written).toEqual([]);
});

test("a lock elsewhere holds several packages, each under its output", async () => {
  const folder = makeFolder({
    "a/a.json": api(["/a/notes/batch/read"]),
    "b/b.json": api(["/b/notes/batch/read"]),
  });
  const lock = "openapi-batch.lock";
  await run(folder, { paths: ["a"], output: "x", lock });
  expect(existsSync(path.join(folder, "out/openapi-batch.lock"))).toBe(false);
  await run(folder, { paths: ["b"], output: "packages/y", lock });
  expect(readFileSync(path.join(folder, lock), "utf8").split("\n").slice(2)).toEqual([
    "version: 1",
    "packages:",
    '  "packages/y":',
    '    notes.read: { operation: "POST /b/notes/batch/read", document: "b.json" }',
    '  "x":',
    '    notes.read: { operation: "POST /a/notes/batch/read", document: "a.json" }',
    "",
  ]);
});

test("`rename` and `xBatch` win over documents", async () => {
  const folder = makeFolder({
    "specs/a.json": api(["/a/notes/batch/read", "/a/notes/batch/create"]),
  });
  const options: GenerateOptions = {
    rename: { "POST /a/notes/batch/read": "v3/memos.get", "post /nowhere": "a.b" },
    xBatch: { "POST /a/notes/batch/create": false, "POST /nowhere": false },
    locate: (pointer) => ({ file: "config", line: 1, column: pointer.length, pointer }),
  };
  expect(await run(folder, options)).toMatchObject({
    names: ["v3/memos.get"],
    problems: ["rename-unused config:1:22", "x-batch-unused config:1:22"],
  });
  const batch = { items: { at: "/inputs" }, limit: { items: 7 }, kind: "create" } as const;
  const { rows } = await generate({
    cwd: folder,
    output: "out",
    rename: { "POST /a/notes/batch/read": "v3/memos.get" },
    xBatch: { "POST /a/notes/batch/create": batch },
  });
  expect(rows.map(({ name, limit, tier }) => [name, limit, tier])).toEqual([
    ["notes.create", 7, "x-batch"],
    ["v3/memos.get", undefined, "name"],
  ]);
});

describe("a name is checked before anything is made of it", () => {
  test.each<[GenerateOptions, string]>([
    [{ rename: { "POST /a": "../../x.y" } }, "invalid-name"],
    [{ rename: { "/a": "x.y" } }, "invalid-operation"],
    [{ xBatch: { "POST /a": JSON.parse('{"limit":3}') } }, "x-batch-type"],
  ])("%j", async (options, code) => {
    const folder = makeFolder({ "specs/a.json": api(["/a"]) });
    const error = await generate({ cwd: folder, ...options }).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(MistakesError);
    expect((error as MistakesError).diagnostics.map((one) => one.code)).toEqual([code]);
  });
});

describe("a broken lock", () => {
  const line = 'notes.read: { operation: "POST /a", document: "a.json" }';
  const head = 'version: 1\npackages:\n  ".":\n';
  test.each<[string, string, string[]]>([
    ["is empty", "", ["invalid-lock 1:1"]],
    ["is something else", "- a\n", ["invalid-lock 1:1"]],
    ["is newer", "version: 2\npackages: {}\n", ["invalid-lock 1:1"]],
    ["is no YAML", "version: 1\npackages: {\n", ["invalid-yaml 3:1"]],
    ["has conflicts", `${head}<<<<<<< HEAD\n    ${line}\n=======\n`, ["lock-conflict 4:1"]],
    ["has a name twice", `${head}    ${line}\n    ${line}\n`, ["duplicate-key 5:5"]],
    [
      "has a name twice where case does not count",
      `${head}    ${line}\n    ${line.replace("notes", "Notes")}\n`,
      ["invalid-lock 5:5"],
    ],
    ["has a bad name", `${head}    ${line.replace("notes", "../notes")}\n`, ["invalid-lock 4:5"]],
    ["has no operation", `${head}    notes.read: { document: "a" }\n`, ["invalid-lock 4:5"]],
    ["has a bad operation", `${head}    ${line.replace("POST /a", "/a")}\n`, ["invalid-lock 4:5"]],
    ["has names of another kind", "version: 1\npackages: { a: 1 }\n", ["invalid-lock 2:13"]],
  ])("that %s", async (_, text, want) => {
    const folder = makeFolder({ "openapi-batch.lock": text });
    const error = await readLock("openapi-batch.lock", folder).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(MistakesError);
    const { diagnostics, text: textOf } = error as MistakesError;
    expect(
      diagnostics.map(({ code, location: at }) => `${code} ${at?.line}:${at?.column}`),
    ).toEqual(want);
    expect(diagnostics.every(({ severity, hint }) => severity === "error" && hint)).toBe(true);
    expect(textOf("openapi-batch.lock")).toBe(text);
  });
});

test("what is printed is read back, whatever the paths", async () => {
  const paths = [
    "/a",
    "/{a}: #\"'\\",
    "/\u2028\u0000\u{1f4a9}",
    `/${"x".repeat(2000)}`,
    "/- [&*!|>%@`",
  ];
  const lock: Lock = new Map([
    [
      ".",
      {
        endpoints: paths.map((operation, i) => ({
          name: parseName(`v1/a${i}.b`)!,
          method: "POST",
          path: operation,
          document: `__proto__/${operation}`,
          removed: i === 1,
        })),
        types: typeForms.flatMap((form, at) =>
          paths.map((pointer, i) => ({
            name: ["True", "A$", "_1", "É"][i % 4]!,
            document: `a#b ${paths[i]}`,
            pointer: `${pointer} %2F 100%`,
            form,
            root: i === at,
            removed: i === 1,
            as: new Map(
              i === 2
                ? [
                    ["__proto__", "B"],
                    ["v1/a: b", "Null_"],
                  ]
                : [],
            ),
          })),
        ),
      },
    ],
    ["../a: b", { endpoints: [], types: [] }],
  ]);
  const folder = makeFolder({ "openapi-batch.lock": printLock(lock) });
  const read = await readLock("openapi-batch.lock", folder);
  expect(printLock(read.lock)).toBe(printLock(lock));
  // As it was printed, it is read without the parser of YAML, and means the same; no names are no members.
  const yaml: unknown = parse(printLock(lock), (_, value: unknown) => value ?? {});
  expect(parsePrinted(printLock(lock))).toEqual(yaml);
  const bare = ({ at: _, ...entry }: { readonly at?: unknown }) => entry;
  expect(read.lock.get(".")?.endpoints.map(bare)).toEqual(lock.get(".")?.endpoints);
  const types = read.lock.get(".")?.types.map(bare) ?? [];
  expect(types).toHaveLength(20);
  expect(types).toEqual(expect.arrayContaining([...(lock.get(".")?.types ?? [])]));
});

/** What is not there any more. */
function lost<T>(before: Iterable<T>, after: Iterable<T>): readonly T[] {
  const there = new Set([...after].map((one) => JSON.stringify(one)));
  return [...before].filter((one) => !there.has(JSON.stringify(one)));
}

const corpora = path.join(import.meta.dirname, "../../../../shared/corpus");
describe.skipIf(!existsSync(corpora))("of whole APIs (skipped without ../shared)", () => {
  test.each([
    ["hubspot", [0, 1]],
    ["vendors", [0]],
  ])(
    "%s: half of the documents keep their names when the others join",
    async (name, halves) => {
      const found = await read({ cwd: path.join(corpora, name), paths: ["*.json"], overlays: [] });
      const specs = found.specs.map((spec) => modelDocument(spec));
      for (const odd of halves) {
        const half = buildModel(specs.filter((_, i) => i % 2 === odd));
        const all = buildModel(specs, { locked: half.lock });
        expect(half.lock.endpoints.length).toBeGreaterThan(20);
        expect(lost(half.lock.endpoints, all.lock.endpoints)).toEqual([]);
        expect(all.diagnostics.filter(({ code }) => code.startsWith("name-"))).toEqual([]);
        const names = all.lock.endpoints.map(({ name }) => printName(name).toLowerCase());
        expect(new Set(names).size).toBe(names.length);
        // Every name that a module exports, it exports still.
        const [before, after] = [half, all].map(({ api }) => describeApi(api).exports);
        for (const [module, exports] of Object.entries(before ?? {}))
          expect(lost(exports, after?.[module] ?? []), module).toEqual([]);
        const locked = {
          endpoints: [...all.lock.endpoints].reverse(),
          types: [...all.lock.types].reverse(),
        };
        expect(buildModel([...specs].reverse(), { locked }).lock).toEqual(all.lock);
      }
    },
    120_000,
  );
});

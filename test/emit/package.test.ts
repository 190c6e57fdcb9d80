/**
 * Whole packages from small documents, one behaviour each: what is emitted stands as real files in test/snapshots,
 * where it is type-checked too.
 */
import { existsSync, readdirSync } from "node:fs";
import { basename, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { formatFiles } from "../../generator/emit/format.js";
import { generate, type Generated } from "../../generator/build/generate.js";
import { filesOf, generateFrom, problems } from "./compile.js";

const here = import.meta.dirname;
const fixtures = resolve(here, "../fixtures");
const snapshots = resolve(here, "../snapshots");
const names = readdirSync(fixtures).sort();

/** The runtime is copied as it is, and tested where it stands. */
const emitted = ({ files }: Generated): Generated["files"] =>
  files.filter(({ path }) => path.startsWith("src/") && !path.startsWith("src/runtime/"));

/** The packages, each made once. */
const made = new Map<string, Promise<Generated>>();
function fixture(name: string): Promise<Generated> {
  const options = { cwd: fixtures, paths: [name], output: "nowhere", name: "fixture" };
  const generated = made.get(name) ?? generate({ ...options, format: false });
  made.set(name, generated);
  return generated;
}

describe.each(names)("%s", (name) => {
  test("is emitted as in test/snapshots", async () => {
    const generated = await fixture(name);
    const stem = basename(name).replace(/\.[^.]*$/, "");
    const formatted = await formatFiles(emitted(generated), { output: snapshots });
    for (const { path, text } of formatted) {
      await expect(text).toMatchFileSnapshot(resolve(snapshots, stem, path));
    }
    const found = readdirSync(resolve(snapshots, stem, "src"), {
      recursive: true,
      encoding: "utf8",
    })
      .filter((path) => path.endsWith(".ts"))
      .map((path) => `src/${path.replaceAll("\\", "/")}`);
    expect(found.sort()).toEqual(emitted(generated).map(({ path }) => path));
    expect(generated.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  });
});

test("all of them compile, each with its runtime", async () => {
  const packages = await Promise.all(
    names.map(async (name) => [name, filesOf(await fixture(name))] as const),
  );
  const paths = {};
  const empty = await generateFrom({ "a.json": { openapi: "3.1.0", info: {}, paths } });
  const all = { ...Object.fromEntries(packages), empty: filesOf(empty) };
  expect(problems(all, { ownRuntime: true })).toEqual([]);
});

describe("the same input gives the same bytes", () => {
  const bytes = async (paths: readonly string[]): Promise<string> => {
    const { files, rows } = await generate({
      cwd: fixtures,
      paths,
      output: "nowhere",
      format: false,
      name: "all",
    });
    return JSON.stringify([files, rows]);
  };
  test("run after run, whatever the order of the documents", async () => {
    const first = await bytes(names);
    expect(await bytes(names)).toBe(first);
    expect(await bytes([...names].reverse())).toBe(first);
  });
});

const corpus = resolve(here, "../../../shared");

describe.skipIf(!existsSync(corpus))("real documents (skipped without ../shared)", () => {
  test.each([
    ["corpus/hubspot", 107],
    ["corpus/vendors", 35],
    ["conformance", 27],
  ])(
    "%s: all documents are read, and all that inspect lists is exported under its name and compiles",
    async (folder, count) => {
      const generated = await generate({
        cwd: corpus,
        paths: [folder],
        output: "nowhere",
        format: false,
        name: "all",
      });
      expect(generated.hashes.size).toBe(count);
      expect(generated.skipped).toEqual([]);
      const texts = new Map(generated.files.map(({ path, text }) => [path, text]));
      const listed = generated.rows.filter(({ recognised }) => recognised);
      expect(listed.length).toBeGreaterThan(20);
      for (const { name = "" } of listed) {
        const [resource = "", method = ""] = name.split(".");
        const source = texts.get(`src/${resource}.ts`) ?? "";
        expect(source).toMatch(
          new RegExp(`^export (const ${method}: |\\{.*\\b${method}_ as ${method}\\b)`, "m"),
        );
      }
      const exported = generated.files
        .filter(({ path }) => /^src\/(?!runtime|schemas\/)/.test(path))
        .flatMap(({ text }) =>
          [...text.matchAll(/ndpoint\(\{\s*name: "([^"]+)"/g)].map(([, name]) => name),
        );
      expect(new Set(listed.map(({ name }) => name))).toEqual(new Set(exported));
      expect(generated.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
      expect(problems({ all: filesOf(generated) }, { ownRuntime: true })).toEqual([]);
    },
    120_000,
  );
});

import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  documentsOf,
  openStore,
  putRun,
  saveStore,
  storeFile,
  textsOf,
  type Store,
  type StoredRun,
} from "../../../generator/build/incremental/store.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "openapi-batch-store-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run: StoredRun = {
  fingerprint: {
    options: "options",
    inputs: [
      ["a.json", "00"],
      ["gone.json", null],
    ],
  },
  lock: "11",
  files: [["a.ts", "another"]],
  result: { rows: [], diagnostics: [], skipped: [], unknowns: [] },
};
const texts = new Map([["hash", "a text"]]);

const fileIn = (...path: string[]): string => storeFile(join(folder, ...path), "/out");

const open = (file: string | undefined, more: Partial<Store> = {}): Store =>
  openStore({ file, tool: "tool", remember: false, ...more });

function saved(file: string | undefined, more: Partial<Store> = {}): Store {
  const store = open(file, more);
  documentsOf(store, "options");
  putRun(store, { run, texts, isComplete: true });
  saveStore(store);
  return store;
}

describe("a store", () => {
  test("gives a later process what it saved", () => {
    const file = fileIn("not", "there");
    saved(file);
    const store = open(file);
    expect(store.run).toEqual(run);
    expect(textsOf(store)).toEqual(texts);
    expect(readdirSync(join(folder, "not", "there"))).toHaveLength(3);
  });

  test.each<[string, (file: string) => void]>([
    ["is not there", (file) => rmSync(file)],
    ["is cut off", (file) => writeFileSync(file, readFileSync(file, "utf8").slice(0, -1))],
    ["is empty", (file) => writeFileSync(file, "")],
    [
      "was changed",
      (file) => writeFileSync(file, readFileSync(file, "utf8").replace("another", "changed")),
    ],
  ])("has no run where its file %s", (_, change) => {
    const file = fileIn();
    saved(file);
    change(file);
    expect(open(file).run).toBeUndefined();
  });

  test("has nothing of another tool", () => {
    saved(fileIn());
    const store = open(fileIn(), { tool: "another tool" });
    expect([store.run, textsOf(store)]).toEqual([undefined, new Map()]);
  });

  test("reads nothing for a process that reads everything itself", () => {
    saved(fileIn());
    expect(open(fileIn(), { remember: true }).run).toBeUndefined();
  });

  test("without a file writes nothing, and has what this process put", () => {
    const store = saved(undefined);
    expect([store.run, textsOf(store)]).toEqual([run, texts]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("that cannot be written is no error", () => {
    writeFileSync(join(folder, "file"), "");
    saved(fileIn("file"));
    expect(open(fileIn("file")).run).toBeUndefined();
  });

  test("leaves the last complete run on the disk", () => {
    const store = saved(fileIn());
    putRun(store, { run: { ...run, files: [] }, texts, isComplete: false });
    saveStore(store);
    expect(open(fileIn()).run).toEqual(run);
  });

  test("adds positions that were looked up after it was saved", () => {
    const store = saved(fileIn());
    store.positions.set("a.json#/a", { line: 2, column: 3 });
    saveStore(store);
    expect([...open(fileIn()).positions]).toEqual([["a.json#/a", { line: 2, column: 3 }]]);
  });

  test("has a file of its own for each output", () => {
    expect(storeFile(folder, "/a")).not.toBe(storeFile(folder, "/b"));
  });
});

describe("documents", () => {
  const document = {
    value: {
      source: { name: "a", title: "A", version: "1", hash: "00", hosts: [] },
      operations: [],
      others: [],
      schemas: { document: "a", drafts: [], roots: [] },
      diagnostics: [],
      unknowns: [],
    },
    name: "a",
    path: "a.json",
    files: [["/a.json", "00"]] as const,
    fingerprint: "fingerprint",
    diagnostics: [],
    overlays: [],
  };

  test.each([
    ["the same options", "options", 1],
    ["other options", "others", 0],
  ])("%s", (_, options, count) => {
    const store = open(fileIn());
    documentsOf(store, "options").documents.set("/a.json", document);
    putRun(store, { run, texts, isComplete: true });
    saveStore(store);
    expect(documentsOf(store, options).documents.size).toBe(count);
    const later = documentsOf(open(fileIn()), options).documents;
    expect([...later.values()]).toEqual(count === 1 ? [document] : []);
  });
});

import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  readRecord,
  readTexts,
  recordFile,
  writeRecord,
  writeTexts,
} from "../../../generator/build/incremental/record.js";
import { createTexts } from "../../../generator/build/incremental/texts.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "openapi-batch-cache-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const record = {
  request: "what was asked for",
  inputs: [
    ["a.json", "00"],
    ["gone.json", null],
  ] as [string, string | null][],
  files: [["a.ts", "another"]] as [string, string][],
  result: { rows: [1] },
};

describe("a record", () => {
  test("is read as it was written, and texts are", () => {
    const file = recordFile(join(folder, "not", "there"), "/out");
    writeRecord(file, "tool", record);
    expect(readRecord(file, "tool")).toEqual(record);
    const texts = new Map([["key", "a text"]]);
    expect(readTexts(file, "tool")).toEqual(new Map());
    writeTexts(file, "tool", texts);
    expect(readTexts(file, "tool")).toEqual(texts);
    expect(readTexts(file, "another tool")).toEqual(new Map());
    expect(readRecord(file, "tool")).toEqual(record);
    expect(readdirSync(join(folder, "not", "there"))).toHaveLength(2);
  });

  test.each<[string, (file: string) => void, string]>([
    ["of another tool", () => undefined, "another tool"],
    ["that is not there", (file) => rmSync(file), "tool"],
    ["cut off", (file) => writeFileSync(file, readFileSync(file, "utf8").slice(0, -1)), "tool"],
    ["empty", (file) => writeFileSync(file, ""), "tool"],
    [
      "that somebody changed",
      (file) => writeFileSync(file, readFileSync(file, "utf8").replace("another", "changed")),
      "tool",
    ],
  ])("%s is none", (_, change, tool) => {
    const file = recordFile(folder, "/out");
    writeRecord(file, "tool", record);
    change(file);
    expect(readRecord(file, tool)).toBeUndefined();
  });

  test("that cannot be written is no error", () => {
    writeFileSync(join(folder, "file"), "");
    const file = recordFile(join(folder, "file"), "/out");
    writeRecord(file, "tool", record);
    expect(readRecord(file, "tool")).toBeUndefined();
  });

  test("has a file of its own for each output", () => {
    expect(recordFile(folder, "/a")).not.toBe(recordFile(folder, "/b"));
  });
});

describe("texts", () => {
  test("only what is missing is made, and only what was asked for is kept", async () => {
    const first = createTexts();
    const made: number[][] = [];
    const make = async (missing: readonly number[]) => {
      made.push([...missing]);
      return missing.map((index) => `made ${index}`);
    };
    await first.all("kind", ["a", "b"], make);
    const second = createTexts(first.used);
    expect(await second.all("kind", ["c", "b"], make)).toEqual(["made 0", "made 1"]);
    expect(await second.get("other", "b", async () => "of another kind")).toBe("of another kind");
    expect(await second.get("kind", "c", () => Promise.reject(new Error("made twice")))).toBe(
      "made 0",
    );
    expect(made).toEqual([[0, 1], [0]]);
    expect([...second.used.values()].sort()).toEqual(["made 0", "made 1", "of another kind"]);
  });
});

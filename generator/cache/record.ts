/**
 * What the last run for an output gave, and from what: one file for each output, so that the cache never grows. It is
 * only ever believed of the very contents that it was made from.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { sha256 } from "./hash.js";

export interface RunRecord<Result> {
  /** All that the result depends on besides the contents of files: the tool, its options, which files there are. */
  readonly request: string;
  /** Files that were read, with the SHA-256 of their bytes; null for what could not be read. */
  readonly inputs: readonly (readonly [file: string, hash: string | null])[];
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** The rest of what was given. Plain JSON. */
  readonly result: Result;
  /** See `Texts.used`. */
  readonly texts: ReadonlyMap<string, string>;
}

/** The file that an output's record stands in. @param output absolute */
export const recordFile = (folder: string, output: string): string =>
  join(folder, `${sha256(output).slice(0, 32)}.json`);

/** Undefined if there is none, or it is not whole, or another tool wrote it. */
export function readRecord<Result>(file: string, tool: string): RunRecord<Result> | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
  const end = text.indexOf("\n");
  const json = text.slice(end + 1);
  if (text.slice(0, end) !== sha256(tool + json)) return undefined;
  // It is what this very tool wrote: the checksum covers both.
  const stored = JSON.parse(json) as Stored<Result>;
  const { request, inputs, result, strings } = stored;
  return {
    request,
    inputs,
    result,
    files: stored.files.map(([path, index]) => ({ path, text: strings[index] ?? "" })),
    texts: new Map(stored.texts.map(([key, index]) => [key, strings[index] ?? ""])),
  };
}

interface Stored<Result> {
  readonly request: string;
  readonly inputs: RunRecord<Result>["inputs"];
  readonly result: Result;
  /** Most files are texts, too: each is stored once. */
  readonly strings: readonly string[];
  readonly files: readonly (readonly [path: string, index: number])[];
  readonly texts: readonly (readonly [key: string, index: number])[];
}

/** A cache that cannot be written is none: nothing is said of it. The file is replaced whole. */
export function writeRecord<Result>(file: string, tool: string, record: RunRecord<Result>): void {
  const { request, inputs, result } = record;
  const indexes = new Map<string, number>();
  const indexOf = (text: string): number => {
    const index = indexes.get(text) ?? indexes.size;
    indexes.set(text, index);
    return index;
  };
  const files = record.files.map(({ path, text }) => [path, indexOf(text)] as const);
  const texts = [...record.texts].map(([key, text]) => [key, indexOf(text)] as const);
  const strings = [...indexes.keys()];
  const stored: Stored<Result> = { request, inputs, result, strings, files, texts };
  const json = JSON.stringify(stored);
  // Processes may write at once: each has a name of its own until it is done.
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    try {
      writeFileSync(temporary, `${sha256(tool + json)}\n${json}`);
      renameSync(temporary, file);
    } finally {
      rmSync(temporary, { force: true });
    }
  } catch {
    // Read-only, or full: the next run does everything again.
  }
}

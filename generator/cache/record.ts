/**
 * What the last run for an output gave, and from what: two files for each output, so that the cache never grows. They
 * are only ever believed of the very contents that they were made from. The second one, of texts, is read only where
 * something changed.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { sha256 } from "./hash.js";

export interface RunRecord<Result> {
  /** All that the result depends on besides the contents of files: the tool, its options, which files there are. */
  readonly request: string;
  /** Files that were read, with the SHA-256 of their bytes; null for what could not be read. */
  readonly inputs: readonly (readonly [file: string, hash: string | null])[];
  /** Files that were generated, below the output, with the SHA-256 of their texts. */
  readonly files: readonly (readonly [path: string, hash: string])[];
  /** The rest of what was given. Plain JSON. */
  readonly result: Result;
}

/** See `Texts.used`. */
export type KnownTexts = ReadonlyMap<string, string>;

/** The file that an output's record stands in. @param output absolute */
export const recordFile = (folder: string, output: string): string =>
  join(folder, `${sha256(output).slice(0, 32)}.json`);

/** Undefined if there is none, or it is not whole, or another tool wrote it. */
export const readRecord = <Result>(file: string, tool: string): RunRecord<Result> | undefined =>
  readStored(file, tool) as RunRecord<Result> | undefined; // what `writeRecord` of this very tool wrote

/** None, where they are not whole, or another tool wrote them. */
export const readTexts = (file: string, tool: string): KnownTexts =>
  new Map((readStored(textsFile(file), tool) ?? []) as [string, string][]); // what `writeTexts` wrote

export const writeRecord = <Result>(file: string, tool: string, record: RunRecord<Result>): void =>
  writeStored(file, tool, record);

export const writeTexts = (file: string, tool: string, texts: KnownTexts): void =>
  writeStored(textsFile(file), tool, [...texts]);

const textsFile = (file: string): string => file.replace(/\.json$/, ".texts.json");

/** The checksum covers the tool, too: what it is true of, this very tool wrote. */
function readStored(file: string, tool: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
  const end = text.indexOf("\n");
  const json = text.slice(end + 1);
  return text.slice(0, end) === sha256(tool + json) ? JSON.parse(json) : undefined;
}

/** A cache that cannot be written is none: nothing is said of it. The file is replaced whole. */
function writeStored(file: string, tool: string, value: object): void {
  const json = JSON.stringify(value);
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

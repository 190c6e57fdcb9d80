/**
 * What the last run for an output gave, and from what: three files for each output, so that the cache never grows. They
 * are only ever believed of the very contents that they were made from. Those of texts and of documents are read only
 * where something changed.
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
export function readRecord<Result>(file: string, tool: string): RunRecord<Result> | undefined {
  const text = readStored(file, tool);
  // what `writeRecord` of this very tool wrote
  return text === undefined ? undefined : (JSON.parse(text) as RunRecord<Result>);
}

export const writeRecord = <Result>(file: string, tool: string, record: RunRecord<Result>): void =>
  writeStored(file, tool, JSON.stringify(record));

/** None, where they are not whole, or another tool wrote them. */
export const readTexts = (file: string, tool: string): KnownTexts =>
  // what `writeTexts` wrote
  new Map(JSON.parse(readStored(textsFile(file), tool) ?? "[]") as [string, string][]);

export const writeTexts = (file: string, tool: string, texts: KnownTexts): void =>
  writeStored(textsFile(file), tool, JSON.stringify([...texts]));

/** What was written for the same options; none, where it is not whole, or another tool wrote it. */
export function readLines(file: string, tool: string, options: string): readonly string[] {
  const [before, ...lines] = (readStored(linesFile(file), tool) ?? "").split("\n");
  return before === options ? lines : [];
}

/** @param options without line breaks, as are the lines */
export const writeLines = (
  file: string,
  tool: string,
  options: string,
  lines: readonly string[],
): void => writeStored(linesFile(file), tool, [options, ...lines].join("\n"));

const textsFile = (file: string): string => file.replace(/\.json$/, ".texts.json");
const linesFile = (file: string): string => file.replace(/\.json$/, ".documents.txt");

/** The checksum covers the tool, too: what it is true of, this very tool wrote. */
function readStored(file: string, tool: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
  const end = text.indexOf("\n");
  const stored = text.slice(end + 1);
  return text.slice(0, end) === sha256(tool + stored) ? stored : undefined;
}

/** A cache that cannot be written is none: nothing is said of it. The file is replaced whole. */
function writeStored(file: string, tool: string, text: string): void {
  // Processes may write at once: each has a name of its own until it is done.
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    try {
      writeFileSync(temporary, `${sha256(tool + text)}\n${text}`);
      renameSync(temporary, file);
    } finally {
      rmSync(temporary, { force: true });
    }
  } catch {
    // Read-only, or full: the next run does everything again.
  }
}

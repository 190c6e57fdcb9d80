/**
 * Exports `Store`: what earlier runs for one output left for the next, in the memory of this process or else on the
 * disk. Three files for each output, written over by each run, so that the cache does not grow. Those of documents and
 * of texts are read only where something changed.
 */
import { join } from "node:path";
import type { Position } from "../../base/diagnostics.js";
import type { DocumentModel } from "../../batch/document.js";
import type { DocumentStore, StoredDocument } from "../../openapi/document-store.js";
import type { Generated } from "../generate.js";
import { readStored, writeStored } from "./disk.js";
import type { Fingerprint } from "./fingerprint.js";
import { sha256 } from "./hash.js";

/** What a run followed from, and what it gave. Plain JSON. */
export interface StoredRun {
  readonly fingerprint: Fingerprint;
  /** SHA-256 of the lock after the run, which is an input of the next one. Absent: it has no lock. */
  readonly lock?: string;
  /** Files that were generated, below the output, with the SHA-256 of their texts. */
  readonly files: readonly (readonly [path: string, hash: string])[];
  readonly result: StoredResult;
}

export type StoredResult = Pick<
  Generated,
  "rows" | "diagnostics" | "skipped" | "unknowns" | "lock"
>;

export interface Store {
  /** Absent: nothing is read from the disk or written to it. */
  readonly file: string | undefined;
  /** See `toolHash`. Nothing that another tool wrote is read. */
  readonly tool: string;
  /** The process reads everything once itself, and keeps what it parsed. */
  readonly remember: boolean;
  run: StoredRun | undefined;
  /** Positions that were looked up, so that no file is parsed to print the same diagnostics again. */
  positions: Map<string, Position>;
  /** Absent until a run asks for them. */
  documents: StoredDocuments | undefined;
  texts: ReadonlyMap<string, string> | undefined;
  /** Whether the run has nothing in it that only this process knows. If not, it is not written to the disk. */
  isComplete: boolean;
  /** How many positions the disk has; undefined where it does not have the run. */
  saved: number | undefined;
}

/** The results of documents, and the options that they follow from. */
interface StoredDocuments extends DocumentStore<DocumentModel> {
  readonly options: string;
  /** The lines of results that were read or printed before: most do not change between two runs. */
  readonly lines: WeakMap<StoredDocument<DocumentModel>, string>;
}

/** The file of an output's run. @param output absolute */
export const storeFile = (folder: string, output: string): string =>
  join(folder, `${sha256(output).slice(0, 32)}.json`);

export function openStore(given: Pick<Store, "file" | "tool" | "remember">): Store {
  const { run, positions } = (given.remember ? undefined : readRun(given)) ?? { positions: [] };
  const saved = run && positions.length;
  const parts = { documents: undefined, texts: undefined, isComplete: true };
  return { ...given, run, positions: new Map(positions), saved, ...parts };
}

interface RunFile {
  readonly run: StoredRun;
  readonly positions: readonly (readonly [string, Position])[];
}

function readRun({ file, tool }: Pick<Store, "file" | "tool">): RunFile | undefined {
  const text = file === undefined ? undefined : readStored(file, tool);
  // what `saveStore` of this very tool wrote
  return text === undefined ? undefined : (JSON.parse(text) as RunFile);
}

/** The results of documents that earlier runs with the same options left. Reading adds to them, and removes. */
export function documentsOf(store: Store, options: string): DocumentStore<DocumentModel> {
  if (store.documents?.options === options) return store.documents;
  const lines = new WeakMap<StoredDocument<DocumentModel>, string>();
  const text =
    store.file === undefined || store.remember
      ? undefined
      : readStored(documentsFile(store.file), `${store.tool}\n${options}`);
  const documents = new Map(
    (text === undefined || text === "" ? [] : text.split("\n")).map((line) => {
      // what `printDocuments` gave
      const [id, document] = JSON.parse(line) as [string, StoredDocument<DocumentModel>];
      lines.set(document, line);
      return [id, document];
    }),
  );
  const files = store.remember ? { files: new Map() } : {};
  store.documents = { options, documents, lines, ...files };
  return store.documents;
}

const printDocuments = ({ documents, lines }: StoredDocuments): string =>
  [...documents]
    .map(([id, document]) => {
      const line = lines.get(document) ?? JSON.stringify([id, document]);
      lines.set(document, line);
      return line;
    })
    .join("\n");

/** The texts that the last run formatted, by hash. */
export function textsOf(store: Store): ReadonlyMap<string, string> {
  const { file, tool } = store;
  // what `saveStore` wrote
  const read = (): [string, string][] =>
    JSON.parse((file && readStored(textsFile(file), tool)) ?? "[]") as [string, string][];
  return (store.texts ??= new Map(read()));
}

/** Keeps the results of a run for the next one; `saveStore` writes them to the disk. */
export function putRun(
  store: Store,
  { run, texts, isComplete }: Pick<Store, "isComplete"> & Required<Pick<Store, "run" | "texts">>,
): void {
  store.run = run;
  store.texts = texts;
  store.isComplete = isComplete;
  store.positions = new Map();
  store.saved = undefined;
}

/** Writes what is new to the disk, for later processes. */
export function saveStore(store: Store): void {
  const { file, tool, run, documents, texts, isComplete, positions, saved } = store;
  if (file === undefined || run === undefined || !isComplete || saved === positions.size) return;
  if (saved === undefined) {
    writeStored(textsFile(file), tool, JSON.stringify([...(texts ?? [])]));
    if (documents)
      writeStored(documentsFile(file), `${tool}\n${documents.options}`, printDocuments(documents));
  }
  const stored: RunFile = { run, positions: [...positions] };
  writeStored(file, tool, JSON.stringify(stored));
  store.saved = positions.size;
}

const textsFile = (file: string): string => file.replace(/\.json$/, ".texts.json");
const documentsFile = (file: string): string => file.replace(/\.json$/, ".documents.txt");

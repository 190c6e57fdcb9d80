/**
 * `generate` for a build that runs again and again: a run in which nothing changed reads, hashes and stops, and one in
 * which little changed makes only the texts that are new.
 */
import { realpath } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import { cacheFolder } from "./cache/folder.js";
import { hashOfFile, hashOfText, sha256 } from "./cache/hash.js";
import { filesAsKnown } from "./cache/outputs.js";
import {
  readRecord,
  readTexts,
  recordFile,
  writeRecord,
  writeTexts,
  type KnownTexts,
  type RunRecord,
} from "./cache/record.js";
import { createTexts } from "./cache/texts.js";
import { toolIdentity } from "./cache/tool.js";
import type { Diagnostic, Location } from "./diagnostics.js";
import type { Generated, GenerateOptions } from "./generate.js";
import { packageIdentity } from "./identity.js";
import { lockName } from "./lock/lock-name.js";
import { displayName } from "./read/display-name.js";
import { toolVersion } from "./version.js";
import { manifestName, printManifest } from "./write/manifest.js";
import type { DocumentModel } from "./model/document.js";
import { findEntries, givenOverlays } from "./read/entries.js";
import type { Memory } from "./read/memory.js";

export type { Generated, GenerateOptions } from "./generate.js";
export { writeLock, writePackage } from "./write/write.js";

export interface RegenerateOptions extends Omit<GenerateOptions, "texts" | "memory"> {
  /**
   * The folder of the cache, which may be deleted at any time; false: no cache. Default: `node_modules/.cache` beside
   * the nearest `package.json` at or above `cwd`.
   */
  readonly cache?: string | false;
}

/** What is kept of a run, apart from its files. */
interface Kept extends Omit<
  Generated,
  "files" | "text" | "hashes" | "diagnostics" | "unknowns" | "kept" | "isWritten"
> {
  readonly diagnostics: readonly Placed<Diagnostic>[];
  readonly unknowns: readonly Placed<Unknown>[];
  /** SHA-256 of the lock that it left, or would have left. */
  readonly lockHash: string | undefined;
}

type Unknown = Generated["unknowns"][number];

/** Lines are not kept: most are never printed, and those that are can be counted again. */
interface Place extends Partial<Location> {
  readonly file: string;
  readonly pointer: string;
}

type Placed<T> = Omit<T, "location"> & { readonly location?: Place };

/**
 * The same as `generate` of `generate.ts`, from what the last run for the same output left behind where that was made from the same
 * contents by the same tool with the same options.
 * @throws what `generate` throws
 */
export async function generate(options: RegenerateOptions = {}): Promise<Generated> {
  const session = createSession();
  const generated = await session.generate(options);
  session.save();
  return generated;
}

/** Runs of one process, for one working directory. */
export interface Session {
  /** As `generate`, but nothing is written down. */
  readonly generate: (options?: RegenerateOptions) => Promise<Generated>;
  /** Writes down for later processes what the last run for each output gave, where that is new. */
  readonly save: () => void;
}

interface Run {
  readonly record: RunRecord<Kept>;
  /** Absent while nothing asked for them: they are those of the cache. */
  readonly texts: KnownTexts | undefined;
  /** One for each output: what documents are depends on the overlays beside them. */
  readonly memory: Memory<DocumentModel> | undefined;
  saved: boolean;
}

/**
 * @param options.remember What was read stays with the process: files that did not change are not parsed again, and a
 * document that has an error stands as it last was without one. Default false: each run reads everything.
 */
export function createSession({ remember = false } = {}): Session {
  const tool = toolIdentity();
  const runs = new Map<string, Run>();
  return {
    async generate(options = {}) {
      const cwd = await realpath(options.cwd ?? process.cwd());
      const { cache = cacheFolder(cwd) ?? false, ...given } = options;
      const output = resolve(cwd, options.output ?? "generated");
      // Without a folder nothing is read or written, but the process may still remember.
      const file = cache === false ? `${output}\0` : recordFile(resolve(cwd, cache), output);
      const before = runs.get(file);
      const known = before?.record ?? (cache === false ? undefined : readRecord<Kept>(file, tool));
      const memory =
        before?.memory ?? (remember ? { documents: new Map(), files: new Map() } : undefined);
      const run = await runAgain({
        cwd,
        given,
        output,
        last: known,
        lastTexts: () => before?.texts ?? (cache === false ? new Map() : readTexts(file, tool)),
        memory,
      });
      runs.set(file, {
        record: run.record,
        texts: run.texts,
        memory,
        saved: cache === false || run.record === known || !run.complete,
      });
      return run.generated;
    },
    save() {
      for (const [file, run] of runs) {
        if (!run.saved) {
          if (run.texts) writeTexts(file, tool, run.texts);
          writeRecord<Kept>(file, tool, run.record);
        }
        run.saved = true;
      }
    },
  };
}

async function runAgain({
  cwd,
  given,
  output,
  last,
  lastTexts,
  memory,
}: {
  readonly cwd: string;
  readonly given: GenerateOptions;
  readonly output: string;
  readonly last: RunRecord<Kept> | undefined;
  readonly lastTexts: () => KnownTexts;
  readonly memory: Memory<DocumentModel> | undefined;
}): Promise<{
  readonly generated: Generated;
  readonly record: RunRecord<Kept>;
  readonly texts: KnownTexts | undefined;
  /** Nothing in it stands for something that could not be read. */
  readonly complete: boolean;
}> {
  const lock = resolve(cwd, given.lock ?? join(output, lockName));
  const request = await describe(given, cwd);
  const lockBefore = hashOfText(lock);
  const repeated = last?.request === request && last.result.lockHash === lockBefore;
  // Who remembers has to read everything once.
  if (repeated && memory === undefined && isCurrent(last.inputs)) {
    const files = filesAsKnown(output, last.files);
    if (files) {
      const generated = await recall(last, files, { cwd, output });
      return { generated, record: last, texts: undefined, complete: true };
    }
  }

  const texts = createTexts(lastTexts());
  const generated = await generateAnew({ ...given, texts, ...(memory && { memory }) });
  // A run from the texts of the cache had no need of the compiler; the next one may have, and somebody waits for it.
  if (memory) void import("./emit/schemas.js").catch(() => undefined);
  const result = keep(generated, { output, lock });
  // What stands in no file that was read (a configuration, an address) may change without being noticed, and a lock
  // that this run changes may have made it say so, which the next run will not.
  const repeatable =
    [...generated.diagnostics, ...generated.unknowns].every(({ location }) => isRead(location)) &&
    [...generated.hashes.keys()].every((name) => isAbsolute(name)) &&
    (lockBefore === undefined || lockBefore === result.lockHash);
  function isRead(location: Location | undefined): boolean {
    return location === undefined || generated.hashes.has(resolve(cwd, location.file));
  }
  const record: RunRecord<Kept> = {
    request: repeatable ? request : "",
    inputs: [...generated.hashes].map(([name, hash]) => [name, hash ?? null]),
    files: generated.files.map(({ path, text }) => [path, sha256(text)]),
    result,
  };
  return { generated, record, texts: texts.used, complete: generated.kept.length === 0 };
}

const generateAnew = async (options: GenerateOptions): Promise<Generated> =>
  (await import("./generate.js")).generate(options);

/** The request: options and which files there are, not what is in them. */
async function describe(options: GenerateOptions, cwd: string): Promise<string> {
  const problems: Diagnostic[] = [];
  const report = (problem: Diagnostic): void => void problems.push(problem);
  const entries = await findEntries(options.paths ?? ["specs"], cwd, report);
  const overlays = await givenOverlays(options.overlays ?? [], cwd);
  // Functions are left out: they say how to report, not what is made.
  return JSON.stringify([
    cwd,
    options,
    packageIdentity({ ...options, cwd }),
    entries,
    overlays,
    problems,
  ]);
}

const isCurrent = (inputs: RunRecord<Kept>["inputs"]): boolean =>
  inputs.every(([file, hash]) => (hashOfFile(file) ?? null) === hash);

function keep(
  generated: Generated,
  { output, lock }: { readonly output: string; readonly lock: string },
): Kept {
  const {
    files,
    text: _text,
    hashes: _hashes,
    kept: _kept,
    isWritten: _written,
    ...result
  } = generated;
  const path = displayName(output, lock);
  const text = result.lock?.text ?? files.find((file) => file.path === path)?.text;
  // A file that was read as a whole is at line 1; what is in it is found by its pointer.
  const place = ({ file, line, column, pointer }: Location): Place =>
    pointer === "" ? { file, line, column, pointer } : { file, pointer };
  return {
    ...result,
    diagnostics: result.diagnostics.map(({ location, ...diagnostic }) =>
      location ? { ...diagnostic, location: place(location) } : diagnostic,
    ),
    unknowns: result.unknowns.map((unknown) => ({ ...unknown, location: place(unknown.location) })),
    lockHash: text === undefined ? undefined : sha256(text),
  };
}

async function recall(
  { inputs, result }: RunRecord<Kept>,
  files: Generated["files"],
  { cwd, output }: { readonly cwd: string; readonly output: string },
): Promise<Generated> {
  const { lockHash: _lockHash, diagnostics, unknowns, ...rest } = result;
  const placed = [...diagnostics, ...unknowns].some(({ location }) => location !== undefined);
  // The parsers that find places are loaded only where there is something to say.
  const places = placed ? (await import("./read/places.js")).createPlaces(cwd) : undefined;
  const locate = ({ file, line, column, pointer }: Place): Location | undefined =>
    line === undefined || column === undefined
      ? places?.locate(file, pointer)
      : { file, line, column, pointer };
  return {
    ...rest,
    files,
    isWritten: listsJust(files, output),
    diagnostics: diagnostics.map(({ location: place, ...diagnostic }) => {
      const location = place && locate(place);
      return location ? { ...diagnostic, location } : diagnostic;
    }),
    unknowns: unknowns.flatMap(({ location: place, ...unknown }) => {
      const location = place && locate(place);
      return location ? [{ ...unknown, location }] : [];
    }),
    kept: [],
    text: (file) => places?.text(file),
    hashes: new Map(inputs.map(([file, hash]) => [file, hash ?? undefined])),
  };
}

/** Whether a folder whose files are known has a manifest that lists just those, so that nothing is left to write. */
function listsJust(files: Generated["files"], output: string): boolean {
  const manifest = printManifest({ version: toolVersion, files: files.map(({ path }) => path) });
  return hashOfText(join(output, manifestName)) === sha256(manifest);
}

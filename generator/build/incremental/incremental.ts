/**
 * `generate` for a build that runs again and again: a run in which nothing changed reads, hashes and stops, and one in
 * which little changed reads the documents that changed, and makes the texts that are new.
 */
import { realpath } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import { cacheFolder } from "./folder.js";
import { hashOfFile, hashOfText, sha256 } from "./hash.js";
import { filesAsKnown } from "./outputs.js";
import {
  readLines,
  readRecord,
  readTexts,
  recordFile,
  writeLines,
  writeRecord,
  writeTexts,
  type KnownTexts,
  type RunRecord,
} from "./record.js";
import { createTexts } from "./texts.js";
import { toolIdentity } from "./tool.js";
import type { Diagnostic, Location, Position } from "../../base/diagnostics.js";
import type { Generated, GenerateOptions } from "../generate.js";
import { packageIdentity } from "../package-json.js";
import { createLines, type Kept } from "./keep.js";
import { lockName } from "../lock/lock-name.js";
import { displayName } from "../../base/display-name.js";
import { toolVersion } from "../../base/version.js";
import { manifestName, printManifest } from "../write/manifest.js";
import type { DocumentModel } from "../../batch/document.js";
import { findEntries, givenOverlays } from "../../openapi/entries.js";
import type { Memory } from "../../openapi/memory.js";
import { createLocator } from "../../openapi/locate.js";
import { textOf } from "../../openapi/text.js";

export type { Generated, GenerateOptions } from "../generate.js";
export { writeLock, writePackage } from "../write/write.js";

export interface RegenerateOptions extends Omit<GenerateOptions, "texts" | "memory"> {
  /**
   * The folder of the cache, which may be deleted at any time; false: no cache. Default: `node_modules/.cache` beside
   * the nearest `package.json` at or above `cwd`.
   */
  readonly cache?: string | false;
}

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
  readonly made: Made | undefined;
  /** The options that documents were modelled with. */
  readonly options: string;
  /** The positions that were looked up. */
  readonly positions: Map<string, Position>;
  /** How many of them the cache knows; undefined where the cache does not know the run yet. */
  stored: number | undefined;
  /** Nothing of it is for the cache. */
  readonly uncached: boolean;
}

/** What was made along the way. */
interface Made {
  readonly texts: KnownTexts;
  readonly memory: Memory<DocumentModel>;
  /** The documents in `memory`, for the cache. */
  print(): readonly string[];
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
      // Who remembers has to read everything once, whatever an earlier process left behind.
      const fresh = cache === false || remember || before !== undefined;
      const known = before?.record ?? (fresh ? undefined : readRecord<Kept>(file, tool));
      // Functions are left out: they say how to report, not what is made.
      const modelled = JSON.stringify([cwd, given]);
      const lastMade = (): Made => {
        if (before?.made && before.options === modelled) return before.made;
        const useful = cache !== false && !remember;
        const { documents, print } = createLines(useful ? readLines(file, tool, modelled) : []);
        const texts = before?.made?.texts ?? (cache === false ? new Map() : readTexts(file, tool));
        return { texts, memory: { documents, ...(remember && { files: new Map() }) }, print };
      };
      const run = await runAgain({
        cwd,
        given,
        output,
        last: remember ? undefined : known,
        lastMade,
      });
      const unchanged = run.record === known ? known : undefined;
      const positions = (unchanged && before?.positions) ?? new Map(run.record.result.positions);
      runs.set(file, {
        record: run.record,
        made: run.made ?? before?.made,
        options: modelled,
        positions,
        stored: unchanged && (before ? before.stored : positions.size),
        uncached: cache === false || !run.complete,
      });
      return { ...run.generated, locate: createLocator(run.generated.text, positions) };
    },
    save() {
      for (const [file, run] of runs) {
        const { record, made, options, positions, uncached } = run;
        // Positions that were looked up since need not be looked up again, either.
        if (uncached || run.stored === positions.size) continue;
        if (made && run.stored === undefined) {
          writeTexts(file, tool, made.texts);
          writeLines(file, tool, options, made.print());
        }
        const result = { ...record.result, positions: [...positions] };
        writeRecord(file, tool, { ...record, result });
        run.stored = positions.size;
      }
    },
  };
}

async function runAgain({
  cwd,
  given,
  output,
  last,
  lastMade,
}: {
  readonly cwd: string;
  readonly given: GenerateOptions;
  readonly output: string;
  /** Absent: nothing is taken for unchanged. */
  readonly last: RunRecord<Kept> | undefined;
  readonly lastMade: () => Made;
}): Promise<{
  readonly generated: Generated;
  readonly record: RunRecord<Kept>;
  readonly made: Made | undefined;
  /** Nothing in it stands for something that could not be read. */
  readonly complete: boolean;
}> {
  const lock = resolve(cwd, given.lock ?? join(output, lockName));
  const request = await describe(given, cwd);
  const lockBefore = hashOfText(lock);
  const repeated = last?.request === request && last.result.lockHash === lockBefore;
  const hashed = new Map<string, string | undefined>();
  if (repeated && isCurrent(last.inputs, hashed)) {
    const files = filesAsKnown(output, last.files);
    if (files) {
      const generated = recall(last, files, { cwd, output });
      return { generated, record: last, made: undefined, complete: true };
    }
  }

  const made = lastMade();
  const texts = createTexts(made.texts);
  const generated = await generateAnew({
    ...given,
    texts,
    memory: { ...made.memory, hashed },
  });
  // A run from the texts of the cache had no need of the compiler; the next one may have, and somebody waits for it.
  if (made.memory.files) void import("../../schemas/types/types.js").catch(() => undefined);
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
  return {
    generated,
    record,
    made: { ...made, texts: texts.used },
    complete: generated.kept.length === 0,
  };
}

const generateAnew = async (options: GenerateOptions): Promise<Generated> =>
  (await import("../generate.js")).generate(options);

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

/** @param hashed is told of the files that were looked at: not of all, where one is not what it was */
const isCurrent = (
  inputs: RunRecord<Kept>["inputs"],
  hashed: Map<string, string | undefined>,
): boolean =>
  inputs.every(([file, hash]) => {
    hashed.set(file, hashOfFile(file));
    return (hashed.get(file) ?? null) === hash;
  });

function keep(
  generated: Generated,
  { output, lock }: { readonly output: string; readonly lock: string },
): Kept {
  const {
    files,
    text: _text,
    locate: _locate,
    hashes: _hashes,
    kept: _kept,
    isWritten: _written,
    ...result
  } = generated;
  const path = displayName(output, lock);
  const text = result.lock?.text ?? files.find((file) => file.path === path)?.text;
  return { ...result, positions: [], lockHash: text === undefined ? undefined : sha256(text) };
}

function recall(
  { inputs, result: { lockHash: _lockHash, positions: _positions, ...result } }: RunRecord<Kept>,
  files: Generated["files"],
  { cwd, output }: { readonly cwd: string; readonly output: string },
): Generated {
  const text = (file: string): string | undefined => textOf(resolve(cwd, file));
  return {
    ...result,
    files,
    isWritten: listsJust(files, output),
    kept: [],
    text,
    locate: createLocator(text),
    hashes: new Map(inputs.map(([file, hash]) => [file, hash ?? undefined])),
  };
}

/** Whether a folder whose files are known has a manifest that lists just those, so that nothing is left to write. */
function listsJust(files: Generated["files"], output: string): boolean {
  const manifest = printManifest({ version: toolVersion, files: files.map(({ path }) => path) });
  return hashOfText(join(output, manifestName)) === sha256(manifest);
}

/**
 * Exports `generate` and `createSession`: `generate` of `../generate.ts` for a build that runs again and again. A run in
 * which nothing changed reads, hashes and stops. A run in which little changed reads the documents that changed, and
 * formats the texts that are new.
 */
import { realpath } from "node:fs/promises";
import { join, resolve } from "node:path";
import { displayName } from "../../base/display-name.js";
import { toolVersion } from "../../base/version.js";
import { createLocator } from "../../openapi/locate.js";
import { textOf } from "../../openapi/text.js";
import type { Generated, GenerateOptions } from "../generate.js";
import { lockName } from "../lock/lock-name.js";
import { manifestName, printManifest } from "../write/manifest.js";
import { areCurrent, comparable, inputsOf, optionsOf, toolHash } from "./fingerprint.js";
import { cacheFolder } from "./folder.js";
import { hashOfText, sha256 } from "./hash.js";
import { filesAsKnown } from "./outputs.js";
import {
  documentsOf,
  openStore,
  putRun,
  saveStore,
  storeFile,
  textsOf,
  type Store,
  type StoredRun,
} from "./store.js";

export type { Generated, GenerateOptions } from "../generate.js";
export { writeLock, writePackage } from "../write/write.js";

export interface IncrementalOptions extends GenerateOptions {
  /**
   * The folder of the cache, which may be deleted at any time; false: no cache. Default: `node_modules/.cache` beside
   * the nearest `package.json` at or above `cwd`.
   */
  readonly cache?: string | false;
}

/**
 * The same as `generate` of `../generate.ts`. It reuses what earlier runs for the same output left, as far as that
 * follows from the same contents, tool and options.
 * @throws what that `generate` throws
 */
export async function generate(options: IncrementalOptions = {}): Promise<Generated> {
  const session = createSession();
  const generated = await session.generate(options);
  session.save();
  return generated;
}

/** Runs of one process. */
export interface Session {
  /** As `generate`, but nothing is written to the cache. */
  readonly generate: (options?: IncrementalOptions) => Promise<Generated>;
  /** Writes to the cache what the last run for each output gave, where that is new. */
  readonly save: () => void;
}

/**
 * @param options.remember The process keeps what it read: files that did not change are not parsed again, and a
 * document that has an error is used as it was without one. Default false: each run reads everything.
 */
export function createSession({ remember = false } = {}): Session {
  const tool = toolHash();
  const stores = new Map<string, Store>();
  return {
    async generate(options = {}) {
      const cwd = await realpath(options.cwd ?? process.cwd());
      const { cache: chosen = cacheFolder(cwd) ?? false, ...given } = options;
      const cache = chosen === false ? undefined : resolve(cwd, chosen);
      const output = resolve(cwd, given.output ?? "generated");
      const lock = resolve(cwd, given.lock ?? join(output, lockName));
      const file = cache === undefined ? undefined : storeFile(cache, output);
      const key = file ?? output;
      const store = stores.get(key) ?? openStore({ file, tool, remember });
      stores.set(key, store);
      const generated = await runAgain({ store, options: given, cwd, output, lock, cache });
      return { ...generated, locate: createLocator(generated.text, store.positions) };
    },
    save: () => stores.forEach(saveStore),
  };
}

/** A run, and what earlier ones left for it. Paths are absolute. */
interface Request {
  readonly store: Store;
  readonly options: GenerateOptions;
  readonly cwd: string;
  readonly output: string;
  readonly lock: string;
  /** The folder of the cache; undefined: none. */
  readonly cache: string | undefined;
}

async function runAgain(request: Request): Promise<Generated> {
  const { store, options, cwd, output, lock, cache } = request;
  const fingerprint = await optionsOf(options, cwd);
  const lockBefore = hashOfText(lock);
  /** What is read here need not be read again. */
  const hashed = new Map<string, string | undefined>();
  const last = store.remember || options.update === true ? undefined : store.run;
  if (
    last?.fingerprint.options === fingerprint &&
    last.lock === lockBefore &&
    areCurrent(last.fingerprint.inputs, hashed)
  ) {
    const files = filesAsKnown(output, last.files);
    if (files) return recall(last, files, request);
  }

  const used = new Map<string, string>();
  const known = textsOf(store);
  const documents = documentsOf(store, JSON.stringify([cwd, comparable(options)]));
  const { generate: generateAnew } = await import("../generate.js");
  const generated = await generateAnew(options, {
    cache,
    documents: { ...documents, hashed },
    texts: {
      size: known.size,
      get: (hash) => known.get(hash),
      set: (hash, text) => void used.set(hash, text),
    },
  });
  // The texts of the cache may have spared the compiler; the next change may not, and somebody waits for that.
  if (store.remember) void import("../../schemas/types/types.js").catch(() => undefined);
  const run = storedRun(generated, request);
  // A lock that this run changes may have caused diagnostics that the next run does not have.
  const isRepeatable = lockBefore === undefined || lockBefore === run.lock;
  const inputs = isRepeatable ? inputsOf(generated, cwd) : undefined;
  putRun(store, {
    texts: used,
    run: {
      ...run,
      fingerprint: { options: inputs ? fingerprint : "", inputs: inputs ?? [] },
    },
    isComplete: generated.kept.length === 0,
  });
  return generated;
}

function storedRun(
  { files, rows, diagnostics, skipped, unknowns, ...generated }: Generated,
  { output, lock }: Request,
): Omit<StoredRun, "fingerprint"> {
  const path = displayName(output, lock);
  const text = generated.lock?.text ?? files.find((file) => file.path === path)?.text;
  return {
    ...(text === undefined ? {} : { lock: sha256(text) }),
    files: files.map((file) => [file.path, sha256(file.text)]),
    result: {
      rows,
      diagnostics,
      skipped,
      unknowns,
      ...(generated.lock ? { lock: generated.lock } : {}),
    },
  };
}

/** What a run gave, from the store and from the files that it wrote. */
function recall(
  { fingerprint, result }: StoredRun,
  files: Generated["files"],
  { cwd, output }: Request,
): Generated {
  const text = (file: string): string | undefined => textOf(resolve(cwd, file));
  return {
    ...result,
    files,
    isWritten: listsJust(files, output),
    kept: [],
    text,
    locate: createLocator(text),
    hashes: new Map(fingerprint.inputs.map(([file, hash]) => [file, hash ?? undefined])),
  };
}

/** Whether a folder whose files are known has a manifest that lists just those, so that nothing is left to write. */
function listsJust(files: Generated["files"], output: string): boolean {
  const manifest = printManifest({ version: toolVersion, files: files.map(({ path }) => path) });
  return hashOfText(join(output, manifestName)) === sha256(manifest);
}

/** `generate` whenever documents, overlays or what they refer to change. */
import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import { hashOfFile } from "../build/incremental/hash.js";
import { lockName } from "../build/lock/lock-name.js";
import { placeOf } from "../openapi/find-files.js";
import {
  createSession,
  writeLock,
  writePackage,
  type Generated,
  type IncrementalOptions,
} from "../build/incremental/incremental.js";
import { UsageError } from "../base/usage-error.js";
import { createBursts } from "./bursts.js";
import { watchFiles, type Scope, type Watcher } from "./files.js";
import type { WriteResult } from "../build/write/write.js";

export { hashOfFile } from "../build/incremental/hash.js";
export { createSession, writeLock, writePackage } from "../build/incremental/incremental.js";
export type { Generated, IncrementalOptions } from "../build/incremental/incremental.js";

export interface WatchOptions extends IncrementalOptions {
  /** Ends it: nothing is begun any more, and a package is written whole or not at all. */
  readonly signal: AbortSignal;
  /** Called after every run, the first one included. The next run waits for it. */
  onRun?(run: WatchedRun): void | Promise<void>;
}

/** What became of a run: the package, or why there is none. */
export type WatchedRun = {
  /** Absolute paths of the files whose content made it run; none for the first run. */
  readonly changed: readonly string[];
} & (
  | { readonly generated: Generated; readonly written: WriteResult; readonly error?: never }
  | { readonly error: unknown; readonly generated?: never; readonly written?: never }
);

/**
 * Generates the package and writes it into `output`, and does so again whenever the content of a document, an overlay,
 * a file that one of them refers to, or the lock changes, or a file comes or goes under `paths`.
 *
 * A document that has an error stands as it was when it last had none (`Generated.kept`), and what goes wrong with a
 * run is told to `onRun`: watching goes on.
 *
 * @returns when `signal` is aborted
 * @throws what `generate` and `writePackage` throw, on the first run
 */
export async function watch(options: WatchOptions): Promise<void> {
  const { signal, onRun, ...given } = options;
  const session = createSession({ remember: true });
  const { cwd = process.cwd(), output = "generated" } = given;
  const run = async (): Promise<Pass<{ generated: Generated; written: WriteResult }>> => {
    const generated = await session.generate(given);
    signal.throwIfAborted();
    const written = await writePackage(generated.files, resolve(cwd, output), { signal });
    if (generated.lock) await writeLock(generated.lock, { signal });
    const inputs = await inputsOf([{ options: given, generated }]);
    return { result: { generated, written }, inputs };
  };
  try {
    await watchRuns({
      signal,
      run,
      told: async (changed, outcome) =>
        onRun?.({
          changed,
          ...("error" in outcome ? { error: outcome.error } : outcome.done),
        }),
    });
  } finally {
    session.save();
  }
}

/** What a run depends on, for `watchRuns`. */
export interface Inputs extends Scope {
  /** By absolute path: the SHA-256 of the content that the run went by; undefined for what could not be read. */
  readonly hashes: ReadonlyMap<string, string | undefined>;
}

interface Pass<Result> {
  readonly result: Result;
  readonly inputs: Inputs;
}

export type Outcome<Result> = { readonly done: Result } | { readonly error: unknown };

/**
 * Runs, and runs again after each burst of changes, as long as `signal` is not aborted. A change is one of content: a
 * file that was touched, or that the run itself wrote, is none.
 * @param options.told is called after each run with the files that changed; the next run waits for it
 * @throws what the first run throws
 */
export async function watchRuns<Result>({
  signal,
  run,
  told,
  ready,
}: {
  readonly signal: AbortSignal;
  readonly run: (changed: readonly string[]) => Promise<Pass<Result>>;
  readonly told: (changed: readonly string[], outcome: Outcome<Result>) => Promise<void> | void;
  /** Called once, when no change is missed any more. */
  readonly ready?: () => void;
}): Promise<void> {
  const first = await run([]);
  const hashes = new Map(first.inputs.hashes);
  await told([], { done: first.result });

  let fail: (error: unknown) => void = () => undefined;
  const ended = new Promise<void>((end, no) => {
    fail = no;
    signal.addEventListener("abort", () => end(), { once: true });
    if (signal.aborted) end();
  });
  let watcher: Watcher | undefined;
  async function again(paths: readonly string[]): Promise<void> {
    try {
      const changed = paths.filter((path) => hashOfFile(path) !== hashes.get(path));
      if (changed.length === 0 || signal.aborted) return;
      // What a run fails with is told once, and not again before something else changes.
      for (const path of changed) hashes.set(path, hashOfFile(path));
      const outcome = await run(changed).then(
        ({ result, inputs }) => {
          hashes.clear();
          for (const [path, hash] of inputs.hashes) hashes.set(path, hash);
          watcher?.scope(inputs);
          return { done: result };
        },
        (error: unknown) => ({ error }),
      );
      if (!signal.aborted) await told(changed, outcome);
    } catch (error) {
      fail(error); // `told` failed
    }
  }
  ended.catch(() => undefined); // it is awaited below, and may fail before
  const bursts = createBursts(again);
  try {
    watcher = await watchFiles(
      first.inputs,
      bursts.add,
      (error) => void told([], { error: unwatchable(error) }),
    );
    // What is gone since the run; of what is there, the watcher tells.
    for (const path of hashes.keys()) bursts.add(path);
    ready?.();
    await ended;
  } finally {
    await watcher?.close();
    await bursts.close();
  }
}

const unwatchable = (error: unknown): UsageError =>
  new UsageError(
    `Not all files can be watched: ${error instanceof Error ? error.message : String(error)}.`,
    "The system may have a limit of watched files; CHOKIDAR_USEPOLLING=1 does without.",
  );

/** What runs with these options depend on. */
export async function inputsOf(
  runs: readonly { readonly options: IncrementalOptions; readonly generated: Generated }[],
): Promise<Inputs> {
  const folders: string[] = [];
  const files: string[] = [];
  const outputs: string[] = [];
  const hashes = new Map<string, string | undefined>();
  for (const { options, generated } of runs) {
    const { output = "generated", paths = ["specs"], overlays = [] } = options;
    const cwd = await realpath(options.cwd ?? process.cwd());
    for (const given of [...paths, ...overlays]) {
      const { path, isFolder } = await placeOf(given, cwd);
      (isFolder ? folders : files).push(path);
    }
    outputs.push(resolve(cwd, output));
    for (const [path, hash] of generated.hashes) hashes.set(path, hash);
    const lock = resolve(cwd, options.lock ?? resolve(cwd, output, lockName));
    hashes.set(lock, hashOfFile(lock));
  }
  const addresses = /^https?:/i;
  for (const path of hashes.keys()) if (!addresses.test(path)) files.push(path);
  return { folders, files, outputs, hashes };
}

/**
 * Exports `watch`: `generate` again whenever a document, an overlay or a file that they refer to changes. This is also
 * the library: `import { watch } from "openapi-batch/watch"`. The command uses `watchRuns`, which knows no package.
 */
import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import { messageOf } from "../base/message-of.js";
import { hashOfFile } from "../build/incremental/hash.js";
import { prettierConfig } from "../build/incremental/prettier-config.js";
import { lockName } from "../build/lock/lock-name.js";
import { placeOf } from "../openapi/find-files.js";
import { isAddress } from "../base/is-address.js";
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
  /** Ends it: no run begins after that, and a package is written whole or not at all. */
  readonly signal: AbortSignal;
  /** Called after every run, the first one included. The next run waits for it. */
  onRun?(run: WatchedRun): void | Promise<void>;
}

/** The outcome of a run: the package, or why there is none. */
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
 * A document that has an error is used as it was without one (`Generated.kept`). `onRun` receives the error of a run
 * that fails, and watching goes on.
 *
 * @returns when `signal` is aborted
 * @throws what `generate` and `writePackage` throw, on the first run
 */
export async function watch(options: WatchOptions): Promise<void> {
  const { signal, onRun, ...given } = options;
  const session = createSession({ remember: true });
  const { cwd = process.cwd(), output = "generated" } = given;
  const run = async (): Promise<RunResult<{ generated: Generated; written: WriteResult }>> => {
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
      onOutcome: async (changed, outcome) =>
        onRun?.({
          changed,
          ...("error" in outcome ? { error: outcome.error } : outcome.done),
        }),
    });
  } finally {
    session.save();
  }
}

/** The files that a run depends on, for `watchRuns`. */
export interface Inputs extends Scope {
  /** By absolute path: the SHA-256 of the content that the run read; undefined for what could not be read. */
  readonly hashes: ReadonlyMap<string, string | undefined>;
}

interface RunResult<Result> {
  readonly result: Result;
  readonly inputs: Inputs;
}

export type Outcome<Result> = { readonly done: Result } | { readonly error: unknown };

interface WatchRunsOptions<Result> {
  readonly signal: AbortSignal;
  readonly run: (changed: readonly string[]) => Promise<RunResult<Result>>;
  /** Called after each run with the files that changed; the next run waits for it. */
  readonly onOutcome: (
    changed: readonly string[],
    outcome: Outcome<Result>,
  ) => Promise<void> | void;
  /** Called once, when no change is missed any more. */
  readonly ready?: () => void;
}

/**
 * Runs, and runs again after each burst of changes, as long as `signal` is not aborted. A change is one of content: a
 * file that was touched, or that the run itself wrote, does not count.
 * @throws what the first run throws, and what `onOutcome` throws
 */
export async function watchRuns<Result>(options: WatchRunsOptions<Result>): Promise<void> {
  const { signal, run, onOutcome, ready } = options;
  const first = await run([]);
  await onOutcome([], { done: first.result });

  let fail: (error: unknown) => void = () => undefined;
  const ended = new Promise<void>((end, reject) => {
    fail = reject;
    signal.addEventListener("abort", () => end(), { once: true });
    if (signal.aborted) end();
  });
  ended.catch(() => undefined); // it is awaited below, and may fail before
  const state: WatchState = { hashes: new Map(first.inputs.hashes), watcher: undefined };
  const bursts = createBursts((paths) => runAgain(options, state, paths).catch(fail));
  try {
    state.watcher = await watchFiles(
      first.inputs,
      bursts.add,
      (error) => void onOutcome([], { error: unwatchable(error) }),
    );
    // A file may have changed between the run and the start of the watcher.
    for (const path of state.hashes.keys()) bursts.add(path);
    ready?.();
    await ended;
  } finally {
    await state.watcher?.close();
    await bursts.close();
  }
}

/** What the last run read, and who looks for changes of it. */
interface WatchState {
  hashes: Map<string, string | undefined>;
  watcher: Watcher | undefined;
}

/** Runs if the content of one of these files is not what the last run read. @throws what `onOutcome` throws */
async function runAgain<Result>(
  { signal, run, onOutcome }: WatchRunsOptions<Result>,
  state: WatchState,
  paths: readonly string[],
): Promise<void> {
  const changed = paths.filter((path) => hashOfFile(path) !== state.hashes.get(path));
  if (changed.length === 0 || signal.aborted) return;
  // A run that fails is reported once, and does not run again before something else changes.
  for (const path of changed) state.hashes.set(path, hashOfFile(path));
  let outcome: Outcome<Result>;
  try {
    const { result, inputs } = await run(changed);
    // What was read before is watched on: a document that became a link may become a file again.
    state.hashes = new Map([...state.hashes, ...inputs.hashes]);
    state.watcher?.scope({ ...inputs, files: [...state.hashes.keys()].filter(isPath) });
    outcome = { done: result };
  } catch (error) {
    outcome = { error };
  }
  if (!signal.aborted) await onOutcome(changed, outcome);
}

const unwatchable = (error: unknown): UsageError =>
  new UsageError(
    `Not all files can be watched: ${messageOf(error)}.`,
    "The system may have a limit of watched files; CHOKIDAR_USEPOLLING=1 does without.",
  );

/** The files that runs with these options depend on. */
export async function inputsOf(
  runs: readonly { readonly options: IncrementalOptions; readonly generated: Generated }[],
): Promise<Inputs> {
  const folders: string[] = [];
  const files: string[] = [];
  const outputs: string[] = [];
  const hashes = new Map<string, string | undefined>();
  for (const { options, generated } of runs) {
    const { paths = ["specs"], overlays = [] } = options;
    const cwd = await realpath(options.cwd ?? process.cwd());
    const output = resolve(cwd, options.output ?? "generated");
    outputs.push(output);
    for (const [path, hash] of generated.hashes) hashes.set(path, hash);
    for (const given of [...paths, ...overlays]) {
      if (isAddress(given)) continue;
      const { path, isFolder } = await placeOf(given, cwd);
      (isFolder ? folders : files).push(path);
      // The name may be a link, which changes by itself.
      if (!isFolder) hashes.set(resolve(cwd, given), generated.hashes.get(path));
    }
    const settings = [resolve(cwd, options.lock ?? resolve(output, lockName))];
    if (options.format !== false) settings.push(...prettierConfig(output).map(([file]) => file));
    for (const file of settings) hashes.set(file, hashOfFile(file));
  }
  files.push(...[...hashes.keys()].filter(isPath));
  return { folders, files, outputs, hashes };
}

/** Whether an input is a file, and no address. */
const isPath = (input: string): boolean => !isAddress(input);

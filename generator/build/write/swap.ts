/**
 * Exports `swapFiles` and `undoInterrupted`: many files of a folder are replaced together, or not at all. New files and
 * the old ones that they replace are kept beside each other in a folder of the output, with a journal that says how to
 * go back: a swap that fails goes back at once, and one that is killed at the start of the next run.
 */
import {
  copyFile,
  link,
  mkdir,
  readFile,
  readlink,
  rename,
  rm,
  rmdir,
  symlink,
  writeFile,
} from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { lstatSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { OutputError } from "../../base/output-error.js";
import { entryAt, pathProblem } from "./paths.js";

/** The folder of a swap, in the output, so that a rename moves its files. Only one process can make it. */
const stagingName = ".openapi-batch.tmp";

/** Milliseconds after which a swap is no longer at work, whatever the process table says. */
const longest = 120_000;
/** The same, where the folder does not say whose it is. */
const longestUnnamed = 2000;

/** Distinguishes this process from an earlier one of the same number: in a container all have one number. */
const ownName = `${process.pid} ${randomUUID()}`;

/** Files to be replaced by others, and files to be removed. */
export interface Swap {
  /** By path below the folder. */
  readonly texts: ReadonlyMap<string, string>;
  readonly removed: readonly string[];
}

/** One file of a journal, which knows it by its index. */
interface Step {
  readonly path: string;
  /** Whether something was there. */
  readonly had: boolean;
  readonly isRemoved: boolean;
}

const partsOf = (root: string) => {
  const staging = join(root, stagingName);
  return {
    staging,
    owner: join(staging, "owner"),
    journal: join(staging, "journal.json"),
    newFile: (index: number): string => join(staging, "new", String(index)),
    oldFile: (index: number): string => join(staging, "old", String(index)),
  };
};

/**
 * Replaces and removes files of a folder: all, or none if it throws. Waits for another process that does the same.
 * @param plan called when no other process is at work; undefined: there is nothing to do
 * @param signal aborting has an effect before the first file is replaced
 */
export async function swapFiles(
  root: string,
  plan: () => Swap | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  await take(root, signal);
  const { staging } = partsOf(root);
  try {
    const swap = plan();
    if (swap) await replaceAll(root, swap, signal);
  } catch (error) {
    await undo(root);
    throw error;
  }
  await rm(staging, { recursive: true, force: true });
}

/** Goes back to the files before a swap that was killed, and removes what it left. */
export async function undoInterrupted(root: string): Promise<void> {
  if (entryAt(root, stagingName) !== "nothing" && (await isAbandoned(root))) await undo(root);
}

/** Makes the folder of the swap, when no other process has it. */
async function take(root: string, signal: AbortSignal | undefined): Promise<void> {
  const { staging, owner } = partsOf(root);
  await mkdir(root, { recursive: true });
  for (;;) {
    signal?.throwIfAborted();
    await undoInterrupted(root);
    try {
      await mkdir(staging);
      await writeFile(owner, ownName);
      return;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      await sleep(20);
    }
  }
}

/** Whether the process that made the folder of a swap has ended. */
async function isAbandoned(root: string): Promise<boolean> {
  const { staging, owner } = partsOf(root);
  const found = lstatSync(staging, { throwIfNoEntry: false });
  if (!found?.isDirectory()) return found !== undefined;
  const name = await readFile(owner, "utf8").catch(() => "");
  const age = Date.now() - found.mtimeMs;
  if (age > (name === "" ? longestUnnamed : longest)) return true;
  return name !== "" && name !== ownName && !isAlive(name);
}

function isAlive(owner: string): boolean {
  const number = Number(owner.split(" ")[0]);
  if (!Number.isSafeInteger(number) || number <= 0 || number === process.pid) return false;
  try {
    return process.kill(number, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM"; // a process of another user
  }
}

async function replaceAll(
  root: string,
  { texts, removed }: Swap,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { staging, journal, newFile, oldFile } = partsOf(root);
  const steps = [
    ...[...texts.keys()].map((path) => ({ path, isRemoved: false })),
    ...removed.map((path) => ({ path, isRemoved: true })),
  ].map((step): Step => ({ ...step, had: entryAt(root, step.path) !== "nothing" }));
  await mkdir(join(staging, "new"));
  await mkdir(join(staging, "old"));
  for (const [index, { path, had }] of steps.entries()) {
    signal?.throwIfAborted();
    const text = texts.get(path);
    if (text !== undefined) await writeFile(newFile(index), text);
    if (had) await keep(join(root, path), oldFile(index));
  }
  signal?.throwIfAborted();
  // With the journal, the swap has begun; without it, it is done.
  await writeFile(`${journal}.tmp`, JSON.stringify(steps));
  await rename(`${journal}.tmp`, journal);
  for (const [index, { path, isRemoved }] of steps.entries()) {
    if (isRemoved) await removeFile(root, path);
    else {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await rename(newFile(index), join(root, path));
    }
  }
  await rm(journal);
}

/** A second name of a file, or else a copy. A link is copied as a link. */
async function keep(file: string, as: string): Promise<void> {
  if (lstatSync(file).isSymbolicLink()) return symlink(await readlink(file), as);
  try {
    await link(file, as);
  } catch {
    await copyFile(file, as); // the file system has no second names
  }
}

async function undo(root: string): Promise<void> {
  const { staging, journal } = partsOf(root);
  const text = await readFile(journal, "utf8").catch(() => undefined);
  const steps = text === undefined ? [] : parseJournal(text);
  const failed: string[] = [];
  for (const [index, step] of steps.entries())
    await undoStep(root, index, step).catch(() => void failed.push(step.path));
  if (failed.length > 0)
    throw new OutputError(
      `An earlier run did not come to its end, and ${JSON.stringify(failed[0])} cannot be put back.`,
      `The next run tries again. The old files are in ${join(staging, "old")}.`,
    );
  await rm(staging, { recursive: true, force: true });
}

async function undoStep(root: string, index: number, { path, had }: Step): Promise<void> {
  const { newFile, oldFile } = partsOf(root);
  if (typeof path !== "string" || pathProblem(path) !== undefined) return;
  entryAt(root, path); // throws if a folder on the way became a link
  const file = join(root, path);
  if (!had) {
    // A file that still waits was not put in place.
    if (inodeOf(newFile(index)) === undefined) await removeFile(root, path);
    return;
  }
  const old = inodeOf(oldFile(index));
  if (old === undefined || old === inodeOf(file)) return;
  await mkdir(dirname(file), { recursive: true });
  await rename(oldFile(index), file);
}

const inodeOf = (path: string): number | undefined =>
  lstatSync(path, { throwIfNoEntry: false })?.ino;

/** Everyone who can write to the output can write a journal: only paths below the folder count. */
function parseJournal(text: string): readonly Step[] {
  try {
    const steps: unknown = JSON.parse(text);
    // The members of those that have a path are what `replaceAll` wrote.
    return (Array.isArray(steps) ? (steps as readonly Partial<Step>[]) : []).map((step) => ({
      path: "",
      had: true,
      isRemoved: false,
      ...step,
    }));
  } catch {
    return [];
  }
}

/** Removes a file, and the folders above it that become empty. */
async function removeFile(root: string, path: string): Promise<void> {
  await rm(join(root, path), { force: true });
  const folders = path.split("/").slice(0, -1);
  for (; folders.length > 0; folders.pop()) {
    try {
      await rmdir(join(root, ...folders));
    } catch {
      return; // not empty: it holds files of others
    }
  }
}

/**
 * Exports `writePackage` and `writeLock`, which write files to the disk: only those that changed, all of them or none,
 * and never over the files of others.
 */
import { byCodePoint } from "../../base/order.js";
import { realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseObject } from "../../base/json.js";
import { toolVersion } from "../../base/version.js";
import { manifestName, parseManifest, printManifest } from "./manifest.js";
import type { Manifest } from "./manifest.js";
import { OutputError } from "../../base/output-error.js";
import { readRegular } from "../../base/read-file.js";
import { assertPaths, entryAt, isMissing } from "./paths.js";
import { swapFiles, undoInterrupted, type Swap } from "./swap.js";

/** In place of the text of a symbolic link, which is replaced and never read. No generated file has this text. */
const aLink = "\u0000";

export interface WriteOptions {
  /** Write nothing, and return what would be written. Default false. */
  readonly check?: boolean;
  /** The same as `check`. The command has other exit codes for it. Default false. */
  readonly dryRun?: boolean;
  /** Aborting before the files are put in place leaves the folder as it was. */
  readonly signal?: AbortSignal;
}

export interface WriteResult {
  /** Paths that are new or changed, in code point order; the manifest is one of them. */
  readonly written: string[];
  /** Paths that an earlier run wrote and that are no longer generated, in code point order. */
  readonly removed: string[];
  /** The number of files that did not change. */
  readonly unchanged: number;
}

/**
 * Makes `directory` hold `files`.
 *
 * - Line endings are LF. A file that differs only in CRLF (a Windows checkout) is unchanged.
 * - Only files that the manifest in the folder lists are changed or removed. A file that it does not list is left
 *   alone if it is identical, and is an {@link OutputError} if not; one exception is a `package.json` that has the name
 *   of the package to be written. So a folder of another owner is never written over.
 * - All files change, or none: see `swap.ts`. A swap that is killed is undone by the next call. A reader never sees half
 *   a file.
 * - Symbolic links below the folder are not followed: a link in the place of a file is replaced, a link in the place
 *   of a folder is an error.
 *
 * @param files Paths below the folder, with forward slashes, and their text.
 * @param directory Created if it is not there, with its parents. May itself be a link.
 * @throws {OutputError} before anything is written, if a path leaves the folder or the folder is not ours.
 */
export async function writePackage(
  files: readonly { readonly path: string; readonly text: string }[],
  directory: string,
  options: WriteOptions = {},
): Promise<WriteResult> {
  assertPaths([...files.map((file) => file.path), manifestName]);
  const wanted = new Map(files.map(({ path, text }) => [path, text.replaceAll("\r\n", "\n")]));
  const root = await findRoot(directory);
  const isDry = options.check === true || options.dryRun === true;
  if (!isDry) await undoInterrupted(root);
  let plan = comparePackage(root, wanted, directory);
  if (isDry || isEmpty(plan.result)) return plan.result;
  const again = (): Swap | undefined => {
    plan = comparePackage(root, wanted, directory);
    return isEmpty(plan.result) ? undefined : plan.swap;
  };
  await swapFiles(root, again, options.signal);
  return plan.result;
}

const isEmpty = ({ written, removed }: WriteResult): boolean =>
  written.length === 0 && removed.length === 0;

/** What differs between the files wanted and those in the folder. @throws {OutputError} */
function comparePackage(
  root: string,
  wanted: ReadonlyMap<string, string>,
  directory: string,
): { readonly result: WriteResult; readonly swap: Swap } {
  const old = readManifest(root);
  const listed = new Set(old?.files);
  const texts = new Map<string, string>();
  const foreign: string[] = [];
  for (const [path, text] of wanted) {
    const found = readOutput(root, path);
    if (found === text) continue;
    texts.set(path, text);
    if (found !== undefined && !listed.has(path) && !samePackage(path, found, text)) {
      foreign.push(path);
    }
  }
  if (foreign.length > 0) throw notOurs(directory, foreign, old);
  const removed: string[] = [];
  for (const path of listed) {
    if (wanted.has(path) || path === manifestName) continue;
    const entry = entryAt(root, path);
    if (entry === "file" || entry === "link") removed.push(path);
  }
  const unchanged = wanted.size - texts.size;
  const manifest = printManifest({ version: toolVersion, files: [...wanted.keys()] });
  if (readOutput(root, manifestName) !== manifest) texts.set(manifestName, manifest);
  removed.sort(byCodePoint);
  const written = [...texts.keys()].sort(byCodePoint);
  return { result: { written, removed, unchanged }, swap: { texts, removed } };
}

/**
 * Makes `file` hold the lock's text, by a rename of a whole file beside it; the folder has to be there. For a lock
 * outside the output, which is not in its manifest. The file may be replaced, since the run read it as a lock.
 * @returns Whether it differs (with `check` and `dryRun`) or was written.
 */
export async function writeLock(
  { file, text }: { readonly file: string; readonly text: string },
  { check, dryRun, signal }: WriteOptions = {},
): Promise<boolean> {
  const found = readLock(file);
  if (found?.replaceAll("\r\n", "\n") === text) return false;
  if (check || dryRun) return true;
  signal?.throwIfAborted();
  // A link stays, and its target is replaced.
  const target = found === undefined ? file : await realpath(file);
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, target);
  } finally {
    await rm(temporary, { force: true });
  }
  return true;
}

function readLock(file: string): string | undefined {
  try {
    return readRegular(file).toString();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function findRoot(directory: string): Promise<string> {
  const stats = await stat(directory).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (!stats) return directory;
  if (stats.isDirectory()) return realpath(directory);
  throw new OutputError(
    `The output ${JSON.stringify(directory)} is a file, and a folder is wanted.`,
    "Name a folder with -o.",
  );
}

function readManifest(root: string): Manifest | undefined {
  const text = readOutput(root, manifestName);
  return text === undefined ? undefined : parseManifest(text);
}

/**
 * The text of a file with LF endings; undefined if nothing is there. Hundreds of files are compared before one is
 * written: waiting for each in turn would take longer than reading it.
 */
function readOutput(root: string, path: string): string | undefined {
  const entry = entryAt(root, path);
  if (entry === "nothing") return undefined;
  if (entry === "link") return aLink;
  if (entry === "folder") {
    throw new OutputError(
      `In the output, ${JSON.stringify(path)} is a folder, and a file is wanted there.`,
      "Move the folder away.",
    );
  }
  try {
    return readRegular(join(root, path)).toString().replaceAll("\r\n", "\n");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** A workspace has its `package.json` before the first run: the name in it says whose folder it is. */
function samePackage(path: string, found: string, text: string): boolean {
  if (path !== "package.json") return false;
  const name = packageName(found);
  return name !== undefined && name === packageName(text);
}

function packageName(text: string): string | undefined {
  const name = parseObject(text)?.["name"];
  return typeof name === "string" ? name : undefined;
}

function notOurs(directory: string, paths: readonly string[], old: Manifest | undefined): Error {
  const shown = paths.slice(0, 5).map((path) => JSON.stringify(path));
  if (paths.length > shown.length) shown.push(`${paths.length - shown.length} more`);
  const why = old ? `its ${manifestName} does not list` : "that the tool did not write";
  return new OutputError(
    `The output folder ${JSON.stringify(directory)} holds files ${why}: ${shown.join(", ")}.`,
    "Nothing was written. Move these files away, or name another folder with -o.",
  );
}

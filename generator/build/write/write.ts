/**
 * Exports `writePackage` and `writeLock`, which write files to the disk: only those that changed, all of them or none,
 * and never over the files of others.
 */
import { byCodePoint } from "../../base/order.js";
import {
  mkdir,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
  writeFile,
} from "node:fs/promises";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseObject } from "../../base/json.js";
import { toolVersion } from "../../base/version.js";
import { manifestName, parseManifest, printManifest } from "./manifest.js";
import type { Manifest } from "./manifest.js";
import { OutputError } from "../../base/output-error.js";
import { assertPaths, entryAt, isMissing } from "./paths.js";

/**
 * New files are written here first. It is in the output, so that a rename moves them. After a crash, the next run
 * removes it.
 */
const stagingName = ".openapi-batch.tmp";

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
 * - Files are written beside each other first and then renamed, so a reader never sees half a file. Before that the
 *   manifest lists the old files and the new ones, after it only the new: a crash at any point is repaired by the next
 *   run.
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
  const old = readManifest(root);
  const listed = new Set(old?.files);

  const changed: string[] = [];
  const foreign: string[] = [];
  for (const [path, text] of wanted) {
    const found = readOutput(root, path);
    if (found === text) continue;
    changed.push(path);
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
  const manifest = printManifest({ version: toolVersion, files: [...wanted.keys()] });
  const written = [...changed];
  if (readOutput(root, manifestName) !== manifest) written.push(manifestName);
  const result: WriteResult = {
    written: written.sort(byCodePoint),
    removed: removed.sort(byCodePoint),
    unchanged: wanted.size - changed.length,
  };
  if (options.check || options.dryRun) return result;
  if (written.length === 0 && removed.length === 0) {
    await clearStaging(root);
    return result;
  }
  await put(root, { wanted, changed, removed, manifest, listed }, options.signal);
  return result;
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
  const found = await readFile(file, "utf8").catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
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

interface Plan {
  readonly wanted: ReadonlyMap<string, string>;
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  readonly manifest: string;
  readonly listed: ReadonlySet<string>;
}

async function put(root: string, plan: Plan, signal: AbortSignal | undefined): Promise<void> {
  // Each process has a folder of its own, since others may write here, too.
  const staging = join(root, stagingName, String(process.pid));
  await clearStaging(root);
  await mkdir(staging, { recursive: true });
  try {
    for (const [index, path] of plan.changed.entries()) {
      signal?.throwIfAborted();
      // Every changed path comes from `wanted`.
      await writeFile(join(staging, String(index)), plan.wanted.get(path) ?? "");
    }
    signal?.throwIfAborted();
    const both = [...plan.listed, ...plan.wanted.keys()];
    const intent = printManifest({ version: toolVersion, files: both });
    await replace(staging, root, manifestName, intent);
    for (const [index, path] of plan.changed.entries()) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await rename(join(staging, String(index)), join(root, path));
    }
    for (const path of plan.removed) await removeFile(root, path);
    await replace(staging, root, manifestName, plan.manifest);
  } finally {
    await clearStaging(root);
  }
}

/** Removes the new files of this process, and of processes that ended. */
async function clearStaging(root: string): Promise<void> {
  const folder = join(root, stagingName);
  const entry = entryAt(root, stagingName);
  if (entry === "file" || entry === "link") await rm(folder, { force: true });
  for (const owner of await readdir(folder, { withFileTypes: true }).catch(() => []))
    if (!owner.isDirectory() || owner.name === String(process.pid) || !isAlive(owner.name))
      await rm(join(folder, owner.name), { recursive: true, force: true });
  await rmdir(folder).catch(() => undefined); // it does not exist, or another process uses it
}

function isAlive(owner: string): boolean {
  try {
    return process.kill(Number(owner), 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM"; // a process of another user
  }
}

async function replace(staging: string, root: string, path: string, text: string): Promise<void> {
  const temporary = join(staging, "manifest");
  await writeFile(temporary, text);
  await rename(temporary, join(root, path));
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
    return readFileSync(join(root, path), "utf8").replaceAll("\r\n", "\n");
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

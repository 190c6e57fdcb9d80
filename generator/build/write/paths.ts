/**
 * Exports `assertPaths` and `entryAt`: which paths may be written below a folder. Paths have forward slashes here,
 * whatever the system.
 */
import { lstatSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { fileNameProblem, foldedName } from "../../base/file-name.js";
import { OutputError } from "../../base/output-error.js";

/** Why `path` cannot be a file below a folder on every system; undefined if it can. */
export function pathProblem(path: string): string | undefined {
  if (path === "") return "it is empty";
  if (path.startsWith("/")) return "it is absolute";
  return path
    .split("/")
    .map(fileNameProblem)
    .find((problem) => problem !== undefined);
}

/** Throws {@link OutputError} unless every path stays below the folder and no two are one file on some system. */
export function assertPaths(paths: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const path of paths) {
    const problem = pathProblem(path);
    if (problem) throw new OutputError(`The file ${JSON.stringify(path)} is refused: ${problem}.`);
    const folded = foldedName(path);
    const other = seen.get(folded);
    if (other !== undefined) {
      throw new OutputError(
        `Two files would be one where case does not count: ${JSON.stringify(other)} and ${JSON.stringify(path)}.`,
      );
    }
    seen.set(folded, path);
  }
}

/**
 * The kind of entry at `path` below `directory`. Throws {@link OutputError} if a folder on the way is a symbolic link
 * (what is behind it may belong to others), or is no folder.
 */
export function entryAt(directory: string, path: string): "file" | "link" | "folder" | "nothing" {
  const segments = path.split("/");
  let at = directory;
  for (const [index, segment] of segments.entries()) {
    at = join(at, segment);
    const last = index === segments.length - 1;
    const stats = lstatSync(at, { throwIfNoEntry: false });
    if (!stats) return "nothing";
    if (last) return stats.isSymbolicLink() ? "link" : stats.isDirectory() ? "folder" : "file";
    const folder = segments.slice(0, index + 1).join("/");
    if (stats.isSymbolicLink()) {
      throw new OutputError(
        `In the output, ${JSON.stringify(folder)} is a symbolic link (to ${JSON.stringify(readlinkSync(at))}); links are not followed.`,
        "Remove the link, or name the folder behind it as the output.",
      );
    }
    if (!stats.isDirectory()) {
      throw new OutputError(
        `In the output, ${JSON.stringify(folder)} is a file, and a folder is wanted there.`,
        "Move the file away.",
      );
    }
  }
  return "nothing";
}

/** Whether the error of a file system call says that nothing exists there. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

/** Exports `findFiles`: from a PATH of the command line to files. */
import { byCodePoint } from "../base/order.js";
import { readdir, realpath, stat } from "node:fs/promises";
import path from "node:path";
import type { Diagnostic } from "../base/diagnostics.js";
import { UsageError } from "../base/usage-error.js";
import { displayName } from "../base/display-name.js";
import { systemReason } from "../base/system-error.js";

/** A PATH, and the files under it. */
export interface Input {
  /** Absolute real path of the folder given, the file's folder, or the glob's part without wildcards. */
  readonly root: string;
  /** Absolute real paths, in code point order. */
  readonly files: readonly string[];
  /** The PATH names this one file. */
  readonly single: boolean;
}

const extensions = new Set([".json", ".yaml", ".yml"]);

/**
 * @param given a file, a folder (searched with its subfolders) or a glob, absolute or relative to `cwd`
 * @throws UsageError if nothing is there
 */
export async function findFiles(
  given: string,
  cwd: string,
): Promise<{ input: Input; diagnostics: readonly Diagnostic[] }> {
  // A backslash is a separator only where nothing has that very name.
  for (const name of new Set([given, given.replaceAll("\\", "/")])) {
    const absolute = path.resolve(cwd, name);
    const entry = await stat(absolute).catch(() => undefined);
    if (entry === undefined) continue;
    const real = await realpath(absolute);
    if (!entry.isDirectory()) {
      // The folder of the name as given: a link to a file elsewhere does not move the root.
      const root = await realpath(path.dirname(absolute));
      const file = isBelow(root, real) ? real : path.join(root, path.basename(absolute));
      return { input: { root, files: [file], single: true }, diagnostics: [] };
    }
    const { files, links, unreadable } = await listFolder(real);
    const found = await keepInside({ root: real, files, links, cwd });
    const diagnostics = unreadable.map(({ folder, reason }): Diagnostic => ({
      code: "unreadable-file",
      severity: "error",
      message: `The folder ${displayName(cwd, folder)} cannot be read: ${reason}.`,
    }));
    return { ...found, diagnostics: [...diagnostics, ...found.diagnostics] };
  }
  const pattern = given.replaceAll("\\", "/");
  // Loaded for a glob only: a run in which nothing changed loads as little as it can.
  const { glob, isDynamicPattern } = await import("tinyglobby");
  if (!isDynamicPattern(pattern)) {
    throw new UsageError(
      `There is no file or folder ${given}.`,
      "Paths are relative to the working directory.",
    );
  }
  const fixed = staticBase(pattern, isDynamicPattern);
  const base = path.resolve(cwd, fixed);
  const root = await realpath(base).catch(() => undefined);
  const names =
    root === undefined
      ? []
      : await glob(pattern.slice(fixed.length).replace(/^\//, ""), {
          cwd: root,
          absolute: true,
          dot: false,
          followSymbolicLinks: false,
          expandDirectories: false,
          ignore: ["**/node_modules/**"],
        });
  const wanted = names.filter((name) => extensions.has(path.extname(name).toLowerCase()));
  if (root === undefined || wanted.length === 0) {
    throw new UsageError(
      `No .json, .yaml or .yml file matches ${given}.`,
      "Quote a glob, so that the shell leaves it alone.",
    );
  }
  return keepInside({ root, files: [], links: wanted, cwd });
}

/**
 * The file of a PATH, or the folder with all below it, to watch; real and absolute as far as it exists.
 * @param given as for `findFiles`
 */
export async function placeOf(
  given: string,
  cwd: string,
): Promise<{ readonly path: string; readonly isFolder: boolean }> {
  for (const name of new Set([given, given.replaceAll("\\", "/")])) {
    const absolute = path.resolve(cwd, name);
    const found = await stat(absolute).catch(() => undefined);
    if (found) return { path: await realpath(absolute), isFolder: found.isDirectory() };
  }
  const pattern = given.replaceAll("\\", "/");
  const { isDynamicPattern } = await import("tinyglobby");
  const base = path.resolve(cwd, staticBase(pattern, isDynamicPattern));
  if (isDynamicPattern(pattern))
    return { path: await realpath(base).catch(() => base), isFolder: true };
  // It does not exist yet, and may become either.
  const absolute = path.resolve(cwd, given);
  return { path: absolute, isFolder: !extensions.has(path.extname(given).toLowerCase()) };
}

/** `specs/` of `specs/**\/*.yaml`. */
function staticBase(pattern: string, isDynamic: (segment: string) => boolean): string {
  const segments = pattern.split("/");
  const first = segments.findIndex((segment) => isDynamic(segment));
  return segments
    .slice(0, first)
    .map((segment) => segment + "/")
    .join("");
}

/**
 * Files in a folder and its subfolders, without node_modules and names that start with a dot.
 * @param folder a real path, and so are those of the files, but not those of the links
 */
async function listFolder(folder: string): Promise<{
  readonly files: readonly string[];
  readonly links: readonly string[];
  readonly unreadable: readonly { readonly folder: string; readonly reason: string }[];
}> {
  const files: string[] = [];
  const links: string[] = [];
  const unreadable: { folder: string; reason: string }[] = [];
  const open = [folder];
  for (let current = open.pop(); current !== undefined; current = open.pop()) {
    const entries = await readdir(current, { withFileTypes: true }).catch((error: unknown) => {
      unreadable.push({ folder: current, reason: systemReason(error) ?? String(error) });
      return [];
    });
    for (const entry of entries) {
      if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
      const absolute = path.join(current, entry.name);
      if (entry.isDirectory()) open.push(absolute);
      else if (extensions.has(path.extname(entry.name).toLowerCase()))
        (entry.isFile() ? files : links).push(absolute);
    }
  }
  return { files, links, unreadable };
}

/** Replaces links by their targets, and leaves out those that lead out of the root. */
async function keepInside(given: {
  root: string;
  /** Real paths of files. */
  files: readonly string[];
  /** What may be a link. */
  links: readonly string[];
  cwd: string;
}): Promise<{ input: Input; diagnostics: Diagnostic[] }> {
  const files = new Set<string>(given.files);
  const diagnostics: Diagnostic[] = [];
  for (const name of [...given.links].sort(byCodePoint)) {
    const real = await realpath(name).catch(() => undefined);
    if (real !== undefined && isBelow(given.root, real)) {
      if ((await stat(real)).isFile()) files.add(real);
      continue;
    }
    const file = displayName(given.cwd, name);
    diagnostics.push({
      code: "outside-input-root",
      severity: "warning",
      message:
        real === undefined
          ? `The link ${file} leads nowhere; it is left out.`
          : `The link ${file} leads out of ${displayName(given.cwd, given.root)}; it is left out.`,
      location: { file, line: 1, column: 1, pointer: "" },
    });
  }
  return {
    input: { root: given.root, files: [...files].sort(byCodePoint), single: false },
    diagnostics,
  };
}

/** Whether `file` is `folder` or below it. Both absolute and real. */
export function isBelow(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== ".." && !relative.startsWith(".." + path.sep) && !path.isAbsolute(relative);
}

/** Exports `watchFiles`: changes of files on the disk. The only file that imports chokidar. */
import { watch as watchPaths } from "chokidar";
import { existsSync, type Stats } from "node:fs";
import { dirname, extname, isAbsolute, join, relative, sep } from "node:path";

/** What is watched. All paths are absolute. */
export interface Scope {
  /** With all below them, as documents are found there: without names that begin with a dot and `node_modules`. */
  readonly folders: readonly string[];
  /** They need not exist. */
  readonly files: readonly string[];
  /** Folders that the tool writes. What is below them is ignored, unless one of `folders` or `files` is there. */
  readonly outputs: readonly string[];
}

export interface Watcher {
  /** Watches this from now on. */
  readonly scope: (scope: Scope) => void;
  readonly close: () => Promise<void>;
}

const extensions = new Set([".json", ".yaml", ".yml"]);

/**
 * @param changed called with the path of each file that was created, changed, replaced or removed, and first with those
 * that exist, so that no change during the start is missed
 * @param failed called with the system's error for files that it cannot watch; it watches the others
 * @returns when all that exists is watched
 */
export async function watchFiles(
  scope: Scope,
  changed: (path: string) => void,
  failed: (error: unknown) => void,
): Promise<Watcher> {
  let current = scope;
  let wanted = new Set(scope.files);
  let above = foldersOf(scope);
  const watched = new Set(above);

  function isWanted(path: string, stats?: Stats): boolean {
    if (wanted.has(path) || above.has(path)) return true;
    const isDocument = stats?.isFile() !== true || extensions.has(extname(path).toLowerCase());
    return isDocument && isInput(path, current);
  }

  // The folder of a file is watched, and not the file: this way, a file that is created or replaced whole is seen.
  const watcher = watchPaths([...watched], {
    ignored: (path, stats) => !isWanted(path, stats),
    followSymlinks: false,
  });
  const hear = (path: string): void => {
    if (wanted.has(path) || (isInput(path, current) && extensions.has(extname(path).toLowerCase())))
      changed(path);
  };
  watcher.on("all", (_event, path) => hear(path));
  // What is a link when it is first seen, and a file later, has no other event: those of the system, by folder or file.
  watcher.on("raw", (_event, name, details) => {
    // chokidar's own, and documented
    const { watchedPath } = details as { readonly watchedPath: string };
    hear(watchedPath);
    if (name) hear(join(watchedPath, name));
  });
  watcher.on("error", failed);
  await new Promise<void>((ready) => watcher.once("ready", () => ready()));
  return {
    scope(next) {
      current = next;
      wanted = new Set(next.files);
      above = foldersOf(next);
      const more = [...above].filter((folder) => !watched.has(folder));
      for (const folder of more) watched.add(folder);
      if (more.length > 0) watcher.add(more);
    },
    close: () => watcher.close(),
  };
}

/**
 * The folders to watch, each by itself: those given, and those of files. For one that does not exist, the nearest above
 * it.
 */
function foldersOf({ folders, files }: Scope): Set<string> {
  const all = new Set<string>();
  for (const folder of [...folders, ...files.map((file) => dirname(file))]) {
    let at = folder;
    for (; !existsSync(at) && dirname(at) !== at; at = dirname(at)) all.add(at);
    all.add(at);
  }
  return all;
}

/** Whether documents are looked for at a path. */
function isInput(path: string, { folders, outputs }: Scope): boolean {
  return folders.some((folder) => {
    const inner = below(folder, path);
    if (inner === undefined) return false;
    if (inner.some((name) => name.startsWith(".") || name === "node_modules")) return false;
    // An output in the folder holds none of its documents, unless it is that folder, or has it inside.
    return !outputs.some(
      (output) => (below(folder, output)?.length ?? 0) > 0 && below(output, path) !== undefined,
    );
  });
}

/** The names that lead from a folder to a path in it; none for itself, undefined for a path elsewhere. */
function below(folder: string, path: string): readonly string[] | undefined {
  const inner = relative(folder, path);
  if (inner === "") return [];
  const names = inner.split(sep);
  return names[0] === ".." || isAbsolute(inner) ? undefined : names; // absolute: on another drive
}

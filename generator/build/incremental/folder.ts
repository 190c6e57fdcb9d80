/** Where the cache of a project stands. Not `find-cache-dir`: it costs 20 ms to load, which is all a run may add. */
import { accessSync, constants, existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/**
 * `node_modules/.cache/openapi-batch` beside the nearest `package.json` at or above `cwd`; undefined where there is
 * none, or where it may not be written. Nothing is made.
 */
export function cacheFolder(cwd: string): string | undefined {
  for (let at = resolve(cwd); ; at = dirname(at)) {
    if (existsSync(join(at, "package.json"))) {
      const modules = join(at, "node_modules");
      const writable = isWritable(existsSync(modules) ? modules : at);
      return writable ? join(modules, ".cache", "openapi-batch") : undefined;
    }
    if (dirname(at) === at) return undefined;
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

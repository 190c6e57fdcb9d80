/** Exports `cacheFolder`. Not `find-cache-dir`, which takes 20 ms to load: an unchanged run takes some 80 ms in all. */
import { accessSync, constants, existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/**
 * `node_modules/.cache/openapi-batch` beside the nearest `package.json` at or above `cwd`; undefined where there is
 * no such file, or the folder may not be written. It creates nothing.
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

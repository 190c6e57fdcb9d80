/** What the plugin of a bundler knows between two runs: what was made, and what leads to it. */
import { existsSync, realpathSync } from "node:fs";
import { dirname, extname, join, resolve, sep } from "node:path";
import { createSession } from "../build/incremental/incremental.js";
import { makePackages, type Made } from "./make.js";
import type { PluginOptions } from "./options.js";

export interface Project {
  /** Makes the packages; one run after the other, whoever asks. */
  readonly make: (root: string) => Promise<Made>;
  /** The module that an import of a package, or one among its own modules, is about. */
  readonly resolve: (id: string, importer: string | undefined) => string | undefined;
  /** Whether a file that changed, came or went may change a package. */
  readonly concerns: (file: string) => boolean;
}

export function createProject(options: PluginOptions): Project {
  let last: Made = { packages: [], problems: [], files: [], folders: [] };
  const session = createSession({ remember: true });
  let running: Promise<unknown> = Promise.resolve();
  const outputs = (): readonly string[] => last.packages.map(({ sources }) => dirname(sources));
  return {
    make(root) {
      const next = running.then(async () => {
        const made = await makePackages(root, options, session);
        // What cannot be made now is still what it was.
        const kept = made.packages.length > 0 ? made.packages : last.packages;
        last = { ...made, packages: kept };
        return last;
      });
      running = next.catch(() => undefined);
      return next;
    },
    resolve(id, importer) {
      for (const { name, sources } of last.packages) {
        if (id === name) return moduleAt(join(sources, "index"));
        if (id.startsWith(`${name}/`)) return moduleAt(join(sources, id.slice(name.length + 1)));
        const from = importer === undefined ? undefined : resolve(importer.split("?")[0] ?? "");
        if (from !== undefined && /^\.{1,2}\//.test(id) && from.startsWith(sources + sep))
          return moduleAt(resolve(dirname(from), id));
      }
      return undefined;
    },
    concerns(file) {
      const path = real(file);
      if (outputs().some((output) => path.startsWith(output + sep))) return false;
      return (
        last.files.includes(path) ||
        ([".json", ".yaml", ".yml"].includes(extname(path)) &&
          last.folders.some((folder) => path.startsWith(folder + sep)))
      );
    },
  };
}

/** Sources are TypeScript, however they are named by each other. */
const moduleAt = (path: string): string | undefined =>
  [path, `${path}.ts`, path.replace(/\.js$/, ".ts"), join(path, "index.ts")].find(
    (file) => file.endsWith(".ts") && existsSync(file),
  );

/** A file that is gone has a folder still. */
function real(file: string): string {
  const path = resolve(file);
  try {
    return existsSync(path)
      ? realpathSync(path)
      : join(realpathSync(dirname(path)), path.slice(dirname(path).length + 1));
  } catch {
    return path;
  }
}

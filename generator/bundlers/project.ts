/** Exports `createProject`: the packages of a plugin and the files that they depend on, kept between two runs. */
import { existsSync, realpathSync } from "node:fs";
import { dirname, extname, join, resolve, sep } from "node:path";
import { createSession } from "../build/incremental/incremental.js";
import { makePackages, type Made } from "./make.js";
import type { PluginOptions } from "./options.js";

export interface Project {
  /** Makes the packages; one run after the other. */
  readonly make: (root: string) => Promise<Made>;
  /** The file of a module that is imported by the name of its package, or by a relative path. */
  readonly resolve: (id: string, importer: string | undefined) => string | undefined;
  /** Whether a package may depend on a file that changed, was added or was removed. */
  readonly concerns: (file: string) => boolean;
}

export function createProject(options: PluginOptions): Project {
  let last: Made = { packages: [], problems: [], files: [], folders: [] };
  const session = createSession({ remember: true });
  let running: Promise<unknown> = Promise.resolve();
  const outputs = (): readonly string[] => last.packages.map(({ output }) => output);
  return {
    make(root) {
      const next = running.then(async () => {
        const made = await makePackages(root, options, session);
        // Packages that cannot be made now keep their last modules.
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
        if (from === undefined || !/^\.{1,2}\//.test(id)) continue;
        const target = resolve(dirname(from), id);
        if (target.startsWith(sources + sep)) return moduleAt(target);
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

/** Sources are TypeScript, with whatever extension they import each other. */
const moduleAt = (path: string): string | undefined =>
  [path, `${path}.ts`, path.replace(/\.js$/, ".ts"), join(path, "index.ts")].find(
    (file) => file.endsWith(".ts") && existsSync(file),
  );

/** The path without symbolic links; of a file that was removed, its folder is resolved. */
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

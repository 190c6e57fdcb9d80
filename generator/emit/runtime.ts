/** The files of the runtime that a package needs, as they are. */
import { existsSync, readFileSync } from "node:fs";
import { posix } from "node:path";

/** Beside this file in the sources; in the published package the sources of the runtime lie next to `dist`. */
const folder = ["../runtime/", "../../generator/runtime/"]
  .map((path) => new URL(path, import.meta.url))
  .find((url) => existsSync(new URL("index.ts", url)));

export interface RuntimeFile {
  readonly path: string;
  readonly text: string;
}

/**
 * The runtime files that are imported somewhere, and what they import.
 * @param entries names without extension, such as `endpoint`
 * @throws Error where the sources of the runtime are missing, which is a damaged installation.
 */
export function runtimeFiles(entries: Iterable<string>): readonly RuntimeFile[] {
  const files = new Map<string, string>();
  const open = [...entries];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (files.has(name)) continue;
    const text = source(name);
    files.set(name, text);
    open.push(...imports(name, text));
  }
  return [...files].map(([name, text]) => ({ path: `${name}.ts`, text }));
}

function source(name: string): string {
  if (!folder)
    throw new Error("the sources of the runtime are missing: install openapi-batch again");
  return readFileSync(new URL(`${name}.ts`, folder), "utf8");
}

const imports = (from: string, text: string): readonly string[] =>
  [...text.matchAll(/^(?:import|export)\b[^;]*?\bfrom "(\.{1,2}\/[a-z0-9/.-]+)\.js"/gm)].map(
    ([, name = ""]) => posix.join(posix.dirname(from), name),
  );

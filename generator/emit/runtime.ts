/** Exports `runtimeFiles`: the files of the runtime that a package needs. */
import { existsSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { ts, type Ts } from "../schemas/types/compiler.js";
import type { GeneratedFile } from "./form.js";
import { endings } from "../batch/call.js";
import { banner, type Extensions } from "./module.js";

/** Beside this file in the sources; in the published package the sources of the runtime lie next to `dist`. */
const folder = ["../runtime/", "../../generator/runtime/"]
  .map((path) => new URL(path, import.meta.url))
  .find((url) => existsSync(new URL("index.ts", url)));

const prefix = "runtime/";

/**
 * The runtime files among some modules, and what they import.
 * @param targets modules by their paths below `src/`, without extension, such as `runtime/endpoint/endpoint`
 * @returns files by their paths below the folder of the sources
 * @throws Error where the sources of the runtime are missing, which is a damaged installation.
 */
export function runtimeFiles(
  targets: Iterable<string>,
  extensions: Extensions,
): readonly GeneratedFile[] {
  const files = new Map<string, string>();
  const open = [...targets].filter((target) => target.startsWith(prefix));
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (files.has(path)) continue;
    const text = textOf(path);
    const imports = ts.preProcessFile(text, true, true).importedFiles;
    for (const { fileName } of imports)
      open.push(posix.join(posix.dirname(path), fileName.slice(0, -".js".length)));
    files.set(path, `${banner()}\n${withEndings(text, imports, endings[extensions])}`);
  }
  return [...files].map(([path, text]) => ({ path: `${path}.ts`, text }));
}

function textOf(path: string): string {
  if (!folder)
    throw new Error("the sources of the runtime are missing: install openapi-batch again");
  return readFileSync(new URL(`${path.slice(prefix.length)}.ts`, folder), "utf8");
}

/** @param imports where the specifiers are, without their quotes; all of them end in `.js` */
function withEndings(text: string, imports: readonly Ts.FileReference[], ending: string): string {
  let result = "";
  let from = 0;
  for (const { pos, fileName } of imports) {
    // The position is that of the opening quote.
    const end = text.indexOf(fileName, pos) + fileName.length;
    result += text.slice(from, end - ".js".length) + ending;
    from = end;
  }
  return result + text.slice(from);
}

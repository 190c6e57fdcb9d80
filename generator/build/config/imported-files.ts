/** Exports `importedFiles`: the files that a configuration imports, because a change of one is a change of it. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, extname, join, resolve } from "node:path";

/** `from "./a.js"`, `import "./a.js"`, `import("./a.js")`, `require("./a")`. */
const imports = /\b(?:from|import|require)\b\s*\(?\s*(["'])(\.{1,2}\/[^"'\n]+)\1/g;

const extensions = [".ts", ".mts", ".cts", ".json"];

/**
 * The files of TypeScript and JSON that a TypeScript program imports by relative paths, directly or through others. Not
 * those of JavaScript: Node loads each once in a process, even if it changed. They are found in the text, so a program
 * that fails has them, too.
 * @param file absolute
 */
export function importedFiles(file: string): readonly string[] {
  const found = new Set([file]);
  for (const at of found) {
    if (!/\.[mc]?ts$/.test(at)) continue;
    for (const [, , name = ""] of textOf(at).matchAll(imports)) {
      const target = fileAt(resolve(dirname(at), name));
      if (target !== undefined) found.add(target);
    }
  }
  return [...found].slice(1);
}

/**
 * The file that an import names: in full, without its extension, with that of its output, or as the folder of an
 * `index`.
 */
function fileAt(path: string): string | undefined {
  const source = path.replace(/\.([mc]?)js$/, ".$1ts");
  const endings = extensions.flatMap((one) => [path + one, join(path, `index${one}`)]);
  return [path, source, ...endings].find((one) => extensions.includes(extname(one)) && isFile(one));
}

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile();

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** Exports `filesAsKnown`: whether the files in an output are still those that a run wrote. */
import { lstatSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "./hash.js";
import { readRegular } from "../../base/read-file.js";

/**
 * The files of a folder, if the text of each has that SHA-256; undefined if one differs, is missing, or is a link.
 * Line endings may be those of a checkout on Windows.
 */
export function filesAsKnown(
  folder: string,
  known: readonly (readonly [path: string, hash: string])[],
): readonly { readonly path: string; readonly text: string }[] | undefined {
  const files: { path: string; text: string }[] = [];
  try {
    for (const [path, hash] of known) {
      const file = join(folder, path);
      if (!lstatSync(file).isFile()) return undefined;
      let text = readRegular(file).toString();
      if (text.includes("\r")) text = text.replaceAll("\r\n", "\n");
      if (sha256(text) !== hash) return undefined;
      files.push({ path, text });
    }
  } catch {
    return undefined;
  }
  return files;
}

/** Exports how `generate` finds and prints the changes for code that uses the package. */
import { resolve } from "node:path";
import { readRegular } from "../base/read-file.js";
import type { Generated } from "../build/generate.js";
import { descriptionName } from "../diff/description.js";
import { changesText } from "./changes.js";

/** As many as fit on a screen; `openapi-batch diff` prints all. */
const most = 10;

/** The description (`openapi-batch.api`) of the package in a folder; undefined where there is none. */
export function readDescription(output: string): string | undefined {
  try {
    return readRegular(resolve(output, descriptionName)).toString();
  } catch {
    return undefined;
  }
}

/**
 * The changes between a description and the generated package, as text. Empty where there are none, on the first run,
 * and where a version of the tool with another form of description wrote the package.
 */
export async function changesSince(
  before: string | undefined,
  { files }: Pick<Generated, "files">,
): Promise<string> {
  const after = files.find(({ path }) => path === descriptionName)?.text;
  if (before === undefined || after === undefined) return "";
  if (before.replaceAll("\r\n", "\n") === after) return "";
  // It loads the whole model, and most runs have no changes.
  const { bumpOf, changesBetween } = await import("../build/diff.js");
  const changes = changesBetween(before, after) ?? [];
  return changes.length === 0 ? "" : changesText(changes, bumpOf(changes), most);
}

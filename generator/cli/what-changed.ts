/** What a run of `generate` changed for code that uses the package, told after it. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Generated } from "../build/generate.js";
import { changesText } from "./changes.js";

/** As `diff.ts` has it; that file loads the whole model, and most runs change nothing. */
const descriptionName = "api.json";

/** More than fit on a screen are for `openapi-batch diff`. */
const most = 10;

/** What the package in a folder offers now; undefined where there is none. */
export function offeredBy(output: string): string | undefined {
  try {
    return readFileSync(resolve(output, descriptionName), "utf8");
  } catch {
    return undefined;
  }
}

/**
 * The changes from what was offered to what is generated, as text; empty where there are none, on the first run, and
 * where the package was made by a version of the tool that tells of it in another form.
 */
export async function whatChanged(
  before: string | undefined,
  { files }: Pick<Generated, "files">,
): Promise<string> {
  const after = files.find(({ path }) => path === descriptionName)?.text;
  if (before === undefined || after === undefined) return "";
  if (before.replaceAll("\r\n", "\n") === after) return "";
  const { bumpOf, changesBetween } = await import("../build/diff.js");
  const changes = changesBetween(before, after) ?? [];
  return changes.length === 0 ? "" : changesText(changes, bumpOf(changes), most);
}

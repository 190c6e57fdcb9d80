/**
 * Exports `findConfig`. A file of its own because every run looks for a configuration, and not all have one to load.
 */
import { stat } from "node:fs/promises";
import path from "node:path";
import { UsageError } from "../../base/usage-error.js";

const extensions = ["ts", "mts", "js", "mjs", "json", "yaml", "yml"] as const;
export const configNames = extensions.map((extension) => `openapi-batch.config.${extension}`);

/**
 * The configuration that `given` names, or the one in `cwd`; undefined if there is none.
 * @throws UsageError if `given` does not exist, or `cwd` has several
 */
export async function findConfig(
  cwd: string,
  given: string | undefined,
): Promise<string | undefined> {
  const isFile = async (file: string): Promise<boolean> =>
    (await stat(file).catch(() => undefined))?.isFile() === true;
  if (given !== undefined) {
    const file = path.resolve(cwd, given);
    const extension = path.extname(file).slice(1);
    if (!extensions.some((known) => known === extension)) {
      throw new UsageError(
        `A configuration is a .ts, .mts, .js, .mjs, .json, .yaml or .yml file; not ${given}.`,
      );
    }
    if (await isFile(file)) return file;
    throw new UsageError(`There is no configuration ${given}.`, "openapi-batch init writes one.");
  }
  const found: string[] = [];
  for (const name of configNames) if (await isFile(path.join(cwd, name))) found.push(name);
  if (found.length > 1) {
    throw new UsageError(
      `There are ${found.length} configurations: ${found.join(", ")}.`,
      "Keep one of them, or name one with --config.",
    );
  }
  return found[0] === undefined ? undefined : path.join(cwd, found[0]);
}

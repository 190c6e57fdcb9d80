/**
 * Exports `printManifest` and `parseManifest`. The manifest of an output lists the files that the tool wrote there: it
 * may change and remove only these.
 */
import { isArray, parseObject } from "../../base/json.js";
import { pathProblem } from "./paths.js";

/** Without the ending `.json`, so that the check of an owner's prettier, with any options, leaves it out. */
export const manifestName = ".openapi-batch-files";

export interface Manifest {
  /** The version of the tool that wrote it. */
  readonly version: string;
  /** Below the folder, forward slashes, in code point order. Without the manifest itself. */
  readonly files: readonly string[];
}

/** The text of a manifest: the same files give the same bytes. */
export function printManifest(manifest: Manifest): string {
  const files = [...new Set(manifest.files)].sort((a, b) => (a < b ? -1 : 1));
  return JSON.stringify({ version: manifest.version, files }, null, 2) + "\n";
}

/**
 * Reads a manifest. Everyone who can commit can write one, so that only names of files below the folder are used.
 * Undefined if it is not a manifest at all.
 */
export function parseManifest(text: string): Manifest | undefined {
  const { files, version = "" } = parseObject(text) ?? {};
  if (!isArray(files)) return undefined;
  const named = files.filter(
    (file): file is string => typeof file === "string" && pathProblem(file) === undefined,
  );
  return { version: typeof version === "string" ? version : "", files: named };
}

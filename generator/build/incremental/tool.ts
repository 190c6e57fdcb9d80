/** Which generator is running: what one made, another must not take for its own. */
import { readdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join, relative } from "node:path";
import { sha256 } from "./hash.js";
import { toolVersion } from "../../base/version.js";

/**
 * The version, and names, sizes and times of the tool's own files: a checkout that was built again has the version it
 * had. Reading them all would cost more than the rest of a run in which nothing changed.
 */
export function toolIdentity(): string {
  const root = fileURLToPath(new URL("../../../", import.meta.url));
  // Above this file's folder: `dist/`, or `generator/` in tests. The runtime's sources are copied into packages.
  const own = fileURLToPath(new URL("../../", import.meta.url));
  const folders = [own, join(root, "generator", "runtime")];
  const files = [join(root, "package.json"), ...folders.flatMap(filesBelow)];
  const stamps = files.sort().map((file) => {
    const { size, mtimeMs } = statSync(file);
    return [relative(root, file), size, mtimeMs];
  });
  return sha256(JSON.stringify([toolVersion, process.versions.node, stamps]));
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return /(?<!\.d)\.(js|ts|json)$/.test(entry.name) ? [path] : [];
  });

/** `built`: a program of this repository as JavaScript, for processes that a test or a command starts. */
import { basename, resolve } from "node:path";
import { buildSync } from "esbuild";

const root = resolve(import.meta.dirname.replace(/node_modules.*$/, "test/scale"), "../..");
const known = new Map<string, string>();

/** @param file relative to the repository; what it imports from packages stays outside */
export function built(file: string): string {
  const name = basename(file, ".ts");
  const outfile = resolve(root, "node_modules/.cache/openapi-batch", `${name}.${process.pid}.mjs`);
  if (!known.has(file))
    buildSync({
      entryPoints: [resolve(root, file)],
      ...{ outfile, bundle: true, packages: "external", platform: "node", format: "esm" },
    });
  known.set(file, outfile);
  return outfile;
}

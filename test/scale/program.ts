/** `built`: a program of this repository as JavaScript, for processes that a test or a command starts. */
import { basename, resolve } from "node:path";
import { buildSync } from "esbuild";

const root = resolve(import.meta.dirname.replace(/node_modules.*$/, "test/scale"), "../..");
const known = new Map<string, string>();

/** What a bundle of packages that are CommonJS calls. */
const banner =
  'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';
/** Native, or optional and not installed. */
const outside = ["libsql", "pg-native", "pg-cloudflare"];

/**
 * @param file relative to the repository
 * @param packages whether what it imports from packages is inside, which loads in half the time
 */
export function built(file: string, packages: "bundle" | "external" = "bundle"): string {
  const name = basename(file, ".ts");
  const outfile = resolve(root, "node_modules/.cache/openapi-batch", `${name}.${process.pid}.mjs`);
  if (!known.has(file))
    buildSync({
      entryPoints: [resolve(root, file)],
      ...{ outfile, bundle: true, packages, external: outside, platform: "node", format: "esm" },
      banner: { js: banner },
    });
  known.set(file, outfile);
  return outfile;
}

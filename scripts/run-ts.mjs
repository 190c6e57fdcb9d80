/**
 * Runs a TypeScript file: `node [node's options] scripts/run-ts.mjs FILE [arguments]`. Node 20 cannot by itself, and
 * these files are not part of what is built.
 */
import { mkdirSync } from "node:fs";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { buildSync } from "esbuild";

const [file, ...rest] = process.argv.slice(2);
const folder = resolve(import.meta.dirname, "../node_modules/.cache/openapi-batch");
const outfile = resolve(folder, basename(file).replace(/\.ts$/, ".mjs"));
mkdirSync(folder, { recursive: true });
buildSync({
  entryPoints: [file],
  outfile,
  bundle: true,
  packages: "external",
  platform: "node",
  format: "esm",
  target: "node20",
  sourcemap: "inline",
  logLevel: "error",
});
process.argv.splice(1, Infinity, outfile, ...rest);
await import(pathToFileURL(outfile).href);

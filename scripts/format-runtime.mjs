/**
 * Formats the runtime's files with prettier's default options, for `formatFiles` of the build in `dist/`: they are the
 * same in every package. `npm run build` runs it.
 */
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, parse } from "node:path";
import { formatFiles } from "../dist/emit/format.js";
import { runtimeFiles } from "../dist/emit/runtime.js";

const root = join(import.meta.dirname, "..");
const targets = readdirSync(join(root, "generator/runtime"), { recursive: true })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => `runtime/${path.replaceAll("\\", "/").replace(/\.ts$/, "")}`);

const file = join(root, "dist/emit/formatted-runtime.json");
rmSync(file, { force: true }); // what it holds would not be formatted again
const known = new Map();
// No configuration of prettier is found from there.
const output = parse(root).root;
await formatFiles(runtimeFiles(targets, "js"), { output, known });
writeFileSync(file, JSON.stringify([...known]));

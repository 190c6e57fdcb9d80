/**
 * Counts, for the documents in a folder, how many endpoints say `ok` for a plain success without an `x-batch`, and which
 * lies of the service make one say it falsely. `npm run truth -- FOLDER`
 */
import { readdirSync } from "node:fs";
import { read } from "../../../generator/openapi/read.js";
import { truthOf } from "./truth.js";

const [folder = "."] = process.argv.slice(2);
const totals = new Map<string, number>();
const add = (name: string): unknown => totals.set(name, (totals.get(name) ?? 0) + 1);
for (const file of readdirSync(folder)) {
  const { specs } = await read({ cwd: folder, paths: [file], overlays: [] });
  for (const spec of specs) {
    for (const { name, honest, lies } of await truthOf(spec)) {
      process.stdout.write(`${[file, name, honest, lies.join("; ")].join("\t")}\n`);
      ["endpoints", honest, ...(lies.length > 0 ? ["false"] : [])].forEach(add);
    }
  }
}
process.stdout.write(`${JSON.stringify(Object.fromEntries(totals), null, 2)}\n`);

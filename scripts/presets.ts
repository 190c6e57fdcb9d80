/**
 * `npm run presets`: writes the table of presets into README.md and docs/presets.md; with `--check` it only fails if one
 * differs. With `--documents FOLDER` it holds every preset against newer documents, those of NAME in FOLDER/NAME, and
 * reports what does not fit them any more; with `--run` as well, after a build, it runs each endpoint without faults.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { format } from "prettier";
import { describePreset } from "../generator/build/presets.js";
import { heldAgainst } from "./held-against.js";
import { plainSuccess } from "./plain-success.js";

const { values } = parseArgs({
  options: { documents: { type: "string" }, run: { type: "boolean" }, check: { type: "boolean" } },
});
// By their paths: this file is bundled, and runs elsewhere.
const names = readdirSync("presets").sort();

if (values.documents === undefined) {
  const lines: string[] = [];
  for (const name of names) {
    const { service, covers, unverified } = await describePreset(
      `./presets/${name}`,
      process.cwd(),
    );
    lines.push(`| \`${name}\` | ${service} | ${covers} | ${unverified.length} |`);
  }
  const table = [
    "| Preset | Service | What it covers | Not verified |",
    "| --- | --- | --- | --- |",
  ];
  const text = [...table, ...lines].join("\n");
  for (const path of ["README.md", "docs/presets.md"]) await write(path, text);
} else {
  let found = 0;
  for (const name of names) {
    const folder = join(values.documents, name);
    if (!existsSync(folder)) {
      console.log(`${name}: no documents in ${folder}`);
      continue;
    }
    const { summary, problems, notes } = await heldAgainst(name, folder);
    console.log(`${name}: ${summary}`);
    for (const problem of problems) console.log(`  ${problem}`);
    for (const note of notes) console.log(`  note: ${note}`);
    found += problems.length;
    if (!values.run) continue;
    const { endpoints, failed } = await plainSuccess(`./presets/${name}`, folder);
    console.log(`  ${endpoints - failed.length} of ${endpoints} endpoints can say ok`);
    for (const problem of failed) console.log(`  ${problem}`);
    found += failed.length;
  }
  if (found > 0) process.exitCode = 1;
}

async function write(path: string, table: string): Promise<void> {
  const [start, end] = ["<!-- presets: written by npm run presets -->", "<!-- /presets -->"];
  const before = readFileSync(path, "utf8");
  const [from, to] = [before.indexOf(start), before.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${path} lacks ${start} or ${end}.`);
  const whole = `${before.slice(0, from)}${start}\n\n${table}\n\n${before.slice(to)}`;
  const text = await format(whole, { parser: "markdown", printWidth: 100 });
  if (text === before) return;
  if (values.check) process.exitCode = 1;
  else writeFileSync(path, text);
  console.log(`${path} ${values.check ? "differs from the presets" : "is written"}`);
}

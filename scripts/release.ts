/**
 * Writes the version of package.json into CHANGELOG.md, with the date, and into the examples: `npm version` runs it. With
 * `--check v0.1.0` it writes nothing, and fails unless the tag, package.json and CHANGELOG.md agree.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { dated, releaseNotes } from "./changelog.js";

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
const changelog = readFileSync("CHANGELOG.md", "utf8");
const [flag, tag] = process.argv.slice(2);

if (flag === "--check") {
  if (tag !== `v${version}`) throw new Error(`The tag is ${tag}, and package.json has ${version}.`);
  if (!releaseNotes(changelog, version))
    throw new Error(`CHANGELOG.md has no section for ${version}.`);
} else {
  writeFileSync("CHANGELOG.md", dated(changelog, version, new Date().toISOString().slice(0, 10)));
  const example = "docs/examples/monorepo/package.json";
  const range = /(?<="openapi-batch": "\^)[^"]+/;
  writeFileSync(example, readFileSync(example, "utf8").replace(range, version));
}

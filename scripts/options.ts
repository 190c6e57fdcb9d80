/**
 * Writes what is made of the table of options: `config.schema.json`, and the table of keys in docs/configuration.md.
 * `npm run options`; with `--check` it writes nothing, and fails if a file differs.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { rows, type Option, type OptionName } from "../generator/build/config/options.js";
import { configSchema } from "../generator/build/config/schema.js";

const kebabCase = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** `-o`, `--output`. */
function flagCell(name: OptionName, option: Option): string {
  if (option.docsFlag !== undefined) return option.docsFlag;
  if (option.commands.length === 0) return "";
  const flag = `${option.type === "boolean" ? "--[no-]" : "--"}${option.flag ?? kebabCase(name)}`;
  return option.short === undefined ? `\`${flag}\`` : `\`-${option.short}\`, \`${flag}\``;
}

function defaultCell({ default: value, defaultText }: Option): string {
  if (value === undefined) return defaultText ?? "";
  return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}

/** The keys of a configuration, as a Markdown table. */
function keyTable(): string {
  const lines = rows
    .filter(([, { config }]) => config !== undefined)
    .map(([name, option]) => {
      const text = option.help + (option.seeAlso ?? "");
      return `| \`${name}\` | ${flagCell(name, option)} | ${text} | ${defaultCell(option)} |`;
    });
  return ["| Key | Flag | Meaning | Default |", "| --- | --- | --- | --- |", ...lines].join("\n");
}

const start = "<!-- options: written by npm run options -->";
const end = "<!-- /options -->";

/** The text between the marks, replaced. @throws if a mark is missing */
function between(text: string, inner: string): string {
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/configuration.md lacks ${start} or ${end}.`);
  return `${text.slice(0, from)}${start}\n\n${inner}\n\n${text.slice(to)}`;
}

const root = process.cwd();
const schemaPath = "generator/build/config/config.schema.json";
const docsPath = "docs/configuration.md";
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const pretty = (text: string, parser: "json" | "markdown"): Promise<string> =>
  format(text, { parser, printWidth: 100 });

const files = [
  { path: schemaPath, text: await pretty(JSON.stringify(configSchema()), "json") },
  { path: docsPath, text: await pretty(between(read(docsPath), keyTable()), "markdown") },
];
const changed = files.filter(({ path, text }) => read(path) !== text);
const isCheck = process.argv.includes("--check");
for (const { path, text } of changed) {
  if (!isCheck) writeFileSync(join(root, path), text);
  console.log(`${path} ${isCheck ? "differs from the table of options" : "is written"}`);
}
if (isCheck && changed.length > 0) process.exitCode = 1;

/**
 * Exports `prettierConfig`: the files that prettier takes its options from, found without loading prettier, which would
 * cost more than all of a run in which nothing changed.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { importedFiles } from "../config/imported-files.js";
import { hashOfFile, sha256 } from "./hash.js";

const extensions = ["json", "yaml", "yml", "json5", "js", "ts", "mjs", "mts", "cjs", "cts", "toml"];
const programs = extensions.filter((extension) => /^[mc]?[jt]s$/.test(extension));

/** As prettier looks for them. */
const names = [
  ".editorconfig",
  "package.json",
  "package.yaml",
  ".prettierrc",
  ...extensions.map((extension) => `.prettierrc.${extension}`),
  ...programs.map((extension) => `prettier.config.${extension}`),
];

/**
 * The files in a folder and above it that may hold options of prettier, with a hash of what concerns prettier in them.
 * What a package in `node_modules` adds to a configuration is not among them.
 * @param folder absolute; need not exist
 */
export function prettierConfig(folder: string): readonly (readonly [file: string, hash: string])[] {
  const files = foldersAbove(folder)
    .flatMap((above) => names.map((name) => join(above, name)))
    .filter((file) => existsSync(file));
  return [...files, ...files.filter(isProgram).flatMap(importedFiles)].flatMap((file) => {
    const hash = file.endsWith("package.json") ? hashOfMember(file) : hashOfFile(file);
    return hash === undefined ? [] : [[file, hash] as const];
  });
}

function foldersAbove(folder: string): readonly string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...foldersAbove(above)];
}

const isProgram = (file: string): boolean => programs.includes(extname(file).slice(1));

/** Of the member `prettier` of a `package.json`; undefined where it has none. */
function hashOfMember(file: string): string | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof value !== "object" || value === null || !("prettier" in value)) return undefined;
    return sha256(JSON.stringify(value.prettier));
  } catch {
    return undefined; // the run reports it, where prettier reads it
  }
}

/**
 * `npm run documents -- FOLDER` generates a package from each document of a folder, each in a process of its own, one at
 * a time, and compiles it with the strictest flags. It prints a row for each; the exit code is 1 if one has an error.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { fetchDocuments, publicDocuments } from "./public-documents.js";

type Library = typeof import("../generator/build/generate.js");

const flags = [
  "noUnusedLocals", "noUnusedParameters", "exactOptionalPropertyTypes", "noUncheckedIndexedAccess", "isolatedDeclarations",
  "erasableSyntaxOnly", "verbatimModuleSyntax", "noPropertyAccessFromIndexSignature",
  "skipDefaultLibCheck",
]; // prettier-ignore

const script = process.argv[1] ?? "";
const { values, positionals } = parseArgs({
  options: { fetch: { type: "boolean", default: false } },
  allowPositionals: true,
});
const [folder = "", document] = positionals;
if (folder === "") throw new Error("Usage: npm run documents -- [--fetch] FOLDER");
if (document !== undefined) await one(document);
else {
  const problems = values.fetch ? await fetchDocuments(folder, publicDocuments, fetch) : [];
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
  all();
}

function all(): void {
  const documents = readdirSync(folder)
    .filter((name) => /\.(json|ya?ml)$/.test(name))
    .sort();
  console.log("document  endpoints  errors  seconds  MB  diagnostics");
  for (const name of documents) {
    const { status } = spawnSync(process.execPath, [script, folder, name], { stdio: "inherit" });
    if (status !== 0) process.exitCode = 1;
  }
  if (documents.length === 0) throw new Error(`${folder} has no document.`);
}

async function one(name: string): Promise<void> {
  // The built library: the one that users run.
  const library = (await import(pathToFileURL(resolve("dist/build/generate.js")).href)) as Library;
  const out = mkdtempSync(join(tmpdir(), "documents-"));
  try {
    const { files, diagnostics, rows } = await library.generate({
      cwd: resolve(folder),
      paths: [name],
      name: "documents",
      output: "out",
      format: false,
      allowEmpty: true, // a document with an error has its row, too
    });
    const { userCPUTime, maxRSS } = process.resourceUsage();
    for (const { path, text } of files) {
      mkdirSync(dirname(join(out, path)), { recursive: true });
      writeFileSync(join(out, path), text);
    }
    const codes = new Map<string, number>();
    for (const { code } of diagnostics) codes.set(code, (codes.get(code) ?? 0) + 1);
    const wrong = diagnostics.filter(({ severity }) => severity === "error").length;
    const told = wrong === 0 ? compile(out) : [];
    const errors = wrong + told.length;
    const counts = [...codes].map(([code, count]) => `${code}:${count}`).join(" ");
    const endpoints = rows.filter(({ recognised }) => recognised).length;
    const figures = [(userCPUTime / 1e6).toFixed(1), Math.round(maxRSS / 1024)];
    console.log([name, endpoints, errors, ...figures, counts].join("  "));
    for (const line of told.slice(0, 5)) console.log(`  ${line}`);
    if (errors > 0) process.exitCode = 1;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** What the compiler says of a package, by lines. */
function compile(out: string): readonly string[] {
  const tsc = resolve("node_modules/typescript/bin/tsc");
  const args = [tsc, "-p", out, "--outDir", join(out, "dist"), ...flags.flatMap((flag) => [`--${flag}`, "true"])]; // prettier-ignore
  const { stdout, status } = spawnSync(process.execPath, args, { encoding: "utf8" });
  return status === 0 ? [] : stdout.split("\n").filter((line) => line.includes("error TS"));
}

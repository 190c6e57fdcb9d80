/** `openapi-batch generate`: documents -> a package on disk. */
import { UsageError } from "../base/usage-error.js";
import { generatePackages, type Library } from "./generate-packages.js";
import { helpOf, type HelpText } from "./help.js";
import { parseArguments } from "./parse-arguments.js";
import { loadSettings, reportMistakes, withInput } from "./settings.js";
import type { Terminal } from "./terminal.js";

export type { Library } from "./generate-packages.js";

const help: HelpText = {
  usage: "[PATH…] [flags]",
  intro: [
    "Reads OpenAPI documents and writes a TypeScript package for their batch endpoints.",
    "PATH is a file, a folder (with all its subfolders), a glob, an http(s) address, or - for standard input. Default: specs. Overlays found under a PATH apply to all documents; other files are skipped and counted.",
    "An openapi-batch.config file in the working directory can hold all of these options, and more; flags win over it.",
  ],
  notes: [
    "A run prints the changes that concern code that uses the package; openapi-batch diff prints all of them. openapi-batch.lock keeps the names of endpoints and types: commit it. It pins documents at addresses, too: --update fetches them again. Only files that changed are written, and only files that an earlier run wrote are removed.",
  ],
  exitCodes: [
    [0, "done; with --watch, ended by Ctrl-C"],
    [
      1,
      "a document or the output has an error, or --check found a difference. A document with an error is reported, and the others are generated",
    ],
    [2, "wrong usage"],
    [130, "interrupted; the package is as it was"],
  ],
  examples: [
    "",
    " specs vendor/api.yaml -o packages/api --name @acme/api",
    " --check --reporter github",
    " --watch",
  ],
};

/** @returns The exit code. @throws {UsageError} */
export async function run(
  args: readonly string[],
  terminal: Terminal,
  load: () => Promise<Library & { save?(): void }> = loadSession,
): Promise<number> {
  const { flags, positionals } = parseArguments("generate", args);
  if (flags.help) {
    terminal.out(helpOf("generate", help));
    return 0;
  }
  if (flags.watch) {
    const other = flags.check ? "--check" : flags.dryRun ? "--dry-run" : undefined;
    if (other) throw new UsageError(`--watch writes files, and ${other} writes none.`);
    if (positionals.includes("-"))
      throw new UsageError("--watch reads again, and `-` can be read once.");
    const { watchCommand } = await import("./watch.js");
    return watchCommand(flags, positionals, terminal);
  }
  const loaded = await reportMistakes(() => loadSettings(flags, positionals), terminal, {
    code: 2,
    reporter: flags.reporter,
  });
  if ("code" in loaded) return loaded.code;
  const settings = await withInput(loaded.done, terminal);
  const library = await load();
  const worked = await reportMistakes(
    () => generatePackages(settings, library, terminal, flags),
    terminal,
    { code: 1, reporter: settings.reporter },
  ).finally(() => library.save?.());
  return "code" in worked ? worked.code : worked.done.code;
}

/** Saves the cache at the end, when the positions of printed diagnostics are known. */
async function loadSession(): Promise<Library & { save(): void }> {
  const { createSession, ...library } = await import("../build/incremental/incremental.js");
  return { ...library, ...createSession() };
}

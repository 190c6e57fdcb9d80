/** `openapi-batch generate --watch`: generates again after each change. Loads chokidar, so it is a file of its own. */
import { relative, resolve } from "node:path";
import { configNames } from "../build/config/find-config.js";
import { importedFiles } from "../build/config/imported-files.js";
import { MistakesError } from "../base/mistakes-error.js";
import {
  createSession,
  hashOfFile,
  inputsOf,
  watchRuns,
  writeLock,
  writePackage,
  type Inputs,
} from "../watch/watch.js";
import { printError } from "./print-error.js";
import { generatePackages } from "./generate-packages.js";
import { printDiagnostics, type Reporter } from "./print-diagnostics.js";
import { loadSettings, reportMistakes, type SettingFlags, type Settings } from "./settings.js";
import { count, printable, type Terminal } from "./terminal.js";

/** @returns the exit code, after Ctrl-C @throws {UsageError | OutputError} on the first run */
export async function watchCommand(
  flags: SettingFlags & { readonly cache?: boolean },
  paths: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const session = createSession({ remember: true });
  const library = { generate: session.generate, writeLock, writePackage };
  const load = (): Promise<Settings> => loadSettings(flags, paths);
  const loaded = await reportMistakes(load, terminal, { code: 2, reporter: flags.reporter });
  if ("code" in loaded) return loaded.code;
  let settings = loaded.done;
  let configs: Inputs["hashes"] = new Map();
  // With another reporter than text, stdout is for diagnostics alone.
  const print = (text: string): void => {
    if (!settings.quiet) (settings.reporter === "text" ? terminal.out : terminal.err)(text);
  };
  const work = (): Promise<void> =>
    watchRuns({
      signal: terminal.signal,
      async run(changed) {
        if (changed.length > 0) print(`\n${heading(changed)}\n`);
        // The file that changed may be one that the configuration no longer imports.
        const sources = new Set([...configs.keys(), ...configFiles(flags.config)]);
        if (changed.some((file) => sources.has(file))) settings = await load();
        // Hashed before the run, so that a change during the run is seen.
        configs = new Map(configFiles(flags.config).map((file) => [file, hashOfFile(file)]));
        const mode = { cache: flags.cache, again: changed.length > 0 };
        const { packages } = await generatePackages(settings, library, terminal, mode);
        return { result: undefined, inputs: withConfigs(await inputsOf(packages), configs) };
      },
      async onOutcome(_changed, outcome) {
        if ("error" in outcome) await report(outcome.error, terminal, settings.reporter);
      },
      ready: () => print("Waiting for changes; Ctrl-C ends it.\n"),
    });
  try {
    const worked = await reportMistakes(work, terminal, {
      code: 1,
      reporter: settings.reporter,
    });
    return "code" in worked ? worked.code : 0;
  } catch (error) {
    if (terminal.signal.aborted) return 0;
    throw error;
  } finally {
    session.save();
  }
}

/** `10:04:11 specs/a.json, specs/b.json and 3 more files changed` */
function heading(changed: readonly string[]): string {
  const shown = changed.slice(0, 3).map((file) => printable(relative(process.cwd(), file)));
  const more = changed.length - shown.length;
  const names = shown.join(", ") + (more > 0 ? ` and ${count(more, "more file")}` : "");
  return `${new Date().toTimeString().slice(0, 8)} ${names} changed`;
}

/** The files that may be the configuration, and those that they import. */
function configFiles(given: string | undefined): readonly string[] {
  const names = given === undefined ? configNames : [given];
  const files = names.map((name) => resolve(process.cwd(), name));
  return [...files, ...files.flatMap(importedFiles)];
}

/** The inputs of a run, with the files of the configuration, whether they exist yet or not. */
function withConfigs(inputs: Inputs, configs: Inputs["hashes"]): Inputs {
  return {
    ...inputs,
    files: [...inputs.files, ...configs.keys()],
    hashes: new Map([...inputs.hashes, ...configs]),
  };
}

/** Prints the error that ended a run; watching goes on. */
async function report(error: unknown, terminal: Terminal, reporter: Reporter): Promise<void> {
  if (!(error instanceof MistakesError)) printError(error, terminal);
  else {
    const { diagnostics, text: source } = error;
    await printDiagnostics(diagnostics, terminal, { reporter, quiet: false, source });
  }
}

/** `openapi-batch generate --watch`: the same, again and again. */
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
import { explain } from "./explain.js";
import { pass } from "./pass.js";
import { printDiagnostics, type Format } from "./problems.js";
import { settingsOf, unlessMistaken, type Flags, type Settings } from "./settings.js";
import { count, printable, type Terminal } from "./terminal.js";

/** @returns the exit code, after Ctrl-C @throws {UsageError | OutputError} on the first run */
export async function watchCommand(
  flags: Flags & { readonly "no-cache": boolean },
  paths: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const session = createSession({ remember: true });
  const pipeline = { generate: session.generate, writeLock, writePackage };
  const load = (): Promise<Settings> => settingsOf(flags, paths);
  const mistaken = { code: 2, format: flags.format };
  const loaded = await unlessMistaken(load, terminal, mistaken);
  if ("code" in loaded) return loaded.code;
  let settings = loaded.done;
  let configs: Inputs["hashes"] = new Map();
  // With another format than text, stdout is for diagnostics alone.
  const say = (text: string): void => {
    if (!settings.quiet) (settings.format === "text" ? terminal.out : terminal.err)(text);
  };
  const work = (): Promise<void> =>
    watchRuns({
      signal: terminal.signal,
      async run(changed) {
        if (changed.length > 0) say(`\n${heading(changed)}\n`);
        // A file that the configuration no longer imports may be what changed.
        const sources = new Set([...configs.keys(), ...configFiles(flags.config)]);
        if (changed.some((file) => sources.has(file))) settings = await load();
        // As they are before the run: what changes meanwhile is a change.
        configs = new Map(configFiles(flags.config).map((file) => [file, hashOfFile(file)]));
        const mode = { "no-cache": flags["no-cache"], watch: changed.length > 0 };
        const { made } = await pass(settings, pipeline, terminal, mode);
        return { result: undefined, inputs: withConfigs(await inputsOf(made), configs) };
      },
      async onOutcome(_changed, outcome) {
        if ("error" in outcome) await tell(outcome.error, terminal, settings.format);
      },
      ready: () => say("Waiting for changes; Ctrl-C ends it.\n"),
    });
  try {
    const worked = await unlessMistaken(work, terminal, { code: 1, format: settings.format });
    return "code" in worked ? worked.code : 0;
  } catch (error) {
    if (terminal.signal.aborted) return 0;
    throw error;
  } finally {
    session.save();
  }
}

/** `10:04:11 specs/a.json, specs/b.json and 3 files more changed` */
function heading(changed: readonly string[]): string {
  const shown = changed.slice(0, 3).map((file) => printable(relative(process.cwd(), file)));
  const more = changed.length - shown.length;
  const names = shown.join(", ") + (more > 0 ? ` and ${count(more, "file")} more` : "");
  return `${new Date().toTimeString().slice(0, 8)} ${names} changed`;
}

/** The files that a configuration may stand in, and those that it imports. */
function configFiles(given: string | undefined): readonly string[] {
  const names = given === undefined ? configNames : [given];
  const files = names.map((name) => resolve(process.cwd(), name));
  return [...files, ...files.flatMap(importedFiles)];
}

/** A configuration that is written only now counts, too. */
function withConfigs(inputs: Inputs, configs: Inputs["hashes"]): Inputs {
  return {
    ...inputs,
    files: [...inputs.files, ...configs.keys()],
    hashes: new Map([...inputs.hashes, ...configs]),
  };
}

/** Tells of what a run failed with; the next one may do better. */
async function tell(error: unknown, terminal: Terminal, format: Format): Promise<void> {
  if (!(error instanceof MistakesError)) explain(error, terminal);
  else {
    const { diagnostics, text: source } = error;
    await printDiagnostics(diagnostics, terminal, { format, quiet: false, source });
  }
}

/** `openapi-batch diff`: lists the changes for code that uses the generated package. */
import { UsageError } from "../base/usage-error.js";
import { options } from "../build/config/options.js";
import { changesJson, changesMarkdown, changesText } from "./changes.js";
import { countOf, printDiagnostics, untilAborted } from "./print-diagnostics.js";
import { helpOf, type HelpText } from "./help.js";
import { parseArguments } from "./parse-arguments.js";
import { loadSettings, reportMistakes } from "./settings.js";
import { count } from "./terminal.js";
import type { Terminal } from "./terminal.js";

const help: HelpText = {
  usage: "OLD NEW [flags]",
  intro: [
    "Lists what changed for code that uses the generated package: endpoints, parameters, fields, members of enums, limits, exported names; whether each change is breaking, and why.",
    "OLD and NEW are each a file or a folder of documents, a generated package (or its openapi-batch.api), or one of these in a git revision: REV:path, or REV alone for the path of the other side (or else specs).",
  ],
  exitCodes: [
    [0, "nothing changed, or nothing that breaks"],
    [1, "a document has an error; the changes of the others are listed"],
    [2, "wrong usage"],
    [3, "a change is breaking"],
    [4, "with --strict: there are changes, and none is breaking"],
    [130, "interrupted"],
  ],
  examples: [
    " HEAD specs",
    " main:specs specs --reporter markdown",
    " v1.2.0:generated generated --strict",
  ],
};

/** The changes in each form. */
const reporters = { text: changesText, markdown: changesMarkdown, json: changesJson };

/** The functions of the library that the command needs. It is loaded only when there is something to do. */
export type Library = Pick<typeof import("../build/diff.js"), "diff">;

/** @returns The exit code. @throws {UsageError} */
export async function run(
  args: readonly string[],
  terminal: Terminal,
  load: () => Promise<Library> = () => import("../build/diff.js"),
): Promise<number> {
  const { flags, positionals } = parseArguments("diff", args);
  if (flags.help) {
    terminal.out(helpOf("diff", help));
    return 0;
  }
  const [old, next, ...more] = positionals;
  if (old === undefined || next === undefined || more.length > 0)
    throw new UsageError(
      `openapi-batch diff takes OLD and NEW; ${count(positionals.length, "argument was", "arguments were")} given.`,
      "openapi-batch diff HEAD specs compares the last commit with the working tree.",
    );
  const loaded = await reportMistakes(() => loadSettings(flags, [old, next]), terminal, {
    code: 2,
  });
  if ("code" in loaded) return loaded.code;
  const [one, ...others] = loaded.done.packages;
  if (!one || others.length > 0)
    throw new UsageError(
      "The configuration has several packages, and diff compares one.",
      "Select one with --output.",
    );
  const { paths: _paths, ...settings } = one;
  const { diff } = await load();
  const { changes, bump, diagnostics } = await untilAborted(
    diff({ ...settings, old, new: next }),
    terminal.signal,
  );
  const problems = diagnostics.filter(({ severity }) => severity === "error");
  const shown = { reporter: "text", quiet: true, source: () => undefined } as const;
  await printDiagnostics(problems, terminal, shown);
  terminal.out(reporters[flags.changesReporter ?? options.changesReporter.default](changes, bump));
  if (countOf(problems, "error") > 0) return 1;
  if (bump === "major") return 3;
  return flags.strict && bump !== "none" ? 4 : 0;
}

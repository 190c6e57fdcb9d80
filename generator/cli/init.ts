/** `openapi-batch init`: a folder -> its first configuration. */
import { relative } from "node:path";
import { UsageError } from "../base/usage-error.js";
import { helpOf, type HelpText } from "./help.js";
import { parseArguments } from "./parse-arguments.js";
import { stepsAfterInit } from "./next-steps.js";
import { count, printable } from "./terminal.js";
import type { Terminal } from "./terminal.js";

const help: HelpText = {
  usage: "[FILE] [flags]",
  intro: [
    "Looks for OpenAPI documents and overlays in the working directory and all its subfolders, and writes a configuration that reads them. It changes no file that exists.",
    "It looks at package.json and tsconfig.json, too: in a TypeScript project the code goes into a folder of src, which the project's own compiler and bundler build; with workspaces it goes into a further package; elsewhere into a package in generated.",
    "FILE ends in .ts, .mts, .js, .mjs, .json, .yaml or .yml. Default: openapi-batch.config.ts beside a tsconfig.json (.mts where .ts is CommonJS), openapi-batch.config.json elsewhere.",
  ],
  exitCodes: [
    [0, "done"],
    [2, "wrong usage, or a configuration exists already"],
    [130, "interrupted"],
  ],
  examples: ["", " --preset NAME", " openapi-batch.config.yaml"],
};

/** @returns The exit code. @throws {UsageError} */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { flags, positionals } = parseArguments("init", args);
  if (flags.help) {
    terminal.out(helpOf("init", help));
    return 0;
  }
  const [file, more] = positionals;
  if (more !== undefined) throw new UsageError("openapi-batch init takes one FILE.");
  const { planConfig, writeNewFile } = await import("../build/config/init.js");
  const cwd = process.cwd();
  const plan = await planConfig(cwd, file, flags.presets);
  if (flags.dryRun) {
    terminal.out(plan.text);
    return 0;
  }
  terminal.signal.throwIfAborted();
  await writeNewFile(plan.file, plan.text);
  const name = printable(relative(cwd, plan.file));
  const where = plan.inputs.map(printable).join(", ");
  const { documents, overlays } = plan;
  terminal.out(
    documents.length > 0
      ? `${name} is written: ${count(documents.length, "document")} and ${count(overlays.length, "overlay")}, in ${where}.\n`
      : `${name} is written. No OpenAPI document was found; it reads specs.\n`,
  );
  terminal.err(stepsAfterInit(plan));
  return 0;
}

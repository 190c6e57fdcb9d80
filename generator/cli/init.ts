/** `openapi-batch init`: a folder -> its first configuration. */
import { relative } from "node:path";
import { UsageError } from "../base/usage-error.js";
import { parseCommand } from "./arguments.js";
import { count, printable } from "./terminal.js";
import type { Terminal } from "./terminal.js";

const help = `Usage: openapi-batch init [FILE]

Looks for OpenAPI documents and overlays in the working directory and all below it, and writes a
configuration that reads them. It changes no file that is there.

FILE ends in .ts, .js, .mjs, .json, .yaml or .yml. Default: openapi-batch.config.ts beside a
tsconfig.json, openapi-batch.config.json elsewhere

      --dry-run        print the configuration instead of writing it
  -h, --help

Exit codes
  0    done
  2    wrong usage, or there is a configuration already
  130  interrupted

Examples
  openapi-batch init
  openapi-batch init openapi-batch.config.yaml
`;

const options = {
  "dry-run": { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** @returns The exit code. @throws {UsageError} */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseCommand("init", args, options);
  if (values.help) {
    terminal.out(help);
    return 0;
  }
  const [file, more] = positionals;
  if (more !== undefined) throw new UsageError("openapi-batch init writes one FILE.");
  const { planConfig, writeNewFile } = await import("../build/config/init.js");
  const cwd = process.cwd();
  const plan = await planConfig(cwd, file);
  if (values["dry-run"]) {
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
      ? `${name} is written: ${count(documents.length, "document")} and ${count(overlays.length, "overlay")}, in ${where}.\nNow: openapi-batch generate\n`
      : `${name} is written. No OpenAPI document was found; it reads specs.\n`,
  );
  return 0;
}

/** `openapi-batch generate`: documents -> a package on disk. */
import { UsageError } from "../base/usage-error.js";
import { parseCommand } from "./arguments.js";
import { pass, type Pipeline } from "./pass.js";
import { inputFlags, settingsOf, unlessMistaken } from "./settings.js";
import type { Terminal } from "./terminal.js";

export type { Pipeline } from "./pass.js";

const help = `Usage: openapi-batch generate [PATH…] [flags]

Reads OpenAPI documents and writes a TypeScript package for their batch endpoints.

PATH is a file, a folder (with all its subfolders) or a glob. Default: specs
Overlays found under a PATH apply to all documents; other files are skipped and counted.
An openapi-batch.config file in the working directory can say all of this, and more; flags win.

  -o, --output DIR     where the package goes. Default: generated. Where the configuration has
                       several packages: the one that is meant
      --overlay FILE   an OpenAPI Overlay to apply as well; may be given more than once
      --name PACKAGE   the name of the package. Default: the name it has, in DIR
      --check          write nothing; exit with 1 if DIR is not what would be written
      --dry-run        write nothing; list what would be written
  -w, --watch          generate again whenever documents, overlays, what they refer to, or the
                       configuration change; Ctrl-C ends it. A document that has an error
                       stands as it was when it last had none
      --no-cache       do everything anew. What is kept of a run stands in
                       node_modules/.cache/openapi-batch and may be deleted at any time
      --config FILE    the configuration. Default: openapi-batch.config.ts, .js, .mjs, .json,
                       .yaml or .yml, where there is one
      --allow-remote   follow references to http(s) addresses
      --open-enums     enums of responses may have values that the document does not list
      --int64 TYPE     what 64-bit integers of responses are: string, number (rounded beyond 2^53)
                       or bigint. Default: string
      --import-extensions EXT
                       how the sources import each other: js (./notes.js, the default), ts
                       (./notes.ts) or none (./notes: for a bundler, the package is not built)
      --types-only     types of requests and responses only: nothing can be called
      --strict         warnings fail, as errors do
      --format FORMAT  diagnostics as text, json, sarif or github. Default: text, on stderr, the
                       same problem told once; the others go to stdout and name every place
  -q, --quiet          print problems only
      --no-allow-remote, --no-open-enums, --no-types-only, --no-strict,
      --no-quiet       as if the configuration did not say so
  -h, --help

What changed for code that uses the package is told; openapi-batch diff tells it in full.
Names once given are kept in openapi-batch.lock: commit it. Only what changed is written, and only
files that an earlier run wrote are removed.

Exit codes
  0    done; with --watch, ended by Ctrl-C
  1    something is wrong with documents or output. A document with an error is reported, and
       the others are generated all the same
  2    wrong usage
  130  interrupted; the package is as it was

Examples
  openapi-batch generate
  openapi-batch generate specs vendor/api.yaml -o packages/api --name @acme/api
  openapi-batch generate --check --format github
  openapi-batch generate --watch
`;

const options = {
  ...inputFlags,
  name: { type: "string" },
  "open-enums": { type: "boolean" },
  "no-open-enums": { type: "boolean" },
  int64: { type: "string" },
  "import-extensions": { type: "string" },
  "types-only": { type: "boolean" },
  "no-types-only": { type: "boolean" },
  check: { type: "boolean", default: false },
  "dry-run": { type: "boolean", default: false },
  "no-cache": { type: "boolean", default: false },
  watch: { type: "boolean", short: "w", default: false },
  strict: { type: "boolean" },
  "no-strict": { type: "boolean" },
  format: { type: "string" },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** @returns The exit code. @throws {UsageError} */
export async function run(
  args: readonly string[],
  terminal: Terminal,
  load: () => Promise<Pipeline & { save?(): void }> = loadSession,
): Promise<number> {
  const { values, positionals } = parseCommand("generate", args, options);
  if (values.help) {
    terminal.out(help);
    return 0;
  }
  if (values.watch) {
    for (const other of ["check", "dry-run"] as const)
      if (values[other]) throw new UsageError(`--watch writes, and --${other} does not.`);
    const { watchCommand } = await import("./watch.js");
    return watchCommand(values, positionals, terminal);
  }
  const loaded = await unlessMistaken(() => settingsOf(values, positionals), terminal, {
    code: 2,
    format: values.format,
  });
  if ("code" in loaded) return loaded.code;
  const settings = loaded.done;
  const pipeline = await load();
  const worked = await unlessMistaken(() => pass(settings, pipeline, terminal, values), terminal, {
    code: 1,
    format: settings.format,
  }).finally(() => pipeline.save?.());
  return "code" in worked ? worked.code : worked.done.code;
}

/** The cache is told at the end, when the lines of what was printed are known. */
async function loadSession(): Promise<Pipeline & { save(): void }> {
  const { createSession, ...pipeline } = await import("../build/incremental/incremental.js");
  return { ...pipeline, ...createSession() };
}

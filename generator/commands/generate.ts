/** `openapi-batch generate`: documents -> a package on disk. */
import { resolve } from "node:path";
import type { Generated } from "../regenerate.js";
import { oneOf, parseCommand } from "./arguments.js";
import {
  countOf,
  countProblems,
  formats,
  printDiagnostics,
  unknownDiagnostics,
  untilAborted,
} from "./problems.js";
import { createProgress } from "./progress.js";
import { count, printable } from "./terminal.js";
import type { Terminal } from "./terminal.js";

const help = `Usage: openapi-batch generate [PATH…] [flags]

Reads OpenAPI documents and writes a TypeScript package for their batch endpoints.

PATH is a file, a folder (with all its subfolders) or a glob. Default: specs
Overlays found under a PATH apply to all documents; other files are skipped and counted.

  -o, --output DIR     where the package goes. Default: generated
      --overlay FILE   an OpenAPI Overlay to apply as well; may be given more than once
      --name PACKAGE   the name of the package. Default: the name it has, in DIR
      --check          write nothing; exit with 1 if DIR is not what would be written
      --dry-run        write nothing; list what would be written
      --no-cache       do everything anew. What is kept of a run stands in
                       node_modules/.cache/openapi-batch and may be deleted at any time
      --strict         warnings fail, as errors do
      --format FORMAT  diagnostics as text, json, sarif or github. Default: text, on stderr, the
                       same problem told once; the others go to stdout and name every place
  -q, --quiet          print problems only
  -h, --help

Only what changed is written, and only files that an earlier run wrote are removed.

Exit codes
  0    done
  1    something is wrong with documents or output. A document with an error is reported, and
       the others are generated all the same
  2    wrong usage
  130  interrupted; the package is as it was

Examples
  openapi-batch generate
  openapi-batch generate specs vendor/api.yaml -o packages/api --name @acme/api
  openapi-batch generate --check --format github
`;

const options = {
  output: { type: "string", short: "o", default: "generated" },
  overlay: { type: "string", multiple: true },
  name: { type: "string" },
  check: { type: "boolean", default: false },
  "dry-run": { type: "boolean", default: false },
  "no-cache": { type: "boolean", default: false },
  strict: { type: "boolean", default: false },
  format: { type: "string", default: "text" },
  quiet: { type: "boolean", short: "q", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** What the command needs of the pipeline, which is loaded only when there is something to do. */
export type Pipeline = Pick<typeof import("../regenerate.js"), "generate" | "writePackage">;

/** @returns The exit code. @throws {UsageError} */
export async function run(
  args: readonly string[],
  terminal: Terminal,
  load: () => Promise<Pipeline> = () => import("../regenerate.js"),
): Promise<number> {
  const { values, positionals } = parseCommand("generate", args, options);
  if (values.help) {
    terminal.out(help);
    return 0;
  }
  const format = oneOf("--format", values.format, formats);
  const { generate, writePackage } = await load();
  const progress = createProgress(terminal, values.quiet);
  const generated = await untilAborted(
    generate({
      ...(values["no-cache"] && { cache: false }),
      ...(positionals.length > 0 && { paths: positionals }),
      ...(values.overlay && { overlays: values.overlay }),
      ...(values.name !== undefined && { name: values.name }),
      output: values.output,
      onProgress: (event) => progress.show(event),
    }),
    terminal.signal,
  ).finally(() => progress.end());

  const diagnostics = [...unknownDiagnostics(generated.unknowns), ...generated.diagnostics];
  await printDiagnostics(diagnostics, terminal, {
    format,
    quiet: values.quiet,
    source: (file) => generated.text(file),
  });

  const dry = values.check || values["dry-run"];
  const result = await writePackage(generated.files, resolve(values.output), {
    check: dry,
    signal: terminal.signal,
  });
  const differs = result.written.length + result.removed.length > 0;
  // With another format than text, stdout is for diagnostics alone.
  const say = (text: string): void => (format === "text" ? terminal.out(text) : terminal.err(text));
  if (dry) {
    for (const path of result.written)
      say(`would write ${printable(`${values.output}/${path}`)}\n`);
    for (const path of result.removed)
      say(`would remove ${printable(`${values.output}/${path}`)}\n`);
  }
  if (!values.quiet) say(summary(generated, result, dry));
  if (values.check && differs) {
    terminal.err(
      `${terminal.style("red", "error")} ${printable(values.output)} is not what the documents give.\n` +
        `  ${terminal.style("bold", "hint:")} Run the same command without --check, and commit what it writes.\n`,
    );
  }
  const failed =
    countOf(generated.diagnostics, "error") > 0 ||
    (values.strict && countOf(generated.diagnostics, "warning") > 0) ||
    (values.check && differs);
  return failed ? 1 : 0;
}

function summary(
  generated: Generated,
  result: { written: readonly string[]; removed: readonly string[]; unchanged: number },
  dry: boolean,
): string {
  const rows = generated.rows.filter((row) => row.recognised);
  const endpoints = new Set(rows.map((row) => row.name)).size;
  const documents = new Set(rows.map((row) => row.document)).size;
  const parts = [
    `${count(endpoints, "endpoint")} from ${count(documents, "document")}`,
    `${count(result.written.length, "file")} ${dry ? "to write" : "written"}`,
    ...(result.removed.length > 0
      ? [`${result.removed.length} ${dry ? "to remove" : "removed"}`]
      : []),
    `${result.unchanged} unchanged`,
    ...countProblems(generated),
  ];
  const nothing =
    endpoints === 0
      ? "No batch endpoint was recognised: openapi-batch inspect --all says what was seen, and why it was left alone.\n"
      : "";
  return `${parts.join(", ")}\n${nothing}`;
}

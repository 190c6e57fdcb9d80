/** `openapi-batch generate`: documents -> a package on disk. */
import { relative, resolve } from "node:path";
import type { Generated } from "../regenerate.js";
import { parseCommand } from "./arguments.js";
import {
  countOf,
  countProblems,
  printDiagnostics,
  unknownDiagnostics,
  untilAborted,
} from "./problems.js";
import { createProgress } from "./progress.js";
import { inputFlags, settingsOf, unlessMistaken } from "./settings.js";
import { count, printable } from "./terminal.js";
import type { Terminal } from "./terminal.js";
import { offeredBy, whatChanged } from "./what-changed.js";

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
      --single-file    the whole package is one module, the runtime included
      --types-only     types of requests and responses only: nothing can be called
      --strict         warnings fail, as errors do
      --format FORMAT  diagnostics as text, json, sarif or github. Default: text, on stderr, the
                       same problem told once; the others go to stdout and name every place
  -q, --quiet          print problems only
      --no-allow-remote, --no-open-enums, --no-single-file, --no-types-only, --no-strict,
      --no-quiet       as if the configuration did not say so
  -h, --help

What changed for code that uses the package is told; openapi-batch diff tells it in full.
Names once given are kept in openapi-batch.lock: commit it. Only what changed is written, and only
files that an earlier run wrote are removed.

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
  ...inputFlags,
  name: { type: "string" },
  "open-enums": { type: "boolean" },
  "no-open-enums": { type: "boolean" },
  int64: { type: "string" },
  "import-extensions": { type: "string" },
  "single-file": { type: "boolean" },
  "no-single-file": { type: "boolean" },
  "types-only": { type: "boolean" },
  "no-types-only": { type: "boolean" },
  check: { type: "boolean", default: false },
  "dry-run": { type: "boolean", default: false },
  "no-cache": { type: "boolean", default: false },
  strict: { type: "boolean" },
  "no-strict": { type: "boolean" },
  format: { type: "string" },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** What the command needs of the pipeline, which is loaded only when there is something to do. */
export type Pipeline = Pick<
  typeof import("../regenerate.js"),
  "generate" | "writeLock" | "writePackage"
>;

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
  const loaded = await unlessMistaken(() => settingsOf(values, positionals), terminal, {
    code: 2,
    format: values.format,
  });
  if ("code" in loaded) return loaded.code;
  const settings = loaded.done;
  const { format, quiet } = settings;
  const { generate, writeLock, writePackage } = await load();
  const progress = createProgress(terminal, quiet);
  const dry = values.check || values["dry-run"];
  const writing = { check: dry, signal: terminal.signal };
  const made: Made[] = [];
  const results: Written[] = [];
  const work = async (): Promise<void> => {
    // One after the other: packages of one configuration share a lock.
    for (const { output, ...one } of settings.packages) {
      const generated = await untilAborted(
        generate({
          ...(values["no-cache"] && { cache: false }),
          ...one,
          output,
          onProgress: (event) => progress.show(event),
        }),
        terminal.signal,
      ).finally(() => progress.end());
      made.push({ output, generated });
      const before = offeredBy(output);
      const result = await writePackage(generated.files, resolve(output), writing);
      const { lock } = generated;
      const locked = lock !== undefined && (await writeLock(lock, writing));
      const changes = quiet ? "" : await whatChanged(before, generated);
      results.push({ ...result, lock: locked ? lock.file : undefined, changes });
    }
  };
  const report = (): Promise<void> =>
    printDiagnostics(
      [
        ...unknownDiagnostics(made.flatMap(({ generated }) => generated.unknowns)),
        ...made.flatMap(({ generated }) => generated.diagnostics),
      ],
      terminal,
      {
        format,
        quiet,
        source: (file) =>
          [...made.map(({ generated }) => generated), settings]
            .map(({ text }) => text(file))
            .find((text) => text !== undefined),
      },
    );
  const worked = await unlessMistaken(work, terminal, { code: 1, format }).catch(
    async (error: unknown) => {
      // What was found in documents is told, whatever is in the way of writing.
      if (made.length > results.length) await report();
      throw error;
    },
  );
  if ("code" in worked) return worked.code;
  await report();

  let failed = made.some(
    ({ generated: { diagnostics } }) =>
      countOf(diagnostics, "error") > 0 || (settings.strict && countOf(diagnostics, "warning") > 0),
  );
  const several = made.length > 1;
  made.forEach((one, i) => {
    const result = results[i];
    if (!result) return;
    tell(one, result, terminal, { check: values.check, dry, format, quiet, several });
    failed ||= values.check && differs(result);
  });
  return failed ? 1 : 0;
}

interface Made {
  readonly output: string;
  readonly generated: Generated;
}

interface Written {
  readonly written: readonly string[];
  readonly removed: readonly string[];
  readonly unchanged: number;
  /** The lock, if it stands outside the package and changed. */
  readonly lock: string | undefined;
  /** What that means for code that uses the package; "" where nothing does. */
  readonly changes: string;
}

const differs = ({ written, removed, lock }: Written): boolean =>
  written.length + removed.length > 0 || lock !== undefined;

/** Says what became of one package. */
function tell(
  { output, generated }: Made,
  result: Written,
  terminal: Terminal,
  mode: { check: boolean; dry: boolean; format: string; quiet: boolean; several: boolean },
): void {
  // With another format than text, stdout is for diagnostics alone.
  const say = (text: string): void =>
    mode.format === "text" ? terminal.out(text) : terminal.err(text);
  if (mode.dry) {
    for (const path of result.written) say(`would write ${printable(`${output}/${path}`)}\n`);
    for (const path of result.removed) say(`would remove ${printable(`${output}/${path}`)}\n`);
    if (result.lock !== undefined) {
      say(`would write ${printable(relative(process.cwd(), result.lock))}\n`);
    }
  }
  if (!mode.quiet) {
    const name = mode.several ? `${printable(output)}: ` : "";
    say(name + summary(generated, result, mode.dry) + result.changes);
  }
  if (mode.check && differs(result)) {
    terminal.err(
      `${terminal.style("red", "error")} ${printable(output)} is not what the documents give.\n` +
        `  ${terminal.style("bold", "hint:")} Run the same command without --check, and commit what it writes.\n`,
    );
  }
}

function summary(generated: Generated, result: Written, dry: boolean): string {
  const rows = generated.rows.filter((row) => row.recognised);
  const endpoints = new Set(rows.map((row) => row.name)).size;
  const documents = new Set(rows.map((row) => row.document)).size;
  const parts = [
    `${count(endpoints, "endpoint")} from ${count(documents, "document")}`,
    `${count(result.written.length + (result.lock === undefined ? 0 : 1), "file")} ${dry ? "to write" : "written"}`,
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

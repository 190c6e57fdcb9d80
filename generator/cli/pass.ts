/** One pass of `generate`: documents -> packages on disk, and what is told of it. */
import { relative, resolve } from "node:path";
import { MistakesError } from "../base/mistakes-error.js";
import type { Generated } from "../build/incremental/incremental.js";
import {
  countOf,
  countProblems,
  printDiagnostics,
  unknownDiagnostics,
  untilAborted,
} from "./problems.js";
import { createProgress } from "./progress.js";
import type { Settings } from "./settings.js";
import { count, printable } from "./terminal.js";
import type { Terminal } from "./terminal.js";
import { offeredBy, whatChanged } from "./what-changed.js";

/** What the command needs of the pipeline, which is loaded only when there is something to do. */
export type Pipeline = Pick<
  typeof import("../build/incremental/incremental.js"),
  "generate" | "writeLock" | "writePackage"
>;

/** What is asked of one pass, besides the settings. */
export interface Mode {
  readonly check?: boolean;
  readonly "dry-run"?: boolean;
  readonly "no-cache"?: boolean;
  /** Another pass of a process that watches: name the files that were written, and tell of nothing twice. */
  readonly watch?: boolean;
}

/**
 * Generates and writes all packages, and tells what became of them.
 * @throws {UsageError | OutputError | MistakesError} after what was found in documents is told
 */
export async function pass(
  settings: Settings,
  { generate, writeLock, writePackage }: Pipeline,
  terminal: Terminal,
  mode: Mode,
): Promise<{ readonly code: number; readonly made: readonly Made[] }> {
  const { format, quiet } = settings;
  const progress = createProgress(terminal, quiet || (mode.watch ?? false));
  const dry = (mode.check ?? false) || (mode["dry-run"] ?? false);
  const writing = { check: dry, signal: terminal.signal };
  const made: Made[] = [];
  const results: Written[] = [];
  const work = async (): Promise<void> => {
    // One after the other: packages of one configuration share a lock.
    for (const options of settings.packages) {
      const { output } = options;
      const generated = await untilAborted(
        generate({
          ...(mode["no-cache"] && { cache: false }),
          ...options,
          onProgress: (event) => progress.show(event),
        }),
        terminal.signal,
      ).finally(() => progress.end());
      made.push({ options, output, generated });
      const before = offeredBy(output);
      const result = generated.isWritten
        ? { written: [], removed: [], unchanged: generated.files.length }
        : await writePackage(generated.files, resolve(output), writing);
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
        // What is only for information was told by the first pass.
        quiet: quiet || (mode.watch ?? false),
        locate: (location) =>
          made
            .map(({ generated }) => generated.locate(location))
            .find((position) => position !== undefined),
        source: (file) =>
          [...made.map(({ generated }) => generated), settings]
            .map(({ text }) => text(file))
            .find((text) => text !== undefined),
      },
    );
  try {
    await work();
  } catch (error) {
    // What was found in documents is told, whatever is in the way of writing.
    if (made.length > results.length && !(error instanceof MistakesError)) await report();
    throw error;
  }
  await report();

  let failed = made.some(
    ({ generated: { diagnostics } }) =>
      countOf(diagnostics, "error") > 0 || (settings.strict && countOf(diagnostics, "warning") > 0),
  );
  const { check = false, watch = false } = mode;
  const several = made.length > 1;
  made.forEach((one, i) => {
    const result = results[i];
    if (!result) return;
    tell(one, result, terminal, { check, dry, watch, format, quiet, several });
    failed ||= check && differs(result);
  });
  return { code: failed ? 1 : 0, made };
}

export interface Made {
  readonly options: Settings["packages"][number];
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
  mode: {
    check: boolean;
    dry: boolean;
    watch: boolean;
    format: string;
    quiet: boolean;
    several: boolean;
  },
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
    if (mode.watch) say(files(output, result) + kept(generated));
  }
  if (mode.check && differs(result)) {
    terminal.err(
      `${terminal.style("red", "error")} ${printable(output)} is not what the documents give.\n` +
        `  ${terminal.style("bold", "hint:")} Run the same command without --check, and commit what it writes.\n`,
    );
  }
}

const most = 10;

/** What was written and removed, by name, where it is not too much. */
function files(output: string, { written, removed }: Written): string {
  const lines = [
    ...written
      .filter((path) => !path.startsWith("."))
      .map((path) => `  wrote ${printable(`${output}/${path}`)}`),
    ...removed.map((path) => `  removed ${printable(`${output}/${path}`)}`),
  ];
  const more = lines.length > most ? [`  and ${count(lines.length - most, "file")} more`] : [];
  return [...lines.slice(0, most), ...more].map((line) => `${line}\n`).join("");
}

function kept({ kept }: Generated): string {
  return kept
    .map((file) => `${printable(file)} has an error: what it gave stays as it was.\n`)
    .join("");
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

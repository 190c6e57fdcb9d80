/**
 * Exports `generatePackages`: one run of `generate` for all packages of the settings, with its report. A file of its own
 * because `generate` runs it once, and `generate --watch` again and again.
 */
import { relative, resolve } from "node:path";
import { MistakesError } from "../base/mistakes-error.js";
import type { Generated } from "../build/incremental/incremental.js";
import {
  countOf,
  countProblems,
  printDiagnostics,
  unknownDiagnostics,
  untilAborted,
} from "./print-diagnostics.js";
import { createProgress } from "./progress.js";
import type { Settings } from "./settings.js";
import { count, printable } from "./terminal.js";
import type { Terminal } from "./terminal.js";
import { changesSince, readDescription } from "./package-changes.js";

/** The functions of the library that a run needs. It is loaded only when there is something to do. */
export type Library = Pick<
  typeof import("../build/incremental/incremental.js"),
  "generate" | "writeLock" | "writePackage"
>;

/** The options of one run, besides the settings. */
export interface RunMode {
  /** Write nothing, and fail if there is something to write. */
  readonly check?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
  /** Default true. */
  readonly cache?: boolean | undefined;
  /** Default false. */
  readonly update?: boolean | undefined;
  /** A further run of a process that watches: list the files that are written, and repeat no information. */
  readonly again?: boolean;
}

export interface GeneratedPackage {
  readonly options: Settings["packages"][number];
  readonly generated: Generated;
}

/** The files that a run wrote, or would write. */
interface Written {
  readonly written: readonly string[];
  readonly removed: readonly string[];
  readonly unchanged: number;
  /** The lock, if it changed and is outside the package. */
  readonly lock: string | undefined;
  /** The package did not exist before. */
  readonly isFirst: boolean;
  /** The changes that concern code that uses the package, as text; "" where there are none. */
  readonly changes: string;
}

/** The context of one run. */
interface Run {
  readonly settings: Settings;
  readonly library: Library;
  readonly terminal: Terminal;
  readonly mode: RunMode;
  /** Nothing is written. */
  readonly isDry: boolean;
}

/**
 * Generates and writes all packages, and reports on them.
 * @returns the exit code, and the packages
 * @throws {UsageError | OutputError | MistakesError} after the diagnostics of the documents are printed
 */
export async function generatePackages(
  settings: Settings,
  library: Library,
  terminal: Terminal,
  mode: RunMode,
): Promise<{ readonly code: number; readonly packages: readonly GeneratedPackage[] }> {
  const isDry = (mode.check ?? false) || (mode.dryRun ?? false);
  const run: Run = { settings, library, terminal, mode, isDry };
  const packages: GeneratedPackage[] = [];
  const results: Written[] = [];
  try {
    // One after the other: packages of one configuration share a lock.
    for (const options of settings.packages) {
      const generated = await generateOne(run, options);
      packages.push({ options, generated });
      results.push(await writeOne(run, options.output, generated));
    }
  } catch (error) {
    const isWriting = packages.length > results.length;
    if (isWriting && !(error instanceof MistakesError)) await report(run, packages);
    throw error;
  }
  await report(run, packages);
  for (const [i, one] of packages.entries()) {
    const result = results[i];
    if (result) printResult(run, one, result);
    if (result) await printSteps(run, one, result);
  }
  const isOutdated = mode.check === true && results.some(differs);
  const hasFailed = isOutdated || packages.some(({ generated }) => fails(generated, settings));
  return { code: hasFailed ? 1 : 0, packages };
}

async function generateOne(
  { settings, library, terminal, mode }: Run,
  options: Settings["packages"][number],
): Promise<Generated> {
  const progress = createProgress(terminal, settings.quiet || (mode.again ?? false));
  const work = library.generate({
    // A check proves something: who can write to the cache must not decide what it finds.
    ...((mode.cache === false || mode.check === true) && { cache: false }),
    ...(mode.update === true && { update: true }),
    ...options,
    onProgress: (event) => progress.show(event),
  });
  return untilAborted(work, terminal.signal).finally(() => progress.end());
}

async function writeOne(
  { settings, library, terminal, isDry }: Run,
  output: string,
  generated: Generated,
): Promise<Written> {
  const writing = { check: isDry, signal: terminal.signal };
  const before = readDescription(output);
  const result = generated.isWritten
    ? { written: [], removed: [], unchanged: generated.files.length }
    : await library.writePackage(generated.files, resolve(output), writing);
  const { lock } = generated;
  const hasNewLock = lock !== undefined && (await library.writeLock(lock, writing));
  const changes = settings.quiet ? "" : await changesSince(before, generated);
  const isFirst = before === undefined;
  return { ...result, lock: hasNewLock ? lock.file : undefined, isFirst, changes };
}

/** Prints the diagnostics of all packages. */
function report(
  { settings, terminal, mode }: Run,
  packages: readonly GeneratedPackage[],
): Promise<void> {
  const generated = packages.map((one) => one.generated);
  const diagnostics = [
    ...unknownDiagnostics(generated.flatMap(({ unknowns }) => unknowns)),
    ...generated.flatMap((one) => one.diagnostics),
  ];
  return printDiagnostics(diagnostics, terminal, {
    reporter: settings.reporter,
    // the first run has printed the information
    quiet: settings.quiet || (mode.again ?? false),
    locate: (location) =>
      generated.map(({ locate }) => locate(location)).find((position) => position !== undefined),
    source: (file) =>
      [...generated, settings].map(({ text }) => text(file)).find((text) => text !== undefined),
  });
}

const fails = ({ diagnostics }: Generated, { strict }: Settings): boolean =>
  countOf(diagnostics, "error") > 0 || (strict && countOf(diagnostics, "warning") > 0);

const differs = ({ written, removed, lock }: Written): boolean =>
  written.length + removed.length > 0 || lock !== undefined;

/** Prints the result of one run for one package. */
function printResult(run: Run, { options, generated }: GeneratedPackage, result: Written): void {
  const { settings, terminal, mode, isDry } = run;
  const { output } = options;
  // With another reporter than text, stdout is for diagnostics alone.
  const print = settings.reporter === "text" ? terminal.out : terminal.err;
  if (isDry) print(plan(output, result));
  if (!settings.quiet) {
    const name = settings.packages.length > 1 ? `${printable(output)}: ` : "";
    print(name + summary(generated, result, isDry) + result.changes);
    if (mode.again) print(writtenFiles(output, result) + keptDocuments(generated));
  }
  if (mode.check && differs(result)) {
    terminal.err(
      `${terminal.style("red", "error")} ${printable(output)} differs from what the documents give.\n` +
        `  ${terminal.style("bold", "hint:")} Run the same command without --check, and commit the files that it writes.\n`,
    );
  }
}

/** Prints what to do next, after a run that has written something. */
async function printSteps(run: Run, one: GeneratedPackage, result: Written): Promise<void> {
  const { settings, terminal, mode, isDry } = run;
  const { options, generated } = one;
  if (settings.quiet || isDry || mode.again === true || result.written.length === 0) return;
  const { stepsAfterGenerate } = await import("./next-steps.js");
  const { installationOf, packageJsonOf } = await import("../build/package-json.js");
  const { name } = packageJsonOf(options);
  terminal.err(
    stepsAfterGenerate({
      output: relative(process.cwd(), resolve(options.output)).replaceAll("\\", "/"),
      name,
      form: options,
      rows: generated.rows,
      isFirst: result.isFirst,
      install: installationOf(name, process.cwd()),
      hasOffer: generated.diagnostics.some(({ code }) => code === "preset-available"),
      given: settings.given,
    }),
  );
}

/** The files that a run would write or remove, one a line. */
function plan(output: string, { written, removed, lock }: Written): string {
  const lines = [
    ...written.map((path) => `would write ${printable(`${output}/${path}`)}`),
    ...removed.map((path) => `would remove ${printable(`${output}/${path}`)}`),
    ...(lock === undefined ? [] : [`would write ${printable(relative(process.cwd(), lock))}`]),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

/** How many files a run that watches lists; the others are counted. */
const most = 10;

function writtenFiles(output: string, { written, removed }: Written): string {
  const lines = [
    ...written
      .filter((path) => !path.startsWith("."))
      .map((path) => `  wrote ${printable(`${output}/${path}`)}`),
    ...removed.map((path) => `  removed ${printable(`${output}/${path}`)}`),
  ];
  const more = lines.length > most ? [`  and ${count(lines.length - most, "more file")}`] : [];
  return [...lines.slice(0, most), ...more].map((line) => `${line}\n`).join("");
}

function keptDocuments({ kept }: Generated): string {
  return kept
    .map((file) => `${printable(file)} has an error: its last good version is used.\n`)
    .join("");
}

function summary(generated: Generated, result: Written, isDry: boolean): string {
  const rows = generated.rows.filter((row) => row.recognised);
  const endpoints = new Set(rows.map((row) => row.name)).size;
  const documents = new Set(rows.map((row) => row.document)).size;
  const written = result.written.length + (result.lock === undefined ? 0 : 1);
  const removed = result.removed.length;
  const parts = [
    `${count(endpoints, "endpoint")} from ${count(documents, "document")}`,
    `${count(written, "file")} ${isDry ? "to write" : "written"}`,
    ...(removed > 0 ? [`${removed} ${isDry ? "to remove" : "removed"}`] : []),
    `${result.unchanged} unchanged`,
    ...countProblems(generated),
  ];
  const nothing =
    endpoints === 0
      ? "No batch endpoint was recognised: openapi-batch inspect --all lists all operations, and why each was not.\n"
      : "";
  return `${parts.join(", ")}\n${nothing}`;
}

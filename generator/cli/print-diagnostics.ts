/** Exports how commands print and count diagnostics, and `untilAborted`: shared by all commands. */
import type { Diagnostic, Locate, Location, Severity } from "../base/diagnostics.js";
import { knownPosition } from "../base/positions.js";
import type { options } from "../build/config/options.js";
import { count } from "./terminal.js";
import type { Terminal } from "./terminal.js";

export type Reporter = (typeof options.reporter.values)[number];

export interface Unknown {
  readonly location: Location;
  readonly reason: "unconstrained" | "dangling";
}

/**
 * A diagnostic for each location whose type is `unknown` because its schema has no constraint. A location that several
 * documents refer to is one. A reference without a target has its own warning.
 */
export function unknownDiagnostics(unknowns: readonly Unknown[]): Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  for (const { location, reason } of unknowns) {
    if (reason === "dangling") continue;
    const key = JSON.stringify([location.file, location.pointer]);
    found.set(key, {
      code: "unknown-type",
      severity: "info",
      message: "The schema has no constraint on its values, so their type is `unknown`.",
      location,
    });
  }
  return [...found.values()];
}

/**
 * Prints diagnostics: text to `err`, where people read; the other forms to `out`, as the result.
 * @param options.quiet Leave out diagnostics that are only for information (text only).
 */
export async function printDiagnostics(
  diagnostics: readonly Diagnostic[],
  terminal: Terminal,
  options: {
    readonly reporter: Reporter;
    readonly quiet: boolean;
    readonly source: (file: string) => string | undefined;
    /** Default: the positions that locations carry. */
    readonly locate?: Locate;
  },
): Promise<void> {
  const locate = options.locate ?? knownPosition;
  if (options.reporter === "text") {
    const shown = diagnostics.filter(({ severity }) => !options.quiet || severity !== "info");
    if (shown.length === 0) return;
    const { reportText } = await import("./report.js");
    terminal.err((await reportText(shown, options.source, terminal.style, locate)) + "\n");
    return;
  }
  const { reportJson, reportSarif, reportGithub } = await import("./report-formats.js");
  const reports = { json: reportJson, sarif: reportSarif, github: reportGithub };
  terminal.out(reports[options.reporter](diagnostics, locate));
}

export function countOf(diagnostics: readonly Diagnostic[], severity: Severity): number {
  return diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
}

/** `2 errors`, `1 warning`, `3 files skipped`, `14 unknown types`: without counts of zero. */
export function countProblems(found: {
  readonly diagnostics: readonly Diagnostic[];
  readonly skipped: readonly unknown[];
  readonly unknowns: readonly Unknown[];
}): string[] {
  const unknowns = unknownDiagnostics(found.unknowns).length;
  const errors = countOf(found.diagnostics, "error");
  const warnings = countOf(found.diagnostics, "warning");
  return [
    ...(found.skipped.length > 0 ? [`${count(found.skipped.length, "file")} skipped`] : []),
    ...(unknowns > 0 ? [count(unknowns, "unknown type")] : []),
    ...(warnings > 0 ? [count(warnings, "warning")] : []),
    ...(errors > 0 ? [count(errors, "error")] : []),
  ];
}

/** The work, or the reason of the abort, whichever comes first. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = newPromise<never>();
  // `throwIfAborted` throws the reason of the abort
  const abort = (): void => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

function newPromise<T>(): { promise: Promise<T>; reject: (reason: unknown) => void } {
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<T>((_, no) => {
    reject = no;
  });
  return { promise, reject };
}

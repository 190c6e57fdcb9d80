/** What `generate` and `inspect` do alike with what was found wrong. */
import type { Diagnostic, Locate, Location, Severity } from "../base/diagnostics.js";
import { knownPosition } from "../base/positions.js";
import { count } from "./terminal.js";
import type { Terminal } from "./terminal.js";

export const formats = ["text", "json", "sarif", "github"] as const;
export type Format = (typeof formats)[number];

export interface Unknown {
  readonly location: Location;
  readonly reason: "unconstrained" | "dangling";
}

/**
 * The places whose type is `unknown` because nothing is said of it, told in the same way as everything else about the
 * documents. A place that several documents refer to is one. A reference that leads nowhere has a warning of its own.
 */
export function unknownDiagnostics(unknowns: readonly Unknown[]): Diagnostic[] {
  const places = new Map<string, Diagnostic>();
  for (const { location, reason } of unknowns) {
    if (reason === "dangling") continue;
    const key = JSON.stringify([location.file, location.pointer]);
    places.set(key, {
      code: "unknown-type",
      severity: "info",
      message: "The schema says nothing about its values, so their type is `unknown`.",
      location,
    });
  }
  return [...places.values()];
}

/**
 * Prints diagnostics: as text where people read (`err`), in the other formats as the result (`out`).
 * @param quiet Leave out what is only for information (text only).
 */
export async function printDiagnostics(
  diagnostics: readonly Diagnostic[],
  terminal: Terminal,
  options: {
    readonly format: Format;
    readonly quiet: boolean;
    readonly source: (file: string) => string | undefined;
    /** Default: those positions that locations carry. */
    readonly locate?: Locate;
  },
): Promise<void> {
  const locate = options.locate ?? knownPosition;
  if (options.format === "text") {
    const shown = diagnostics.filter(({ severity }) => !options.quiet || severity !== "info");
    if (shown.length === 0) return;
    const { reportText } = await import("./report.js");
    terminal.err((await reportText(shown, options.source, terminal.style, locate)) + "\n");
    return;
  }
  const { reportJson, reportSarif, reportGithub } = await import("./report-formats.js");
  const reports = { json: reportJson, sarif: reportSarif, github: reportGithub };
  terminal.out(reports[options.format](diagnostics, locate));
}

export function countOf(diagnostics: readonly Diagnostic[], severity: Severity): number {
  return diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
}

/** `2 errors`, `1 warning`, `3 files skipped`, `14 unknown types`: only what there is. */
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
  // What is thrown by `throwIfAborted` is what the signal was aborted with.
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

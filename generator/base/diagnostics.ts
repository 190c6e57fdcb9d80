/**
 * Exports `Diagnostic`, a report about the input, and `Location`. Types only: the code that prints decides on the form.
 */

export type Severity = "error" | "warning" | "info";

/** A location in a file: the value at `pointer`, or a position in its text. */
export interface Location {
  /** Relative to the working directory, with forward slashes; or an http(s) address. */
  readonly file: string;
  /** A JSON Pointer (RFC 6901) into the file. */
  readonly pointer: string;
  /** Only where the reporter knows it, as for a syntax error; otherwise a `Locate` finds it. Both count from 1. */
  readonly line?: number;
  readonly column?: number;
}

/** Lines and columns count from 1; columns in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Finds the position of a location; undefined where the text of its file is not available. */
export type Locate = (location: Location) => Position | undefined;

export interface Diagnostic {
  /** Stable, kebab-case, for example `dangling-reference`. */
  readonly code: string;
  /** An error fails the run (exit code 1); a warning only with `--strict`. */
  readonly severity: Severity;
  /** One sentence: what was expected and what was found. */
  readonly message: string;
  readonly location?: Location;
  /** What to do about it. */
  readonly hint?: string;
}

/** What the tool has to say about its input. Data only: `commands/` decides how to print it. */

export type Severity = "error" | "warning" | "info";

/** A place in a file. Lines and columns count from 1; `pointer` is a JSON Pointer (RFC 6901) into the file. */
export interface Location {
  /** Relative to the working directory, with forward slashes. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly pointer: string;
}

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

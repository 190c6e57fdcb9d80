import type { Diagnostic } from "./diagnostics.js";

/** Thrown when the lock or the configuration has mistakes, before anything is done. */
export class MistakesError extends Error {
  /** Their locations have a line and a column, where the file has one. */
  readonly diagnostics: readonly Diagnostic[];
  /** The text of a file that a diagnostic names. */
  readonly text: (file: string) => string | undefined;

  constructor(diagnostics: readonly Diagnostic[], text: (file: string) => string | undefined) {
    super(diagnostics.map(({ message }) => message).join("\n"));
    this.name = "MistakesError";
    this.diagnostics = diagnostics;
    this.text = text;
  }
}

/** Thrown when the output folder cannot be written, before anything is. `hint` says what to do about it. */
export class OutputError extends Error {
  override readonly name = "OutputError";
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

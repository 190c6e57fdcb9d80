/** Thrown when the call of the tool is wrong: a path that does not exist, an option with a bad value. Exit code 2. */
export class UsageError extends Error {
  /** What to type instead. */
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.name = "UsageError";
    this.hint = hint;
  }
}

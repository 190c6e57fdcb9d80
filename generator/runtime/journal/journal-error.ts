/** `JournalError`: why a run with a journal ends without a summary. */
import { BatchError } from "../errors.js";

/**
 * Another process has the run now (`taken`), the journal does not answer, or it has another run by this name. The loop over
 * the run throws it, and `summary` rejects with it. Every outcome that was given is on disk; the inputs without one are in
 * the journal, and the next run knows what became of them.
 */
export class JournalError extends BatchError {
  override readonly name = "JournalError";
  /** Another process opened the run since. */
  declare readonly taken: boolean;
  constructor(message: string, taken: boolean, cause?: unknown) {
    super(message, { sent: false, taken }, { cause });
  }
}

/** `tried`: calls a store again while it rejects, for two minutes. */
import { member } from "../pointer.js";
import { startTimer, type Clock } from "../send/clock.js";
import { pauseMs } from "../send/retry.js";
import { JournalError } from "./journal-error.js";

/** A database that restarts, or fails over, needs so long, in milliseconds. */
const PATIENCE_MS = 120_000;
const LONGEST_PAUSE_MS = 5000;

const never = new AbortController().signal;

/** Rejects only with a JournalError. */
export async function tried<T>(
  { clock, random }: { readonly clock: Clock; readonly random: () => number },
  call: () => Promise<T>,
): Promise<T> {
  const start = clock.now();
  for (let failures = 1; ; failures++) {
    try {
      return await answered(call);
    } catch (error) {
      // By its name, because the store may be that of another package.
      if (member(error, "name") === "JournalError") throw error;
      const ms = Math.min(LONGEST_PAUSE_MS, pauseMs(failures, random));
      if (clock.now() + ms > start + PATIENCE_MS) throw silent(error);
      await clock.sleep(ms, never);
    }
  }
}

const silent = (cause?: unknown) => new JournalError("the journal does not answer", false, cause);

/** A call without an answer is not made again: it might take effect after the second one. */
function answered<T>(call: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = startTimer(PATIENCE_MS, () => reject(silent()));
    (async () => call())().then(resolve, reject).finally(cancel);
  });
}

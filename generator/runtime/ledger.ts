/** Keeps account of a run: who was read, what became of them, what it took. */
import type { Clock } from "./clock.js";
import { NEVER_SENT, type Entry } from "./entry.js";
import { AccountingError, type ItemError } from "./errors.js";
import { itemError, type Fate, type Outcome, type Progress, type Summary } from "./outcome.js";

export type AnyOutcome = Outcome<unknown, unknown, ItemError, unknown>;

/** What an outcome says of its input. */
export type About = Pick<Entry, "source" | "input" | "index" | "key">;

export interface Ledger {
  /** Counters that the run itself moves. */
  readonly count: {
    read: number;
    requests: number;
    retries: number;
    isolations: number;
    bytes: number;
    rateWaitMs: number;
    hookErrors: number;
  };
  /** The outcome of an entry. Only the first one counts. */
  settle(entry: Entry, fate: Fate<unknown>): void;
  /** The outcome of an input that never became an entry. */
  refuse(about: About, category: string, message: string): void;
  progress(): Progress;
  /** Throws AccountingError where the sum is wrong. */
  close(ended: Summary["ended"], cause: unknown): Summary;
}

export function createLedger(clock: Clock, push: (outcome: AnyOutcome) => void): Ledger {
  const startedAt = clock.now();
  const count = {
    read: 0,
    requests: 0,
    retries: 0,
    isolations: 0,
    bytes: 0,
    rateWaitMs: 0,
    hookErrors: 0,
  };
  const outcomes = { ok: 0, failed: 0, unknown: 0, notSent: 0 };
  const failedBy = new Map<string, number>();
  let summary: Summary | undefined;

  const emit = ({ source, input, index, key }: About, fate: Fate<unknown>) => {
    outcomes[fate.kind]++;
    if (fate.kind === "failed") {
      const { category } = fate.error;
      failedBy.set(category, (failedBy.get(category) ?? 0) + 1);
    }
    push({ source, input, index, key, replayed: false, ...fate });
  };
  const progress = (): Progress => {
    const { ok, failed, unknown, notSent } = outcomes;
    return Object.freeze({
      ...count,
      ...outcomes,
      skipped: 0,
      inFlight: count.read - ok - failed - unknown - notSent,
      elapsedMs: clock.now() - startedAt,
    });
  };

  return {
    count,
    settle(entry, fate) {
      if (entry.settled) return;
      entry.settled = true;
      emit(entry, fate);
    },
    refuse(about, category, message) {
      const error = { ...itemError({ category, message }), body: undefined };
      emit(about, { kind: "failed", at: "input", error, sent: NEVER_SENT });
    },
    progress: () => summary ?? progress(),
    close(ended, cause) {
      summary = Object.freeze({
        ...progress(),
        ended,
        failedBy: Object.fromEntries(failedBy),
        ...(cause !== undefined && { cause }),
      });
      if (summary.inFlight)
        throw new AccountingError(`${summary.inFlight} of ${summary.read} inputs have no outcome`);
      return summary;
    },
  };
}

/** Keeps account of a run: who was read, what became of them, what it took. */
import type { Clock } from "../send/clock.js";
import type { Entry } from "./item.js";
import { AccountingError } from "../errors.js";
import { itemError, type Fate, type Outcome, type Progress, type Summary } from "./outcome.js";

export type AnyOutcome = Outcome<{ readonly input: unknown; readonly result: unknown }>;

/** What becomes of an input; what was sent for it, the entry knows. */
export type Told<F = Fate<unknown>> = F extends unknown ? Omit<F, "sent"> : never;

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
  /**
   * The outcome of an entry. Only the first one counts. Where an earlier send left nothing proved, what came later does
   * not undo it, but for a success.
   */
  settle(entry: Entry, told: Told): void;
  /** The same, for an input that is not to be sent. */
  refuse(entry: Entry, category: string, message: string): void;
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
  const failedBy: Record<string, number> = Object.create(null) as {}; // categories come from the service
  let summary: Summary | undefined;

  const settle = (entry: Entry, told: Told) => {
    if (entry.settled) return;
    entry.settled = true;
    const { source, input, index, key, lost, contested, sent } = entry;
    const fate: Told = lost && told.kind !== "ok" ? { kind: "unknown", ...lost } : told;
    outcomes[fate.kind]++;
    if (fate.kind === "unknown") entry.lost = fate;
    if (fate.kind === "failed") {
      const { category } = fate.error;
      failedBy[category] = (failedBy[category] ?? 0) + 1;
    }
    push({ source, input, index, key, replayed: false, contested, ...fate, sent });
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
    settle,
    refuse(entry, category, message) {
      const error = { ...itemError({ category, message }), body: undefined };
      settle(entry, { kind: "failed", at: "input", error });
    },
    progress: () => summary ?? progress(),
    close(ended, cause) {
      summary = Object.freeze({
        ...progress(),
        ended,
        failedBy: { ...failedBy },
        ...(cause !== undefined && { cause }),
      });
      if (summary.inFlight) throw new AccountingError(`${summary.inFlight} inputs have no outcome`);
      return summary;
    },
  };
}

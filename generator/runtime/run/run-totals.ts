/** `createRunTotals`: counts the inputs, outcomes and requests of a run, and gives each item exactly one outcome. */
import type { Clock } from "../send/clock.js";
import type { AnyEndpoint } from "../endpoint/endpoint.js";
import { AccountingError } from "../errors.js";
import { convert, withLost, type Decision } from "./decide-outcomes.js";
import { noteSettled, type InFlight } from "./in-flight.js";
import type { Outcome, Progress, Summary } from "./outcome.js";

export type AnyOutcome = Outcome<{ readonly input: unknown; readonly result: unknown }>;

/** What a journal kept of an outcome, besides its `Decision`. */
export type Kept = Partial<Pick<AnyOutcome, "sent" | "contested" | "replayed">>;

export interface RunTotals {
  /** Counters that the run changes. */
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
   * Gives an item its outcome. Only the first call for an item has an effect. `kept`: what its outcome had in an earlier
   * run. `converted`: the result is in the caller's form.
   */
  settle(flight: InFlight, decision: Decision, kept?: Kept, converted?: boolean): void;
  /** An item gets no outcome, because the consumer of an earlier run has had it. */
  skip(): void;
  progress(): Progress;
  /** Throws an AccountingError if an input has no outcome. */
  close(ended: Summary["ended"], cause: unknown): Summary;
}

/** @param push gets each outcome, and its result as the service sent it */
export function createRunTotals(
  clock: Clock,
  endpoint: AnyEndpoint,
  push: (flight: InFlight, outcome: AnyOutcome, result: unknown) => void,
): RunTotals {
  const startedAt = clock.now();
  const count = {
    ...{ read: 0, requests: 0, retries: 0, isolations: 0 },
    ...{ bytes: 0, rateWaitMs: 0, hookErrors: 0 },
  };
  const outcomes = { ok: 0, failed: 0, unknown: 0, notSent: 0, skipped: 0 };
  const failedBy: Record<string, number> = Object.create(null) as {}; // categories come from the service
  let summary: Summary | undefined;

  const settle: RunTotals["settle"] = (flight, decision, kept, converted) => {
    if (flight.settled) return;
    const proved = withLost(flight.lost, decision);
    const final = converted ? proved : convert(endpoint, proved);
    noteSettled(flight, final.kind === "unknown" ? final : undefined);
    outcomes[final.kind]++;
    if (final.kind === "failed") {
      const { category } = final.error;
      failedBy[category] = (failedBy[category] ?? 0) + 1;
    }
    const { item, contested, sent } = flight;
    const { source, input, index, key } = item;
    const result = proved.kind === "ok" ? proved.result : undefined;
    push(flight, { source, input, index, key, contested, ...final, sent, ...kept }, result);
  };
  const progress = (): Progress => {
    const { ok, failed, unknown, notSent, skipped } = outcomes;
    return Object.freeze({
      ...count,
      ...outcomes,
      inFlight: count.read - ok - failed - unknown - notSent - skipped,
      elapsedMs: clock.now() - startedAt,
    });
  };

  return {
    count,
    settle,
    skip() {
      outcomes.skipped++;
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

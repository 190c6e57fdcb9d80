/** `createRunTotals`: counts the inputs, outcomes and requests of a run, and gives each item exactly one outcome. */
import type { Clock } from "../send/clock.js";
import { AccountingError } from "../errors.js";
import { withLost, type Decision } from "./decide-outcomes.js";
import { noteSettled, type InFlight } from "./in-flight.js";
import type { Outcome, Progress, Summary } from "./outcome.js";

export type AnyOutcome = Outcome<{ readonly input: unknown; readonly result: unknown }>;

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
  /** Gives an item its outcome. Only the first call for an item has an effect. */
  settle(flight: InFlight, decision: Decision): void;
  progress(): Progress;
  /** Throws an AccountingError if an input has no outcome. */
  close(ended: Summary["ended"], cause: unknown): Summary;
}

export function createRunTotals(clock: Clock, push: (outcome: AnyOutcome) => void): RunTotals {
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

  const settle = (flight: InFlight, decision: Decision) => {
    if (flight.settled) return;
    const final = withLost(flight.lost, decision);
    noteSettled(flight, final.kind === "unknown" ? final : undefined);
    outcomes[final.kind]++;
    if (final.kind === "failed") {
      const { category } = final.error;
      failedBy[category] = (failedBy[category] ?? 0) + 1;
    }
    const { item, contested, sent } = flight;
    const { source, input, index, key } = item;
    push({ source, input, index, key, contested, ...final, sent });
  };
  const progress = (): Progress => {
    const { ok, failed, unknown, notSent } = outcomes;
    return Object.freeze({
      ...count,
      ...outcomes,
      inFlight: count.read - ok - failed - unknown - notSent,
      elapsedMs: clock.now() - startedAt,
    });
  };

  return {
    count,
    settle,
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

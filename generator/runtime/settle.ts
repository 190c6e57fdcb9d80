/** What becomes of the entries of a request: where every outcome of a sent entry is decided. */
import type { Clock } from "./clock.js";
import type { AnyEndpoint } from "./endpoint.js";
import type { Entry } from "./entry.js";
import type { Governor } from "./governor.js";
import type { RunEvent } from "./instrument.js";
import { readReply, stateOf } from "./match.js";
import { itemError, type Fate, type NotSentReason, type UnknownReason } from "./outcome.js";
import { get } from "./pointer.js";
import type { Polled } from "./polling.js";
import type { Resolved } from "./resolve.js";
import type { RetryQuota } from "./retry.js";
import { matches } from "./statuses.js";
import type { Exchange } from "./transport.js";

/** What a chunk needs of its run. */
export interface Delivery {
  readonly endpoint: AnyEndpoint;
  readonly data: Resolved;
  readonly clock: Clock;
  readonly random: () => number;
  readonly quota: RetryQuota;
  readonly governor: Governor | undefined;
  readonly count: { retries: number; isolations: number; rateWaitMs: number };
  /** Aborted when the run is to stop: waits end. */
  readonly halt: AbortSignal;
  /** Why nothing more is to be sent. */
  stopped(): { readonly reason: NotSentReason; readonly cause: unknown } | undefined;
  stop(ended: "quota" | "stopped", cause: unknown): void;
  /** Sends one request for these entries, and notes it in them. Rejects with a BatchError. */
  request(entries: readonly Entry[], attempt: number): Promise<Exchange<string>>;
  /** Waits for the end of a job: the body of its last state, or undefined where there is none to be had. */
  poll?: ((body: unknown) => Promise<Polled>) | undefined;
  settle(entry: Entry, fate: Fate<unknown>): void;
  /** A reply told how many items fit into a request. */
  learn(items: number): void;
  tell(event: Pick<RunEvent, "type" | "items" | "attempt" | "delayMs" | "status">): void;
}

/** Settles what a success reply proves; returns what it asks to send again, with the reason. */
export async function read(
  run: Delivery,
  entries: readonly Entry[],
  status: number,
  told: unknown,
  requestId: string | undefined,
): Promise<{ resend: Map<Entry, unknown>; settled: boolean }> {
  const { data, endpoint } = run;
  const { operation, bound, uses } = endpoint;
  let body = told;
  let where = data;
  let { reason, cause }: { reason?: UnknownReason | undefined; cause?: unknown } = {
    reason: stateOf(data, status, body),
  };
  if (reason === "pending" && run.poll) {
    const polled = await run.poll(body);
    if ("body" in polled) {
      ({ body } = polled);
      reason = undefined;
      const { results = { at: "", as: "none" } as const } = data.job ?? {};
      where = { ...data, results, acknowledged: results.as === "none" };
    } else ({ reason, cause } = polled);
  }
  const reading = readReply(where, entries, body);
  const empty = status === 204 && matches(204, operation.replies);
  const resend = new Map<Entry, unknown>();
  const left = data.remainder && get(body, data.remainder.at);
  if (left !== undefined && left !== null)
    for (const entry of uses.findRemainder?.(operation, left, entries) ?? [])
      resend.set(entry, left);
  const ok = (entry: Entry, result: unknown) => {
    if (reason) return run.settle(entry, lossOf(entry, { reason, cause: cause ?? body }));
    let converted = result;
    try {
      if (bound?.result && result !== undefined) converted = bound.result(result);
    } catch (error) {
      return run.settle(entry, lossOf(entry, { reason: "crashed", cause: error }));
    }
    run.settle(entry, { kind: "ok", result: converted, sent: entry.sent });
  };
  for (const entry of entries) {
    if (resend.has(entry)) continue;
    const finding = reading.findings.get(entry);
    if (finding?.is === "ok") ok(entry, finding.result);
    else if (finding?.is === "failed") {
      if (finding.again) resend.set(entry, finding.body);
      else {
        const error = itemError(finding.body, finding.status ?? status, requestId);
        fail(run, entry, { at: "item", error });
      }
    } else if (finding || !(empty || reading.rest !== "unknown")) {
      const unclear = finding?.cause ?? (reading.strays.length ? reading.strays : body);
      run.settle(entry, lossOf(entry, { reason: reason ?? "noResult", cause: cause ?? unclear }));
    } else if (empty || reading.rest === "ok") ok(entry, undefined);
    else fail(run, entry, { at: "item", error: itemError(undefined, status, requestId) });
  }
  return { resend, settled: resend.size < entries.length };
}

/** The first loss is the one that counts: whatever came later does not undo it. */
export const lossOf = (entry: Entry, now: NonNullable<Entry["lost"]>): Fate<unknown> => ({
  kind: "unknown",
  ...(entry.lost ?? now),
  sent: entry.sent,
});

/** Refused, unless an earlier send may have been applied. */
export function fail(
  { settle }: Delivery,
  entry: Entry,
  { at, error }: Pick<Extract<Fate<unknown>, { kind: "failed" }>, "at" | "error">,
): void {
  const { lost, sent } = entry;
  settle(entry, lost ? { kind: "unknown", ...lost, sent } : { kind: "failed", at, error, sent });
}

/** Not sent, unless an earlier send may have been applied. */
export function skip(
  { settle }: Delivery,
  entry: Entry,
  reason: NotSentReason,
  cause: unknown,
): void {
  const { lost, sent } = entry;
  settle(entry, lost ? { kind: "unknown", ...lost, sent } : { kind: "notSent", reason, cause });
}

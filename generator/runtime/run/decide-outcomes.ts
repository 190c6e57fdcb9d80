/** What becomes of the entries of a request: where every outcome of a sent entry is decided. */
import type { Clock } from "../send/clock.js";
import type { AnyEndpoint } from "../endpoint/endpoint.js";
import type { Entry } from "./item.js";
import type { RateLimiter } from "../send/rate-limiter.js";
import type { RunEvent } from "../send/instrument.js";
import type { ItemError } from "../errors.js";
import type { Told } from "./run-totals.js";
import { readReply, stateOf, type Finding } from "../reply/match.js";
import { itemError, type NotSentReason, type UnknownReason } from "./outcome.js";
import { get } from "../pointer.js";
import type { Polled } from "../send/polling.js";
import type { Resolved } from "../endpoint/resolve.js";
import type { RetryQuota } from "../send/retry.js";
import { matches } from "../reply/statuses.js";
import type { Exchange } from "../send/transport.js";

/** What a chunk needs of its run. */
export interface Delivery {
  readonly endpoint: AnyEndpoint;
  readonly data: Resolved;
  /** The body of a request without its items. */
  readonly shared: unknown;
  readonly clock: Clock;
  readonly random: () => number;
  readonly quota: RetryQuota;
  readonly rateLimiter: RateLimiter | undefined;
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
  settle(entry: Entry, told: Told): void;
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
): Promise<ReadonlyMap<Entry, unknown>> {
  const { operation, bound, uses } = run.endpoint;
  let { data } = run;
  let body = told;
  let cause: unknown;
  let reason: UnknownReason | undefined = stateOf(data, status, body);
  if (reason === "pending" && run.poll) {
    const polled = await run.poll(body);
    if ("body" in polled) {
      ({ body } = polled);
      reason = undefined;
      const { results = { at: "", as: "none" } as const } = data.job ?? {};
      data = { ...data, results, acknowledged: results.as === "none" };
    } else ({ reason, cause } = polled);
  }
  const { rest, strays } = readReply(data, entries, body, run.shared);
  const resend = new Map<Entry, unknown>();
  const left = data.remainder && get(body, data.remainder.at);
  if (left !== undefined && left !== null)
    for (const entry of uses.findRemainder?.(operation, left, entries) ?? [])
      resend.set(entry, left);
  const empty = status === 204 && matches(204, operation.replies);
  const unmentioned: Finding =
    empty || rest === "ok"
      ? { is: "ok", result: undefined }
      : rest === "failed"
        ? { is: "failed", body: undefined, again: false }
        : { is: "unclear", cause: strays.length ? strays : body };
  for (const entry of entries) {
    const finding = entry.found ?? unmentioned;
    if (resend.has(entry)) continue;
    if (finding.is === "failed") {
      const { body, again, status: own = status } = finding;
      if (again) resend.set(entry, body);
      else fail(run, [entry], "item", itemError(body, own, requestId));
    } else if (finding.is === "unclear" || reason) {
      const unclear = finding.is === "unclear" ? finding.cause : body;
      run.settle(entry, {
        kind: "unknown",
        reason: reason ?? "noResult",
        cause: cause ?? unclear,
      });
    } else
      try {
        const { result } = finding;
        const own = bound?.result && result !== undefined ? bound.result(result) : result;
        run.settle(entry, { kind: "ok", result: own });
      } catch (error) {
        run.settle(entry, { kind: "unknown", reason: "crashed", cause: error });
      }
  }
  return resend;
}

export const fail = (
  run: Delivery,
  entries: readonly Entry[],
  at: "item" | "request",
  error: ItemError,
): void => entries.forEach((entry) => run.settle(entry, { kind: "failed", at, error }));

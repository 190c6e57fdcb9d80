/** Decides every retry: what a reply or an error means for its request, whether to send it again, and when. */
import { BatchAbortError, BatchQuotaError, BatchTimeoutError, type BatchError } from "../errors.js";
import { get } from "../pointer.js";
import type { Resolved } from "../endpoint/resolve.js";
import { fits, matches } from "../reply/statuses.js";
import type { StatusRule } from "../endpoint/x-batch.js";

/** The most sends of one request without progress. */
const ATTEMPTS = 5;

/** What a reply means for its request. */
export type ReplyVerdict =
  /** A success: it says what happened to each item. */
  | "read"
  /** The service did nothing: pause, then send again. */
  | "throttled"
  /** The service did nothing: send again. */
  | "rejected"
  /** Nothing proves what happened. */
  | "ambiguous"
  /** The service did nothing, because the request is too large. */
  | "tooLarge"
  /** The service did nothing, perhaps because of single items. */
  | "isolate"
  /** The service did nothing, and would refuse the request again. */
  | "refused";

/**
 * The first row with the status decides; in each list, a rule with a test of the body comes before the others. A body
 * that is not intact might have passed a test that says that something was applied.
 */
export function judgeStatus(
  { statuses = {} }: Resolved,
  status: number,
  { body, intact }: { readonly body: unknown; readonly intact: boolean },
): ReplyVerdict {
  const { ambiguous, throttled = [], rejected = [], wholeBatch, partial } = statuses;
  const verdicts: readonly (readonly [ReplyVerdict, readonly StatusRule[] | undefined])[] = [
    ["read", ["2XX"]],
    ["ambiguous", ambiguous],
    ["throttled", [429, ...throttled]],
    ["rejected", [425, ...rejected]],
    ["tooLarge", [413]],
    ["isolate", wholeBatch],
    ["read", partial],
    // A redirect that cannot be followed may come after the work is done. Some platforms report it as status 0.
    ["ambiguous", [0, "3XX", "5XX", 408, 499]],
  ];
  const tested = (rule: StatusRule) => typeof rule === "object";
  const mayFit = (rule: StatusRule) => typeof rule === "object" && matches(status, [rule.status]);
  if (!intact && [...(ambiguous ?? []), ...(partial ?? [])].some(mayFit)) return "ambiguous";
  const special = verdicts.find(([, rules]) => fits(rules?.filter(tested), status, body));
  return (special ?? verdicts.find(([, rules]) => fits(rules, status, body)))?.[0] ?? "refused";
}

/** Why a request has no reply. */
export type ErrorVerdict =
  /** The quota is used up, and the wait would be too long. */
  | "quota"
  /** It was not sent. */
  | "unsent"
  /** The caller gave it up, and it may have been sent. */
  | "aborted"
  /** It may have been sent, and nothing proves what happened. */
  | "timeout"
  | "reset";

export function judgeError(error: BatchError): ErrorVerdict {
  if (error instanceof BatchQuotaError) return "quota";
  if (!error.sent) return "unsent";
  if (error instanceof BatchAbortError) return "aborted";
  return error instanceof BatchTimeoutError ? "timeout" : "reset";
}

/** Whether to send a request again although nothing proves what happened. `attempt`: the number of its last send, from 1. */
export const resendsUnproved = (attempt: number, health: Health): boolean =>
  hasAttempts(attempt) && health.take();

/** Whether to send a request again that was not sent or was refused. */
export const hasAttempts = (attempt: number): boolean => attempt < ATTEMPTS;

/**
 * The wait before a throttled or rejected request is sent again, or why it is not. `row`: how often in a row the service
 * did no work.
 */
export function judgeThrottle(
  verdict: "throttled" | "rejected",
  reply: {
    readonly policy: number | "stop" | undefined;
    readonly afterMs: number | undefined;
  },
  tries: { readonly attempt: number; readonly throttledMs: number; readonly row: number },
  random: () => number,
  maxWaitMs: number,
): { readonly waitMs: number } | "quota" | "refused" {
  const { afterMs } = reply;
  const policy = verdict === "throttled" ? reply.policy : undefined;
  if (policy === "stop") return "quota";
  const costs = costsAttempt(verdict, afterMs);
  const waitMs = costs
    ? waitFor(tries.attempt, afterMs, random)
    : Math.max(afterMs ?? policy ?? 0, pauseMs(tries.row, random));
  if (tries.throttledMs + waitMs > maxWaitMs) return "quota";
  return costs && !hasAttempts(tries.attempt) ? "refused" : { waitMs };
}

/** A throttled request costs no attempt, and neither does a wait that the service asks for. */
export const costsAttempt = (
  verdict: "throttled" | "rejected",
  afterMs: number | undefined,
): boolean => verdict === "rejected" && afterMs === undefined;

/** The wait before the next send, in milliseconds: the backoff, but at least what the service asks for. */
export const waitFor = (
  attempt: number,
  atLeastMs: number | undefined,
  random: () => number,
): number => Math.max(atLeastMs ?? 0, backoffMs(attempt, random));

/** Full jitter: a random wait up to 0.5 s, 1 s, 2 s, … 30 s. */
const backoffMs = (attempt: number, random: () => number): number =>
  random() * Math.min(30_000, 500 * 2 ** (attempt - 1));

/** A pause of all requests: a random wait from half of to 1 s, 2 s, 4 s, … 30 s. */
export const pauseMs = (row: number, random: () => number): number =>
  (0.5 + random() / 2) * Math.min(30_000, 1000 * 2 ** (row - 1));

/**
 * `Retry-After` in milliseconds: a number of seconds, or a date, which counts from the `Date` of the same reply, because
 * the clocks of two machines differ.
 */
export function retryAfterMs(headers: Headers): number | undefined {
  return readRetryAfter(headers.get("retry-after") ?? "", headers.get("date") ?? "");
}

/** The value of `Retry-After`, in milliseconds. `date`: the time of the reply. */
export function readRetryAfter(value: string, date = ""): number | undefined {
  const text = value.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const now = Date.parse(date);
  // Without a letter it is no date of HTTP, whatever the platform makes of it.
  const ms = /[a-z]/i.test(text) ? Date.parse(text) - (now || Date.now()) : NaN;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** The pause for the policy that a throttling reply names, or for any throttle of the service. */
export function policyOf({ rate }: Resolved, body: unknown): number | "stop" | undefined {
  const { at, values } = rate?.policies ?? {};
  const name = at === undefined ? undefined : get(body, at);
  return typeof name === "string" && values && Object.hasOwn(values, name)
    ? values[name]
    : rate?.penaltyMs;
}

/** What all requests of a client have learned about the service. */
export interface Health {
  /** Whether the service has ever answered. */
  readonly reached: boolean;
  /** Takes one of the retries of unproved requests. False if they are used up: a service that is down gets no storm. */
  take(): boolean;
  /** Notes a success: it gives back a part of a retry, and ends a row of troubles. */
  succeed(): void;
  /**
   * Notes that a request which was sent at `sentAt` found the service busy or down. Returns how often that happened in a
   * row. Requests that were on their way at the same time count once.
   */
  trouble(sentAt: number, now: number): number;
  answer(): void;
}

export function createHealth(most = 100): Health {
  let left = most;
  let reached = false;
  let row = 0;
  let noticedAt = -Infinity;
  return {
    get reached() {
      return reached;
    },
    take: () => left >= 1 && (left--, true),
    succeed() {
      left = Math.min(most, left + 0.2);
      row = 0;
    },
    trouble(sentAt, now) {
      if (row && sentAt < noticedAt) return row;
      noticedAt = now;
      return ++row;
    },
    answer() {
      reached = true;
    },
  };
}

/** Decides every retry: what an answer means for its whole request, whether to send again, and after which wait. */
import { BatchAbortError, BatchQuotaError, BatchTimeoutError, type BatchError } from "../errors.js";
import { get } from "../pointer.js";
import type { Resolved } from "../endpoint/resolve.js";
import { matches } from "../reply/statuses.js";
import type { StatusPattern } from "../endpoint/x-batch.js";

/** Sends of one request that may come to nothing. */
const ATTEMPTS = 5;
/** How long one request may be throttled, in milliseconds. */
const THROTTLE_MS = 600_000;

/** What a reply means for its whole request. */
export type ReplyVerdict =
  /** A success: it says what happened to each item. */
  | "read"
  /** Slow down, then send again. */
  | "throttled"
  /** Nothing was done: send again. */
  | "rejected"
  /** Nothing proves what happened. */
  | "ambiguous"
  /** Nothing was done, because the request is too large. */
  | "tooLarge"
  /** Nothing was done, perhaps because of a few items. */
  | "isolate"
  /** Nothing was done, and nothing would be. */
  | "refused";

/** The first row that fits decides. */
export function judgeStatus({ statuses = {} }: Resolved, status: number): ReplyVerdict {
  const { ambiguous, throttled = [], rejected = [], wholeBatch } = statuses;
  const verdicts: readonly (readonly [ReplyVerdict, readonly StatusPattern[] | undefined])[] = [
    ["read", ["2XX"]],
    ["ambiguous", ambiguous],
    ["throttled", [429, ...throttled]],
    ["rejected", [425, ...rejected]],
    ["tooLarge", [413]],
    ["isolate", wholeBatch],
    // A redirect that could not be followed, which some platforms show as status 0, may come after the work is done.
    ["ambiguous", [0, "3XX", "5XX", 408, 499]],
  ];
  return verdicts.find(([, patterns]) => matches(status, patterns))?.[0] ?? "refused";
}

/** What it means that a request has no reply. */
export type ErrorVerdict =
  /** The quota is used up for too long. */
  | "quota"
  /** It did not leave. */
  | "unsent"
  /** The caller gave it up when it may have left. */
  | "aborted"
  /** It may have left, and nothing proves what happened. */
  | "timeout"
  | "reset";

export function judgeError(error: BatchError): ErrorVerdict {
  if (error instanceof BatchQuotaError) return "quota";
  if (!error.sent) return "unsent";
  if (error instanceof BatchAbortError) return "aborted";
  return error instanceof BatchTimeoutError ? "timeout" : "reset";
}

/** Whether a request of which nothing is proved is sent again: `attempt` is the number of its last send, from 1. */
export const resendsUnproved = ({ retry }: Resolved, attempt: number, quota: RetryQuota): boolean =>
  retry.safe && hasAttempts(attempt) && quota.take();

/** Whether a request that did no harm, since it did not leave or was refused, is sent again. */
export const hasAttempts = (attempt: number): boolean => attempt < ATTEMPTS;

/** A throttled or rejected request: the wait before it is sent again, or why it is not. */
export function judgeThrottle(
  verdict: "throttled" | "rejected",
  reply: {
    readonly policy: number | "stop" | undefined;
    readonly afterMs: number | undefined;
  },
  tries: { readonly attempt: number; readonly throttledMs: number },
  random: () => number,
): { readonly waitMs: number } | "quota" | "refused" {
  const { afterMs } = reply;
  const policy = verdict === "throttled" ? reply.policy : undefined;
  if (policy === "stop") return "quota";
  const waitMs = waitFor(tries.attempt, afterMs ?? policy, random);
  if (tries.throttledMs + waitMs > THROTTLE_MS) return "quota";
  const costs = costsAttempt(verdict, afterMs);
  return costs && !hasAttempts(tries.attempt) ? "refused" : { waitMs };
}

/** A throttle costs no attempt, and neither does a wait that the service asks for. */
export const costsAttempt = (
  verdict: "throttled" | "rejected",
  afterMs: number | undefined,
): boolean => verdict === "rejected" && afterMs === undefined;

/** The wait before the next send, in milliseconds: the backoff, but no less than the service asks for. */
export const waitFor = (
  attempt: number,
  atLeastMs: number | undefined,
  random: () => number,
): number => Math.max(atLeastMs ?? 0, backoffMs(attempt, random));

/** Full jitter: any wait up to 0.5 s, 1 s, 2 s, … 30 s. */
const backoffMs = (attempt: number, random: () => number): number =>
  random() * Math.min(30_000, 500 * 2 ** (attempt - 1));

/** `Retry-After`, in seconds or as a date, in milliseconds from `now`. */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const text = headers.get("retry-after");
  if (!text?.trim()) return undefined;
  const seconds = Number(text);
  const ms = Number.isNaN(seconds) ? Date.parse(text) - now : seconds * 1000;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** The pause that the policy of a throttling reply asks for. */
export function policyOf({ rate }: Resolved, body: unknown): number | "stop" | undefined {
  const { at, values } = rate?.policies ?? {};
  const name = at === undefined ? undefined : get(body, at);
  return typeof name === "string" && values && Object.hasOwn(values, name)
    ? values[name]
    : undefined;
}

/** A budget that all requests of a client share, so that retries cannot multiply a service's load when it is down. */
export interface RetryQuota {
  /** False where it is used up. */
  take(): boolean;
  /** A success gives a part back. */
  give(): void;
}

export function retryQuota(most = 100): RetryQuota {
  let left = most;
  return {
    take: () => left >= 1 && (left--, true),
    give: () => {
      left = Math.min(most, left + 0.2);
    },
  };
}

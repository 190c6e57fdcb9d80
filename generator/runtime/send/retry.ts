/** When to send again. */
import { get } from "../pointer.js";
import type { Resolved } from "../endpoint/resolve.js";
import { matches } from "../reply/statuses.js";
import type { StatusPattern } from "../endpoint/x-batch.js";

/** Sends of one request that may come to nothing. */
export const ATTEMPTS = 5;
/** How long one request may be throttled, in milliseconds. */
export const THROTTLE_MS = 600_000;

/** Full jitter: any wait up to 0.5 s, 1 s, 2 s, … 30 s. */
export const backoffMs = (attempt: number, random: () => number): number =>
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

/** What a reply means for its whole request. */
export type Verdict =
  "read" | "throttled" | "rejected" | "ambiguous" | "tooLarge" | "isolate" | "refused";

/** The first that fits. */
export function judgeStatus({ statuses = {} }: Resolved, status: number): Verdict {
  const { ambiguous, throttled = [], rejected = [], wholeBatch } = statuses;
  const verdicts: readonly (readonly [Verdict, readonly StatusPattern[] | undefined])[] = [
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

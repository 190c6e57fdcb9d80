/** `observeRate`: tells the rate limiter what the headers of a reply report about the limit. */
import type { Rate } from "../endpoint/x-batch.js";
import type { RateLimiter } from "./rate-limiter.js";

type Reset = NonNullable<NonNullable<Rate["headers"]>["reset"]>;

/** What a reply reports: numbers of requests, and milliseconds; NaN where it reports none. */
interface Report {
  readonly remaining: number;
  readonly limit: number;
  readonly intervalMs: number;
  readonly resetMs: number;
}

/** Reads the headers that the data names, and always those of draft-ietf-httpapi-ratelimit-headers, old drafts too. */
export function observeRate(
  rateLimiter: RateLimiter,
  rate: Rate | undefined,
  headers: Headers,
): void {
  // The service's clock counts, if the reply has its time.
  const now = Date.parse(headers.get("date") ?? "") || Date.now();
  for (const { resetMs, ...usage } of [...named(rate, headers, now), ...ietf(rate, headers, now)]) {
    if (usage.remaining >= 0) rateLimiter.observe(usage);
    if (usage.remaining < 1 && resetMs > 0) rateLimiter.pause(resetMs);
  }
}

/** By the names in the data. */
function named(rate: Rate | undefined, headers: Headers, now: number): readonly Report[] {
  const read = (name = "-") => numberIn(headers.get(name));
  const { limit, remaining, intervalMs, reset } = rate?.headers ?? {};
  return [
    ...(rate?.windows ?? []).map((window) => ({
      ...{ remaining: read(window.remaining), limit: NaN, intervalMs: window.ms, resetMs: NaN },
    })),
    {
      ...{ remaining: read(remaining), limit: read(limit), intervalMs: read(intervalMs) },
      resetMs: reset ? untilReset(headers.get(reset.name), reset.as, now) : NaN,
    },
  ];
}

/** By the names of the IETF. Without its window, the limit of a policy means nothing. */
function ietf(rate: Rate | undefined, headers: Headers, now: number): readonly Report[] {
  const policies = new Map(
    ["ratelimit-limit", "ratelimit-policy"].flatMap((name) => membersOf(headers.get(name))),
  );
  const report = (policy: unknown, remaining = NaN, limit = NaN, seconds = NaN): Report => {
    const { w = NaN } = policies.get(String(policy)) ?? {};
    const resetMs = secondsMs(seconds, now);
    return { remaining, limit: w > 0 ? limit : NaN, intervalMs: w * 1000, resetMs };
  };
  // `"a";r=5;t=1, "b";r=3`, or `limit=10, remaining=5, reset=1`
  const members = membersOf(headers.get("ratelimit"));
  const { limit, remaining, reset } = Object.fromEntries(
    members.flatMap(([, pairs]) => Object.entries(pairs)),
  );
  const fields = ["ratelimit-remaining", "ratelimit-limit", "ratelimit-reset"];
  const [left, most, seconds] = fields.map((name) => numberIn(headers.get(name)));
  const isNamed = [rate?.headers, ...(rate?.windows ?? [])].some((one) => one?.remaining);
  return [
    ...members.map(([name, { r, t }]) => report(name, r, policies.get(name)?.["q"], t)),
    report(limit, remaining, limit, reset),
    // The data may give these another meaning.
    ...(isNamed ? [] : [report(most, left, most, seconds)]),
  ];
}

/** The first number of a list; NaN if there is none, because nothing is not 0. */
const numberIn = (text: string | null): number =>
  Number(/^\s*(\d+(?:\.\d+)?)\s*(?:[,;]|$)/.exec(text ?? "")?.[1] ?? NaN);

/** In how many milliseconds requests are allowed again. */
function untilReset(text: string | null, as: Reset["as"], now: number): number {
  if (as === "date") return Date.parse(text ?? "") - now;
  if (as === "seconds") return secondsMs(numberIn(text), now);
  return numberIn(text) * (as === "epoch" ? 1000 : 1) - now;
}

/** So many seconds are 30 years: they are a time, not a wait. */
const EPOCH = 1e9;
const secondsMs = (seconds: number, now: number): number =>
  seconds * 1000 - (seconds > EPOCH ? now : 0);

type Pairs = Readonly<Record<string, number>>;

/** The members of a list, with what they say in numbers: `"a";r=5;t=1`. A name in quotes may contain anything. */
function membersOf(field: string | null): readonly (readonly [name: string, pairs: Pairs])[] {
  const encoded = (field ?? "")
    .slice(0, 1000)
    .replace(/\\./g, encodeURIComponent)
    .replace(/"[^"]*"/g, encodeURIComponent);
  return encoded.split(",").map((member) => {
    const parts = member.split(";").map((part) => part.trim().split("="));
    const pairs = parts.map(([key = "", value]) => [key, numberIn(value ?? null)] as const);
    return [parts[0]?.[0] ?? "", Object.fromEntries(pairs)];
  });
}

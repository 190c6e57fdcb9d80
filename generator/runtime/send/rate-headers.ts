/** `observeRate`: tells the rate limiter what the headers of a reply report about the limit. */
import type { Rate } from "../endpoint/x-batch.js";
import type { RateLimiter } from "./rate-limiter.js";

type Reset = NonNullable<NonNullable<Rate["headers"]>["reset"]>;

/** Reads the headers that the data names, and always `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers). */
export function observeRate(
  rateLimiter: RateLimiter,
  rate: Rate | undefined,
  headers: Headers,
): void {
  // Without the default, a missing header would be 0.
  const read = (name = "-") => Number(headers.get(name) ?? NaN);
  const tell = (remaining: number, limit: number, intervalMs: number, resetMs = NaN) => {
    if (remaining >= 0) rateLimiter.observe({ limit, remaining, intervalMs });
    if (remaining < 1 && resetMs > 0) rateLimiter.pause(resetMs);
  };
  for (const { remaining, ms } of rate?.windows ?? []) tell(read(remaining), NaN, ms);
  const { limit, remaining, intervalMs, reset } = rate?.headers ?? {};
  tell(read(remaining), read(limit), read(intervalMs), reset && resetMs(reset, headers));
  const policies = membersOf(headers.get("ratelimit-policy"));
  for (const [name, { r = NaN, t = NaN }] of membersOf(headers.get("ratelimit"))) {
    const { q = NaN, w = NaN } = policies.get(name) ?? {};
    tell(r, q, w * 1000, t * 1000);
  }
}

/** In how many milliseconds requests are allowed again. The service's clock counts, if the reply has its time. */
function resetMs({ name, as }: Reset, headers: Headers): number {
  const text = headers.get(name) ?? "";
  const now = Date.parse(headers.get("date") ?? "") || Date.now();
  if (as === "seconds") return Number(text || NaN) * 1000;
  if (as === "date") return Date.parse(text) - now;
  return Number(text || NaN) * (as === "epoch" ? 1000 : 1) - now;
}

/** The members of a list of items with parameters that are numbers: `"a";r=5;t=1, "b";r=3`. */
function membersOf(field: string | null): ReadonlyMap<string, Readonly<Record<string, number>>> {
  const members = (field ?? "").slice(0, 1000).split(",");
  return new Map(
    members.map((member) => {
      const [name = "", ...parameters] = member.split(";").map((part) => part.trim());
      const pairs = parameters.map((parameter) => parameter.split("="));
      return [name, Object.fromEntries(pairs.map(([key = "", value]) => [key, Number(value)]))];
    }),
  );
}

/** One chunk, from entries to what became of each of them. */
import { readBody } from "../reply/body.js";
import type { Entry } from "./item.js";
import {
  BatchAbortError,
  BatchError,
  BatchHttpError,
  BatchQuotaError,
  BatchTimeoutError,
  type ItemError,
} from "../errors.js";
import type { Told } from "./run-totals.js";
import { findNamed } from "../reply/match.js";
import { itemError, type UnknownReason } from "./outcome.js";
import { get } from "../pointer.js";
import type { Resolved } from "../endpoint/resolve.js";
import {
  ATTEMPTS,
  backoffMs,
  judgeStatus,
  policyOf,
  retryAfterMs,
  THROTTLE_MS,
} from "../send/retry.js";
import { fail, read, type Delivery } from "./decide-outcomes.js";
import type { Exchange } from "../send/transport.js";

/** Refused singles of one category in a row that end an isolation. */
const POISONED = 8;

interface Poison {
  singles: number;
  error?: ItemError;
}

export async function deliver(entries: readonly Entry[], run: Delivery): Promise<void> {
  const parts: (readonly Entry[])[] = [entries];
  const poison: Poison = { singles: 0 };
  for (let part = parts.pop(); part; part = parts.pop()) {
    const split = await sendPart(part, run, poison);
    parts.push(...[...split].reverse());
    // It is not the items: what is left was refused as a whole before, and will be again.
    if (poison.singles >= POISONED && poison.error)
      fail(run, parts.splice(0).flat(), "request", poison.error);
  }
}

/** Sends until every entry is settled, or returns the parts to send instead. */
async function sendPart(
  part: readonly Entry[],
  run: Delivery,
  poison: Poison,
): Promise<readonly (readonly Entry[])[]> {
  const { data, endpoint, clock, random, count, quota } = run;
  let rest = [...part];
  let throttledMs = 0;
  let attempt = 1;

  const all = (told: Told) => {
    for (const entry of rest) run.settle(entry, told);
    rest = [];
  };
  const waitFor = (atLeastMs = 0) => Math.max(atLeastMs, backoffMs(attempt, random));
  const again = async (type: "retry" | "throttle", delayMs: number, status?: number) => {
    count.retries++;
    run.tell({ type, items: rest.length, attempt, delayMs, ...(status && { status }) });
    await clock.sleep(delayMs, run.halt).catch(() => undefined);
  };
  const retry = (afterMs?: number, status?: number) => {
    const delayMs = waitFor(afterMs);
    attempt++;
    return again("retry", delayMs, status);
  };
  /** Nothing tells what became of the request. */
  const ambiguous = async (
    reason: UnknownReason,
    cause: unknown,
    afterMs?: number,
    status?: number,
  ) => {
    if (!data.retry.safe || attempt >= ATTEMPTS || !quota.take())
      return all({ kind: "unknown", reason, cause });
    for (const entry of rest) entry.lost ??= { reason, cause };
    await retry(afterMs, status);
  };

  while (rest.length) {
    const stopped = run.stopped();
    if (stopped) {
      all({ kind: "notSent", ...stopped });
      break;
    }
    let exchange: Exchange<string>;
    try {
      exchange = await run.request(rest, attempt);
    } catch (error) {
      if (!(error instanceof BatchError)) throw error;
      const { sent, cause } = error;
      if (error instanceof BatchQuotaError) run.stop("quota", error);
      else if (sent && error instanceof BatchAbortError)
        all({ kind: "unknown", reason: "aborted", cause });
      else if (sent)
        await ambiguous(error instanceof BatchTimeoutError ? "timeout" : "reset", error);
      else if (attempt >= ATTEMPTS) all({ kind: "notSent", reason: "unreachable", cause: error });
      else if (!run.stopped()) await retry();
      continue;
    }

    const { response, value, requestId } = exchange;
    const { status, headers } = response;
    const { body, intact } = readBody(data, endpoint.uses, value);
    const afterMs = retryAfterMs(headers, clock.now());
    const reply = () => new BatchHttpError(status, body, requestId);
    const verdict = judgeStatus(data, status);
    if (verdict === "read") {
      quota.give();
      if (!intact) {
        await ambiguous("noResult", reply());
        continue;
      }
      const resend = await read(run, rest, status, body, requestId);
      if (resend.size < rest.length) {
        poison.singles = 0;
        attempt = 0;
      }
      rest = [...resend.keys()];
      if (attempt < ATTEMPTS) {
        if (rest.length) await retry(afterMs, status);
      } else
        for (const entry of rest.splice(0))
          fail(run, [entry], "item", itemError(resend.get(entry), status, requestId));
      continue;
    }
    if (verdict === "ambiguous") {
      await ambiguous("serverError", reply(), afterMs, status);
      continue;
    }
    const learned = learnedLimit(data, status, body);
    if (learned && learned < rest.length && !data.whole) {
      run.learn(learned);
      return slices(rest, learned);
    }
    const error = itemError(body, status, requestId);
    if (verdict === "throttled" || verdict === "rejected") {
      const throttled = verdict === "throttled";
      const policy = throttled ? policyOf(data, body) : undefined;
      const delayMs = waitFor(afterMs ?? (Number(policy) || 0));
      throttledMs += delayMs;
      if (policy === "stop" || throttledMs > THROTTLE_MS) run.stop("quota", reply());
      else if (!throttled && afterMs === undefined && attempt++ >= ATTEMPTS)
        all({ kind: "failed", at: "request", error });
      else {
        count.rateWaitMs += delayMs;
        // One throttle closes the gate for all.
        if (throttled) run.rateLimiter?.pause(delayMs);
        await again("throttle", delayMs, status);
      }
    } else if (verdict === "refused" || data.whole || rest.length === 1) {
      if (status === 401) run.stop("stopped", reply());
      if (rest.length === 1) {
        poison.singles = poison.error?.category === error.category ? poison.singles + 1 : 1;
        poison.error = error;
      }
      all({ kind: "failed", at: "request", error });
    } else {
      count.isolations++;
      run.tell({ type: "isolate", items: rest.length, status });
      const named = verdict === "isolate" ? findNamed(data, rest, body, run.shared) : [];
      if (!named.length) return slices(rest, Math.ceil(rest.length / 2));
      fail(run, named, "item", error);
      rest = rest.filter((entry) => !named.includes(entry));
      attempt = 1;
    }
  }
  return [];
}

function learnedLimit({ limit }: Resolved, status: number, body: unknown): number | undefined {
  const learn = limit?.learn;
  if (learn?.status !== status) return undefined;
  const text = get(body, learn.at);
  const items = typeof text === "string" ? Number(new RegExp(learn.pattern).exec(text)?.[1]) : NaN;
  return items >= 1 ? items : undefined;
}

const slices = (entries: readonly Entry[], size: number): readonly (readonly Entry[])[] =>
  Array.from({ length: Math.ceil(entries.length / size) }, (_, i) =>
    entries.slice(i * size, (i + 1) * size),
  );

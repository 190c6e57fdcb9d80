/** One chunk, from entries to what became of each of them. */
import { readBody } from "./body.js";
import type { Entry } from "./entry.js";
import {
  BatchAbortError,
  BatchError,
  BatchHttpError,
  BatchQuotaError,
  BatchTimeoutError,
} from "./errors.js";
import { findNamed } from "./match.js";
import { itemError, type UnknownReason } from "./outcome.js";
import { get } from "./pointer.js";
import type { Resolved } from "./resolve.js";
import { ATTEMPTS, backoffMs, judgeStatus, policyOf, retryAfterMs, THROTTLE_MS } from "./retry.js";
import { fail, lossOf, read, skip, type Delivery } from "./settle.js";
import type { Exchange } from "./transport.js";

/** Refused singles of one category in a row that end an isolation. */
const POISONED = 8;

export async function deliver(entries: readonly Entry[], run: Delivery): Promise<void> {
  const parts: (readonly Entry[])[] = [entries];
  const poison: Poison = { category: "", singles: 0 };
  for (let part = parts.pop(); part; part = parts.pop()) {
    const split = await sendPart(part, run, poison);
    parts.push(...[...split].reverse());
    if (poison.singles < POISONED || !poison.reply) continue;
    // It is not the items: what is left was refused as a whole before, and will be again.
    const { body, status, requestId } = poison.reply;
    const error = itemError(body, status, requestId);
    for (const entry of parts.splice(0).flat()) fail(run, entry, { at: "request", error });
  }
}

interface Poison {
  category: string;
  singles: number;
  reply?: BatchHttpError;
}

/** Sends until every entry is settled, or returns the parts to send instead. */
async function sendPart(
  part: readonly Entry[],
  run: Delivery,
  poison: Poison,
): Promise<readonly (readonly Entry[])[]> {
  const { data, clock, random, count } = run;
  let rest = part;
  let throttledMs = 0;
  let attempt = 1;
  const all = (settle: (entry: Entry) => void) => {
    rest.forEach(settle);
    rest = [];
  };
  const again = async (type: "retry" | "throttle", delayMs: number, status?: number) => {
    count.retries++;
    run.tell({ type, items: rest.length, attempt, delayMs, ...(status && { status }) });
    await clock.sleep(delayMs, run.halt).catch(() => undefined);
  };
  /** Nothing tells what became of the request. */
  const ambiguous = async (reason: UnknownReason, cause: unknown, afterMs = 0, status?: number) => {
    const safe = data.retry.safe && attempt < ATTEMPTS && run.quota.take();
    if (!safe) return all((entry) => run.settle(entry, lossOf(entry, { reason, cause })));
    for (const entry of rest) entry.lost ??= { reason, cause };
    await again("retry", Math.max(afterMs, backoffMs(attempt++, random)), status);
  };

  while (rest.length) {
    const stopped = run.stopped();
    if (stopped) {
      all((entry) => skip(run, entry, stopped.reason, stopped.cause));
      break;
    }
    let exchange: Exchange<string>;
    try {
      exchange = await run.request(rest, attempt);
    } catch (error) {
      if (!(error instanceof BatchError)) throw error;
      if (error instanceof BatchQuotaError) run.stop("quota", error);
      else if (error instanceof BatchAbortError)
        if (error.sent)
          all((entry) =>
            run.settle(entry, lossOf(entry, { reason: "aborted", cause: error.cause })),
          );
        else all((entry) => skip(run, entry, run.stopped()?.reason ?? "aborted", error.cause));
      else if (error.sent)
        await ambiguous(error instanceof BatchTimeoutError ? "timeout" : "reset", error);
      else if (attempt >= ATTEMPTS) all((entry) => skip(run, entry, "unreachable", error));
      else await again("retry", backoffMs(attempt++, random));
      continue;
    }

    const { response, value: text, requestId } = exchange;
    const { status } = response;
    const { body, intact } = readBody(
      { ...run.endpoint.operation, ...data },
      run.endpoint.uses,
      text,
    );
    const afterMs = retryAfterMs(response.headers, clock.now());
    const reply = () => new BatchHttpError(status, body, requestId);
    const refuse = () => {
      const error = itemError(body, status, requestId);
      all((entry) => fail(run, entry, { at: "request", error }));
    };
    const learned = learnedLimit(data, status, body);
    if (learned && learned < rest.length && !data.whole) {
      run.learn(learned);
      return slices(rest, learned);
    }
    const verdict = judgeStatus(data, status);
    if (verdict === "read") {
      run.quota.give();
      if (!intact) {
        await ambiguous("noResult", reply());
        continue;
      }
      const { resend, settled } = await read(run, rest, status, body, requestId);
      if (settled) poison.singles = 0;
      rest = [...resend.keys()];
      if (!rest.length) break;
      if (settled) attempt = 0;
      if (++attempt > ATTEMPTS)
        all((entry) =>
          fail(run, entry, { at: "item", error: itemError(resend.get(entry), status, requestId) }),
        );
      else await again("retry", Math.max(afterMs ?? 0, backoffMs(attempt, random)), status);
    } else if (verdict === "ambiguous") await ambiguous("serverError", reply(), afterMs, status);
    else if (verdict === "throttled" || verdict === "rejected") {
      const throttled = verdict === "throttled";
      const policy = throttled ? policyOf(data, body) : undefined;
      const delay = Math.max(
        afterMs ?? (typeof policy === "number" ? policy : 0),
        backoffMs(attempt, random),
      );
      throttledMs += delay;
      if (policy === "stop" || throttledMs > THROTTLE_MS) run.stop("quota", reply());
      else if (!throttled && afterMs === undefined && attempt++ >= ATTEMPTS) refuse();
      else {
        count.rateWaitMs += delay;
        // One throttle closes the gate for all.
        if (throttled) run.governor?.pause(delay);
        await again("throttle", delay, status);
      }
    } else if (data.whole || verdict === "refused") {
      if (status === 401) run.stop("stopped", reply());
      refuse();
    } else {
      const single = rest.length === 1;
      const named = verdict === "isolate" && !single ? findNamed(data, rest, body) : [];
      if (single) {
        const { category } = reply();
        poison.singles = poison.category === category ? poison.singles + 1 : 1;
        Object.assign(poison, { category, reply: reply() });
        refuse();
        break;
      }
      count.isolations++;
      run.tell({ type: "isolate", items: rest.length, status });
      if (!named.length) {
        const half = Math.ceil(rest.length / 2);
        return [rest.slice(0, half), rest.slice(half)];
      }
      const error = itemError(body, status, requestId);
      for (const entry of named) fail(run, entry, { at: "item", error });
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

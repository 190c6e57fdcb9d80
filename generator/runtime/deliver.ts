/** One chunk, from entries to what became of each of them. */
import { readBody } from "./body.js";
import type { Clock } from "./clock.js";
import type { AnyEndpoint } from "./endpoint.js";
import type { Entry } from "./entry.js";
import {
  BatchAbortError,
  BatchError,
  BatchHttpError,
  BatchQuotaError,
  BatchTimeoutError,
} from "./errors.js";
import type { Governor } from "./governor.js";
import type { Polled } from "./polling.js";
import type { RunEvent } from "./instrument.js";
import { findNamed, readReply, stateOf } from "./match.js";
import { itemError, type Fate, type NotSentReason, type UnknownReason } from "./outcome.js";
import { get } from "./pointer.js";
import type { Resolved } from "./resolve.js";
import {
  ATTEMPTS,
  backoffMs,
  judgeStatus,
  policyOf,
  retryAfterMs,
  THROTTLE_MS,
  type RetryQuota,
} from "./retry.js";
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

/** Settles what a success reply proves; returns what it asks to send again, with the reason. */
async function read(
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
const lossOf = (entry: Entry, now: NonNullable<Entry["lost"]>): Fate<unknown> => ({
  kind: "unknown",
  ...(entry.lost ?? now),
  sent: entry.sent,
});

/** Refused, unless an earlier send may have been applied. */
function fail(
  { settle }: Delivery,
  entry: Entry,
  { at, error }: Pick<Extract<Fate<unknown>, { kind: "failed" }>, "at" | "error">,
): void {
  const { lost, sent } = entry;
  settle(entry, lost ? { kind: "unknown", ...lost, sent } : { kind: "failed", at, error, sent });
}

/** Not sent, unless an earlier send may have been applied. */
function skip({ settle }: Delivery, entry: Entry, reason: NotSentReason, cause: unknown): void {
  const { lost, sent } = entry;
  settle(entry, lost ? { kind: "unknown", ...lost, sent } : { kind: "notSent", reason, cause });
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

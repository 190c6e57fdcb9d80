/** `sendChunk`: sends a chunk until each item has an outcome. retry.ts judges each reply; two tables say what follows. */
import { BatchAbortError, BatchError, BatchHttpError, type ItemError } from "../errors.js";
import { UNREACHABLE_MS } from "../limits.js";
import { isSafe, type Resolved } from "../endpoint/resolve.js";
import { get } from "../pointer.js";
import { readBody } from "../reply/body.js";
import { findNamed } from "../reply/match.js";
import { find } from "../reply/statuses.js";
import type { Clock } from "../send/clock.js";
import type { RunEvent } from "../send/instrument.js";
import type { RateLimiter } from "../send/rate-limiter.js";
import {
  costsAttempt,
  hasAttempts,
  judgeError,
  judgeStatus,
  judgeThrottle,
  pauseMs,
  policyOf,
  resendsUnproved,
  retryAfterMs,
  waitFor,
  type ErrorVerdict,
  type Health,
  type ReplyVerdict,
} from "../send/retry.js";
import type { Exchange } from "../send/transport.js";
import {
  decideNamed,
  decideReply,
  itemFailed,
  notSent,
  requestFailed,
  unknown,
  type Decision,
  type ReplyContext,
  type SuccessReply,
} from "./decide-outcomes.js";
import { noteLost, type InFlight } from "./in-flight.js";
import {
  isolation,
  nextParts,
  noteAccepted,
  noteRefused,
  partsOf,
  slices,
  type Hopeless,
  type Isolation,
  type Parts,
} from "./isolate.js";
import { itemError, type NotSentReason, type UnknownReason } from "./outcome.js";
import type { Pace } from "./pace.js";

/** What a chunk needs of its run. */
export interface ChunkContext extends ReplyContext {
  readonly clock: Clock;
  readonly random: () => number;
  readonly health: Health;
  readonly pace: Pace;
  readonly hopeless: Hopeless;
  /** The longest wait that the service can ask for. */
  readonly maxWaitMs: number;
  readonly rateLimiter: RateLimiter | undefined;
  readonly count: { retries: number; isolations: number; rateWaitMs: number };
  /** Aborted when the run sends nothing more, which ends delays. */
  readonly halt: AbortSignal;
  /** Why the run sends nothing more. */
  stopped(): { readonly reason: NotSentReason; readonly cause: unknown } | undefined;
  stop(ended: "quota" | "stopped" | "unreachable", cause: unknown): void;
  /**
   * Sends one request with these items, and notes it in them. Rejects only with a BatchError. `check`: called just before
   * it leaves; it may throw a BatchError.
   */
  request(flights: readonly InFlight[], attempt: number, check: () => void): Promise<Exchange>;
  settle(flight: InFlight, decision: Decision): void;
  /** Called before a wait if it is proved that the last request with these did nothing. */
  withdraw(flights: readonly InFlight[]): void;
  /** Called if a reply says how many items fit into a request. */
  learn(items: number): void;
  emit(event: Pick<RunEvent, "type" | "items" | "attempt" | "delayMs" | "status">): void;
}

/** The items of one request, with the state of its retries. */
interface Part {
  readonly run: ChunkContext;
  readonly isolation: Isolation;
  /** Items without an outcome. */
  rest: readonly InFlight[];
  /** The number of the next send, from 1. */
  attempt: number;
  /** How long it was throttled, in milliseconds. */
  throttledMs: number;
  /** When its last request was sent. */
  sentAt: number;
  /** Since when no connection could be opened. */
  unreachableAt: number | undefined;
  /** The parts to send instead of this one. */
  split: Parts;
}

interface Reply extends SuccessReply {
  /** Its body could be parsed. */
  readonly intact: boolean;
}

/** Rejects only if a function of the caller throws, such as a codec. */
export async function sendChunk(flights: readonly InFlight[], run: ChunkContext): Promise<void> {
  const { linked } = run.endpoint.uses;
  const state = isolation(run.hopeless, linked && ((list) => linked.units(run.data, list)));
  let parts: Parts = [flights];
  for (let [part] = parts; part; [part] = parts) {
    const split = await sendPart(part, run, state);
    const next = nextParts(state, [...split, ...parts.slice(1)]);
    if ("parts" in next) ({ parts } = next);
    else {
      for (const flight of next.failed) run.settle(flight, requestFailed(next.error));
      return;
    }
  }
}

/** Sends until every item has an outcome, or returns the parts to send instead. */
async function sendPart(
  flights: readonly InFlight[],
  run: ChunkContext,
  isolation: Isolation,
): Promise<Parts> {
  const part: Part = {
    ...{ run, isolation, rest: flights, attempt: 1, throttledMs: 0, split: [] },
    ...{ sentAt: 0, unreachableAt: undefined },
  };
  while (part.rest.length) {
    await run.pace.enter(run.halt);
    const stopped = run.stopped();
    if (stopped) {
      run.pace.leave();
      settleAll(part, notSent(stopped.reason, stopped.cause));
      break;
    }
    let exchange: Exchange;
    part.sentAt = run.clock.now();
    try {
      exchange = await run
        .request(part.rest, part.attempt, () => checkKeys(part))
        .finally(() => run.pace.leave());
    } catch (error) {
      if (!(error instanceof BatchError)) throw error;
      if (!error.sent && giveUp(part, forgotten(part))) continue;
      await onError[judgeError(error)](part, error);
      continue;
    }
    part.sentAt += exchange.waitedMs;
    // Attempts that did not reach the service do not count any more.
    if (part.unreachableAt !== undefined) part.attempt = 1;
    part.unreachableAt = undefined;
    run.health.answer();
    const reply = readExchange(run, exchange);
    const verdict = judgeStatus(run.data, reply.status, reply);
    if (!settleNamed(part, reply, verdict)) await onReply[verdict](part, reply);
  }
  return part.split;
}

function readExchange({ data, endpoint }: ChunkContext, exchange: Exchange): Reply {
  const { response, text, requestId, url } = exchange;
  const { status, headers } = response;
  const { body, intact } = readBody(data, endpoint.uses, text, status);
  return { status, headers, url, body, intact, requestId, afterMs: retryAfterMs(headers) };
}

type Action<A> = (part: Part, answer: A) => Promise<void> | void;

/** What follows if a request has no reply. */
const onError: Readonly<Record<ErrorVerdict, Action<BatchError>>> = {
  quota: ({ run }, error) => run.stop("quota", error),
  aborted: (part, { cause }) => settleAll(part, unknown("aborted", cause)),
  timeout: (part, error) => resendUnproved(part, "timeout", {}, error),
  reset: (part, error) => resendUnproved(part, "reset", {}, error),
  unsent,
};

/** What follows a reply. */
const onReply: Readonly<Record<ReplyVerdict, Action<Reply>>> = {
  read: readSuccess,
  throttled: (part, reply) => pause(part, "throttled", reply),
  rejected: (part, reply) => pause(part, "rejected", reply),
  ambiguous: (part, reply) => resendUnproved(part, "serverError", reply, httpError(reply)),
  tooLarge: (part, reply) => splitPart(part, reply, false),
  isolate: (part, reply) => splitPart(part, reply, true),
  refused(part, reply) {
    if (!splitToLimit(part, reply)) refuse(part, reply);
  },
};

/**
 * Nothing was sent, so nothing can be lost by sending it again. A service that has answered before is waited for; one
 * that never has may have a wrong address.
 */
function unsent(part: Part, error: BatchError): Promise<void> | undefined {
  const { run } = part;
  if (run.stopped()) return undefined;
  const now = run.clock.now();
  part.unreachableAt ??= now;
  const waits = run.health.reached
    ? now - part.unreachableAt < UNREACHABLE_MS
    : hasAttempts(part.attempt);
  slowDown(part);
  run.withdraw(part.rest);
  if (waits) return resend(part);
  run.stop("unreachable", error);
  return undefined;
}

/** For these verdicts, the body tells the fate of the items that it names. */
const NAMES: readonly ReplyVerdict[] = ["ambiguous", "isolate", "refused"];

/**
 * Settles the items that a reply without success names, if its verdict leaves open what happened to each. False if items
 * are left for the verdict.
 */
function settleNamed(part: Part, reply: Reply, verdict: ReplyVerdict): boolean {
  const { run } = part;
  const { mode } = run.data;
  const partial = mode === "independent" || typeof mode === "object";
  if (!reply.intact || !NAMES.includes(verdict) || (verdict === "isolate" && !partial))
    return false;
  const named = decideNamed(run, part.rest, reply);
  if (!named) return false;
  for (const [flight, decision] of named.decisions) run.settle(flight, decision);
  for (const [flight, error] of named.resend) run.settle(flight, itemFailed(error));
  part.rest = part.rest.filter(
    (flight) => !named.decisions.has(flight) && !named.resend.has(flight),
  );
  if (verdict === "ambiguous") {
    noteLost(part.rest, { reason: "serverError", cause: httpError(reply) }, part.sentAt);
    giveUpLost(part);
  }
  if (verdict === "ambiguous" || mode === "atomic") return !part.rest.length;
  // The service may have applied the items that it does not name.
  settleAll(part, unknown("noResult", httpError(reply)));
  return true;
}

async function readSuccess(part: Part, reply: Reply): Promise<void> {
  const { run, sentAt } = part;
  const { status, afterMs } = reply;
  const now = run.clock.now();
  if (!reply.intact) return resendUnproved(part, "noResult", reply, httpError(reply));
  const { decisions, resend: again, busy, ...told } = await decideReply(run, part.rest, reply);
  for (const [flight, decision] of decisions) run.settle(flight, decision);
  if (decisions.size) {
    noteAccepted(part.isolation);
    part.attempt = 0;
    run.health.succeed();
    run.pace.succeed(now - sentAt, sentAt, now);
  }
  const kept = closed(part, new Set(again.keys()));
  // The service did nothing for them, and an item that they name is not sent again.
  for (const [flight, error] of again) if (!kept.has(flight)) run.settle(flight, itemFailed(error));
  part.rest = [...kept];
  if (!part.rest.length) return;
  run.withdraw(part.rest);
  const after = told.afterMs ?? afterMs;
  if (busy) return pause(part, "throttled", { ...reply, afterMs: after });
  if (hasAttempts(part.attempt)) return resend(part, after, status);
  for (const [flight, error] of again) run.settle(flight, itemFailed(error));
  part.rest = [];
}

/** The service did nothing, because it throttled or rejected the request. Waits before the part is sent again. */
async function pause(part: Part, verdict: "throttled" | "rejected", reply: Reply): Promise<void> {
  const { run, attempt, throttledMs } = part;
  run.withdraw(part.rest);
  if (splitToLimit(part, reply)) return;
  const { afterMs, status } = reply;
  const policy = policyOf(run.data, reply.body);
  const tries = { attempt, throttledMs, row: verdict === "throttled" ? noteTrouble(part) : 1 };
  const next = judgeThrottle(verdict, { policy, afterMs }, tries, run.random, run.maxWaitMs);
  if (next === "quota") return run.stop("quota", httpError(reply));
  if (next === "refused") return settleAll(part, requestFailed(errorOf(reply)));
  const { waitMs } = next;
  part.throttledMs += waitMs;
  if (costsAttempt(verdict, afterMs)) part.attempt++;
  run.count.rateWaitMs += waitMs;
  // One throttle pauses all requests of the limit.
  if (verdict === "throttled") run.rateLimiter?.pause(waitMs);
  return sleep(part, "throttle", waitMs, status);
}

/** The service is busy or down: fewer requests at once. Returns how often in a row. */
function noteTrouble({ run, sentAt }: Part): number {
  const now = run.clock.now();
  run.pace.trouble(sentAt, now);
  return run.health.trouble(sentAt, now);
}

/** After a second trouble in a row, the next requests wait, too: each of them might be lost. */
function slowDown(part: Part, afterMs = 0): void {
  const { run } = part;
  const row = noteTrouble(part);
  const ms = Math.max(afterMs, row > 1 ? pauseMs(row, run.random) : 0);
  if (ms) run.rateLimiter?.pause(ms);
}

/** The service refused the request and did nothing: looks for the items at fault. `named`: the reply may name them. */
function splitPart(part: Part, reply: Reply, named: boolean): void {
  const { run } = part;
  if (splitToLimit(part, reply)) return;
  if (run.data.singleRequest || isOne(part)) return refuse(part, reply);
  giveUpLost(part);
  const { rest } = part;
  if (!rest.length) return;
  run.count.isolations++;
  run.emit({ type: "isolate", items: rest.length, status: reply.status });
  const items = rest.map(({ item }) => item);
  const guilty = new Set(named ? findNamed(run.data, items, reply.body, run.siblings) : []);
  if (!guilty.size) return splitInto(part, partsOf(part.isolation, rest, errorOf(reply)));
  const error = errorOf(reply);
  const kept = closed(part, new Set(rest.filter(({ item }) => !guilty.has(item))));
  for (const flight of rest)
    if (guilty.has(flight.item)) run.settle(flight, itemFailed(error));
    else if (!kept.has(flight)) run.settle(flight, requestFailed(error));
  part.rest = [...kept];
  part.attempt = 1;
}

/** The service refused the request, and would refuse it again. */
function refuse(part: Part, reply: Reply): void {
  const error = errorOf(reply);
  // The service would refuse every other request, too.
  if (reply.status === 401) part.run.stop("stopped", httpError(reply));
  if (isOne(part)) noteRefused(part.isolation, error);
  settleAll(part, requestFailed(error));
}

/** If the reply says how many items fit, and the part has more, splits it. False if it does not. */
function splitToLimit(part: Part, { status, body }: Reply): boolean {
  const { run, rest } = part;
  const limit = learnedLimit(run.data, status, body);
  if (limit === undefined || limit >= rest.length || run.data.singleRequest || isOne(part))
    return false;
  run.learn(limit);
  giveUpLost(part);
  splitInto(part, slices(part.isolation, part.rest, limit));
  return true;
}

/** The service did nothing. */
function splitInto(part: Part, parts: Parts): void {
  part.run.withdraw(part.rest);
  part.split = parts;
  part.rest = [];
}

function settleAll(part: Part, decision: Decision): void {
  for (const flight of part.rest) part.run.settle(flight, decision);
  part.rest = [];
}

/** Nothing proves what happened: sends the part again if that does no harm. */
async function resendUnproved(
  part: Part,
  reason: UnknownReason,
  { afterMs = 0, status }: Partial<Reply>,
  cause: unknown,
): Promise<void> {
  const { health, maxWaitMs, settle } = part.run;
  noteLost(part.rest, { reason, cause }, part.sentAt);
  slowDown(part, afterMs);
  const [safe, unsafe] = bySafety(part);
  if (afterMs > maxWaitMs) part.run.stop("quota", cause);
  else if (safe.length && resendsUnproved(part.attempt, health)) {
    for (const flight of unsafe) settle(flight, unknown(reason, cause));
    part.rest = safe;
    return resend(part, afterMs, status);
  }
  settleAll(part, unknown(reason, cause));
}

/** The items that may be sent twice without harm, and the others. */
function bySafety(part: Part): readonly [readonly InFlight[], readonly InFlight[]] {
  const { run, rest } = part;
  const old = new Set(forgotten(part));
  const isGood = (flight: InFlight) => !old.has(flight) && isSafe(run.data, flight.item.value);
  const safe = closed(part, new Set(rest.filter(isGood)));
  return [[...safe], rest.filter((flight) => !safe.has(flight))];
}

/** Those that only their idempotency key keeps from being applied twice, if the service may have forgotten it. */
function forgotten({ run, rest }: Part): readonly InFlight[] {
  const { key, byKey } = run.data.retry;
  const { validMs = Infinity } = key ?? {};
  const oldest = run.clock.now() - validMs;
  return byKey ? rest.filter(({ lost, since = Infinity }) => lost && since < oldest) : [];
}

/** Called just before a request leaves, because it may have waited for long. */
function checkKeys(part: Part): void {
  if (forgotten(part).length > 0) throw new BatchAbortError(undefined, false);
}

/** Nothing can be proved of these any more. False if there are none. */
function giveUp(part: Part, flights: readonly InFlight[]): boolean {
  for (const flight of flights)
    if (flight.lost) part.run.settle(flight, unknown(flight.lost.reason, flight.lost.cause));
  const given = new Set(flights);
  part.rest = part.rest.filter((flight) => !given.has(flight));
  return given.size > 0;
}

/** A part of a request has another idempotency key. So what may have been applied cannot be sent in a part. */
function giveUpLost(part: Part): void {
  const { key, byKey } = part.run.data.retry;
  if (byKey && key?.in !== "item")
    giveUp(
      part,
      part.rest.filter(({ lost }) => lost),
    );
}

/** Of items to send again, those whose linked items go with them. */
const closed = ({ run, rest }: Part, again: ReadonlySet<InFlight>): ReadonlySet<InFlight> =>
  run.endpoint.uses.linked?.closed(run.data, rest, again) ?? again;

/** Its items cannot be in different requests. */
const isOne = ({ isolation, rest }: Part): boolean => isolation.units(rest).length === 1;

function resend(part: Part, afterMs?: number, status?: number): Promise<void> {
  const delayMs = waitFor(part.attempt, afterMs, part.run.random);
  part.attempt++;
  return sleep(part, "retry", delayMs, status);
}

async function sleep(
  { run, rest, attempt }: Part,
  type: "retry" | "throttle",
  delayMs: number,
  status: number | undefined,
): Promise<void> {
  run.count.retries++;
  run.emit({ type, items: rest.length, attempt, delayMs, ...(status && { status }) });
  // The loop checks whether the run has stopped.
  await run.clock.sleep(delayMs, run.halt).catch(() => undefined);
}

const httpError = ({ status, body, intact, requestId }: Reply) =>
  new BatchHttpError(
    status,
    body,
    requestId,
    intact || body !== undefined ? undefined : "its body is too long",
  );

const errorOf = ({ status, body, requestId }: Reply): ItemError =>
  itemError(body, status, requestId);

function learnedLimit({ limit }: Resolved, status: number, body: unknown): number | undefined {
  const learn = limit?.learn;
  if (learn?.status !== status) return undefined;
  const items = Number(find(learn.pattern, get(body, learn.at))?.[1]);
  return items >= 1 ? items : undefined;
}

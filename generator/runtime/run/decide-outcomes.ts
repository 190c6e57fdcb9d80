/** Decides every outcome. No other file makes a `Decision`. It decides only what is proved, and otherwise `unknown`. */
import type { AnyEndpoint } from "../endpoint/endpoint.js";
import type { Operation } from "../endpoint/operation.js";
import type { Resolved } from "../endpoint/resolve.js";
import type { ItemError } from "../errors.js";
import { get } from "../pointer.js";
import { readReply, stateOf, THROTTLED, type Finding, type Reading } from "../reply/match.js";
import { matches } from "../reply/statuses.js";
import type { Accepted, Polled } from "../send/polling.js";
import type { InFlight, Lost } from "./in-flight.js";
import { itemError, type Fate, type NotSentReason, type UnknownReason } from "./outcome.js";

/** The fate of an item, without `sent`. */
export type Decision<F = Fate<unknown>> = F extends unknown ? Omit<F, "sent"> : never;

/** If an earlier send of the item proved nothing, only a success changes that. */
export const withLost = (lost: Lost | undefined, decision: Decision): Decision =>
  lost && decision.kind !== "ok" ? { kind: "unknown", ...lost } : decision;

/** The item was not sent, or every request with it was refused before any work. */
export const notSent = (reason: NotSentReason, cause: unknown): Decision => ({
  kind: "notSent",
  reason,
  cause,
});

/** The item was sent, and nothing proves whether it was applied. */
export const unknown = (reason: UnknownReason, cause: unknown): Decision => ({
  kind: "unknown",
  reason,
  cause,
});

/** The service refused its request. */
export const requestFailed = (error: ItemError): Decision => ({
  kind: "failed",
  at: "request",
  error,
});

/** The service refused the item itself. */
export const itemFailed = (error: ItemError): Decision => ({ kind: "failed", at: "item", error });

/** It was refused before sending. */
export const inputFailed = (category: string, message: string): Decision => ({
  kind: "failed",
  at: "input",
  error: { ...itemError({ category, message }), body: undefined },
});

/** An error in this package or in the caller's functions: it proves nothing about an item that was sent. */
export const crashed = ({ sent }: InFlight, cause: unknown): Decision =>
  sent.attempts ? unknown("crashed", cause) : notSent("stopped", cause);

export interface ReplyContext {
  readonly endpoint: AnyEndpoint;
  readonly data: Resolved;
  /** The body of a request without its items. */
  readonly siblings: unknown;
  /** Waits for the end of a job. Absent if the data does not say how to poll it. */
  readonly poll?:
    ((accepted: Accepted, flights: readonly InFlight[]) => Promise<Polled>) | undefined;
}

export interface SuccessReply extends Accepted {
  readonly status: number;
  readonly requestId: string | undefined;
}

export interface Decided {
  readonly decisions: ReadonlyMap<InFlight, Decision>;
  /** The items that the reply asks to send again, each with its error. */
  readonly resend: ReadonlyMap<InFlight, unknown>;
  /** Some of them were not processed, or throttled by themselves: the service did nothing for them. */
  readonly busy: boolean;
}

/** Decides what a success reply proves. Each item is in one of the two maps. Waits for the end of a job. */
export async function decideReply(
  context: ReplyContext,
  flights: readonly InFlight[],
  reply: SuccessReply,
): Promise<Decided> {
  const { status, requestId } = reply;
  const { data, body, lost } = await lastState(context, flights, reply);
  const items = flights.map(({ item }) => item);
  const reading = readReply(data, items, body, context.siblings);
  const leftOut = findingOfLeftOut(context.endpoint.operation, status, body, reading);
  const decisions = new Map<InFlight, Decision>();
  const resend = findRemaining(context, flights, body);
  let busy = resend.size > 0;
  for (const flight of flights) {
    if (resend.has(flight)) continue;
    const finding = reading.findings.get(flight.item) ?? leftOut;
    if (finding.is === "failed" && finding.again) {
      resend.set(flight, finding.body);
      busy ||= finding.status === THROTTLED;
    } else decisions.set(flight, decideItem(context, finding, { status, requestId, body, lost }));
  }
  return { decisions, resend, busy };
}

/** A reply, or the last one about its job. */
interface Read extends Pick<SuccessReply, "status" | "requestId" | "body"> {
  readonly lost: Lost | undefined;
}

/** What one finding proves. `lost`: why the reply proves no success. */
function decideItem(
  { endpoint: { bound } }: ReplyContext,
  finding: Finding,
  { status, requestId, body, lost }: Read,
): Decision {
  if (finding.is === "failed")
    return itemFailed(itemError(finding.body, finding.status ?? status, requestId));
  const cause = finding.is === "unclear" ? finding.cause : body;
  if (lost) return unknown(lost.reason, lost.cause ?? cause);
  if (finding.is === "unclear") return unknown("noResult", cause);
  const { result } = finding;
  try {
    const converted = bound?.result && result !== undefined ? bound.result(result) : result;
    return { kind: "ok", result: converted };
  } catch (error) {
    return unknown("crashed", error);
  }
}

/** The reply, or the last reply about the job that it created; `data` says how to read it. */
async function lastState(
  { data, poll }: ReplyContext,
  flights: readonly InFlight[],
  reply: SuccessReply,
): Promise<{ readonly data: Resolved; readonly body: unknown; readonly lost: Lost | undefined }> {
  const { body } = reply;
  const reason = stateOf(data, reply.status, body);
  if (reason === undefined) return { data, body, lost: undefined };
  if (reason !== "pending" || !poll) return { data, body, lost: { reason, cause: undefined } };
  const polled = await poll(reply, flights);
  if (!("body" in polled)) return { data, body, lost: polled };
  const { results = { at: "", as: "none" } as const } = data.job ?? {};
  const ended = { ...data, results, acknowledged: results.as === "none" };
  return { data: ended, body: polled.body, lost: undefined };
}

/** What the reply proves about the items that it leaves out. */
function findingOfLeftOut(
  { replies }: Operation,
  status: number,
  body: unknown,
  { leftOut, strays }: Reading,
): Finding {
  const isDeclared = matches(status, replies);
  const empty = status === 204 && isDeclared;
  // A status that the document does not declare, without a body, says nothing: that is no silence about an item.
  if (!isDeclared && status !== 204 && body === undefined) return { is: "unclear", cause: body };
  if (empty || leftOut === "ok") return { is: "ok", result: undefined };
  return leftOut === "failed"
    ? { is: "failed", body: undefined, again: false }
    : { is: "unclear", cause: strays.length ? strays : body };
}

/** The items that the reply returns as not processed (`x-batch.remainder`). */
function findRemaining(
  { endpoint: { operation, uses }, data }: ReplyContext,
  flights: readonly InFlight[],
  body: unknown,
): Map<InFlight, unknown> {
  const left = data.remainder && get(body, data.remainder.at);
  if (left === undefined || left === null) return new Map();
  const items = uses.findRemainder?.(
    operation,
    left,
    flights.map(({ item }) => item),
  );
  const remaining = new Set(items);
  return new Map(flights.filter(({ item }) => remaining.has(item)).map((each) => [each, left]));
}

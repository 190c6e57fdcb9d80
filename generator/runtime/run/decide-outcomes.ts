/** Decides every outcome. No other file makes a `Decision`. It decides only what is proved, and otherwise `unknown`. */
import type { AnyEndpoint } from "../endpoint/endpoint.js";
import type { Operation } from "../endpoint/operation.js";
import type { Resolved } from "../endpoint/resolve.js";
import type { ItemError } from "../errors.js";
import { get } from "../pointer.js";
import { readReply, stateOf, THROTTLED, type Finding, type Reading } from "../reply/match.js";
import { matches } from "../reply/statuses.js";
import type { Accepted, Polled } from "../send/polling.js";
import { readRetryAfter } from "../send/retry.js";
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
  readonly resend: ReadonlyMap<InFlight, ItemError>;
  /** The longest time that it asks to wait before, in milliseconds. */
  readonly afterMs: number | undefined;
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
  const { data, body, replies, lost } = await lastState(context, flights, reply);
  const items = flights.map(({ item }) => item);
  const left = findRemaining(context, flights, body);
  const counted = { body, unprocessed: left.size };
  const reading = readReply(data, items, replies, context.siblings, counted);
  const lists = data.errors?.at !== undefined;
  const leftOut = findingOfLeftOut(context.endpoint.operation, status, { body, lists }, reading);
  const found = (flight: InFlight) => reading.findings.get(flight.item) ?? leftOut;
  const decided = decideAll(flights, { status, requestId, body, lost }, (flight) =>
    left.has(flight) ? undefined : found(flight),
  );
  for (const [flight, part] of left) decided.resend.set(flight, itemError(part, status, requestId));
  return { ...decided, busy: decided.busy || left.size > 0 };
}

/**
 * Decides what a reply proves about the items that it names, whatever its status. Undefined if it names none. Of the
 * other items it proves nothing.
 */
export function decideNamed(
  context: ReplyContext,
  flights: readonly InFlight[],
  { status, requestId, body }: SuccessReply,
): Decided | undefined {
  const { data, siblings } = context;
  const items = flights.map(({ item }) => item);
  const { findings } = readReply(data, items, [body], siblings);
  const clear = ({ item }: InFlight) => {
    const finding = findings.get(item);
    return finding?.is === "unclear" ? undefined : finding;
  };
  const read = { status, requestId, body, lost: undefined };
  return flights.some(clear) ? decideAll(flights, read, clear) : undefined;
}

/** `found`: undefined for an item that is left out here. */
function decideAll(
  flights: readonly InFlight[],
  read: Read,
  found: (flight: InFlight) => Finding | undefined,
) {
  const decisions = new Map<InFlight, Decision>();
  const resend = new Map<InFlight, ItemError>();
  let busy = false;
  let afterMs: number | undefined;
  for (const flight of flights) {
    const finding = found(flight);
    if (!finding) continue;
    if (finding.is === "failed" && finding.again) {
      resend.set(flight, errorOf(finding, read));
      busy ||= finding.status === THROTTLED;
      const ms = finding.after === undefined ? undefined : readRetryAfter(finding.after);
      if (ms !== undefined) afterMs = Math.max(afterMs ?? 0, ms);
    } else decisions.set(flight, decideItem(finding, read));
  }
  return { decisions, resend, busy, afterMs };
}

const errorOf = (
  finding: Finding & { readonly is: "failed" },
  { status, requestId }: Read,
): ItemError => itemError(finding.body, finding.status ?? status, requestId, finding);

/** A reply, or the last one about its job. */
interface Read extends Pick<SuccessReply, "status" | "requestId" | "body"> {
  readonly lost: Lost | undefined;
}

/** What one finding proves. `lost`: why the reply proves no success. */
function decideItem(finding: Finding, read: Read): Decision {
  const { body, lost } = read;
  if (finding.is === "failed") return itemFailed(errorOf(finding, read));
  const cause = finding.is === "unclear" ? finding.cause : body;
  if (lost) return unknown(lost.reason, lost.cause ?? cause);
  if (finding.is === "unclear") return unknown("noResult", cause);
  return { kind: "ok", result: finding.result };
}

/** A result in the caller's form. */
export function convert({ bound }: AnyEndpoint, decision: Decision): Decision {
  if (decision.kind !== "ok" || decision.result === undefined || !bound?.result) return decision;
  try {
    return { kind: "ok", result: bound.result(decision.result) };
  } catch (error) {
    return unknown("crashed", error);
  }
}

/** The last reply, and those that tell of items. */
interface Last {
  readonly data: Resolved;
  readonly body: unknown;
  readonly replies: readonly unknown[];
  readonly lost: Lost | undefined;
}

/** The reply, or the last reply about the job that it created; `data` says how to read it. */
async function lastState(
  { data, poll }: ReplyContext,
  flights: readonly InFlight[],
  reply: SuccessReply,
): Promise<Last> {
  const { body } = reply;
  const first = { data, body, replies: [body] };
  const reason = stateOf(data, reply.status, body);
  if (reason === undefined) return { ...first, lost: undefined };
  if (reason !== "pending" || !poll) return { ...first, lost: { reason, cause: undefined } };
  const polled = await poll(reply, flights);
  if (!("body" in polled)) return { ...first, lost: polled };
  const { results = { at: "", as: "none" } as const } = data.job ?? {};
  const ended = { ...data, results, acknowledged: results.as === "none" };
  const { pages = [polled.body] } = polled;
  return { data: ended, body: polled.body, replies: pages, lost: undefined };
}

/** What the reply proves about the items that it leaves out. `lists`: its body lists failures. */
function findingOfLeftOut(
  { replies }: Operation,
  status: number,
  { body, lists }: { readonly body: unknown; readonly lists: boolean },
  { leftOut, strays }: Reading,
): Finding {
  const isDeclared = matches(status, replies);
  const empty = status === 204 && isDeclared;
  // No body says nothing, where the document declares another reply: that is no silence about an item.
  const elsewhere = !isDeclared || (lists && replies.includes(status));
  if (body === undefined && status !== 204 && elsewhere) return { is: "unclear", cause: body };
  if (empty || leftOut === "ok") return { is: "ok", result: undefined };
  return leftOut === "failed"
    ? { is: "failed", body, again: false }
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

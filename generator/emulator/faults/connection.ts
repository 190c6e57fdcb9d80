/** Faults of the connection: they end a request before its items are applied, or change the reply after. */
import type { JsonValue } from "../../base/json.js";
import type { Refusal, Reply } from "../reply/http-reply.js";
import type { Fault, FaultName } from "./plan.js";
import { statusOf } from "./choose.js";
import type { EmulatedOperation } from "../operation.js";
import type { Taken, Window } from "../rates.js";
import { refuse, type ErrorContext } from "../reply/refuse.js";
import { membersFor, ruleFor } from "../statuses.js";

/** What happens on the connection. */
export type Ending =
  | { readonly kind: "reply"; readonly reply: Reply }
  /** The headers promise the whole body; the connection ends in the middle of it. */
  | { readonly kind: "cutOff"; readonly reply: Reply }
  | { readonly kind: "reset" }
  /** The client gets no reply. */
  | { readonly kind: "silence" };

export const replied = (reply: Reply): Ending => ({ kind: "reply", reply });

export interface FaultContext {
  readonly operation: EmulatedOperation;
  readonly errorContext: ErrorContext;
  readonly taken: Taken | undefined;
}

/** @returns undefined where the items are applied first */
export function endBefore(fault: Fault, context: FaultContext): Ending | undefined {
  const before = (fault.when ?? "before") === "before";
  return before ? early[fault.fault]?.(fault, context) : undefined;
}

export function endAfter(fault: Fault, reply: Reply, context: FaultContext): Ending {
  return (late[fault.fault] ?? early[fault.fault])?.(fault, context, reply) ?? replied(reply);
}

type End = (fault: Fault, context: FaultContext, reply: Reply) => Ending;

/** Faults that can come before the items are applied. They look the same after that. */
const early: { readonly [F in FaultName]?: (fault: Fault, context: FaultContext) => Ending } = {
  status: (fault, context) => replied(failing(fault, context)),
  html: () =>
    replied({
      status: 502,
      headers: { "content-type": "text/html" },
      body: "<!doctype html><title>502</title><h1>Bad gateway</h1>\n",
    }),
  reset: () => ({ kind: "reset" }),
};

const late: { readonly [F in FaultName]?: End } = {
  hang: () => ({ kind: "silence" }),
  truncated: (_fault, _meeting, reply) => {
    const { body = "" } = reply;
    return replied({ ...reply, body: body.slice(0, Math.floor(body.length / 2)) });
  },
  cutOff: (_fault, _meeting, reply) =>
    reply.body === undefined ? replied(reply) : { kind: "cutOff", reply },
  // a refusal keeps its status: nothing was applied
  empty: (_fault, _meeting, reply) =>
    replied(reply.status < 300 ? { status: 200, headers: {} } : reply),
  undeclared: ({ status }, _meeting, reply) =>
    // a refusal keeps its status: only a success gets an unusual one
    replied(
      reply.status < 300 ? { ...reply, status: typeof status === "number" ? status : 299 } : reply,
    ),
};

function failing(fault: Fault, { operation, errorContext, taken }: FaultContext): Reply {
  const status = statusOf(fault, operation, errorContext.random, 503);
  const { retryAfter } = fault;
  const { throttled: slow, ...lists } = operation.batch.statuses ?? {};
  // a status from a list has the header only where the service uses it
  const waits = typeof fault.status !== "string" || status === 429 || ruleFor(slow, status);
  const list = typeof fault.status === "string" ? lists[fault.status] : undefined;
  const members = membersFor(ruleFor(list, status) ?? ruleFor(slow, status));
  const headers = retryAfter !== undefined && waits ? { "retry-after": String(retryAfter) } : {};
  const [shortest] = [...(operation.batch.rate?.windows ?? [])].sort((a, b) => a.ms - b.ms);
  const refusal: Refusal =
    status === 429
      ? throttled(operation, taken?.shortest ?? shortest, 1000)
      : {
          status,
          category: "UNAVAILABLE",
          message: `The fault plan asks for this status: ${status}.`,
        };
  return refuse(
    operation,
    {
      ...refusal,
      headers: { ...refusal.headers, ...headers },
      members: { ...refusal.members, ...members },
    },
    errorContext,
  );
}

/** The refusal of a request that is over the limit, with the policy and the headers that `x-batch` names. */
export function throttled(
  { batch }: EmulatedOperation,
  window: Window | undefined,
  waitMs: number,
): Refusal {
  const { policies, headers: names = {} } = batch.rate ?? {};
  const policy = policies && policyOf(policies.values, window);
  const members: Record<string, JsonValue> = {};
  if (policies && policy !== undefined) members[policies.at] = policy;
  return {
    status: 429,
    category: "RATE_LIMIT",
    message: "Too many requests.",
    members,
    headers: {
      // a service with policies names one instead of a time to wait
      ...(policy === undefined && { "retry-after": String(Math.max(1, Math.ceil(waitMs / 1000))) }),
      ...(names.limit !== undefined && window && { [names.limit]: String(window.requests) }),
      ...(names.remaining !== undefined && { [names.remaining]: "0" }),
      ...(names.intervalMs !== undefined && window && { [names.intervalMs]: String(window.ms) }),
    },
  };
}

const aDay = 86_400_000;

/** The name of the policy of a full window, by its length. A window of a day or longer ends a run. */
function policyOf(
  values: Readonly<Record<string, number | "stop">>,
  window: Window | undefined,
): string | undefined {
  const names = Object.entries(values);
  const pauses = names.filter(([, value]) => value !== "stop");
  const exact = pauses.find(([, value]) => value === window?.ms);
  const stop =
    window && window.ms >= aDay ? names.find(([, value]) => value === "stop") : undefined;
  return (stop ?? exact ?? pauses[0] ?? names[0])?.[0];
}

/** The rate headers of a reply to a request within the limits. */
export function rateHeaders(
  { batch }: EmulatedOperation,
  taken: Taken | undefined,
): Readonly<Record<string, string>> {
  const { limit, remaining, intervalMs, reset } = batch.rate?.headers ?? {};
  if (!taken) return {};
  const { shortest } = taken;
  const ofWindow = batch.rate?.windows?.find(({ ms }) => ms === shortest.ms)?.remaining;
  return {
    ...(ofWindow !== undefined && { [ofWindow]: String(taken.remaining) }),
    ...(reset && { [reset.name]: resetText(reset.as, shortest.ms) }),
    ...(limit !== undefined && { [limit]: String(shortest.requests) }),
    ...(remaining !== undefined && { [remaining]: String(taken.remaining) }),
    ...(intervalMs !== undefined && { [intervalMs]: String(shortest.ms) }),
  };
}

/** When a window that begins now ends, in the form of the header. */
function resetText(as: "seconds" | "epoch" | "epochMs" | "date", ms: number): string {
  const end = Date.now() + ms;
  if (as === "seconds") return String(Math.ceil(ms / 1000));
  if (as === "date") return new Date(end).toUTCString();
  return String(as === "epoch" ? Math.ceil(end / 1000) : end);
}

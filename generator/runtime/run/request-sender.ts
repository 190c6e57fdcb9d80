/** `sendRequest`: builds the request of a chunk, and sends it. `poster`: sends any request of a run. */
import { byteLength, lengthOf } from "../encode/bytes.js";
import { addKey, address, build, written, type RequestParts } from "../endpoint/request.js";
import { BatchError } from "../errors.js";
import { put } from "../pointer.js";
import type { Post } from "../send/polling.js";
import type { Exchange } from "../send/transport.js";
import { noteSent, type InFlight } from "./in-flight.js";
import type { KeyFor } from "./prepare-item.js";
import type { RunJournal } from "./run-journal.js";
import type { RunSetup } from "./run-options.js";
import type { RunTotals } from "./run-totals.js";

export interface RequestContext {
  readonly setup: RunSetup;
  readonly runId: string;
  readonly params: object;
  readonly count: RunTotals["count"];
  readonly keyFor: KeyFor;
  /** When it is aborted, no further request is sent. */
  readonly halt: AbortSignal;
  /** When it is aborted, requests in flight end. */
  readonly kill: AbortSignal;
  /** Throws a BatchError if a request must not be sent. */
  readonly check: () => void;
  readonly journal: () => RunJournal | undefined;
}

/** Makes the function that sends requests of the run. */
export const poster =
  ({ setup, runId, count, halt, kill, check }: RequestContext): Post =>
  async (method, { path, query, headers }, body, attempt, keys, ready) => {
    const isPoll = !keys.length;
    if (!isPoll) check();
    const { endpoint, data, transport, rateLimiter, timeoutMs, baseUrl, limits } = setup;
    const { clock } = setup;
    let heldMs = 0;
    const held = async (promise: Promise<void>) => {
      const from = clock.now();
      await promise;
      heldMs += clock.now() - from;
    };
    const outgoing = {
      method,
      query,
      headers,
      body,
      operation: endpoint.operation,
      rateLimiter,
      rate: data.rate,
      gate: isPoll ? kill : halt,
      url: path.startsWith("/") ? address(baseUrl, { path, query: "" }) : path,
      event: { runId, attempt, keys, items: keys.length },
      maxReplyBytes: limits.maxReplyBytes,
      hookFailed: () => count.hookErrors++,
      ready() {
        const promise = ready?.();
        return promise && held(promise);
      },
      leaving() {
        if (!isPoll) check();
        count.requests++;
        count.bytes += lengthOf(body);
      },
    };
    const exchange = await transport(outgoing, kill, timeoutMs);
    count.rateWaitMs += exchange.waitedMs;
    // It was sent later.
    return heldMs ? { ...exchange, waitedMs: exchange.waitedMs + heldMs } : exchange;
  };

/** Sends one request with these items, and notes it in them. Rejects only with a BatchError. `check`: see `ChunkContext`. */
export async function sendRequest(
  context: RequestContext,
  post: Post,
  flights: readonly InFlight[],
  attempt: number,
  check: () => void,
): Promise<Exchange> {
  const { operation, uses } = context.setup.endpoint;
  const journal = context.journal();
  const key = keyOf(context, flights);
  const parts = requestOf(context, flights, key);
  const body = parts.body === undefined ? null : written(parts.body, operation, uses);
  try {
    const keys = flights.map(({ item }) => item.key);
    const ready = () => {
      const promise = journal?.sending(flights, key);
      if (promise) return promise.then(check);
      check();
      return undefined;
    };
    const exchange = await post(operation.method, parts, body, attempt, keys, ready);
    noteSent(flights, exchange.requestId);
    return exchange;
  } catch (error) {
    if (error instanceof BatchError && error.sent) noteSent(flights, undefined);
    throw error;
  }
}

/** The idempotency key: the same items have the same one, and a part of them has another. */
function keyOf(
  { setup, keyFor }: RequestContext,
  flights: readonly InFlight[],
): string | undefined {
  const { key } = setup.data.retry;
  return key && key.in !== "item" ? keyFor(flights.map(({ item }) => item)) : undefined;
}

function requestOf(
  { setup, params }: RequestContext,
  flights: readonly InFlight[],
  key: string | undefined,
): RequestParts {
  const { endpoint, data } = setup;
  const values = flights.map(({ item }) => item.value);
  const keys = flights.map(({ item }) => item.mapKey);
  const parts = build(endpoint.operation, endpoint.uses, params, values, keys);
  if (key !== undefined) addKey(parts, data, key);
  return parts;
}

/** The bytes of a body without items. */
export function overheadOf(
  siblings: unknown,
  { endpoint: { operation, uses }, data }: RunSetup,
  keyFor: KeyFor,
): number {
  const { key } = data.retry;
  const body = key?.in === "body" ? put(siblings, key.name, keyFor([])) : siblings;
  const empty = body === undefined ? "[]" : written(body, operation, uses);
  return typeof empty === "string" ? byteLength(empty) : empty.size;
}

/** Makes the request of a chunk, and sends it. */
import { byteLength, lengthOf } from "../encode/bytes.js";
import type { Entry } from "../run/item.js";
import { BatchError } from "../errors.js";
import type { Ledger } from "../run/run-totals.js";
import type { Sent } from "../run/outcome.js";
import { put } from "../pointer.js";
import { address, build, written, type RequestParts } from "../endpoint/request.js";
import type { RunSetup } from "../run/run-options.js";
import type { Post } from "./polling.js";
import type { Exchange, Outgoing } from "./transport.js";

export interface Sender {
  (entries: readonly Entry[], attempt: number): Promise<Exchange<string>>;
  /** Any request of the run. */
  readonly post: Post;
  /** Bytes of a body without items. */
  readonly overhead: number;
}

/** `check` throws a BatchError where a request is not to leave. */
export function createSender(
  setup: RunSetup,
  frame: RequestParts,
  params: object,
  { count }: Ledger,
  runId: string,
  signals: { readonly gate: AbortSignal; readonly kill: AbortSignal },
  check: () => void,
): Sender {
  const { data, transport, rateLimiter, timeoutMs, baseUrl } = setup;
  const { operation, uses } = setup.endpoint;
  const { rate } = data;
  const { gate, kill } = signals;
  const { key: idempotency } = data.retry;

  const post: Post = async (method, { path, query, headers }, body, attempt, items) => {
    check();
    const outgoing: Outgoing = {
      method,
      query,
      headers,
      body,
      operation,
      rateLimiter,
      rate,
      gate,
      url: address(baseUrl, { path, query: "" }),
      event: { runId, attempt, items },
      hookFailed: () => count.hookErrors++,
      leaving() {
        check();
        count.requests++;
        count.bytes += lengthOf(body);
      },
    };
    const exchange = await transport(outgoing, kill, timeoutMs, (response) => response.text());
    count.rateWaitMs += exchange.waitedMs;
    return exchange;
  };

  const send = async (entries: readonly Entry[], attempt: number): Promise<Exchange<string>> => {
    const items = entries.map(({ item }) => item);
    const keys = entries.map(({ mapKey }) => mapKey);
    const parts = build(operation, uses, params, items, keys);
    // The same entries give the same key; what is left of them another one.
    const key = `${runId}-${entries[0]?.index ?? 0}-${entries.at(-1)?.index ?? 0}-${entries.length}`;
    if (idempotency?.in === "header") parts.headers[idempotency.name] = key;
    if (idempotency?.in === "body") parts.body = put(parts.body, idempotency.name, key);
    const body = parts.body === undefined ? null : written(parts.body, operation, uses);
    try {
      const exchange = await post(operation.method, parts, body, attempt, entries.length);
      note(entries, exchange.requestId);
      return exchange;
    } catch (error) {
      if (error instanceof BatchError && error.sent) note(entries, undefined);
      throw error;
    }
  };
  const empty = frame.body === undefined ? "[]" : written(frame.body, operation, uses);
  const overhead = typeof empty === "string" ? byteLength(empty) : empty.size;
  return Object.assign(send, { post, overhead });
}

/** One more request held these entries. Entries with the same past share the note of it. */
function note(entries: readonly Entry[], requestId: string | undefined): void {
  let before: Sent | undefined;
  let after: Sent | undefined;
  for (const entry of entries) {
    if (entry.sent !== before || !after) {
      before = entry.sent;
      const { attempts, requestIds } = before;
      after = {
        attempts: attempts + 1,
        requestIds: requestId === undefined ? requestIds : [...requestIds, requestId],
      };
    }
    entry.sent = after;
  }
}

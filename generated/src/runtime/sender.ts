/** Makes the request of a chunk, and sends it. */
import { byteLength, lengthOf } from "./bytes.js";
import type { Entry } from "./entry.js";
import { BatchError } from "./errors.js";
import type { Ledger } from "./ledger.js";
import type { Sent } from "./outcome.js";
import { put } from "./pointer.js";
import { address, written, build, type Draft, type RequestParts } from "./request.js";
import type { RunSetup } from "./run-options.js";
import type { Post } from "./polling.js";
import type { Exchange, Outgoing } from "./transport.js";

/** What becomes a request: the bodies of all chunks differ in their items only. */
type Assemble = (entries: readonly Entry[]) => Pick<Draft, "path" | "query"> & {
  headers: RequestParts["headers"];
  body: string | Blob | null;
};

/** `frame`: the request without items. The items of a JSON array are joined from their texts, which are there already. */
function assembler(
  { endpoint: { operation, uses }, data }: RunSetup,
  frame: RequestParts,
  params: object,
  runId: string,
): Assemble {
  const { items } = operation;
  const { key } = data.retry;
  const keyAt = key?.in === "body" ? key.name : undefined;
  if (uses.encode || uses.write || items.in === "query" || keyAt !== undefined)
    return (entries) => {
      const inputs = entries.map(({ item }) => item);
      const keys = entries.map(({ mapKey }) => mapKey);
      const { body: told, ...parts } = build(operation, uses, params, inputs, keys);
      const body = keyAt === undefined ? told : put(told, keyAt, chunkKey(runId, entries));
      return { ...parts, body: body === undefined ? null : written(body, operation, uses) };
    };
  // A mark that no parameter holds stands for the items.
  const mark = crypto.randomUUID();
  const [before = "", after = ""] = (uses.json ?? JSON.stringify)(
    put(frame.body, items.at, mark),
  ).split(`"${mark}"`);
  return (entries) => ({
    ...frame,
    body: `${before}[${entries.map(({ text }) => text).join()}]${after}`,
  });
}

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
  const { data, transport, governor, timeoutMs, baseUrl } = setup;
  const { operation, uses } = setup.endpoint;
  const { rate } = data;
  const { gate, kill } = signals;
  const assemble = assembler(setup, frame, params, runId);
  const { key: idempotency } = data.retry;

  const post: Post = async (method, { path, query, headers }, body, attempt, items) => {
    check();
    const outgoing: Outgoing = {
      ...{ method, query, headers, body, operation, governor, rate, gate },
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
    const { body, ...parts } = assemble(entries);
    if (idempotency?.in === "header")
      parts.headers = { ...parts.headers, [idempotency.name]: chunkKey(runId, entries) };
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

/** The same entries give the same key; what is left of them another one. */
const chunkKey = (runId: string, entries: readonly Entry[]) =>
  `${runId}-${entries[0]?.index ?? 0}-${entries.at(-1)?.index ?? 0}-${entries.length}`;

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

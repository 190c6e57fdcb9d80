/** Makes the request of a chunk, and sends it. */
import type { Entry } from "./entry.js";
import { BatchError } from "./errors.js";
import type { Ledger } from "./ledger.js";
import type { Sent } from "./outcome.js";
import { put } from "./pointer.js";
import { bodyText, build, type RequestParts } from "./request.js";
import type { RunSetup } from "./run.js";
import type { Exchange, Outgoing } from "./transport.js";

/** What becomes the text of a request: the bodies of all chunks differ in their items only. */
type Assemble = (entries: readonly Entry[]) => Pick<RequestParts, "path" | "query" | "headers"> & {
  readonly text: string | null;
};

/** `frame`: the request without items. The items of a JSON array are joined from their texts, which are there already. */
function assembler(
  { endpoint: { operation, uses } }: RunSetup,
  frame: RequestParts,
  params: object,
): Assemble {
  const { items } = operation;
  if (uses.encode || items.in === "query")
    return (entries) => {
      const inputs = entries.map(({ item }) => item);
      const keys = entries.map(({ mapKey }) => mapKey);
      const { body, ...parts } = build(operation, uses, params, inputs, keys);
      return { ...parts, text: body === undefined ? null : bodyText(body) };
    };
  // A mark that no parameter holds stands for the items.
  const mark = crypto.randomUUID();
  const [before = "", after = ""] = JSON.stringify(put(frame.body, items.at, mark)).split(
    `"${mark}"`,
  );
  return (entries) => ({
    ...frame,
    text: `${before}[${entries.map(({ text }) => text).join()}]${after}`,
  });
}

export interface Sender {
  (entries: readonly Entry[], attempt: number): Promise<Exchange<string>>;
  /** Bytes of a body without items. */
  readonly overhead: number;
}

const bytes = new TextEncoder();
export const byteLength = (text: string): number => bytes.encode(text).length;

/** `begin` may refuse the request by throwing a BatchError. */
export function createSender(
  setup: RunSetup,
  frame: RequestParts,
  params: object,
  { count }: Ledger,
  runId: string,
  signals: { readonly gate: AbortSignal; readonly kill: AbortSignal },
  begin: () => void,
): Sender {
  const { endpoint, data, transport, governor, timeoutMs, baseUrl } = setup;
  const { operation } = endpoint;
  const assemble = assembler(setup, frame, params);
  const { key: idempotency } = data.retry;

  const send = async (entries: readonly Entry[], attempt: number): Promise<Exchange<string>> => {
    begin();
    const { path, query, headers, text } = assemble(entries);
    count.requests++;
    count.bytes += text?.length ?? 0;
    const outgoing: Outgoing = {
      method: operation.method,
      url: baseUrl.replace(/\/$/, "") + path,
      query,
      headers:
        idempotency?.in === "header"
          ? { ...headers, [idempotency.name]: chunkKey(runId, entries) }
          : headers,
      body: text,
      trusted: true,
      operation,
      governor,
      gate: signals.gate,
      rate: data.rate,
      event: {
        runId,
        endpoint: operation.name,
        attempt,
        items: entries.length,
        bytes: text?.length ?? 0,
      },
    };
    try {
      const exchange = await transport(outgoing, signals.kill, timeoutMs, (response) =>
        response.text(),
      );
      count.rateWaitMs += exchange.waitedMs;
      note(entries, exchange.requestId);
      return exchange;
    } catch (error) {
      if (error instanceof BatchError && error.sent) note(entries, undefined);
      throw error;
    }
  };
  const empty = frame.body === undefined ? "[]" : bodyText(put(frame.body, operation.items.at, []));
  return Object.assign(send, { overhead: byteLength(empty) });
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

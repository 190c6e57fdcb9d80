/** The errors that a client throws, and those of outcomes. No message, stack or JSON contains a token. */
import { ERROR_DEPTH } from "./limits.js";
import { get, isObject, member } from "./pointer.js";

/** The base of all errors of this package. */
export abstract class BatchError extends Error {
  /** False only with proof that the request never left this process. */
  declare readonly sent: boolean;
  constructor(message: string, fields: object, options?: ErrorOptions) {
    super(message, options);
    Object.assign(this, fields);
  }
  /** Plain data for a log: it never contains a token, a request body or a header. */
  toJSON(): object {
    const { name, message } = this;
    // Outcomes contain what was sent.
    return Object.assign({ name, message }, this, { outcomes: undefined });
  }
}

/** A reply that is not one of the success replies that the document declares. */
export class BatchHttpError extends BatchError {
  override readonly name = "BatchHttpError";
  /** The HTTP status. */
  declare readonly status: number;
  /** The body of the reply: parsed if it is JSON, otherwise its text; undefined if there is none. */
  declare readonly body: unknown;
  /** From a header such as `x-request-id`. */
  declare readonly requestId: string | undefined;
  /** The service's name for this kind of error, or `HTTP_` and the status. */
  declare readonly category: string;
  /** The service's id for this exchange, from the body. */
  declare readonly correlationId: string | undefined;
  constructor(status: number, body: unknown, requestId?: string, why?: string) {
    const { category = `HTTP_${status}`, message = "" } = describe(body);
    const correlationId = text(body, ["correlationId"]);
    super(`HTTP ${status}: ${why ?? message}`.replace(/: $/, ""), {
      sent: true,
      status,
      body,
      requestId,
      category,
      correlationId,
    });
  }
}

/** No complete reply came in time; nothing proves whether the service did the work. */
export class BatchTimeoutError extends BatchError {
  override readonly name = "BatchTimeoutError";
  /** The timeout, in milliseconds. */
  declare readonly timeoutMs: number;
  constructor(timeoutMs: number, sent: boolean) {
    super(`no reply within ${timeoutMs} ms`, { timeoutMs, sent });
  }
}

/** The caller's signal was aborted; `cause` is its reason. */
export class BatchAbortError extends BatchError {
  override readonly name = "BatchAbortError";
  constructor(cause: unknown, sent: boolean) {
    super("aborted by the caller", { sent }, { cause });
  }
}

/** The connection failed before a complete reply; `cause` is the error of the platform. */
export class BatchNetworkError extends BatchError {
  override readonly name = "BatchNetworkError";
  constructor(cause: unknown, sent: boolean) {
    // `fetch failed` alone says nothing.
    const reasons = [get(cause, "/message") ?? cause, get(cause, "/cause/message")];
    super(`no reply: ${reasons.filter(Boolean).map(String).join(": ")}`, { sent }, { cause });
  }
}

/** The quota is used up, and the wait for more would be too long. */
export class BatchQuotaError extends BatchError {
  override readonly name = "BatchQuotaError";
  /** The wait until the next try, in milliseconds; undefined if it is not known. */
  declare readonly retryAfterMs: number | undefined;
  constructor(retryAfterMs: number | undefined, cause?: unknown) {
    super("the quota is used up", { sent: false, retryAfterMs }, { cause });
  }
}

/** The source threw `cause`. A run throws this after every input that was read has its outcome. */
export class BatchSourceError extends BatchError {
  override readonly name = "BatchSourceError";
  /** With `collect`: the outcomes of the inputs that were read. */
  declare readonly outcomes: readonly unknown[];
  constructor(cause: unknown, outcomes: readonly unknown[] = []) {
    super("the source threw", { sent: false, outcomes }, { cause });
  }
}

/** The numbers of inputs and outcomes differ, which is a bug of this package. */
export class AccountingError extends BatchError {
  override readonly name = "AccountingError";
  constructor(message: string) {
    super(message, { sent: true });
  }
}

/** The error of one item, from the service or from the check before sending. */
export interface ItemError {
  /** The service's name for this kind of error. */
  readonly category: string;
  /** The service's message, for people; empty if it sent none. */
  readonly message: string;
  /** Names and values from the service's error. */
  readonly context: Readonly<Record<string, readonly string[]>>;
  /** The status of the item if it has one, otherwise that of the reply. */
  readonly status?: number;
  /** The service's id for the request, if it sent one. */
  readonly requestId?: string;
  /** The service's error, unchanged; undefined if the item was refused before sending. */
  readonly body: unknown;
  /** The members above, as plain data. */
  toJSON(): object;
}

const words = (text: string) => text.split(" ");
const CATEGORY = words("category errorType code type errorCode ErrorCode error_code error __type");
const MESSAGE = words(
  "message detail title reason description Message errorMessage ErrorMessage error_message msg error result",
);

/** The category and the message in an error of unknown form. */
export function describe(
  body: unknown,
  depth: number = ERROR_DEPTH,
): {
  readonly category?: string | undefined;
  readonly message?: string | undefined;
} {
  if (typeof body === "string")
    // `not_found`, but not a sentence or a page.
    return {
      category: /^[\w.-]{1,60}$/.test(body) ? body : undefined,
      message: body.slice(0, 200),
    };
  const isInside = depth > 0 && !text(body, ["category"]);
  for (const at of isInside ? ["/error", "/errors/0", "/0"] : []) {
    const inner = get(body, at);
    const found = isObject(inner) ? describe(inner, depth - 1) : {};
    if (found.category ?? found.message) return found;
  }
  return { category: text(body, CATEGORY), message: text(body, MESSAGE) };
}

function text(body: unknown, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = member(body, name);
    if ((typeof value === "string" && value) || typeof value === "number") return String(value);
  }
  return undefined;
}

/** What the client throws, and what outcomes carry. No message, stack or JSON holds a token. */
import { get, isObject, member } from "./pointer.js";

/** The part that all errors of this package share. */
export abstract class BatchError extends Error {
  /** False where it is proved that the request never left this process. */
  declare readonly sent: boolean;
  constructor(message: string, fields: object, options?: ErrorOptions) {
    super(message, options);
    Object.assign(this, fields);
  }
  /** Plain data for a log: never a token, a request body or a header. */
  toJSON(): object {
    const { name, message } = this;
    // Outcomes hold what was sent.
    return Object.assign({ name, message }, this, { outcomes: undefined });
  }
}

/** A reply that is not one of the success replies that the document declares. */
export class BatchHttpError extends BatchError {
  override readonly name = "BatchHttpError";
  /** The HTTP status. */
  declare readonly status: number;
  /** The reply's body: parsed where it is JSON, else its text; undefined where it has none. */
  declare readonly body: unknown;
  /** From a header such as `x-request-id`. */
  declare readonly requestId: string | undefined;
  /** What the service calls this kind of error, or `HTTP_` and the status. */
  declare readonly category: string;
  /** The service's own number for this exchange, from the body. */
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

/** No complete reply within the time given; nothing proves whether the request was done. */
export class BatchTimeoutError extends BatchError {
  override readonly name = "BatchTimeoutError";
  /** The time given, in milliseconds. */
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

/** The connection failed before a complete reply; `cause` is what the platform threw. */
export class BatchNetworkError extends BatchError {
  override readonly name = "BatchNetworkError";
  constructor(cause: unknown, sent: boolean) {
    // `fetch failed` alone says nothing.
    const reasons = [get(cause, "/message") ?? cause, get(cause, "/cause/message")];
    super(`no reply: ${reasons.filter(Boolean).map(String).join(": ")}`, { sent }, { cause });
  }
}

/** The quota is used up for longer than is worth waiting. */
export class BatchQuotaError extends BatchError {
  override readonly name = "BatchQuotaError";
  /** When to try again, in milliseconds from then; undefined where it is not known. */
  declare readonly retryAfterMs: number | undefined;
  constructor(retryAfterMs: number | undefined, cause?: unknown) {
    super("the quota is used up", { sent: false, retryAfterMs }, { cause });
  }
}

/** The source threw: `cause` is what. Thrown when everything that was read has its outcome. */
export class BatchSourceError extends BatchError {
  override readonly name = "BatchSourceError";
  /** With `collect`: what became of the inputs that were read. */
  declare readonly outcomes: readonly unknown[];
  constructor(cause: unknown, outcomes: readonly unknown[] = []) {
    super("the source threw", { sent: false, outcomes }, { cause });
  }
}

/** Inputs and outcomes do not add up: a defect of this package. */
export class AccountingError extends BatchError {
  override readonly name = "AccountingError";
  constructor(message: string) {
    super(message, { sent: true });
  }
}

/** What a service, or the check before sending, says about one item. */
export interface ItemError {
  /** What the service calls this kind of error. */
  readonly category: string;
  readonly message: string;
  /** Names and values that the service gives with it. */
  readonly context: Readonly<Record<string, readonly string[]>>;
  /** The item's own status where it has one, else that of the reply. */
  readonly status?: number;
  readonly requestId?: string;
  /** The service's error as it came; undefined where the item was refused before sending. */
  readonly body: unknown;
  toJSON(): object;
}

const CATEGORY = ["category", "errorType", "code", "type", "errorCode", "ErrorCode", "error"];
const MESSAGE = ["message", "detail", "title", "reason", "description", "Message", "error"];

/** The category and the message in an error of unknown shape. */
export function describe(body: unknown): {
  readonly category?: string | undefined;
  readonly message?: string | undefined;
} {
  if (typeof body === "string")
    // `not_found`, but not a sentence or a page.
    return {
      category: /^[\w.-]{1,60}$/.test(body) ? body : undefined,
      message: body.slice(0, 200),
    };
  for (const at of text(body, ["category"]) ? [] : ["/error", "/errors/0", "/0"]) {
    const inner = get(body, at);
    const found = isObject(inner) ? describe(inner) : {};
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

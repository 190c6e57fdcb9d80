/** What the client throws, and what outcomes carry. No message, stack or JSON holds a token. */
import { get, isObject } from "./pointer.js";

/** The part that all errors of this package share. */
export abstract class BatchError extends Error {
  /** False where it is proved that the request never left this process. */
  abstract readonly sent: boolean;
  /** Plain data for a log: never a token, a request body or a header. */
  toJSON(): object {
    return { name: this.name, message: this.message };
  }
}

/** A reply that is not one of the success replies that the document declares. */
export class BatchHttpError extends BatchError {
  override readonly name = "BatchHttpError";
  readonly sent = true;
  /** What the service calls this kind of error, or `HTTP_` and the status. */
  readonly category: string;
  /** The service's own number for this exchange, from the body. */
  readonly correlationId: string | undefined;
  constructor(
    /** The HTTP status. */
    readonly status: number,
    /** The reply's body: parsed where it is JSON, else its text; undefined where it has none. */
    readonly body: unknown,
    /** From a header such as `x-request-id`. */
    readonly requestId?: string,
    message?: string,
  ) {
    const told = describe(body);
    super(message ?? `HTTP ${status}${told.message ? `: ${told.message}` : ""}`);
    this.category = told.category ?? `HTTP_${status}`;
    const correlation = get(body, "/correlationId");
    this.correlationId = typeof correlation === "string" ? correlation : undefined;
  }
  override toJSON(): object {
    const { name, message, status, category, correlationId, requestId, body } = this;
    return { name, message, status, category, correlationId, requestId, body };
  }
}

/** No complete reply within the time given; nothing tells what became of the request. */
export class BatchTimeoutError extends BatchError {
  override readonly name = "BatchTimeoutError";
  constructor(
    /** The time given, in milliseconds. */
    readonly timeoutMs: number,
    readonly sent: boolean,
  ) {
    super(`no reply within ${timeoutMs} ms`);
  }
}

/** The caller's signal was aborted; `cause` is its reason. */
export class BatchAbortError extends BatchError {
  override readonly name = "BatchAbortError";
  constructor(
    cause: unknown,
    readonly sent: boolean,
  ) {
    super("aborted by the caller", { cause });
  }
}

/** The connection failed before a complete reply; `cause` is what the platform threw. */
export class BatchNetworkError extends BatchError {
  override readonly name = "BatchNetworkError";
  constructor(
    cause: unknown,
    readonly sent: boolean,
  ) {
    super(`no reply: ${reason(cause)}`, { cause });
  }
}

/** The quota is used up for longer than is worth waiting. */
export class BatchQuotaError extends BatchError {
  override readonly name = "BatchQuotaError";
  readonly sent = false;
  constructor(
    /** When to try again, in milliseconds from then; undefined where nobody said. */
    readonly retryAfterMs: number | undefined,
    cause?: unknown,
  ) {
    super("the quota is used up", { cause });
  }
}

/** The source threw: `cause` is what. Thrown when everything that was read has its outcome. */
export class BatchSourceError extends BatchError {
  override readonly name = "BatchSourceError";
  readonly sent = false;
  constructor(
    cause: unknown,
    /** With `collect`: what became of the inputs that were read. */
    readonly outcomes: readonly unknown[] = [],
  ) {
    super("the source threw", { cause });
  }
}

/** Inputs and outcomes do not add up: a defect of this package. */
export class AccountingError extends BatchError {
  override readonly name = "AccountingError";
  readonly sent = true;
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
  readonly category: string | undefined;
  readonly message: string | undefined;
} {
  for (const inner of [get(body, "/error"), get(body, "/errors/0"), get(body, "/0")])
    if (isObject(inner) && !text(body, ["category"])) {
      const told = describe(inner);
      if (told.category ?? told.message) return told;
    }
  return typeof body === "string"
    ? {
        // `not_found`, but not a sentence or a page.
        category: /^[\w.-]{1,60}$/.test(body) ? body : undefined,
        message: body.slice(0, 200),
      }
    : { category: text(body, CATEGORY), message: text(body, MESSAGE) };
}

function text(body: unknown, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = get(body, "/" + name);
    if ((typeof value === "string" && value) || typeof value === "number") return String(value);
  }
  return undefined;
}

/** An error's message with that of its cause: `fetch failed` alone says nothing. */
function reason(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const inner = cause.cause;
  return inner instanceof Error && inner.message
    ? `${cause.message}: ${inner.message}`
    : cause.message;
}

/** `Outcome`: what a run reports for each input; `Progress` and `Summary`: its totals. */
import { describe, type ItemError } from "../errors.js";
import { get, isObject } from "../pointer.js";

/** The requests that contained an input. */
export interface Sent {
  /** The number of requests that contained the input. */
  readonly attempts: number;
  /** The service's ids for them, if it sends any. */
  readonly requestIds: readonly string[];
}

/** Why nothing proves whether an input was applied. `canceled`: the service reports that it cancelled the batch. */
export type UnknownReason =
  "timeout" | "reset" | "serverError" | "aborted" | "crashed" | "pending" | "canceled" | "noResult";

/**
 * Why an input was not sent. `stopped`: by `close`, `stopWhen` or a refused token; `superseded`: by a later input with
 * its key (`duplicates: "last"`); `unreachable`: no connection could be opened.
 */
export type NotSentReason =
  "aborted" | "quota" | "budget" | "stopped" | "superseded" | "unreachable";

/** The types of an endpoint that outcomes depend on. */
interface ItemTypes {
  readonly input: unknown;
  readonly result: unknown;
}

/** Each input gets exactly one. It states only what is proved. */
export type Outcome<T extends ItemTypes, S = T["input"]> = {
  /** The value from the source: the input, or the row that `from` made it of. */
  readonly source: S;
  /** The caller's object, unchanged. */
  readonly input: T["input"];
  /** The position of the input in the source, from 0. */
  readonly index: number;
  /** The caller's key, or else the value by which the service identifies the input, or else the index. */
  readonly key: string;
  /** An earlier input with its key is unknown, and may still take effect; if this one is `ok`, it may overwrite it. */
  readonly contested: boolean;
  /** With a journal: an earlier run got this outcome, and the consumer may have had it. */
  readonly replayed?: true;
} & Fate<T["result"]>;

/** What happened to an input, by its `kind`. */
export type Fate<R> =
  | {
      /** `ok`: the service applied the input. */
      readonly kind: "ok";
      /** What the service returned for this input. */
      readonly result: R;
      /** The requests that contained the input. */
      readonly sent: Sent;
    }
  | {
      /** `failed`: the input was not applied. */
      readonly kind: "failed";
      /** Where it was refused: before sending (`input`), with its request (`request`), or alone (`item`). */
      readonly at: "input" | "request" | "item";
      /** Why it was refused. */
      readonly error: ItemError;
      /** The requests that contained the input. */
      readonly sent: Sent;
    }
  | {
      /** `unknown`: the input was sent, and nothing proves whether it was applied. */
      readonly kind: "unknown";
      /** Why nothing proves it. */
      readonly reason: UnknownReason;
      /** What it came from: an error, or a `JobHandle` if the reason is `pending`. */
      readonly cause: unknown;
      /** The requests that contained the input. */
      readonly sent: Sent;
    }
  | {
      /** `notSent`: the input was not sent, or every request with it was refused before any work. */
      readonly kind: "notSent";
      /** Why it was not sent. */
      readonly reason: NotSentReason;
      /** What it came from, if anything is known. */
      readonly cause: unknown;
      /** The requests that contained the input. */
      readonly sent: Sent;
    };

/** The cause of a `pending` outcome, as plain data: with it, a caller can poll later. */
export interface JobHandle {
  readonly id: string;
  readonly method: string;
  /** Relative to `baseUrl`; the whole URL if the service gave an address instead of an id. */
  readonly path: string;
  /** Headers that a poll needs, besides the secret. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The totals of a run so far; a frozen snapshot. */
export interface Progress {
  /** Inputs that were read from the source. */
  readonly read: number;
  /** Inputs that the service applied. */
  readonly ok: number;
  /** Inputs that were not applied. */
  readonly failed: number;
  /** Inputs that were sent, and of which nothing proves whether they were applied. */
  readonly unknown: number;
  /** Inputs that were not sent. */
  readonly notSent: number;
  /** With a journal: inputs whose outcome the consumer of an earlier run has had. They get none. */
  readonly skipped: number;
  /** Requests that were sent, retries included. */
  readonly requests: number;
  /** Requests that repeat an earlier one, in full or in part. */
  readonly retries: number;
  /** Requests that were split to find the inputs at fault. */
  readonly isolations: number;
  /** The length of all request bodies, in UTF-16 code units. */
  readonly bytes: number;
  /** The time that all requests together waited for rate limits, in milliseconds. */
  readonly rateWaitMs: number;
  /** Inputs that were read and have no outcome yet. */
  readonly inFlight: number;
  /** The time since the run was created, in milliseconds. */
  readonly elapsedMs: number;
  /** The number of calls of hooks that threw. */
  readonly hookErrors: number;
}

/** The totals of a run at its end: `read` = `skipped` + `ok` + `failed` + `unknown` + `notSent`. */
export interface Summary extends Progress {
  /** Why the run ended: `complete` is the end of the source. Another reason leaves inputs unread or `notSent`. */
  readonly ended: "complete" | "aborted" | "quota" | "budget" | "stopped" | "unreachable";
  /** Failed inputs by category. */
  readonly failedBy: Readonly<Record<string, number>>;
  /** What ended the run, if that was not the end of the source. */
  readonly cause?: unknown;
}

const NOTHING = {};

/** What says more about an error than its body and its status: texts, and parts of the body to read first. */
interface Told {
  readonly category?: string | undefined;
  readonly message?: string | undefined;
  readonly parts?: readonly unknown[] | undefined;
}

/** Makes an item's error from an error of the service. */
export function itemError(
  body: unknown,
  status?: number,
  requestId?: string,
  { category: named, message, parts = [] }: Told = {},
): ItemError {
  const known = [...parts, body].map((part) => describe(part));
  const category =
    named ??
    known.find((one) => one.category)?.category ??
    (status !== undefined && status >= 300 ? `HTTP_${status}` : "error");
  // A code is no message, if there is a better one.
  const said = known.flatMap((one) => one.message ?? []);
  const plain = {
    category,
    message: message ?? said.find((text) => text !== category) ?? said[0] ?? "",
    context: contextOf(body),
    ...(status !== undefined && { status }),
    ...(requestId !== undefined && { requestId }),
    body,
  };
  return { ...plain, toJSON: () => plain };
}

function contextOf(body: unknown): Readonly<Record<string, readonly string[]>> {
  const context = get(body, "/context");
  if (!isObject(context)) return NOTHING;
  return Object.fromEntries(
    Object.entries(context).map(([name, value]) => [name, [value].flat().map(String)]),
  );
}

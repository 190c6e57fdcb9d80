/** Outcomes: what a run reports for each input, and its sums. */
import { describe, type ItemError } from "../errors.js";
import { get, isObject } from "../pointer.js";

/** What was sent for an input. */
export interface Sent {
  /** Requests that held the input. */
  readonly attempts: number;
  /** The service's numbers for them, where it gave any. */
  readonly requestIds: readonly string[];
}

/** Why nothing proves whether an input was applied. `canceled`: the service says that it gave the batch up. */
export type UnknownReason =
  "timeout" | "reset" | "serverError" | "aborted" | "crashed" | "pending" | "canceled" | "noResult";

/**
 * Why an input was not sent. `stopped`: by `close`, `stopWhen` or a refused token; `superseded`: by a later input with
 * its key (`duplicates: "last"`); `unreachable`: no connection came about.
 */
export type NotSentReason =
  "aborted" | "quota" | "budget" | "stopped" | "superseded" | "unreachable";

/** The types of an endpoint that its outcomes need. */
interface ItemTypes {
  readonly input: unknown;
  readonly result: unknown;
}

/** Exactly one for each input. It says only what is proved. */
export type Outcome<T extends ItemTypes, S = T["input"]> = {
  /** What came out of the source: the input, or the row that `from` made it of. */
  readonly source: S;
  /** The caller's object, unchanged. */
  readonly input: T["input"];
  /** Its place in the source, from 0. */
  readonly index: number;
  /** The caller's key, else what the service knows it by, else the index. */
  readonly key: string;
  /** An earlier send for its key left nothing proved, and may yet take effect: over this one, if this is `ok`. */
  readonly contested: boolean;
} & Fate<T["result"]>;

export type Fate<R> =
  /** The service applied it. */
  | { readonly kind: "ok"; readonly result: R; readonly sent: Sent }
  /** It was not applied: refused before sending (`input`), with its whole request, or by itself (`item`). */
  | {
      readonly kind: "failed";
      readonly at: "input" | "request" | "item";
      readonly error: ItemError;
      readonly sent: Sent;
    }
  /** It left, and nothing proves whether it was applied. */
  | {
      readonly kind: "unknown";
      readonly reason: UnknownReason;
      readonly cause: unknown;
      readonly sent: Sent;
    }
  /** It was not sent, or every send of it was refused before any work. */
  | {
      readonly kind: "notSent";
      readonly reason: NotSentReason;
      readonly cause: unknown;
      readonly sent: Sent;
    };

/** A run so far. A frozen snapshot. */
export interface Progress {
  readonly read: number;
  readonly ok: number;
  readonly failed: number;
  readonly unknown: number;
  readonly notSent: number;
  readonly requests: number;
  /** Requests that repeat an earlier one, wholly or in part. */
  readonly retries: number;
  /** Requests that were split to find the inputs they were refused for. */
  readonly isolations: number;
  /** Of request bodies, in UTF-16 code units. */
  readonly bytes: number;
  /** Waited for rate limits, all requests together. */
  readonly rateWaitMs: number;
  /** Inputs read that have no outcome yet. */
  readonly inFlight: number;
  readonly elapsedMs: number;
  /** Hooks that threw. */
  readonly hookErrors: number;
}

/** The end of a run. `read` = `ok` + `failed` + `unknown` + `notSent`. */
export interface Summary extends Progress {
  readonly ended: "complete" | "aborted" | "quota" | "budget" | "stopped";
  /** Failed inputs by category. */
  readonly failedBy: Readonly<Record<string, number>>;
  /** What ended it, where that was not the end of the source. */
  readonly cause?: unknown;
}

const NOTHING = {};

/** An item's error from what the service sent. */
export function itemError(body: unknown, status?: number, requestId?: string): ItemError {
  const { category, message } = describe(body);
  const plain = {
    category: category ?? (status !== undefined && status >= 300 ? `HTTP_${status}` : "error"),
    message: message ?? "",
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

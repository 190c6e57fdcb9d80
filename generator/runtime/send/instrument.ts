/** Instrumentation: the events of requests and runs. No event contains a body, a query string or a token. */
import type { JobHandle } from "../run/outcome.js";

/** Without an iterator, which the types of a project need not have (`DOM.Iterable`). */
export function plainHeaders(headers: Headers): Record<string, string> {
  const entries: [string, string][] = [];
  headers.forEach((value, name) => void entries.push([name, value]));
  return Object.fromEntries(entries);
}

export interface RequestEvent {
  /** The option `runId` of the run, or a random name; empty for `send` and `fetch`. */
  readonly runId: string;
  /** The endpoint's name; empty for `fetch`. */
  readonly endpoint: string;
  /** The key of the rate limiter; empty if there is none. */
  readonly rateLimiter: string;
  /** 1 for the first send of a chunk. */
  readonly attempt: number;
  readonly items: number;
  /** The keys of the inputs. */
  readonly keys: readonly string[];
  /** The length of the body, in UTF-16 code units. */
  readonly bytes: number;
  /** How long the request waited for the rate limiter, in milliseconds. */
  readonly waitedMs: number;
  /** Set when `send` is done. */
  status?: number;
  requestId?: string;
  error?: { readonly name: string; readonly message: string };
}

export interface RunEvent {
  readonly type: "retry" | "throttle" | "isolate" | "job" | "end";
  readonly runId: string;
  readonly endpoint: string;
  /** The number of items that the event is about. */
  readonly items: number;
  readonly attempt?: number;
  /** The delay that follows, in milliseconds. */
  readonly delayMs?: number;
  readonly status?: number;
  /** With `end`: how the run ended. */
  readonly ended?: string;
  /** With `job`: where to poll it, and the keys of its inputs. It comes before the first poll. */
  readonly job?: JobHandle;
  readonly keys?: readonly string[];
}

/** Hooks. Their errors are ignored; `run.progress.hookErrors` counts them. */
export interface Instrumentation {
  /**
   * Wraps one HTTP request: call `send` once, for example inside a span. Headers that you set on `headers` before that
   * are sent with the request. If a hook does not call `send`, the request is sent when the hook is done.
   */
  request?(event: RequestEvent, headers: Headers, send: () => Promise<void>): Promise<void> | void;
  event?(event: RunEvent): void;
}

/** Sends one request, inside the caller's hook if there is one. Calls `failed` if the hook throws. */
export async function hooked(
  instrument: Instrumentation | undefined,
  event: RequestEvent,
  given: Readonly<Record<string, string>>,
  failed: (() => void) | undefined,
  fetch: (headers: Readonly<Record<string, string>>) => Promise<Response>,
): Promise<Response> {
  // For a hook, names are in lower case and occur once.
  const headers = instrument?.request && new Headers(given);
  let response: Response | undefined;
  let fault: unknown;
  let finish = () => {};
  const perform = async () => {
    try {
      response = await fetch(headers ? plainHeaders(headers) : given);
      event.status = response.status;
      response.headers.forEach((value, name) => {
        if (/(^|-)(request|correlation)-?id$/.test(name)) event.requestId ??= value;
      });
    } catch (error) {
      fault = error;
      const { name, message } = error instanceof Error ? error : new Error();
      event.error = { name, message };
      throw error;
    } finally {
      finish();
    }
  };
  let done: Promise<void> | undefined;
  const send = () => (done ??= perform());
  if (headers)
    await new Promise<void>((resolve) => {
      finish = resolve;
      (async () => instrument.request?.(event, headers, send))()
        // A hook that only passes on the error of `send` did not fail.
        .catch((error: unknown) => error === fault || failed?.())
        .then(send)
        .catch(() => undefined);
    });
  await send();
  return response as Response; // `send` has not thrown, so there is one
}

/** Instrumentation: what a caller can see of requests and runs. Never a body, a query string or a token. */

export interface RequestEvent {
  /** The run that sends; empty for `send` and `fetch`. */
  readonly runId: string;
  /** The endpoint's name; empty for `fetch`. */
  readonly endpoint: string;
  /** The rate limiter's key; empty where there is none. */
  readonly rateLimiter: string;
  /** 1 for the first send of a chunk. */
  readonly attempt: number;
  readonly items: number;
  /** Length of the body in UTF-16 code units. */
  readonly bytes: number;
  /** How long the request waited for the rate limiter, in milliseconds. */
  readonly waitedMs: number;
  /** Set when `send` is done. */
  status?: number;
  requestId?: string;
  error?: { readonly name: string; readonly message: string };
}

export interface RunEvent {
  readonly type: "retry" | "throttle" | "isolate" | "end";
  readonly runId: string;
  readonly endpoint: string;
  /** Items concerned. */
  readonly items: number;
  readonly attempt?: number;
  /** The wait that follows, in milliseconds. */
  readonly delayMs?: number;
  readonly status?: number;
  /** With `end`: how the run ended. */
  readonly ended?: string;
}

/** Hooks. What they throw is ignored (`run.progress.hookErrors` counts it). */
export interface Instrumentation {
  /**
   * Wraps one HTTP request: call `send` once, inside a span if you like. Headers set on `headers` before that go out
   * with the request. A hook that does not call `send` delays nothing: the request is sent when the hook is done.
   */
  request?(event: RequestEvent, headers: Headers, send: () => Promise<void>): Promise<void> | void;
  event?(event: RunEvent): void;
}

/** One request, inside the caller's hook if there is one. `failed` is called where the hook throws. */
export async function hooked(
  instrument: Instrumentation | undefined,
  event: RequestEvent,
  given: Readonly<Record<string, string>>,
  failed: (() => void) | undefined,
  fetch: (headers: Readonly<Record<string, string>>) => Promise<Response>,
): Promise<Response> {
  // Names in lower case, and none twice, where a hook may have changed them.
  const headers = instrument?.request && new Headers(given);
  let response: Response | undefined;
  let fault: unknown;
  let finish = () => {};
  const perform = async () => {
    try {
      response = await fetch(headers ? Object.fromEntries(headers) : given);
      event.status = response.status;
      for (const [name, value] of response.headers)
        if (/(^|-)(request|correlation)-?id$/.test(name)) event.requestId ??= value;
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
        // A hook that lets the failure of `send` through is not at fault.
        .catch((error: unknown) => error === fault || failed?.())
        .then(send)
        .catch(() => undefined);
    });
  await send();
  return response as Response; // there is one where `send` has not thrown
}

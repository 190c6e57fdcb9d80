/** The one place where requests leave: governor, authentication, instrumentation, redirects, timeouts. */
import { bearer, type Auth, type Provable, type Secret } from "./auth.js";
import { orAborted } from "./clock.js";
import { BatchAbortError, BatchError, BatchNetworkError, BatchTimeoutError } from "./errors.js";
import type { Governor } from "./governor.js";
import type { Instrumentation, RequestEvent } from "./instrument.js";
import type { Operation } from "./operation.js";
import { get } from "./pointer.js";
import type { Rate } from "./x-batch.js";

export type Secured = Pick<Operation, "service" | "auth">;

/** A request to be: the secret is not in it yet. */
export interface Outgoing extends Provable {
  readonly method: string;
  /** Without the query. */
  readonly url: string;
  readonly body: string | ArrayBuffer | null;
  /** False sends the request without the secret. */
  readonly trusted: boolean;
  /** What says where the secret goes. */
  readonly operation: Secured | undefined;
  readonly governor: Governor | undefined;
  /** Ends the wait for the governor; a request that left goes on. */
  readonly gate?: AbortSignal;
  readonly rate: Rate | undefined;
  /** Called when the request leaves. */
  readonly left?: () => void;
  /** Called where the hook throws. */
  readonly hookFailed?: () => void;
  readonly event: Pick<RequestEvent, "runId" | "endpoint" | "attempt" | "items" | "bytes">;
}

export interface Exchange<T> {
  readonly response: Response;
  /** What was read of it. */
  readonly value: T;
  readonly requestId: string | undefined;
  readonly waitedMs: number;
}

/**
 * Waits for the governor, sends, asks for a new token once after a 401, and reads the response. `timeoutMs` (0: none)
 * runs from the send to the end of `read`. Rejects with a BatchError only; its `sent` tells whether the request may
 * have left.
 */
export type Transport = <T>(
  outgoing: Outgoing,
  signal: AbortSignal,
  timeoutMs: number,
  read: (response: Response) => Promise<T>,
) => Promise<Exchange<T>>;

export interface TransportOptions {
  readonly auth: Auth;
  /** Default: the platform's, which needs no Request object. */
  readonly fetch: ((request: Request) => Promise<Response>) | undefined;
  readonly instrument: Instrumentation | undefined;
}

export function createTransport({ auth, fetch: custom, instrument }: TransportOptions): Transport {
  const renewals = new Map<string, Promise<unknown>>();

  /** Tells the source that its token was rejected, once for a token; false where there is no other to be had. */
  async function renew(secret: Secret | undefined): Promise<boolean> {
    if (typeof auth === "string" || !("token" in auth) || !secret || !("token" in secret))
      return false;
    const { token } = secret;
    const renewal = renewals.get(token) ?? (async () => auth.rejected?.(token))();
    renewals.set(token, renewal);
    return renewal.then(
      () => true,
      () => false,
    );
  }

  const secretFor = async (signal: AbortSignal): Promise<Secret | undefined> =>
    typeof auth === "string"
      ? { token: auth }
      : "token" in auth
        ? { token: await auth.token(signal) }
        : "credentials" in auth
          ? auth
          : undefined;

  /** Follows redirects that keep the request as it is. The secret goes to the first origin only. */
  async function follow(
    { method, url, query, body, operation, ...outgoing }: Outgoing,
    headers: Readonly<Record<string, string>>,
    secret: Secret | undefined,
    signal: AbortSignal,
    leaving: () => void,
  ): Promise<Response> {
    let target = new URL(url + (query && "?" + query));
    let own = headers;
    let { trusted } = outgoing;
    for (let hop = 0; ; hop++) {
      const bare = { query: target.search.slice(1), headers: own };
      const authorize = operation?.service.authorize ?? bearer;
      const proved = trusted && secret ? authorize(bare, secret, operation) : bare;
      target.search = proved.query;
      const sign = trusted && typeof auth === "object" && "sign" in auth ? auth.sign : undefined;
      let init: RequestInit;
      try {
        const headers = new Headers(proved.headers);
        init = { method, headers, body, signal, redirect: "manual" };
      } catch {
        // The platform's message would quote the header, which may hold the token.
        throw new TypeError("a header of the request is invalid");
      }
      let request: Request | undefined;
      if (custom || sign) request = new Request(target, init);
      if (request && sign) request = await sign.call(auth, request);
      signal.throwIfAborted();
      leaving();
      const response = await (request ? (custom ?? fetch)(request) : fetch(target, init));
      const { status } = response;
      const location = response.headers.get("location");
      const same =
        status === 307 || status === 308 || (method === "GET" && [301, 302].includes(status));
      if (!same || !location || hop === 5) return response;
      void response.body?.cancel().catch(() => undefined);
      const next = new URL(location, target);
      if (next.origin !== target.origin) {
        trusted = false;
        own = Object.fromEntries(
          Object.entries(own).filter(([name]) => name === "accept" || name === "content-type"),
        );
      }
      target = next;
    }
  }

  /** One request inside the caller's hook, if there is one. */
  async function instrumented(
    event: RequestEvent,
    headers: Headers | undefined,
    hookFailed: () => void,
    perform: () => Promise<void>,
  ): Promise<void> {
    const hook = instrument?.request;
    if (!hook || !headers) return perform();
    let finish = () => {};
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let done: Promise<void> | undefined;
    const send = () => (done ??= perform().finally(finish));
    const hooked = (async () => hook.call(instrument, event, headers, send))().catch(
      (error: unknown) => {
        // A hook that lets the failure of `send` through is not at fault.
        if (!done) hookFailed();
        else void done.then(hookFailed, (own: unknown) => own === error || hookFailed());
      },
    );
    await Promise.race([hooked, finished]);
    return send();
  }

  /** One request: the secret, the hook, the send. */
  async function send(
    outgoing: Outgoing,
    waitedMs: number,
    signal: AbortSignal,
    leaving: () => void,
  ): Promise<{ response: Response; secret: Secret | undefined; requestId: string | undefined }> {
    const event: RequestEvent = {
      ...outgoing.event,
      governor: outgoing.governor?.key ?? "",
      waitedMs,
    };
    const { hookFailed = () => undefined } = outgoing;
    // Names in lower case, and none twice, where a hook may have changed them.
    const hooked = instrument?.request ? new Headers(outgoing.headers) : undefined;
    const headers = () => (hooked ? Object.fromEntries(hooked) : outgoing.headers);
    const secret = await secretFor(signal);
    let response: Response | undefined;
    await instrumented(event, hooked, hookFailed, async () => {
      try {
        response = await follow(outgoing, headers(), secret, signal, leaving);
        event.status = response.status;
        const requestId = requestIdOf(response.headers);
        if (requestId !== undefined) event.requestId = requestId;
      } catch (error) {
        const { name, message } = error instanceof Error ? error : { name: "Error", message: "" };
        event.error = { name, message };
        throw error;
      }
    });
    if (!response) throw new TypeError("fetch gave no response");
    return { response, secret, requestId: event.requestId };
  }

  return async function exchange(outgoing, caller, timeoutMs, read) {
    const { governor, rate, gate = caller } = outgoing;
    for (let renewed = false; ; renewed = true) {
      let sent = false;
      let timedOut = false;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const controller = new AbortController();
      const { signal } = controller;
      const abort = () => controller.abort(caller.reason);
      try {
        const waitedMs = governor ? await governor.take(gate) : 0;
        gate.throwIfAborted();
        if (caller.aborted) abort();
        caller.addEventListener("abort", abort);
        if (timeoutMs)
          timer = setTimeout(() => {
            timedOut = true;
            controller.abort();
          }, timeoutMs);
        const leaving = () => {
          sent = true;
          outgoing.left?.();
        };
        const { response, secret, requestId } = await orAborted(
          send(outgoing, waitedMs, signal, leaving),
          signal,
        );
        if (governor && rate?.headers) observe(governor, rate.headers, response.headers);
        if (response.status === 401 && !renewed && (await orAborted(renew(secret), signal))) {
          void response.body?.cancel().catch(() => undefined);
          continue;
        }
        const value = await orAborted(read(response), signal);
        return { response, value, requestId, waitedMs };
      } catch (error) {
        if (timedOut) throw new BatchTimeoutError(timeoutMs, sent);
        if (caller.aborted) throw new BatchAbortError(caller.reason, sent);
        if (gate.aborted && !sent) throw new BatchAbortError(gate.reason, false);
        if (error instanceof BatchError) throw error;
        throw new BatchNetworkError(error, sent && !neverLeft(error));
      } finally {
        clearTimeout(timer);
        caller.removeEventListener("abort", abort);
      }
    }
  };
}

/** Codes of errors that come before a connection exists. */
const BEFORE =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;

/** Whether the platform proves that no connection came about. Browsers never do. */
function neverLeft(error: unknown): boolean {
  const { code, errors } = Object(get(error, "/cause")) as { code?: unknown; errors?: unknown };
  return (
    BEFORE.test(String(code)) ||
    (Array.isArray(errors) &&
      errors.length > 0 &&
      errors.every((each) => BEFORE.test(String(get(each, "/code")))))
  );
}

/** The service's number for an exchange: the first header that is called like one. */
function requestIdOf(headers: Headers): string | undefined {
  for (const [name, value] of headers)
    if (/(^|-)(request|correlation)-?id$/.test(name)) return value;
  return undefined;
}

function observe(governor: Governor, names: NonNullable<Rate["headers"]>, headers: Headers): void {
  const read = (name: string | undefined) => {
    const text = name === undefined ? null : headers.get(name);
    return text === null ? NaN : Number(text);
  };
  const remaining = read(names.remaining);
  if (remaining >= 0)
    governor.observe({ limit: read(names.limit), remaining, intervalMs: read(names.intervalMs) });
}

/** `createTransport`: sends every request, with rate limit, authentication, hooks, redirects and timeout. */
import { bearer, type Provable, type Secret } from "../endpoint/security.js";
import type { Auth } from "./auth.js";
import { lengthOf } from "../encode/bytes.js";
import { orAborted, startTimer } from "./clock.js";
import { BatchAbortError, BatchError, BatchNetworkError, BatchTimeoutError } from "../errors.js";
import type { RateLimiter } from "./rate-limiter.js";
import { hooked, type Instrumentation, type RequestEvent } from "./instrument.js";
import type { Defaults, Operation, Service } from "../endpoint/operation.js";
import { get, member } from "../pointer.js";
import type { Rate } from "../endpoint/x-batch.js";

/** A request before it is sent. It does not contain the secret. */
export interface Outgoing extends Provable {
  readonly method: string;
  /** Without the query. */
  readonly url: string;
  readonly body: string | Blob | ArrayBuffer | null;
  /** It is sent without the secret. Default false. */
  readonly anonymous?: boolean;
  /** It decides where the secret goes. */
  readonly operation: Pick<Operation, "name" | "service" | "auth"> | undefined;
  readonly rateLimiter: RateLimiter | undefined;
  readonly rate: Rate | undefined;
  /** Ends the wait for the rate limiter, but no request in flight. Default: the caller's signal. */
  readonly gate?: AbortSignal;
  /** Called before the request is sent; it may throw a BatchError to prevent that. */
  readonly leaving?: () => void;
  /** Called if the hook throws. */
  readonly hookFailed?: () => void;
  readonly event?: Pick<RequestEvent, "runId" | "attempt" | "items">;
}

export interface Exchange<T> {
  readonly response: Response;
  /** The value of `read`. */
  readonly value: T;
  readonly requestId: string | undefined;
  readonly waitedMs: number;
}

/**
 * Waits for the rate limiter, sends the request, sends it again after a 401 if there is a new token, and reads the
 * response. `timeoutMs` (0 or Infinity: none) counts from the send to the end of `read`. Rejects only with a BatchError;
 * its `sent` says whether the request may have left this process.
 */
export type Transport = <T>(
  outgoing: Outgoing,
  signal: AbortSignal,
  timeoutMs: number,
  read: (response: Response) => Promise<T>,
) => Promise<Exchange<T>>;

export interface TransportOptions {
  readonly auth: Auth;
  /** Default: the platform's, which is called without a Request object. */
  readonly fetch?: (request: Request) => Promise<Response>;
  readonly instrument?: Instrumentation;
  /** What the endpoints of each service have in common. */
  readonly services?: ReadonlyMap<Service, Defaults>;
}

interface TransportContext extends Omit<TransportOptions, "auth"> {
  readonly auth: Exclude<Auth, string>;
  /** For each rejected token: whether there is a new one. */
  readonly renewals: Map<string, Promise<boolean>>;
}

export function createTransport(options: TransportOptions): Transport {
  const { auth } = options;
  const context: TransportContext = {
    ...options,
    auth: typeof auth === "string" ? { token: () => auth, rejected: noOther } : auth,
    renewals: new Map(),
  };
  return async (outgoing, caller, timeoutMs, read) => {
    for (let renewed = false; ; renewed = true) {
      const limits = { caller, timeoutMs, renewed };
      const done = await attempt(context, outgoing, limits, read);
      if (done) return done;
    }
  };
}

/** Throws a TypeError for a timeout that is negative or NaN. */
export function checkTimeout(timeoutMs: number): number {
  if (!(timeoutMs >= 0)) throw new TypeError(`timeoutMs is ${timeoutMs}: expected 0 or more`);
  return timeoutMs;
}

/** Waits for the rate limiter, and sends. Undefined if the token was rejected, and there is a new one. */
async function attempt<T>(
  context: TransportContext,
  outgoing: Outgoing,
  limits: { readonly caller: AbortSignal; readonly timeoutMs: number; readonly renewed: boolean },
  read: (response: Response) => Promise<T>,
): Promise<Exchange<T> | undefined> {
  const { caller, timeoutMs, renewed } = limits;
  const { rateLimiter, gate = caller } = outgoing;
  let sent = false;
  let cancelTimeout = () => {};
  const controller = new AbortController();
  const { signal } = controller;
  const abort = () => controller.abort(new BatchAbortError(caller.reason, sent));
  const leaving = () => {
    outgoing.leaving?.();
    sent = true;
  };
  try {
    const waitedMs = rateLimiter ? await rateLimiter.take(gate) : 0;
    gate.throwIfAborted();
    caller.addEventListener("abort", abort);
    if (timeoutMs)
      cancelTimeout = startTimer(timeoutMs, () =>
        controller.abort(new BatchTimeoutError(timeoutMs, sent)),
      );
    const exchange = exchangeOnce(context, outgoing, { waitedMs, renewed, signal, leaving }, read);
    return await orAborted(exchange, signal);
  } catch (thrown) {
    const error: unknown = signal.aborted ? signal.reason : thrown;
    if (error instanceof BatchError) throw error;
    throw gate.aborted && !sent
      ? new BatchAbortError(gate.reason, false)
      : new BatchNetworkError(error, sent && !neverLeft(error));
  } finally {
    cancelTimeout();
    caller.removeEventListener("abort", abort);
  }
}

/** The state of one send. */
interface Once {
  readonly waitedMs: number;
  /** The token is a new one, after a 401. */
  readonly renewed: boolean;
  readonly signal: AbortSignal;
  /** Called before a request is sent; may throw. */
  readonly leaving: () => void;
}

/** Sends one request, inside the caller's hook. Undefined if the token was rejected, and there is a new one. */
async function exchangeOnce<T>(
  context: TransportContext,
  outgoing: Outgoing,
  once: Once,
  read: (response: Response) => Promise<T>,
): Promise<Exchange<T> | undefined> {
  const { operation, rateLimiter, rate, body, hookFailed } = outgoing;
  const { runId = "", attempt = 1, items = 0 } = outgoing.event ?? {};
  const { waitedMs, renewed, signal } = once;
  const event: RequestEvent = {
    runId,
    attempt,
    items,
    endpoint: operation?.name ?? "",
    rateLimiter: rateLimiter?.key ?? "",
    bytes: lengthOf(body),
    waitedMs,
  };
  const secret = await secretOf(context.auth, signal);
  const response = await hooked(
    context.instrument,
    event,
    outgoing.headers,
    hookFailed,
    (headers) => follow(context, outgoing, headers, secret, once),
  );
  if (rateLimiter && rate?.headers) observe(rateLimiter, rate.headers, response.headers);
  if (response.status === 401 && !renewed && (await renew(context, secret)))
    return discard(response);
  return { response, value: await read(response), requestId: event.requestId, waitedMs };
}

async function secretOf(
  auth: TransportContext["auth"],
  signal: AbortSignal,
): Promise<Secret | undefined> {
  if ("token" in auth) return { token: await auth.token(signal) };
  return "credentials" in auth ? auth : undefined;
}

/** Reports a rejected token to its source, once for each token. False if there is no new one. */
function renew(
  { auth, renewals }: TransportContext,
  secret: Secret | undefined,
): Promise<boolean> | boolean {
  if (!("token" in auth) || !secret || !("token" in secret)) return false;
  const { token } = secret;
  const renewal =
    renewals.get(token) ??
    (async () => auth.rejected?.(token))().then(
      () => true,
      () => false,
    );
  renewals.set(token, renewal);
  return renewal;
}

const MOST_REDIRECTS = 5;

/** Follows redirects that do not change the request. The secret goes only to the first origin. */
async function follow(
  context: TransportContext,
  outgoing: Outgoing,
  headers: Readonly<Record<string, string>>,
  secret: Secret | undefined,
  once: Once,
): Promise<Response> {
  const { method, url, query, anonymous } = outgoing;
  let target = new URL(url + (query && "?" + query));
  let parts = headers;
  let trusted = !anonymous;
  for (let hop = 0; ; hop++) {
    const response = await sendTo(context, outgoing, target, parts, trusted, secret, once);
    const location = response.headers.get("location");
    const keeps = (method === "GET" ? [301, 302, 307, 308] : [307, 308]).includes(response.status);
    if (!keeps || !location || hop === MOST_REDIRECTS) return response;
    discard(response);
    const { origin } = target;
    target = new URL(location, target);
    if (target.origin !== origin) {
      trusted = false;
      parts = Object.fromEntries(
        Object.entries(parts).filter(([name]) => /^(accept|content-type)$/.test(name)),
      );
    }
  }
}

/** Sends a request to one URL, with the secret if the URL is trusted. */
async function sendTo(
  { auth, fetch: own, services }: TransportContext,
  { method, body, operation }: Outgoing,
  address: URL,
  headers: Readonly<Record<string, string>>,
  trusted: boolean,
  secret: Secret | undefined,
  { signal, leaving }: Once,
): Promise<Response> {
  const target = new URL(address);
  let proved: Provable = { query: target.search.slice(1), headers };
  if (trusted && secret) {
    const { service } = operation ?? {};
    const { authorize = bearer, security } =
      (service && services?.get(service)?.secured) ?? service ?? {};
    proved = authorize(proved, secret, operation, security);
  }
  target.search = proved.query;
  const init: RequestInit = { method, body, signal, redirect: "manual" };
  try {
    init.headers = new Headers(proved.headers);
  } catch {
    // The platform's message would quote the header, which may contain the token.
    throw new TypeError("a header of the request is invalid");
  }
  const sign = trusted && "sign" in auth;
  let request: Request | undefined;
  if (own || sign) request = new Request(target, init);
  if (request && sign) request = await auth.sign(request);
  signal.throwIfAborted();
  leaving();
  return request ? (own ?? fetch)(request) : fetch(target, init);
}

function noOther(): never {
  throw new TypeError("there is no other token");
}

const discard = ({ body }: Response) => void body?.cancel().catch(() => undefined);

/** Codes of a name lookup or a connect that failed. */
const NOT_CONNECTED = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH)$/;

/**
 * Whether the error proves that no connection was opened; those of browsers never do. The code alone is no proof: an open
 * connection may end with `read EHOSTUNREACH` after the service received the request.
 */
function neverLeft(error: unknown): boolean {
  const cause = get(error, "/cause");
  const causes = [get(cause, "/errors") ?? cause].flat();
  return causes.every((each) => {
    const [code, syscall] = [String(member(each, "code")), String(member(each, "syscall"))];
    return code === "UND_ERR_CONNECT_TIMEOUT" || (NOT_CONNECTED.test(code) && BEFORE.test(syscall));
  });
}

/** System calls before a connection is open. */
const BEFORE = /^(connect|getaddrinfo)$/;

function observe(
  rateLimiter: RateLimiter,
  names: NonNullable<Rate["headers"]>,
  headers: Headers,
): void {
  // Without the default, a missing header would be 0.
  const read = (name = "-") => Number(headers.get(name) ?? NaN);
  const remaining = read(names.remaining);
  if (remaining >= 0)
    rateLimiter.observe({
      limit: read(names.limit),
      remaining,
      intervalMs: read(names.intervalMs),
    });
}

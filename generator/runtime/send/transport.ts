/** `createTransport`: sends every request, with rate limit, authentication, hooks, redirects and timeout. */
import { bearer, type Provable, type Secret } from "../endpoint/security.js";
import type { Auth } from "./auth.js";
import { checkToken } from "./check.js";
import { lengthOf } from "../encode/bytes.js";
import { onAbort, orAborted, startTimeout } from "./clock.js";
import { BatchAbortError, BatchError, BatchNetworkError, BatchTimeoutError } from "../errors.js";
import { observeRate } from "./rate-headers.js";
import type { RateLimiter } from "./rate-limiter.js";
import { hooked, type Instrumentation, type RequestEvent } from "./instrument.js";
import type { Defaults, Operation, Service } from "../endpoint/operation.js";
import { valid } from "../endpoint/request.js";
import type { Rate } from "../endpoint/x-batch.js";
import { MOST_REDIRECTS } from "../limits.js";
import { readText } from "./read-text.js";
import { neverLeft } from "./never-left.js";
import { hide, scrub, textsOf } from "./secrets.js";

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
  /** Called before the request is sent, and before each redirect: it waits for what this returns. */
  readonly ready?: () => Promise<void> | undefined;
  /** Called after that; it may throw a BatchError to prevent that the request is sent. */
  readonly leaving?: () => void;
  /** Called if the hook throws. */
  readonly hookFailed?: () => void;
  readonly event?: Pick<RequestEvent, "runId" | "attempt" | "items" | "keys">;
  /** The most bytes of the reply that are read. Absent: the caller reads it. */
  readonly maxReplyBytes?: number;
}

export interface Exchange {
  readonly response: Response;
  /** The body; undefined if it was not read, or has too many bytes. */
  readonly text: string | undefined;
  readonly requestId: string | undefined;
  readonly waitedMs: number;
  /** Where the reply comes from. */
  readonly url: string;
  /** The reply stands at another address, to which a 303 led. */
  readonly seeOther: boolean;
}

/**
 * Waits for the rate limiter, sends the request, sends it again after a 401 if there is a new token, and reads the
 * response. `timeoutMs` (0 or Infinity: none) counts from the send to the end of the reply. Rejects only with a
 * BatchError; its `sent` says whether the request may have left this process.
 */
export type Transport = (
  outgoing: Outgoing,
  signal: AbortSignal,
  timeoutMs: number,
) => Promise<Exchange>;

export interface TransportOptions {
  readonly auth: Auth;
  /** Default: the platform's, which is called without a Request object. */
  readonly fetch?: (request: Request) => Promise<Response>;
  readonly instrument?: Instrumentation;
  /** What the endpoints of each service have in common. */
  readonly services?: ReadonlyMap<Service, Defaults>;
  /** No request uses the connection of an earlier one. Default false. */
  readonly freshConnections?: boolean;
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
  return async (outgoing, caller, timeoutMs) => {
    for (let renewed = false; ; renewed = true) {
      const done = await attempt(context, outgoing, { caller, timeoutMs, renewed });
      if (done) return done;
    }
  };
}

/** Waits for the rate limiter, and sends. Undefined if the token was rejected, and there is a new one. */
async function attempt(
  context: TransportContext,
  outgoing: Outgoing,
  limits: { readonly caller: AbortSignal; readonly timeoutMs: number; readonly renewed: boolean },
): Promise<Exchange | undefined> {
  const { caller, timeoutMs, renewed } = limits;
  const { rateLimiter, gate = caller } = outgoing;
  let cancelTimeout = () => {};
  let forget = () => {};
  const controller = new AbortController();
  const { signal } = controller;
  const once: Once = {
    ...{ waitedMs: 0, renewed, signal, left: 0, url: "", seeOther: false },
    async hold(promise) {
      cancelTimeout();
      await promise;
      startTimeoutOfReply();
    },
  };
  const startTimeoutOfReply = () => {
    if (timeoutMs && !signal.aborted)
      cancelTimeout = startTimeout(timeoutMs, () =>
        controller.abort(new BatchTimeoutError(timeoutMs, once.left > 0)),
      );
  };
  try {
    once.waitedMs = rateLimiter ? await rateLimiter.take(gate) : 0;
    gate.throwIfAborted();
    forget = onAbort(caller, () =>
      controller.abort(new BatchAbortError(caller.reason, once.left > 0)),
    );
    startTimeoutOfReply();
    return await orAborted(exchangeOnce(context, outgoing, once), signal);
  } catch (thrown) {
    const error: unknown = signal.aborted ? signal.reason : thrown;
    // The reason may be an error of another request, which was sent.
    if (gate.aborted && !once.left) throw new BatchAbortError(gate.reason, false);
    if (error instanceof BatchError) throw error;
    // What is redirected has left already.
    throw new BatchNetworkError(error, once.left > 1 || (once.left > 0 && !neverLeft(error)));
  } finally {
    cancelTimeout();
    forget();
  }
}

/** The state of one send. */
interface Once {
  waitedMs: number;
  /** The token is a new one, after a 401. */
  readonly renewed: boolean;
  readonly signal: AbortSignal;
  /** How many requests may have left: one, and one for each redirect. */
  left: number;
  /** Waits for a promise without a timeout; then that begins anew. */
  readonly hold: (promise: Promise<void>) => Promise<void>;
  /** Where the last of them went. */
  url: string;
  seeOther: boolean;
}

/** Sends one request, inside the caller's hook. Undefined if the token was rejected, and there is a new one. */
async function exchangeOnce(
  context: TransportContext,
  outgoing: Outgoing,
  once: Once,
): Promise<Exchange | undefined> {
  const { operation, rateLimiter, rate, body, hookFailed, maxReplyBytes } = outgoing;
  const { runId = "", attempt = 1, items = 0, keys = [] } = outgoing.event ?? {};
  const { waitedMs, renewed, signal } = once;
  const event: RequestEvent = {
    ...{ runId, attempt, items, keys, waitedMs },
    endpoint: operation?.name ?? "",
    rateLimiter: rateLimiter?.key ?? "",
    bytes: lengthOf(body),
  };
  const secret = await secretOf(context.auth, signal);
  const texts = textsOf(secret);
  const scrubbed = (error: unknown): never => {
    scrub(error, texts);
    throw error;
  };
  const response = await hooked(
    context.instrument,
    event,
    outgoing.headers,
    hookFailed,
    (headers) => follow(context, outgoing, headers, secret, once).catch(scrubbed),
  );
  if (rateLimiter) observeRate(rateLimiter, rate, response.headers);
  if (response.status === 401 && !renewed && (await renew(context, secret)))
    return discard(response);
  const read =
    maxReplyBytes === undefined
      ? undefined
      : await readText(response, maxReplyBytes).catch(scrubbed);
  // A service may quote the headers of a request: in a refusal, or in an error inside of a success.
  const text = read && hide(read, texts);
  const { url, seeOther } = once;
  return { response, text, requestId: event.requestId, waitedMs, url, seeOther };
}

async function secretOf(
  auth: TransportContext["auth"],
  signal: AbortSignal,
): Promise<Secret | undefined> {
  if ("token" in auth) return { token: checkToken("the token of auth", await auth.token(signal)) };
  return "credentials" in auth ? auth : undefined;
}

/** The most rejected tokens that are remembered. */
const RENEWALS = 16;

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
      // The next request tries again.
      () => renewals.delete(token) && false,
    );
  renewals.set(token, renewal);
  for (const oldest of renewals.keys()) if (renewals.size > RENEWALS) renewals.delete(oldest);
  return renewal;
}

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
    once.url = target.href;
    const response = await sendTo(context, outgoing, target, parts, trusted, secret, once);
    const next = hop < MOST_REDIRECTS ? redirect(response, method, target) : undefined;
    if (!next) return response;
    discard(response);
    once.seeOther ||= response.status === 303;
    if (next.origin !== target.origin) {
      trusted = false;
      parts = Object.fromEntries(
        Object.entries(parts).filter(([name]) => /^(accept|content-type)$/.test(name)),
      );
    }
    target = next;
  }
}

/**
 * Where a redirect leads, by the rules of the Fetch standard. Undefined if it would change the method, or leads to
 * another scheme than http(s), from https to http, or to an address with a user name or a password.
 */
function redirect({ status, headers }: Response, method: string, from: URL): URL | undefined {
  const keeps =
    [307, 308].includes(status) ||
    ([301, 302].includes(status) && method !== "POST") ||
    (status === 303 && /^(GET|HEAD)$/.test(method));
  const location = headers.get("location");
  if (!keeps || !location || !URL.canParse(location, from.href)) return undefined;
  const to = new URL(location, from);
  const safe = to.protocol === "https:" || (to.protocol === "http:" && from.protocol === "http:");
  return safe && !to.username && !to.password ? to : undefined;
}

/** Sends a request to one URL, with the secret if the URL is trusted. */
async function sendTo(
  { auth, fetch: own, services, freshConnections }: TransportContext,
  { method, body, operation, ready, leaving }: Outgoing,
  address: URL,
  headers: Readonly<Record<string, string>>,
  trusted: boolean,
  secret: Secret | undefined,
  once: Once,
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
  const { signal } = once;
  const init: RequestInit = { method, body, signal, redirect: "manual" };
  const connection = freshConnections && { connection: "close" };
  const given = { ...proved.headers, ...connection };
  init.headers = valid(() => new Headers(given));
  const sign = trusted && "sign" in auth;
  let request: Request | undefined;
  if (own || sign) request = valid(() => new Request(target, init));
  if (request && sign) request = await auth.sign(request);
  signal.throwIfAborted();
  const waits = ready?.();
  if (waits) await once.hold(waits);
  // A byte that left after an abort would belie what has been said of the request.
  signal.throwIfAborted();
  leaving?.();
  once.left++;
  let reply: Promise<Response>;
  try {
    reply = request ? (own ?? fetch)(request) : fetch(target, init);
  } catch (error) {
    // It is not a rejection, so the function sent nothing.
    once.left--;
    throw error;
  }
  return reply;
}

function noOther(): never {
  throw new TypeError("there is no other token");
}

const discard = ({ body }: Response) => void body?.cancel().catch(() => undefined);

/** `createClient`: a client sends the requests of a package's endpoints. */
import type { Auth } from "./auth.js";
import { systemClock, type Clock } from "./clock.js";
import type {
  BatchRequest,
  Endpoint,
  EndpointTypes,
  Mapped,
  Reply,
  Source,
} from "../endpoint/endpoint.js";
import { readBody } from "../reply/body.js";
import { BatchHttpError } from "../errors.js";
import { createRateLimiter, type RateLimiter } from "./rate-limiter.js";
import type { Instrumentation } from "./instrument.js";
import type { Defaults, Operation, Service } from "../endpoint/operation.js";
import { address, written } from "../endpoint/request.js";
import { matches } from "../reply/statuses.js";
import type { Outcome } from "../run/outcome.js";
import { resolve, type Resolved } from "../endpoint/resolve.js";
import { retryAfterMs, retryQuota } from "./retry.js";
import { createRun } from "../run/run.js";
import type { CommonRunOptions, Run, RunArgs } from "../run/run-options.js";
import {
  checkTimeout,
  createTransport,
  type Exchange,
  type Outgoing,
  type Transport,
} from "./transport.js";
import type { Rate } from "../endpoint/x-batch.js";

export interface ClientOptions {
  /** The secret of the requests, usually a token. */
  readonly auth: Auth;
  /** The URL that requests go to. Default: the server in the document. */
  readonly baseUrl?: string;
  /** Default: the platform's `fetch`. */
  readonly fetch?: (request: Request) => Promise<Response>;
  /** The rate limiter, which clients can share. Default: the client's own, with the limits in the data of the endpoint. */
  readonly rateLimiter?: RateLimiter;
  /**
   * The timeout of one request, from the send to the end of the reply, in milliseconds. Default 120,000. With 0 or
   * Infinity, only the limits of the platform's `fetch` apply (Node ends a request after 300 s without a header).
   */
  readonly timeoutMs?: number;
  readonly instrument?: Instrumentation;
  /** For tests: the clock for delays between requests. */
  readonly clock?: Clock;
  /** For tests: random numbers, at least 0 and less than 1. Default: Math.random. */
  readonly random?: () => number;
}

export interface SendOptions {
  readonly signal?: AbortSignal;
  /** Default: the client's. */
  readonly timeoutMs?: number;
}

export interface BatchClient {
  /**
   * Sends one request, and returns a success reply that the document declares, discriminated by `status`. It sends once,
   * and again after a 401 if `auth` has a new token.
   * @throws BatchHttpError for every other reply, even for a success that the document does not declare;
   *   BatchTimeoutError, BatchAbortError, BatchNetworkError or BatchQuotaError if there is no reply;
   *   TypeError if `timeoutMs` is negative or NaN.
   */
  send<T extends EndpointTypes>(
    request: BatchRequest<T>,
    options?: SendOptions,
  ): Promise<T["reply"]>;
  /**
   * Sends any number of inputs, and gives exactly one outcome for each of them. The run starts with its first use: a loop
   * over it, `batches`, `collect`, `drain` or `summary`.
   * @throws TypeError if a required parameter or a chunk size is missing, or `timeoutMs` is negative or NaN.
   */
  run<T extends EndpointTypes, S = T["input"]>(
    endpoint: Endpoint<T>,
    source: Source<NoInfer<T["input"]>> | Mapped<S, NoInfer<T["input"]>>,
    ...options: RunArgs<T>
  ): Run<Outcome<T, S>>;
  /**
   * Sends any request, with the same rate limiter, authentication and instrumentation. The secret goes only to the origins
   * of `baseUrl` and of the package's services, and never replaces an `Authorization` header of the request.
   */
  fetch(request: Request): Promise<Response>;
}

const never = new AbortController().signal;

interface ClientState {
  readonly options: ClientOptions;
  /** What the endpoints of each service have in common. */
  readonly services: ReadonlyMap<Service, Defaults>;
  readonly clock: Clock;
  readonly transport: Transport;
  /** The client's own rate limiters, by their limits in the data. */
  readonly rateLimiters: Map<Rate, RateLimiter>;
}

/** `services`: what the endpoints of each service have in common. Throws a TypeError if `timeoutMs` is negative or NaN. */
export function createClient(
  options: ClientOptions,
  services: ReadonlyMap<Service, Defaults> = new Map(),
): BatchClient {
  const { baseUrl, clock = systemClock, random = Math.random, timeoutMs = 120_000 } = options;
  checkTimeout(timeoutMs);
  const transport = createTransport({ ...options, services });
  const client: ClientState = { options, services, clock, transport, rateLimiters: new Map() };
  const quota = retryQuota();
  const resolved = new Map<Operation, Resolved>();

  return {
    run<T extends EndpointTypes, S = T["input"]>(
      endpoint: Endpoint<T>,
      source: Source<T["input"]> | Mapped<S, T["input"]>,
      ...[given]: RunArgs<T>
    ) {
      const { operation } = endpoint;
      const { service } = operation;
      const data = resolved.get(operation) ?? resolve(operation, services.get(service));
      resolved.set(operation, data);
      const own: CommonRunOptions<T["input"]> = given ?? {};
      const run = createRun({
        endpoint,
        data,
        // The run passes rows and inputs only to the caller's own functions, which accept them.
        source: source as Source<unknown> | Mapped<unknown, unknown>,
        options: own,
        baseUrl: baseUrl ?? home(client, service),
        transport,
        rateLimiter: limiterFor(client, data.rate),
        clock,
        random,
        quota,
        timeoutMs: checkTimeout(own.timeoutMs ?? timeoutMs),
        instrument: options.instrument,
      });
      // The outcomes have the types of the endpoint.
      return run as unknown as Run<Outcome<T, S>>;
    },

    async send<T extends EndpointTypes>(
      request: BatchRequest<T>,
      { signal = never, timeoutMs: ms = timeoutMs }: SendOptions = {},
    ) {
      const reply = await sendOnce(client, request, signal, checkTimeout(ms));
      // The document says that a reply with this status has this body.
      return reply;
    },

    fetch: (request) => fetchAny(client, request),
  };
}

/** The URL that requests of a service go to, without the option `baseUrl`. */
const home = ({ services }: ClientState, service: Service): string =>
  services.get(service)?.baseUrl ?? service.baseUrl;

function limiterFor(
  { options, clock, rateLimiters }: ClientState,
  rate: Rate | undefined,
): RateLimiter | undefined {
  if (options.rateLimiter || !rate?.windows) return options.rateLimiter;
  const { windows } = rate;
  const rateLimiter =
    rateLimiters.get(rate) ?? createRateLimiter({ key: "", windows, raise: true, clock });
  rateLimiters.set(rate, rateLimiter);
  return rateLimiter;
}

/** Sends a single request, of `send` or `fetch`. */
async function exchange<T>(
  client: ClientState,
  request: Omit<Outgoing, "rateLimiter" | "rate">,
  rate: Rate | undefined,
  signal: AbortSignal,
  timeoutMs: number,
  read: (response: Response) => Promise<T>,
): Promise<Exchange<T>> {
  const { transport, clock } = client;
  const rateLimiter = limiterFor(client, rate);
  const done = await transport({ ...request, rateLimiter, rate }, signal, timeoutMs, read);
  const { status, headers } = done.response;
  // A 429 pauses all requests under the limit.
  if (status === 429) rateLimiter?.pause(retryAfterMs(headers, clock.now()) ?? 1000);
  return done;
}

async function sendOnce(
  client: ClientState,
  request: BatchRequest,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<Reply> {
  const { operation, uses, path, body } = request;
  const { service } = operation;
  const { response, value, requestId } = await exchange(
    client,
    {
      ...request,
      url: address(client.options.baseUrl ?? home(client, service), { path, query: "" }),
      body: body === undefined ? null : written(body, operation, uses),
    },
    operation.rate ?? client.services.get(service)?.rate,
    signal,
    timeoutMs,
    (response) => response.text(),
  );
  const { status, headers } = response;
  const { body: parsed, intact } = readBody(operation, uses, value, status);
  const declared = response.ok && matches(status, operation.replies);
  if (declared && intact) return { status, body: parsed, headers };
  const why = declared ? "a success whose body is not JSON" : undefined;
  throw new BatchHttpError(status, parsed, requestId, why);
}

async function fetchAny(client: ClientState, request: Request): Promise<Response> {
  const { options, services } = client;
  const { method, headers, signal } = request;
  const url = new URL(request.url);
  const isOurs = (base: string) => base !== "" && new URL(base).origin === url.origin;
  const service = [...services.keys()].find((each) => isOurs(home(client, each)));
  const known = service ?? (options.baseUrl ? isOurs(options.baseUrl) : !services.size);
  const { response } = await exchange(
    client,
    {
      method,
      url: url.origin + url.pathname,
      query: url.search.slice(1),
      headers: Object.fromEntries(headers),
      body: request.body && (await request.arrayBuffer()),
      anonymous: !known || headers.has("authorization"),
      operation: service && { name: "", service },
    },
    service && services.get(service)?.rate,
    signal,
    0,
    () => Promise.resolve(undefined),
  );
  return response;
}

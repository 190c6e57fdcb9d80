/** `createClient`: a client sends the requests of a package's endpoints. */
import type { Auth } from "./auth.js";
import { checkAuth, checkBase, warnOfHttp } from "./check.js";
import { systemClock, type Clock } from "./clock.js";
import type {
  AnyEndpoint,
  BatchRequest,
  Endpoint,
  EndpointTypes,
  Mapped,
  Reply,
  Source,
} from "../endpoint/endpoint.js";
import { checkBody } from "../encode/flaw.js";
import { readBody } from "../reply/body.js";
import { BatchHttpError } from "../errors.js";
import { atLeast0, limitsOf, type Limits } from "../limits.js";
import { createRateLimiter, type RateLimiter } from "./rate-limiter.js";
import { plainHeaders, type Instrumentation } from "./instrument.js";
import type { Defaults, Operation, Service } from "../endpoint/operation.js";
import { address, written } from "../endpoint/request.js";
import { matches } from "../reply/statuses.js";
import type { Outcome } from "../run/outcome.js";
import { resolve, type Resolved } from "../endpoint/resolve.js";
import { createHealth, pauseMs, retryAfterMs, type Health } from "./retry.js";
import { createRun } from "../run/run.js";
import type {
  AnyRunOptions,
  CommonRunOptions,
  Run,
  RunArgs,
  RunSetup,
} from "../run/run-options.js";
import { createTransport, type Exchange, type Outgoing, type Transport } from "./transport.js";
import type { Rate } from "../endpoint/x-batch.js";

export interface ClientOptions extends Partial<Limits> {
  /** The secret of the requests, usually a token. */
  readonly auth: Auth;
  /** The http(s) URL that requests go to, without a user name or a query. Default: the server in the document. */
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
  /**
   * Each request opens a connection of its own. It costs time, and saves creates: if a service closes an idle connection
   * just when a request leaves on it, nothing proves whether it took the request. No effect in browsers. Default false.
   */
  readonly freshConnections?: boolean;
  /** Is told of an http URL of another machine, when the client is made. Default: `console.warn`. */
  readonly warn?: (message: string) => void;
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
   *   TypeError if `timeoutMs` is negative or NaN, or if there is no URL to send it to.
   */
  send<T extends EndpointTypes>(
    request: BatchRequest<T>,
    options?: SendOptions,
  ): Promise<T["reply"]>;
  /**
   * Sends any number of inputs, and gives exactly one outcome for each of them. The run starts with its first use: a loop
   * over it, `batches`, `collect`, `drain` or `summary`.
   * @throws TypeError if a required parameter, a chunk size or the URL is missing, or `timeoutMs` is negative or NaN.
   */
  run<T extends EndpointTypes, S = T["input"]>(
    endpoint: Endpoint<T>,
    source: Source<NoInfer<T["input"]>> | Mapped<S, NoInfer<T["input"]>>,
    ...options: RunArgs<T, S>
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
  readonly limits: Limits;
  readonly timeoutMs: number;
  /** What the endpoints of each service have in common. */
  readonly services: ReadonlyMap<Service, Defaults>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly transport: Transport;
  readonly health: Health;
  /** The client's own rate limiters, by the limits in the data, or by the service if there are none. */
  readonly rateLimiters: Map<Rate | Service, RateLimiter>;
}

/**
 * `services`: what the endpoints of each service have in common. Throws a TypeError if `auth` is missing or empty, if
 * `baseUrl` is no http(s) URL or has a password, and if a number is negative or NaN.
 */
export function createClient(
  options: ClientOptions,
  services: ReadonlyMap<Service, Defaults> = new Map(),
): BatchClient {
  const { baseUrl, clock = systemClock, random = Math.random, timeoutMs = 120_000 } = options;
  checkAuth(options.auth);
  atLeast0("timeoutMs", timeoutMs);
  if (baseUrl !== undefined) checkBase(baseUrl);
  const limits = limitsOf(options);
  const transport = createTransport({ ...options, services });
  const client: ClientState = {
    ...{ options, limits, timeoutMs, services, clock, random, transport },
    ...{ health: createHealth(), rateLimiters: new Map() },
  };
  const homes =
    baseUrl === undefined ? [...services.keys()].map((one) => homeOf(services, one)) : [baseUrl];
  for (const url of homes) warnOfHttp(url, options.warn ?? warnOnConsole);
  const resolved = new Map<Operation, Resolved>();

  return {
    run<T extends EndpointTypes, S = T["input"]>(
      endpoint: Endpoint<T>,
      source: Source<T["input"]> | Mapped<S, T["input"]>,
      ...[given]: RunArgs<T, S>
    ) {
      const { operation } = endpoint;
      const data = resolved.get(operation) ?? resolve(operation, services.get(operation.service));
      resolved.set(operation, data);
      const own: CommonRunOptions<T["input"]> = given ?? {};
      // The run passes rows and inputs only to the caller's own functions, which accept them.
      const rows = source as Source<unknown> | Mapped<unknown, unknown>;
      const run = createRun(setupOf(client, endpoint, data, rows, own));
      // The outcomes have the types of the endpoint.
      return run as unknown as Run<Outcome<T, S>>;
    },

    async send<T extends EndpointTypes>(
      request: BatchRequest<T>,
      { signal = never, timeoutMs: ms = timeoutMs }: SendOptions = {},
    ) {
      const reply = await sendOnce(client, request, signal, atLeast0("timeoutMs", ms));
      // The document says that a reply with this status has this body.
      return reply;
    },

    fetch: (request) => fetchAny(client, request),
  };
}

function setupOf(
  client: ClientState,
  endpoint: AnyEndpoint,
  data: Resolved,
  source: Source<unknown> | Mapped<unknown, unknown>,
  options: CommonRunOptions<never>,
): RunSetup {
  const { clock, random, transport, health, limits } = client;
  const { service } = endpoint.operation;
  return {
    ...{ endpoint, data, source, transport, clock, random, health, limits },
    // They take the inputs of the endpoint, which is what the source gives.
    options: options as AnyRunOptions,
    baseUrl: home(client, service),
    rateLimiter: limiterFor(client, data.rate, service),
    timeoutMs: atLeast0("timeoutMs", options.timeoutMs ?? client.timeoutMs),
    instrument: client.options.instrument,
  };
}

/** The URL that requests of a service go to. Throws a TypeError if there is none. */
const home = ({ options, services }: ClientState, service: Service): string =>
  checkBase(options.baseUrl ?? homeOf(services, service));

const homeOf = (services: ClientState["services"], service: Service) =>
  services.get(service)?.baseUrl ?? service.baseUrl;

// The caller is told once, when the client is made, and can replace it.
// eslint-disable-next-line no-console
const warnOnConsole = (message: string) => console.warn(message);

/** Also without limits in the data, a throttle pauses all requests to the service. */
function limiterFor(
  { options, clock, random, limits, rateLimiters }: ClientState,
  rate: Rate | undefined,
  service: Service | undefined,
): RateLimiter | undefined {
  const owner = rate?.windows ? rate : service;
  if (options.rateLimiter || !owner) return options.rateLimiter;
  const { maxWaitMs } = limits;
  const windows = rate?.windows ?? [];
  const rateLimiter =
    rateLimiters.get(owner) ??
    createRateLimiter({ key: "", windows, raise: true, clock, random, maxWaitMs });
  rateLimiters.set(owner, rateLimiter);
  return rateLimiter;
}

/** Sends a single request, of `send` or `fetch`. */
async function exchange(
  client: ClientState,
  request: Omit<Outgoing, "rateLimiter" | "rate">,
  rate: Rate | undefined,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<Exchange> {
  const { transport, clock, health, random } = client;
  const rateLimiter = limiterFor(client, rate, request.operation?.service);
  const startedAt = clock.now();
  const done = await transport({ ...request, rateLimiter, rate }, signal, timeoutMs);
  const { status, headers, ok } = done.response;
  health.answer();
  if (ok) health.succeed();
  // A 429 pauses all requests under the limit.
  if (status === 429) {
    const row = health.trouble(startedAt + done.waitedMs, clock.now());
    rateLimiter?.pause(Math.max(retryAfterMs(headers) ?? 0, pauseMs(row, random)));
  }
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
  checkBody(body, operation, uses);
  const { response, text, requestId } = await exchange(
    client,
    {
      ...request,
      url: address(home(client, service), { path, query: "" }),
      body: body === undefined ? null : written(body, operation, uses),
      maxReplyBytes: client.limits.maxReplyBytes,
    },
    operation.rate ?? client.services.get(service)?.rate,
    signal,
    timeoutMs,
  );
  const { status, headers } = response;
  const { body: parsed, intact } = readBody(operation, uses, text, status);
  const declared = response.ok && matches(status, operation.replies);
  if (declared && intact) return { status, body: parsed, headers };
  const why = text === undefined ? "a body that is too long" : "a success whose body is not JSON";
  throw new BatchHttpError(status, parsed, requestId, declared ? why : undefined);
}

async function fetchAny(client: ClientState, request: Request): Promise<Response> {
  const { options, services } = client;
  const { method, headers, signal } = request;
  const url = new URL(request.url);
  const isOurs = (base: string) => base !== "" && new URL(base).origin === url.origin;
  const service = [...services.keys()].find((each) => isOurs(homeOf(services, each)));
  const known = service ?? (options.baseUrl ? isOurs(options.baseUrl) : !services.size);
  const { response } = await exchange(
    client,
    {
      method,
      url: url.origin + url.pathname,
      query: url.search.slice(1),
      headers: plainHeaders(headers),
      body: request.body && (await request.arrayBuffer()),
      anonymous: !known || headers.has("authorization"),
      operation: service && { name: "", service },
    },
    service && services.get(service)?.rate,
    signal,
    0,
  );
  return response;
}

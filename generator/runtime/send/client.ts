/** A client: what sends the requests of a package's endpoints. */
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
  /** How requests prove who is calling: mostly a token. */
  readonly auth: Auth;
  /** Where requests go. Default: the server that the document names. */
  readonly baseUrl?: string;
  /** Default: the platform's `fetch`. */
  readonly fetch?: (request: Request) => Promise<Response>;
  /** Keeps to a rate limit together with the other clients that share it. Default: one of this client's own, by the data's `rate`. */
  readonly rateLimiter?: RateLimiter;
  /**
   * How long one request may take, from the send to the end of the reply, in milliseconds. Default 120,000. 0 or
   * Infinity: as long as the platform's `fetch` lets it (Node's gives up after 300 s without a header).
   */
  readonly timeoutMs?: number;
  readonly instrument?: Instrumentation;
  /** For tests: the time of waits between requests. */
  readonly clock?: Clock;
  /** For tests: numbers from 0 up to 1, instead of Math.random. */
  readonly random?: () => number;
}

export interface SendOptions {
  readonly signal?: AbortSignal;
  /** Default: the client's. */
  readonly timeoutMs?: number;
}

export interface BatchClient {
  /**
   * One request, one reply: a success reply that the document declares, discriminated by `status`. Sends once (and
   * again with a new token after a 401, where `auth` can get one).
   * @throws BatchHttpError for every other reply, a success that the document does not declare included;
   *   BatchTimeoutError, BatchAbortError, BatchNetworkError, BatchQuotaError where there is none.
   */
  send<T extends EndpointTypes>(
    request: BatchRequest<T>,
    options?: SendOptions,
  ): Promise<T["reply"]>;
  /**
   * Sends any number of inputs, and gives exactly one outcome for each of them. Nothing happens before the run is asked
   * for something: a loop over it, `batches`, `collect`, `drain` or `summary`.
   * @throws TypeError where a required parameter or a chunk size is missing, or `timeoutMs` is not 0 or more.
   */
  run<T extends EndpointTypes, S = T["input"]>(
    endpoint: Endpoint<T>,
    source: Source<NoInfer<T["input"]>> | Mapped<S, NoInfer<T["input"]>>,
    ...options: RunArgs<T>
  ): Run<Outcome<T, S>>;
  /**
   * Any request, under the same rate limiter, authentication and instrumentation. The secret goes to the origins of
   * `baseUrl` and of the package's services only, and an `Authorization` that is there stays.
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
  /** The client's own rate limiters, by the data that they keep to. */
  readonly rateLimiters: Map<Rate, RateLimiter>;
}

/** `services`: what the endpoints of each service have in common. Throws TypeError where `timeoutMs` is not 0 or more. */
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
        // The run hands rows and inputs through to the caller's own functions, which take them.
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
      // What the run gives back is what the endpoint's type says.
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

/** Where the requests of a service go, unless the client's options say otherwise for all. */
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

/** A request of the caller's own. */
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
  // One throttle pauses all requests of the limit.
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
  const { body: parsed, intact } = readBody(operation, uses, value);
  const { status, headers } = response;
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

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
import { createGovernor, type Governor } from "./rate-limiter.js";
import type { Instrumentation } from "./instrument.js";
import type { Defaults, Operation, Service } from "../endpoint/operation.js";
import { address, written } from "../endpoint/request.js";
import { matches } from "../reply/statuses.js";
import type { Outcome } from "../run/outcome.js";
import { resolve, type Resolved } from "../endpoint/resolve.js";
import { retryAfterMs, retryQuota } from "./retry.js";
import { createRun } from "../run/run.js";
import type { CommonRunOptions, Run, RunArgs } from "../run/run-options.js";
import { createTransport, type Exchange, type Outgoing } from "./transport.js";
import type { Rate } from "../endpoint/x-batch.js";

export interface ClientOptions {
  /** How requests prove who is calling: mostly a token. */
  readonly auth: Auth;
  /** Where requests go. Default: the server that the document names. */
  readonly baseUrl?: string;
  /** Default: the platform's `fetch`. */
  readonly fetch?: (request: Request) => Promise<Response>;
  /** Keeps to a rate limit together with whoever shares it. Default: one of this client's own, by the data's `rate`. */
  readonly governor?: Governor;
  /** How long one request may take, from the send to the end of the reply, in milliseconds. Default 120,000; 0: no end. */
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
   * @throws TypeError where a required parameter or a chunk size is missing.
   */
  run<T extends EndpointTypes, S = T["input"]>(
    endpoint: Endpoint<T>,
    source: Source<NoInfer<T["input"]>> | Mapped<S, NoInfer<T["input"]>>,
    ...options: RunArgs<T>
  ): Run<Outcome<T, S>>;
  /**
   * Any request, under the same governor, authentication and instrumentation. The secret goes to the origins of
   * `baseUrl` and of the package's services only, and an `Authorization` that is there stays.
   */
  fetch(request: Request): Promise<Response>;
}

const never = new AbortController().signal;

/** `services`: what the endpoints of each service have in common. */
export function createClient(
  options: ClientOptions,
  services: ReadonlyMap<Service, Defaults> = new Map(),
): BatchClient {
  const { baseUrl, clock = systemClock, random = Math.random, timeoutMs = 120_000 } = options;
  const transport = createTransport({ ...options, services });
  const quota = retryQuota();
  const resolved = new Map<Operation, Resolved>();
  const governors = new Map<Rate, Governor>();

  /** Where the requests of a service go, unless the client says otherwise for all. */
  const home = (service: Service) => services.get(service)?.baseUrl ?? service.baseUrl;

  const governorFor = (rate: Rate | undefined): Governor | undefined => {
    if (options.governor || !rate?.windows) return options.governor;
    const governor =
      governors.get(rate) ?? createGovernor({ key: "", windows: rate.windows, raise: true, clock });
    governors.set(rate, governor);
    return governor;
  };

  /** A request of the caller's own. */
  const exchange = async <T>(
    request: Omit<Outgoing, "governor" | "rate">,
    rate: Rate | undefined,
    signal: AbortSignal,
    ms: number,
    read: (response: Response) => Promise<T>,
  ): Promise<Exchange<T>> => {
    const governor = governorFor(rate);
    const done = await transport({ ...request, governor, rate }, signal, ms, read);
    const { status, headers } = done.response;
    // One throttle closes the gate for all.
    if (status === 429) governor?.pause(retryAfterMs(headers, clock.now()) ?? 1000);
    return done;
  };

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
        baseUrl: baseUrl ?? home(service),
        transport,
        governor: governorFor(data.rate),
        clock,
        random,
        quota,
        timeoutMs: own.timeoutMs ?? timeoutMs,
        instrument: options.instrument,
      });
      // What the run gives back is what the endpoint's type says.
      return run as unknown as Run<Outcome<T, S>>;
    },

    async send<T extends EndpointTypes>(
      request: BatchRequest<T>,
      { signal = never, timeoutMs: ms = timeoutMs }: SendOptions = {},
    ) {
      const { operation, uses, path, body } = request;
      const { service } = operation;
      const { response, value, requestId } = await exchange(
        {
          ...request,
          url: address(baseUrl ?? home(service), { path, query: "" }),
          body: body === undefined ? null : written(body, operation, uses),
        },
        operation.rate ?? services.get(service)?.rate,
        signal,
        ms,
        (response) => response.text(),
      );
      const { body: told, intact } = readBody(operation, uses, value);
      const { status, headers } = response;
      const declared = response.ok && matches(status, operation.replies);
      if (!declared || !intact)
        throw new BatchHttpError(
          status,
          told,
          requestId,
          declared ? "a success whose body is not JSON" : undefined,
        );
      const reply: Reply = { status, body: told, headers };
      // The document says that a reply with this status has this body.
      return reply;
    },

    async fetch(request) {
      const { method, headers, signal } = request;
      const url = new URL(request.url);
      const isOurs = (base: string) => base !== "" && new URL(base).origin === url.origin;
      const service = [...services.keys()].find((each) => isOurs(home(each)));
      const known = service ?? (baseUrl ? isOurs(baseUrl) : !services.size);
      const { response } = await exchange(
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
    },
  };
}

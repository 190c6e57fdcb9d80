/**
 * `createService`: the emulated API. It finds the operation of a request, applies the faults of the connection, and
 * counts. It knows nothing of sockets: `server.ts` does what an `Ending` says.
 */
import { handleBatch, type BatchContext, type ServedOperation } from "./batch.js";
import { createFaultChooser, endsConnection, type FaultChooser } from "./faults/choose.js";
import {
  endAfter,
  endBefore,
  rateHeaders,
  replied,
  throttled,
  type Ending,
} from "./faults/connection.js";
import type { Fault } from "./faults/plan.js";
import { createJobs, type Jobs } from "./jobs.js";
import type { Companion, EmulatedOperation } from "./operation.js";
import type { Behaviour, EmulatorClock, EmulatorSettings } from "./options.js";
import { randomOf, type Random } from "./random.js";
import { createRates, type Rates, type Window } from "./rates.js";
import { json, type Refusal, type Reply } from "./reply/http-reply.js";
import { refuse } from "./reply/refuse.js";
import { boundaryOf } from "./request/forms.js";
import type { IncomingRequest } from "./request/read-request.js";
import { createValidator } from "./request/validate.js";
import type { Applied } from "./resources/apply.js";
import { createStore, type Store } from "./resources/store.js";
import { remember } from "./remember.js";
import { createRouter, type Route, type Router } from "./routes.js";
import { createSchemas } from "./schemas.js";
import { createCounter, type Counter, type Stats } from "./stats.js";

export interface Service {
  /** @param signal Aborted when the server closes: no request waits any longer. */
  handle(incoming: IncomingRequest, signal: AbortSignal): Promise<Ending>;
  stats(options?: { readonly keys?: boolean | undefined }): Stats;
  /** Forgets all resources, counts, jobs and rates. */
  reset(): void;
  /** Paths that cannot be served, and why. */
  readonly refused: readonly { readonly path: string; readonly reason: string }[];
}

/** What a route leads to: a batch, or the operation that tells of its job. */
interface Target {
  readonly served: ServedOperation;
  readonly companion?: { readonly of: "poll" | "report"; readonly operation: Companion };
}

/** What all requests share. */
interface State {
  readonly settings: EmulatorSettings;
  readonly behaviour: Behaviour;
  readonly clock: EmulatorClock;
  readonly router: Router<Target>;
  readonly chooser: FaultChooser;
  readonly store: Store;
  readonly jobs: Jobs;
  readonly rates: Rates;
  readonly counter: Counter;
  /** How often each request has come: the same request meets other faults when it comes again. */
  readonly times: Map<string, number>;
  readonly earlierReplies: Set<ServedOperation["earlierReplies"]>;
  requests: number;
}

/** One request to an operation. */
interface Call {
  readonly served: ServedOperation;
  readonly params: Readonly<Record<string, string>>;
  readonly incoming: IncomingRequest;
  readonly random: Random;
  /** Counts from 1, in the order of arrival. */
  readonly number: number;
  readonly signal: AbortSignal;
}

/** What a request led to, for the connection and for the counts. */
interface Result {
  readonly ending: Ending;
  readonly endpoint?: string;
  readonly items: number;
  readonly applied: number;
  readonly faults: readonly string[];
}

export function createService(
  operations: readonly EmulatedOperation[],
  settings: EmulatorSettings,
): Service {
  const { behaviour = {}, clock = systemClock } = settings;
  const state: State = {
    ...{ settings, behaviour, clock },
    router: createRouter(routesOf(operations)),
    chooser: createFaultChooser(settings.faults ?? []),
    store: createStore(),
    jobs: createJobs(behaviour),
    rates: createRates(),
    counter: createCounter(),
    times: new Map(),
    earlierReplies: new Set(),
    requests: 0,
  };
  return {
    handle: (incoming, signal) => handle(state, incoming, signal),
    refused: state.router.refused,
    stats: ({ keys } = {}) => state.counter.stats(resourceCounts(state.store), { keys }),
    reset: () => reset(state),
  };
}

function resourceCounts({ collections }: Store): ReadonlyMap<string, number> {
  return new Map(
    [...collections].map(([name, { resources }]) => {
      const present = [...resources.values()].filter(({ archived }) => !archived);
      return [name, present.length] as const;
    }),
  );
}

function reset(state: State): void {
  const { store, jobs, rates, counter, chooser, times, earlierReplies } = state;
  for (const part of [store, jobs, rates, counter, chooser, times, ...earlierReplies]) part.clear();
  state.requests = 0;
}

async function handle(
  state: State,
  incoming: IncomingRequest,
  signal: AbortSignal,
): Promise<Ending> {
  const number = ++state.requests;
  const began = state.clock.now();
  const { ending, endpoint, items, applied, faults } = await answer(
    state,
    incoming,
    number,
    signal,
  );
  const { status, reason } =
    ending.kind === "reply" || ending.kind === "cutOff" ? ending.reply : noReply;
  const { method, path } = incoming;
  const ms = state.clock.now() - began;
  const handled = {
    ...{ method, path, items, applied, status, faults, ms },
    ...(endpoint !== undefined && { endpoint }),
    ...(reason !== undefined && { reason }),
  };
  state.counter.handled(handled);
  state.settings.onRequest?.(handled);
  return ending;
}

const noReply: Pick<Reply, "status" | "reason"> = { status: 0 };
/** Of a request whose items were not read. */
const nothing = { items: 0, applied: 0 };

async function answer(
  state: State,
  incoming: IncomingRequest,
  number: number,
  signal: AbortSignal,
): Promise<Result> {
  const found = state.router.find(
    incoming.method,
    incoming.path,
    ({ served, companion }) => Boolean(companion) || hasConstants(served.operation, incoming),
  );
  if (!found) return { ending: replied(notFound(incoming)), ...nothing, faults: [] };
  if ("allow" in found)
    return { ending: replied(wrongMethod(found.allow)), ...nothing, faults: [] };
  const { target, params } = found;
  const random = randomFor(state, incoming);
  const call: Call = { served: target.served, params, incoming, random, number, signal };
  return target.companion
    ? answerCompanion(state, call, target.companion)
    : await answerBatch(state, call);
}

function answerCompanion(
  { jobs, clock }: State,
  { served, params, incoming, random }: Call,
  { of, operation: companion }: NonNullable<Target["companion"]>,
): Result {
  const { operation, schemas } = served;
  const id = params[companion.param] ?? incoming.query.get(companion.param) ?? "";
  const context = { schemas, random, now: clock.now() };
  const missing = companion.parameters.find(
    ({ in: place, name, required }) =>
      (place === "header" && required && incoming.header(name) === undefined) ||
      (place === "query" && required && !incoming.query.has(name)) ||
      (place === "path" && /^\{.*\}$/.test(params[name] ?? "")),
  );
  const message = `The ${missing?.in} parameter ${missing?.name} is missing.`;
  const reply = missing
    ? refuse(companion, { status: 400, category: "VALIDATION_ERROR", message }, context)
    : jobs[of]({ operation, companion, id, params, incoming }, context);
  return { ending: replied(reply), endpoint: operation.name, ...nothing, faults: [] };
}

async function answerBatch(state: State, call: Call): Promise<Result> {
  const { clock } = state;
  const { served, incoming, random, signal } = call;
  const { operation, schemas } = served;
  state.earlierReplies.add(served.earlierReplies);
  const faults = state.chooser.choose(operation, random);
  const endpoint = operation.name;
  const met = faults
    .filter((each) => each.fault === "latency" || endsConnection(each))
    .map(({ fault }) => fault);
  const ended = (ending: Ending): Result => ({ ending, endpoint, ...nothing, faults: met });
  const slow = faults.find(({ fault }) => fault === "latency");
  if (slow) await clock.sleep(1 + random.below(slow.ms ?? usualLatency), signal);

  const errorContext = { schemas, random, now: clock.now() };
  const { refusal, taken } = admit(state, operation, incoming);
  if (refusal) return ended(replied(refuse(operation, refusal, errorContext)));

  const faultContext = { operation, errorContext, taken };
  const fault = faults.find(endsConnection);
  const early = fault && endBefore(fault, faultContext);
  if (early) return ended(early);
  if (fault?.fault === "hang") await clock.sleep(fault.ms ?? usualHang, signal);

  const { reply, items, applied, itemFaults } = handleBatch(batchContext(state, call, faults));
  const limited = { ...reply, headers: { ...reply.headers, ...rateHeaders(operation, taken) } };
  const ending = fault ? endAfter(fault, limited, faultContext) : replied(limited);
  return { ending, endpoint, items, applied, faults: [...met, ...itemFaults] };
}

const usualLatency = 20;
const usualHang = 100;

/** Checks the token and takes a place in the rates, or says why the request is refused. */
function admit(
  { behaviour, rates, clock }: State,
  operation: EmulatedOperation,
  incoming: IncomingRequest,
): { readonly refusal?: Refusal | undefined; readonly taken?: ReturnType<Rates["take"]> } {
  const refusal = unknownToken(behaviour, incoming);
  if (refusal) return { refusal };
  const caller = callerOf(operation, incoming);
  const taken = rates.take(caller, windowsOf(behaviour, operation), clock.now());
  return taken?.full ? { refusal: throttled(operation, taken.full, taken.waitMs) } : { taken };
}

function batchContext(state: State, call: Call, faults: readonly Fault[]): BatchContext {
  const { behaviour, store, jobs, clock } = state;
  const { served, params, incoming, random } = call;
  return {
    ...{ served, params, incoming, random, faults, behaviour, store, jobs },
    now: clock.now(),
    onApplied: (collection, applied) => countApplied(state, call, collection, applied),
  };
}

function countApplied(
  { counter, settings }: State,
  { served, number }: Call,
  collection: string,
  { kind, resource, item, fingerprint }: Applied,
): void {
  const application = {
    endpoint: served.operation.name,
    ...{ collection, kind },
    id: resource.id,
    input: item.value,
    request: number,
    ...(fingerprint !== undefined && { fingerprint }),
  };
  counter.applied(application);
  settings.onApplied?.(application);
}

/** Depends on what a request says and how often it came, not on when: concurrency changes nothing. */
function randomFor({ settings, times }: State, incoming: IncomingRequest): Random {
  const { method, path, query, header, text } = incoming;
  const { seed = 1 } = settings;
  // A client makes a new boundary for each request.
  const boundary = boundaryOf(header("content-type") ?? "");
  const same = boundary === undefined ? text : text.replaceAll(boundary, "");
  const key = randomOf(seed, `${method} ${path}?${query.toString()} ${same}`).uuid();
  const time = (times.get(key) ?? 0) + 1;
  remember(times, key, time);
  return randomOf(seed, key, time);
}

function unknownToken({ tokens }: Behaviour, { header }: IncomingRequest): Refusal | undefined {
  if (tokens === undefined) return undefined;
  const [, token] = /^Bearer (.+)$/i.exec(header("authorization") ?? "") ?? [];
  if (token !== undefined && tokens.includes(token)) return undefined;
  const message = "The token is missing, or this server does not know it.";
  return { status: 401, category: "INVALID_AUTHENTICATION", message };
}

function windowsOf({ rates = true }: Behaviour, { batch }: EmulatedOperation): readonly Window[] {
  if (rates === false) return [];
  return rates === true ? (batch.rate?.windows ?? []) : rates;
}

/** Each caller of each document has its own rates. */
const callerOf = ({ spec }: EmulatedOperation, { header }: IncomingRequest): string =>
  `${spec.name} ${header("authorization") ?? ""}`;

function routesOf(operations: readonly EmulatedOperation[]): readonly Route<Target>[] {
  return operations.flatMap((operation) => {
    const { method, path } = operation;
    const served: ServedOperation = {
      operation,
      schemas: createSchemas(operation.spec),
      validator: createValidator(operation),
      earlierReplies: new Map(),
    };
    const companions = (["poll", "report"] as const).flatMap((of): Route<Target>[] => {
      const companion = operation[of];
      if (!companion) return [];
      const target = { served, companion: { of, operation: companion } };
      return [{ method: companion.method, path: companion.path, target }];
    });
    return [{ method, path, target: { served } }, ...companions];
  });
}

/** Whether a request has the parameters that distinguish this operation from others of its path. */
const hasConstants = (
  { constants }: EmulatedOperation,
  { query, header }: IncomingRequest,
): boolean =>
  constants.every(({ in: place, name, value }) =>
    place === "query" ? query.getAll(name).includes(value) : header(name) === value,
  );

function notFound({ method, path }: IncomingRequest): Reply {
  const message = `No batch endpoint is served at ${method} ${path}.`;
  return { ...json(404, { message, category: "NOT_FOUND" }), reason: message };
}

function wrongMethod(allow: readonly string[]): Reply {
  const message = `This path takes ${allow.join(", ")}.`;
  return { ...json(405, { message }, { allow: allow.join(", ") }), reason: message };
}

const systemClock: EmulatorClock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal.addEventListener("abort", end, { once: true });
    }),
};

/** From a request that has arrived to what happens on the connection. Knows nothing of sockets. */
import { json, type Refusal, type Reply } from "./reply/http-reply.js";
import type { Arrived } from "./request/read-request.js";
import { handleBatch, type Handling, type Served } from "./batch.js";
import { endAfter, endBefore, rateHeaders, replied, throttled, type Ending } from "./faults/connection.js";
import { createFaultChooser, endsConnection } from "./faults/choose.js";
import { boundaryOf } from "./request/forms.js";
import { createJobs } from "./jobs.js";
import type { Companion, EmulatedOperation } from "./operation.js";
import type { EmulatorClock, EmulatorSettings } from "./options.js";
import { randomOf, type Random } from "./random.js";
import { createRates, type Window } from "./rates.js";
import { refuse } from "./reply/refuse.js";
import { createRouter, type Route } from "./routes.js";
import { createCounter, type Stats } from "./stats.js";
import { createStore } from "./resources/store.js";
import { createValidator } from "./request/validate.js";
import { createSchemas } from "./schemas.js";

export interface Service {
  /** @param signal Aborted when the server closes: nothing waits any longer. */
  handle(arrived: Arrived, signal: AbortSignal): Promise<Ending>;
  stats(options?: { readonly keys?: boolean | undefined }): Stats;
  /** Forgets all resources, counts, jobs and rates. */
  reset(): void;
  /** Paths that cannot be served, and why. */
  readonly refused: readonly { readonly path: string; readonly reason: string }[];
}

interface Target {
  readonly served: Served;
  /** Absent: the batch itself. */
  readonly companion?: { readonly of: "poll" | "cancel"; readonly operation: Companion };
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

export function createService(
  operations: readonly EmulatedOperation[],
  settings: EmulatorSettings,
): Service {
  const { seed = 1, faults: plan = [], behaviour = {}, clock = systemClock } = settings;
  const router = createRouter(routesOf(operations));
  const chooser = createFaultChooser(plan);
  const store = createStore();
  const jobs = createJobs(behaviour);
  const rates = createRates();
  const counter = createCounter();
  /** How often a request has come: its second fate is not its first. */
  const times = new Map<string, number>();
  const answered = new Set<Served["answered"]>();
  let requests = 0;

  async function handle(arrived: Arrived, signal: AbortSignal): Promise<Ending> {
    const number = ++requests;
    const began = clock.now();
    const found = router.find(
      arrived.method,
      arrived.path,
      ({ served, companion }) => Boolean(companion) || meant(served.operation, arrived),
    );
    const tell = (
      ending: Ending,
      endpoint?: string,
      items = 0,
      faults: readonly string[] = [],
    ): Ending => {
      const status = ending.kind === "reply" || ending.kind === "cutOff" ? ending.reply.status : 0;
      const { method, path } = arrived;
      const handled = { method, path, items, status, faults, ms: clock.now() - began };
      const named = endpoint === undefined ? handled : { ...handled, endpoint };
      counter.handled(named);
      settings.onRequest?.(named);
      return ending;
    };
    if (!found) return tell(replied(nowhere(arrived)));
    if ("allow" in found) return tell(replied(wrongMethod(found.allow)));

    const { served, companion } = found.target;
    const { operation, schemas } = served;
    const random = chanceOf(arrived);
    if (companion) {
      const id =
        found.params[companion.operation.param] ?? arrived.query.get(companion.operation.param);
      const saying = { schemas, random, now: clock.now() };
      const reply = jobs[companion.of](operation, companion.operation, id ?? "", saying);
      return tell(replied(reply), operation.name);
    }

    answered.add(served.answered);
    const faults = chooser.choose(operation, random);
    const met = faults
      .filter((each) => each.fault === "latency" || endsConnection(each))
      .map(({ fault }) => fault);
    const over = (ending: Ending): Ending => tell(ending, operation.name, 0, met);
    const slow = faults.find(({ fault }) => fault === "latency");
    if (slow) await clock.sleep(1 + random.below(slow.ms ?? usualLatency), signal);

    const saying = { schemas, random, now: clock.now() };
    const refused = (refusal: Refusal): Ending => over(replied(refuse(operation, refusal, saying)));
    const stranger = unknownToken(arrived);
    if (stranger) return refused(stranger);
    const taken = rates.take(callerOf(operation, arrived), windowsOf(operation), clock.now());
    if (taken?.full) return refused(throttled(operation, taken.full, taken.waitMs));

    const meeting = { operation, saying, taken };
    const fault = faults.find((each) => endsConnection(each));
    const early = fault && endBefore(fault, meeting);
    if (early) return over(early);
    if (fault?.fault === "hang") await clock.sleep(fault.ms ?? usualHang, signal);

    const handling: Handling = {
      served,
      params: found.params,
      arrived,
      random,
      faults,
      behaviour,
      store,
      jobs,
      now: clock.now(),
      applied(collection, { kind, resource, item, fingerprint }) {
        const application = {
          endpoint: operation.name,
          collection,
          kind,
          id: resource.id,
          input: item.value,
          request: number,
          ...(fingerprint === undefined ? {} : { fingerprint }),
        };
        counter.applied(application);
        settings.onApplied?.(application);
      },
    };
    const { reply, items, struck } = handleBatch(handling);
    const limited = { ...reply, headers: { ...reply.headers, ...rateHeaders(operation, taken) } };
    const ending = fault ? endAfter(fault, limited, meeting) : replied(limited);
    return tell(ending, operation.name, items, [...met, ...struck]);
  }

  /** Hangs on what is sent and how often, not on when: concurrency changes nothing. */
  function chanceOf({ method, path, query, header, text }: Arrived): Random {
    // A boundary is another one each time.
    const boundary = boundaryOf(header("content-type") ?? "");
    const same = boundary === undefined ? text : text.replaceAll(boundary, "");
    const wish = `${method} ${path}?${query.toString()} ${same}`;
    const random = randomOf(seed, wish);
    const key = random.uuid();
    const time = (times.get(key) ?? 0) + 1;
    times.set(key, time);
    return randomOf(seed, key, time);
  }

  function unknownToken({ header }: Arrived): Refusal | undefined {
    const { tokens } = behaviour;
    if (tokens === undefined) return undefined;
    const [, token] = /^Bearer (.+)$/i.exec(header("authorization") ?? "") ?? [];
    if (token !== undefined && tokens.includes(token)) return undefined;
    const message = "The token is missing, or is not one that this server knows.";
    return { status: 401, category: "INVALID_AUTHENTICATION", message };
  }

  function windowsOf({ batch }: EmulatedOperation): readonly Window[] {
    const { rates = true } = behaviour;
    if (rates === false) return [];
    return rates === true ? (batch.rate?.windows ?? []) : rates;
  }

  return {
    handle,
    refused: router.refused,
    stats(options) {
      const resources = [...store.collections].map(([name, { resources }]) => {
        const there = [...resources.values()].filter(({ archived }) => !archived).length;
        return [name, there] as const;
      });
      return counter.stats(new Map(resources), options);
    },
    reset() {
      requests = 0;
      for (const part of [store, jobs, rates, counter, chooser, times, ...answered]) part.clear();
    },
  };
}

const usualLatency = 20;
const usualHang = 100;

function routesOf(operations: readonly EmulatedOperation[]): readonly Route<Target>[] {
  return operations.flatMap((operation) => {
    const served: Served = {
      operation,
      schemas: createSchemas(operation.spec),
      validator: createValidator(operation),
      answered: new Map(),
    };
    const companions = (["poll", "cancel"] as const).flatMap((of) => {
      const companion = operation[of];
      return companion
        ? [{ ...routeOf(companion), target: { served, companion: { of, operation: companion } } }]
        : [];
    });
    return [{ ...routeOf(operation), target: { served } }, ...companions];
  });
}

/** Whether a request has what tells this operation from its neighbours. */
const meant = ({ constants }: EmulatedOperation, { query, header }: Arrived): boolean =>
  constants.every(({ in: place, name, value }) =>
    place === "query" ? query.getAll(name).includes(value) : header(name) === value,
  );

const routeOf = ({ method, path }: { readonly method: string; readonly path: string }) => ({
  method,
  path,
});

const nowhere = ({ method, path }: Arrived): Reply =>
  json(404, {
    message: `No batch endpoint is served at ${method} ${path}.`,
    category: "NOT_FOUND",
  });

const wrongMethod = (allow: readonly string[]): Reply =>
  json(405, { message: `This path takes ${allow.join(", ")}.` }, { allow: allow.join(", ") });

/** Rates are counted for each caller of each document. */
const callerOf = ({ spec }: EmulatedOperation, { header }: Arrived): string =>
  `${spec.name} ${header("authorization") ?? ""}`;

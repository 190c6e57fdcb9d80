/** `begin`: what one process of a simulation does, from its start to its end. */
import { createJournal } from "../../../generator/runtime/journal/journal.js";
import type { LostInput, Verdict } from "../../../generator/runtime/run/run-journal.js";
import type { Run } from "../../../generator/runtime/run/run-options.js";
import { createClient } from "../../../generator/runtime/send/client.js";
import { onAbort, type Clock } from "../../../generator/runtime/send/clock.js";
import {
  createRateLimiter,
  type RateLimiterStore,
} from "../../../generator/runtime/send/rate-limiter.js";
import { drawFrom, type Draw } from "./draw.js";
import { asks, gives, sums, throws } from "./promises.js";
import type { Row } from "./scenario.js";
import type { SimulatedService } from "./service.js";
import { journalBackend } from "./stores.js";
import { leaves, never, RUN, type Life, type RowOutcome, type World } from "./world.js";

export interface Surroundings {
  readonly world: World;
  readonly service: SimulatedService;
  readonly limiter: (life: Life) => RateLimiterStore;
}

export function begin(around: Surroundings, life: Life): void {
  const { world } = around;
  const { number, spec } = life;
  const { scheduler, scenario } = world;
  const draw = drawFrom(scenario.seed, 10 + number);
  const controller = new AbortController();
  world.note(() => `life ${number} begins`);
  if (spec.abortsAtMs !== undefined)
    scheduler.after(spec.abortsAtMs, life, () => {
      world.note(() => `life ${number} is aborted`);
      controller.abort(new Error("enough"));
    });
  const run = runOf(around, life, draw, controller.signal);
  const end = (result: NonNullable<Life["end"]>) => {
    if (!life.alive) return;
    life.end = result;
    const { summary, error } = result;
    world.note(() => `life ${number} ends: ${summary?.ended ?? String(error)}`);
    if (summary) sums(world, life, summary);
    else throws(world, life, error);
  };
  consume(world, life, draw, run)
    .then(() => run.summary)
    .then(
      (summary) => end({ summary }),
      (error: unknown) => end({ error }),
    );
}

function runOf(
  { world, service, limiter }: Surroundings,
  life: Life,
  draw: Draw,
  signal: AbortSignal,
): Run<RowOutcome> {
  const { endpoint, limit, timeoutMs, maxWaitMs } = world.scenario;
  const { number, spec } = life;
  const clock = clockOf(world, life);
  const random = () => draw.next();
  const rateLimiter =
    limit &&
    createRateLimiter({
      ...{ key: "k", windows: [limit], use: 0.9, maxWaitMs, clock, random },
      store: limiter(life),
    });
  const client = createClient({
    ...{ auth: "token", baseUrl: `https://life-${number}.example` },
    ...{ clock, random, timeoutMs, maxWaitMs, ...(rateLimiter && { rateLimiter }) },
  });
  const { again, reconcile } = spec;
  return client.run(endpoint, sourceOf(world, life), {
    ...spec.options,
    ...{ signal, key: ({ id }: Row) => id },
    journal: {
      ...{ store: createJournal(journalBackend(world, life)), run: RUN, again },
      ...(reconcile !== "none" && {
        reconcile: (lost: readonly LostInput<Row, Row>[]) => lookUp(world, service, life, lost),
      }),
    },
  });
}

/** The time of a process, which waits for nothing when it is gone. */
const clockOf = ({ scheduler }: World, life: Life): Clock => ({
  now: () => scheduler.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error);
      const cancel = scheduler.after(ms, life, () => {
        forget();
        resolve();
      });
      const forget = onAbort(signal, () => {
        cancel();
        reject(signal.reason as Error);
      });
    }),
});

const wait = ({ scheduler }: World, life: Life, ms: number): Promise<void> =>
  new Promise((resolve) => scheduler.after(ms, life, resolve));

function sourceOf(world: World, life: Life): Iterable<Row> | AsyncIterable<Row> {
  const { source, sourceMs } = life.spec;
  const read = (row: Row) => {
    life.read.push(row);
    return row;
  };
  if (sourceMs === undefined)
    return (function* () {
      for (const row of source) yield read(row);
    })();
  return (async function* () {
    for (const row of source) {
      await wait(world, life, sourceMs);
      // What is read from then on does not count.
      if (!life.end) yield read(row);
    }
  })();
}

async function lookUp(
  world: World,
  service: SimulatedService,
  life: Life,
  lost: readonly LostInput<Row, Row>[],
): Promise<readonly Verdict<Row>[]> {
  const ids = lost.map(({ key }) => key);
  if (!leaves(world, life, () => `asks about ${ids.join(" ")}`)) return never();
  asks(
    world,
    life,
    lost.map(({ input }) => input),
  );
  const { reconcile } = life.spec;
  const found = service.lookUp(ids);
  await wait(world, life, 20);
  if (reconcile === "throws") throw new Error("the look-up fails");
  if (reconcile === "undecided") return lost.map(() => "undecided");
  const verdicts = lost.map(({ input }, i): Verdict<Row> => {
    const row = found[i];
    return row && row.n === input.n ? { found: row } : "absent";
  });
  if (reconcile === "too few") return verdicts.slice(1);
  verdicts.forEach((verdict, i) => {
    if (verdict === "absent") life.absent.add(ids[i] ?? "");
  });
  return verdicts;
}

async function consume(world: World, life: Life, draw: Draw, run: Run<RowOutcome>): Promise<void> {
  const { by, leavesAt, throws: isThrowing, ms } = life.spec.consumer;
  const take = (outcome: RowOutcome) => {
    if (life.alive) gives(world, life, outcome);
  };
  const isEnough = () => life.alive && leavesAt !== undefined && life.given.size >= leavesAt;
  if (by === "drain") await run.drain();
  else if (by === "collect") for (const outcome of await run.collect()) take(outcome);
  else {
    const groups = by === "batches" ? run.batches(3) : singly(run);
    try {
      for await (const group of groups) {
        for (const outcome of group) take(outcome);
        if (ms > 0) await wait(world, life, draw.int(0, ms));
        life.left = isEnough();
        if (life.left && isThrowing) throw ENOUGH;
        if (life.left) break;
        for (const { key } of group) life.done.add(key);
      }
    } catch (error) {
      if (error !== ENOUGH) throw error;
    }
  }
}

const ENOUGH = new Error("the consumer has enough");

/** The loop over a run itself, so that what it acknowledges is tested. */
function singly(run: Run<RowOutcome>): AsyncIterable<readonly RowOutcome[]> {
  return {
    [Symbol.asyncIterator]() {
      const outcomes = run[Symbol.asyncIterator]();
      const grouped = ({ done, value }: IteratorResult<RowOutcome, unknown>) =>
        done ? { done: true as const, value: undefined } : { done: false as const, value: [value] };
      return {
        next: async () => grouped(await outcomes.next()),
        return: async () =>
          grouped((await outcomes.return?.()) ?? { done: true, value: undefined }),
      };
    },
  };
}

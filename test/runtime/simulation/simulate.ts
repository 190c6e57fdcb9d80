/** `simulate`: one scenario from its first event to its last, in virtual time. */
import { newTables } from "../journal-store.js";
import { drawFrom } from "./draw.js";
import { begin, type Surroundings } from "./life.js";
import { digestIn } from "./promises.js";
import { drawScenario, type LifeSpec, type Scenario } from "./scenario.js";
import { createScheduler, inVirtualTime } from "./scheduler.js";
import { service } from "./service.js";
import { limiterStore } from "./stores.js";
import { fail, never, reaches, type Life, type World } from "./world.js";

export interface Simulated {
  readonly seed: number;
  readonly lives: number;
  readonly events: number;
  /** The promise that was broken. */
  readonly broken: string | undefined;
  /** What happened, line by line, if it was asked for. */
  readonly trace: readonly string[];
}

/** More events than any scenario has: what has as many never ends. */
const MOST_EVENTS = 50_000;

/** `forgets`: the journal's store loses what was written of late when a run is opened, as a cache would. */
export async function simulate(
  seed: number,
  { traced = false, forgets = false }: { traced?: boolean; forgets?: boolean } = {},
): Promise<Simulated> {
  const scenario = { ...drawScenario(seed), forgets };
  const trace: string[] = [];
  const world = newWorld(scenario, traced ? trace : undefined);
  const around = { world, service: service(world), limiter: limiterStore(world) };
  const { scheduler, lives } = world;
  const onUnhandled = (error: unknown) => fail(world, `nobody handles ${String(error)}`);
  const { stackTraceLimit } = Error;
  // They cost a sixth of the time.
  if (!traced) Error.stackTraceLimit = 0;
  process.on("unhandledRejection", onUnhandled);
  const fetch = (address: URL, init: RequestInit) => {
    const life = lives[Number(/\d+/.exec(address.host)?.[0]) - 1];
    return life ? around.service.fetch(life, init) : never<Response>();
  };
  try {
    await inVirtualTime(scheduler, fetch, async () => {
      next(around);
      await scheduler.run(() => goesOn(around));
    });
  } finally {
    process.off("unhandledRejection", onUnhandled);
    Error.stackTraceLimit = stackTraceLimit;
  }
  for (const { alive, end, number } of lives)
    if (alive && !end) fail(world, `life ${number} never ends`);
  return { seed, lives: lives.length, events: scheduler.count, broken: world.broken, trace };
}

function newWorld(scenario: Scenario, trace: string[] | undefined): World {
  const { seed, lives } = scenario;
  const scheduler = createScheduler(drawFrom(seed, 1));
  const world: World = {
    ...{ scenario, scheduler, tables: newTables(), lives: [], facts: new Map() },
    ...{ appliedBy: new Map(), intended: new Set(), departures: [] },
    ...{ digests: new Map(), numbers: new Map(), order: 0, calm: false, broken: undefined },
    note(line) {
      trace?.push(`${String(Math.round(scheduler.now())).padStart(8)} ${line()}`);
    },
    draws: {
      service: drawFrom(seed, 2),
      journal: drawFrom(seed, 3),
      limiter: drawFrom(seed, 4),
    },
  };
  for (const { source } of lives) for (const row of source) digestIn(world, row);
  return world;
}

/** Called between two events: processes die, stand still and begin. */
function goesOn(around: Surroundings): boolean {
  const { world } = around;
  const { scheduler, scenario, lives, broken } = world;
  if (broken !== undefined) return false;
  if (scheduler.count > MOST_EVENTS) {
    fail(world, `there is no end after ${MOST_EVENTS} events`);
    return false;
  }
  for (const life of lives)
    if (life.alive && !life.end) reaches(world, life, "event", scheduler.count - life.since);
  const [last, spec] = [lives.at(-1), scenario.lives[lives.length]];
  if (last && spec && isNext(world, last, spec)) next(around);
  return true;
}

function isNext({ scheduler }: World, last: Life, { begins }: LifeSpec): boolean {
  if (!last.alive || last.end) return true;
  if (!("afterEvents" in begins)) return false;
  // Whoever looks after processes notices one that stands still.
  return last.wakesAt > scheduler.now() || scheduler.count - last.since >= begins.afterEvents;
}

function next(around: Surroundings): void {
  const { world } = around;
  const { scheduler, scenario, lives } = world;
  const spec = scenario.lives[lives.length];
  if (!spec) return;
  const life: Life = {
    ...{ number: lives.length + 1, spec, since: scheduler.count, alive: true, wakesAt: 0 },
    ...{ calls: 0, intending: 0, stopped: false, left: false, epoch: 0, end: undefined },
    ...{
      told: false,
      waits: new Map(),
      waited: 0,
      takenAt: undefined,
      requests: 0,
      read: [],
      given: new Map(),
      done: new Set(),
    },
    ...{ intents: new Map(), kept: new Map(), doubtful: new Set() },
    ...{ absent: new Set(), refused: new Map() },
  };
  lives.push(life);
  const ms = "afterMs" in spec.begins ? spec.begins.afterMs : 0;
  scheduler.after(ms, life, () => {
    world.calm ||= spec.calm;
    begin(around, life);
  });
}

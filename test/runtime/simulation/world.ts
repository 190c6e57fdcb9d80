/** `World`: one simulation as it goes, and `Life`: a process in it. */
import type { Outcome, Summary } from "../../../generator/runtime/run/outcome.js";
import type { Tables } from "../journal-store.js";
import type { Draw } from "./draw.js";
import type { Row, LifeSpec, Point, Scenario } from "./scenario.js";
import type { Process, Scheduler } from "./scheduler.js";

export type RowOutcome = Outcome<{ input: Row; result: Row }>;

/** The name of the run. */
export const RUN = "import-42";

export interface Life extends Process {
  /** From 1. */
  readonly number: number;
  readonly spec: LifeSpec;
  /** The number of events before it. */
  readonly since: number;
  /** Its calls of what is outside of it. */
  calls: number;
  /** Its writes that had intents. */
  intending: number;
  stopped: boolean;
  /** Its consumer left the loop. */
  left: boolean;
  /** Of its opening of the run; 0: it has not. */
  epoch: number;
  /** Undefined while it goes on. */
  end: { readonly summary?: Summary; readonly error?: unknown } | undefined;
  /** It was told that another process has the run. */
  told: boolean;
  /** Since when each kind of call of the journal's store has had no good answer. */
  readonly waits: Map<string, number>;
  /** The longest that it waited for a good answer, in milliseconds. */
  waited: number;
  /** When another process opened the run. */
  takenAt: number | undefined;
  /** How many requests of it left. */
  requests: number;
  /** The inputs that it read, and the outcomes that it got, by their index. */
  readonly read: Row[];
  readonly given: Map<number, RowOutcome>;
  /** The keys of outcomes after which it asked for the next one. */
  readonly done: Set<string>;
  /** What its own writes made durable: its intents by key, with their time; and its outcomes. */
  readonly intents: Map<string, { readonly digest: string; readonly at: number }>;
  readonly kept: Map<string, string | undefined>;
  /** The keys of inputs that a request may have had applied, of this process or of one before. */
  readonly doubtful: Set<string>;
  /** The keys of inputs that were not found when it asked about them. */
  readonly absent: Set<string>;
  /** When requests of others were refused before any work, by key. */
  readonly refused: Map<string, number>;
}

/** What is true of an input, whatever the runtime says of it. */
export interface Fact {
  /** Requests with it that left, and those that may still be applied. */
  sends: number;
  pending: number;
  applied: number;
  /** When its record was put that says so, in the order of all facts, and by which opening. */
  ok: Since | undefined;
  failed: Since | undefined;
  unknown: Since | undefined;
  /** When it was said that no request with it takes effect. */
  unsent: Since | undefined;
}
interface Since {
  readonly order: number;
  readonly epoch: number;
}

export interface World {
  readonly scenario: Scenario;
  readonly scheduler: Scheduler;
  readonly tables: Tables;
  readonly lives: Life[];
  /** By `n`. */
  readonly facts: Map<number, Fact>;
  /** How often an input with this key was applied. */
  readonly appliedBy: Map<string, number>;
  /** The keys of which there ever was an intent. */
  readonly intended: Set<string>;
  /** When requests left, of late. */
  departures: readonly number[];
  /** Of inputs by `n`, and the other way round. */
  readonly digests: Map<number, string>;
  readonly numbers: Map<string, number>;
  /** Counts facts, so that each has its place. */
  order: number;
  /** Nothing fails any more. */
  calm: boolean;
  /** The first promise that was broken. */
  broken: string | undefined;
  /** Adds a line to the trace, if there is one. */
  note(line: () => string): void;
  readonly draws: { readonly service: Draw; readonly journal: Draw; readonly limiter: Draw };
}

/** Says which promise is broken. The first one counts. */
export function fail(world: World, promise: string): void {
  world.note(() => `BROKEN: ${promise}`);
  world.broken ??= promise;
}

export function factOf({ facts }: World, n: number): Fact {
  const known = facts.get(n);
  if (known) return known;
  const fact: Fact = {
    ...{ sends: 0, pending: 0, applied: 0 },
    ...{ ok: undefined, failed: undefined, unknown: undefined, unsent: undefined },
  };
  facts.set(n, fact);
  return fact;
}

/** Whoever opened the run last has it. */
export const hasRun = ({ tables }: World, { epoch }: Life): boolean =>
  epoch > 0 && tables.runs.get(RUN)?.epoch === epoch;

/** A process makes a call. False if it dies before that. */
export function leaves(world: World, life: Life, what: () => string): boolean {
  if (!life.alive) return false;
  life.calls++;
  reaches(world, life, "call", life.calls);
  if (life.alive) world.note(() => `life ${life.number} ${what()}`);
  return life.alive;
}

/** A process comes to so many of these, where it may die or stand still. */
export function reaches(world: World, life: Life, at: Point["at"], count: number): void {
  const { dies, stops } = life.spec;
  if (dies?.at === at && count >= dies.count) die(world, life);
  else if (stops?.at === at && count >= stops.count) stop(world, life, stops.ms);
}

function die(world: World, life: Life): void {
  life.alive = false;
  world.note(() => `life ${life.number} dies`);
}

function stop({ scheduler, note }: World, life: Life, ms: number): void {
  if (life.stopped) return;
  life.stopped = true;
  life.wakesAt = scheduler.now() + ms;
  note(() => `life ${life.number} stands still for ${ms} ms`);
}

export const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

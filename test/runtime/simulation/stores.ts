/** `journalBackend` and `limiterStore`: stores that take time, fail, hang, and outlive the processes that call them. */
import { JournalError } from "../../../generator/runtime/journal/journal-error.js";
import type { Changes, JournalBackend } from "../../../generator/runtime/journal/store.js";
import type { RateLimiterStore } from "../../../generator/runtime/send/rate-limiter.js";
import type { Draw } from "./draw.js";
import { told, wrote } from "./promises.js";
import { fail, leaves, never, reaches, RUN, type Life, type World } from "./world.js";

/** What becomes of a call. */
type Fate = "good" | "slow" | "fails before" | "fails after" | "hangs";
const fates: readonly Fate[] = [
  ...(["slow", "slow", "fails before", "fails before", "fails after", "fails after"] as const),
  "hangs",
];

interface Call {
  readonly draw: Draw;
  readonly faults: number;
  what(): string;
  /** Called when it is answered. */
  good?(): void;
}

/** Calls a store. What it does is durable even if nobody is there any more to be told. */
function call<T>(
  world: World,
  life: Life,
  { draw, faults, what, good }: Call,
  act: () => T,
): Promise<T> {
  const { scheduler, calm } = world;
  if (!leaves(world, life, what)) return never();
  const fate: Fate = !calm && draw.chance(faults) ? draw.pick(fates) : "good";
  const ms = fate === "slow" ? draw.scale(100, 200_000) : draw.int(1, 20);
  return new Promise((resolve, reject) => {
    const answer = (then: () => void) => {
      if (fate !== "hangs") scheduler.after(draw.int(1, 20), life, then);
    };
    scheduler.after(ms, undefined, () => {
      if (!life.alive && draw.chance(0.5)) return;
      if (fate === "fails before") return answer(() => reject(new Error("the store restarts")));
      try {
        const result = act();
        if (fate === "fails after") answer(() => reject(new Error("the connection was lost")));
        else
          answer(() => {
            good?.();
            resolve(result);
          });
      } catch (error) {
        answer(() => {
          told(life, error);
          reject(error instanceof Error ? error : new TypeError("no error"));
        });
      }
    });
  });
}

export function journalBackend(world: World, life: Life): JournalBackend {
  const { tables, scheduler, scenario, draws } = world;
  let isWriting = false;
  const calls = <T>(name: string, what: () => string, act: () => T) => {
    if (!life.waits.has(name)) life.waits.set(name, scheduler.now());
    const good = () => {
      const since = life.waits.get(name) ?? Infinity;
      life.waited = Math.max(life.waited, scheduler.now() - since);
      life.waits.delete(name);
    };
    const how = { draw: draws.journal, faults: scenario.faults.journal, what, good };
    return call(world, life, how, () => {
      tables.now = scheduler.now();
      return act();
    });
  };
  return {
    open: (run, fingerprint) =>
      calls(
        "open",
        () => "opens the run",
        () => {
          const epoch = tables.openRun(run, fingerprint);
          if (scenario.forgets) forgetLatest(world);
          for (const other of world.lives)
            if (other !== life && other.epoch > 0) other.takenAt ??= scheduler.now();
          life.epoch = epoch;
          world.note(() => `  opening ${epoch}`);
          return {
            epoch,
            find: (keys) =>
              calls(
                "find",
                () => `looks up ${keys.join(" ")}`,
                () => tables.findIn(run, epoch, keys),
              ),
            async write(changes) {
              if (isWriting) fail(world, "two writes at the same time");
              isWriting = true;
              try {
                await calls(
                  "write",
                  () => `writes ${textOf(changes)}`,
                  () => {
                    const before = new Map(tables.runs.get(RUN)?.rows);
                    tables.writeTo(run, epoch, changes);
                    world.note(() => `  written: ${textOf(changes)}`);
                    wrote(world, life, changes, before);
                    if (life.alive && changes.put.some(({ state }) => state === "sent"))
                      reaches(world, life, "intent", ++life.intending);
                  },
                );
              } finally {
                isWriting = false;
              }
            },
            close: () => Promise.resolve(),
          };
        },
      ),
    account: (run) => Promise.resolve(tables.accountOf(run)),
    records: () => {
      throw new JournalError("a run asks for no records", false);
    },
    forget: () => Promise.reject(new JournalError("a run forgets nothing", false)),
  };
}

const FORGOTTEN_MS = 10_000;

function forgetLatest({ tables }: World): void {
  const rows = tables.runs.get(RUN)?.rows;
  for (const [key, { at }] of rows ?? []) if (tables.now - at < FORGOTTEN_MS) rows?.delete(key);
}

const textOf = ({ put, seen, drop }: Changes): string =>
  [
    ...put.map(({ key, state, kind }) => `${key}=${kind ?? ""}${state}`),
    ...seen.map((key) => `${key}=seen`),
    ...drop.map((key) => `${key}=none`),
  ].join(" ") || "nothing";

/** A strict sliding window, by the store's clock, for all processes. */
export function limiterStore(world: World): (life: Life) => RateLimiterStore {
  const { scheduler, scenario, draws } = world;
  const taken: number[] = [];
  let pausedUntil = 0;
  return (life) => {
    const calls = <T>(name: string, act: () => T) =>
      call(
        world,
        life,
        { draw: draws.limiter, faults: scenario.faults.limiter, what: () => name },
        act,
      );
    return {
      take: (_, windows) =>
        calls("takes a place", () => {
          const now = scheduler.now();
          const wait = windows.map(({ requests, ms }) => {
            const inside = taken.filter((at) => at > now - ms);
            return (inside[inside.length - requests] ?? -Infinity) + ms - now;
          });
          const most = Math.max(0, pausedUntil - now, ...wait);
          if (most <= 0) taken.push(now);
          return most;
        }),
      pause: (_, ms) =>
        calls("pauses", () => {
          pausedUntil = Math.max(pausedUntil, scheduler.now() + ms);
        }),
      observe: () => Promise.resolve(),
    };
  };
}

/** `JournalState`: what the functions of a run's journal share. */
import type { InFlight } from "../run/in-flight.js";
import type { Prepared } from "../run/prepare-item.js";
import type { JournalHost } from "./host.js";
import type { AnyOutcome } from "../run/run-totals.js";
import { startTimer } from "../send/clock.js";
import { digestOf } from "./plain.js";
import type { JournalBackend, JournalSession } from "./store.js";
import { tried } from "./tried.js";
import { createWriter, type Writer } from "./writer.js";

/** An input that was read, before its look-up. */
export interface Waiting {
  readonly prepared: Prepared;
  readonly key: string;
  readonly digest: string;
}

/** An input without a durable outcome. */
export interface Live {
  readonly digest: string;
  flight: InFlight;
  /** There is a record, or one is being written, which says `sent`. */
  intent: boolean;
  /** When this session began to write that; -Infinity: it has not. */
  writtenAt: number;
  /** See `JournalRecord`. */
  request: string | undefined;
  /** An earlier run sent it: until this one does, its record stays. */
  inherited: boolean;
  /** Whether `reconcile` is to be asked about it, or was asked. */
  asked: "no" | "waits" | "yes";
  /** `reconcile` found its result. */
  found: boolean;
}

/** An input that may have been applied, and must not be sent twice. */
export interface LostFlight {
  readonly flight: InFlight;
  /** When no request with it can be on its way any more. */
  readonly dueAt: number;
}

export interface JournalState {
  readonly host: JournalHost;
  readonly writer: Writer;
  /** Opens the run, the first time. */
  readonly session: () => Promise<JournalSession>;
  epoch: number;
  waiting: Waiting[];
  /** A look-up is under way. */
  finding: boolean;
  /** By their keys. */
  readonly live: Map<string, Live>;
  /** The keys that got a record during the look-up that is under way, which may not have seen it. */
  readonly kept: Set<string>;
  /** The inputs of requests that go again as a whole, by the names of the requests. */
  readonly groups: Map<string, LostFlight[]>;
  lost: LostFlight[];
  /** `reconcile` is at work, or waits for its time. */
  reconciling: boolean;
  /** The keys of outcomes that have a record. */
  readonly records: WeakMap<AnyOutcome, string>;
  /** The consumer wants no outcomes. */
  discarding: boolean;
  failed: boolean;
  closed: boolean;
  /** Ends the timer of `beat`, which would keep a process from its end. */
  endBeat: (() => void) | undefined;
}

/** While a run waits for replies, for its source or to look up what was lost, it asks so often who has it, in milliseconds. */
const BEAT_MS = 3000;

export function newState(backend: JournalBackend, host: JournalHost): JournalState {
  let session: Promise<JournalSession> | undefined;
  const state: JournalState = {
    host,
    writer: createWriter(
      async (changes) => {
        try {
          const opened = await state.session();
          await tried(host, () => opened.write(changes));
        } catch (error) {
          fail(state, error);
          throw error;
        }
      },
      () => host.changed(),
    ),
    session: () =>
      (session ??= tried(host, () => backend.open(host.options.run, digestOf(host.fingerprint)))),
    ...{
      epoch: 0,
      waiting: [],
      finding: false,
      live: new Map(),
      kept: new Set(),
      groups: new Map(),
      lost: [],
    },
    ...{ reconciling: false, records: new WeakMap(), discarding: false },
    ...{ failed: false, closed: false, endBeat: undefined },
  };
  return state;
}

/** The run ends: nothing is sent, and no outcome follows. */
export function fail(state: JournalState, error: unknown): void {
  if (state.failed) return;
  state.failed = true;
  state.endBeat?.();
  state.waiting = [];
  state.lost = [];
  state.groups.clear();
  state.host.fail(error);
}

/** The entry of an item that this journal has to give an outcome; undefined for one that was refused because of its key. */
export function liveOf(state: JournalState, flight: InFlight): Live | undefined {
  const [key] = flight.item.ids;
  const live = key === undefined ? undefined : state.live.get(key);
  return live?.flight === flight ? live : undefined;
}

/** Asks now and then who has the run: a process that only waits, or stood still, is told soon. */
export function beat(state: JournalState): void {
  if (state.endBeat || state.failed || state.closed) return;
  state.endBeat = startTimer(BEAT_MS, () => {
    state.endBeat = undefined;
    if (!(state.host.waits() || state.reconciling)) return;
    state.writer.flush().catch(() => undefined);
    beat(state);
  });
}

/** `JournalHost`: a run, in the words of its journal. */
import type { Resolved } from "../endpoint/resolve.js";
import { notSent } from "../run/decide-outcomes.js";
import type { InFlight } from "../run/in-flight.js";
import type { Item } from "../run/item.js";
import { completeItem, type KeyFor, type Prepared } from "../run/prepare-item.js";
import type { JournalOptions, JournalRun } from "../run/run-journal.js";
import type { AnyOutcome, RunTotals } from "../run/run-totals.js";
import type { Clock } from "../send/clock.js";

export interface JournalHost {
  readonly options: JournalOptions<unknown, unknown, unknown>;
  /** A request without inputs: equal for equal method, path and parameters. */
  readonly fingerprint: object;
  readonly data: Resolved;
  /** Requests or items have generated keys. */
  readonly hasKeys: boolean;
  readonly clock: Clock;
  readonly random: () => number;
  /** The timeout of a request; 0 or Infinity: none. */
  readonly timeoutMs: number;
  /** Aborted when the run sends nothing more. */
  readonly halt: AbortSignal;
  readonly keyFor: KeyFor;
  /** Chunks are on their way, or the source is waited for. */
  waits(): boolean;
  /** Completes an item that was read, which may be refused. */
  complete(prepared: Prepared, epoch: number): Prepared;
  /** Sends it with others. */
  add(flight: InFlight): void;
  /** Sends these in a request of their own. False if one of their ids is in flight: then nothing happens. */
  addTogether(flights: readonly InFlight[]): boolean;
  readonly settle: RunTotals["settle"];
  /** The consumer is done with it. */
  skip(item: Item): void;
  /** Gives an outcome to the consumer. */
  give(outcome: AnyOutcome): void;
  /** Ends the run with this error: no outcome follows. */
  fail(error: unknown): void;
  /** Something has ended that the run may wait for. */
  changed(): void;
}

/** Throws a TypeError if a journal could not tell the inputs of the run apart. */
export function hostOf(run: JournalRun): JournalHost {
  const { setup, empty, preparing, stop, settle } = run;
  const { endpoint, data, clock, random, timeoutMs } = setup;
  return {
    ...{ options: checked(run), fingerprint: empty, data, clock, random, timeoutMs, settle },
    ...{ halt: stop.halt.signal, keyFor: preparing.keyFor, hasKeys: !!endpoint.uses.makeKey },
    waits: () => run.active > 0 || run.reader.reading,
    complete: (prepared, epoch) => completeItem(preparing, prepared, epoch),
    add(flight) {
      if (!wasStopped(run, [flight])) run.chunker.add(flight);
    },
    addTogether: (flights) => wasStopped(run, flights) || run.chunker.addTogether(flights),
    skip({ index }) {
      run.totals.skip();
      run.queue.push(index);
      run.live--;
    },
    give: (outcome) => run.queue.push(outcome.index, outcome),
    fail(error) {
      run.failure = error;
      run.abort(error);
      // A run that had stopped already waits for nothing else.
      run.pump();
    },
    changed: () => run.pump(),
  };
}

/** Settles what a run that has stopped does not send. */
function wasStopped({ stop: { why }, settle }: JournalRun, flights: readonly InFlight[]): boolean {
  if (why) for (const flight of flights) settle(flight, notSent(why.reason, why.cause));
  return !!why;
}

function checked({ setup, preparing }: JournalRun): JournalHost["options"] {
  const { journal, duplicates } = setup.options;
  const { name } = setup.endpoint.operation;
  if (!journal?.run) throw new TypeError(`${name}: the run of a journal needs a name`);
  if (!preparing.key && !preparing.mapped)
    throw new TypeError(`${name}: a journal needs the option key`);
  // An earlier input that is given up would be sent by the next run, after the later one.
  if (duplicates === "last") throw new TypeError(`${name}: duplicates: "last" fits no journal`);
  return journal;
}

/** `RunJournal`: what a run asks of its journal, and `JournalRun`: what the journal asks of the run. Types only. */
import type { AnyEndpoint } from "../endpoint/endpoint.js";
import type { Resolved } from "../endpoint/resolve.js";
import type { Books } from "../journal/store.js";
import type { Clock } from "../send/clock.js";
import type { Chunker, ChunkerOptions } from "./chunker.js";
import type { Decision } from "./decide-outcomes.js";
import type { InFlight } from "./in-flight.js";
import type { OutcomeQueue } from "./outcome-queue.js";
import type { PrepareContext, Prepared } from "./prepare-item.js";
import type { AnyOutcome, RunTotals } from "./run-totals.js";
import type { Stop } from "./stop.js";

/** A journal, made by a store's `journal` or by `createJournal`. */
export interface Journal extends Books {
  /** Brings the code that a run needs for it, so that a bundle without a journal has none of it. */
  readonly "~journal": (run: JournalRun) => RunJournal;
}

/** The option `journal` of a run. */
export interface JournalOptions<I, R, S> {
  readonly store: Journal;
  /** Names these inputs for good: `import-42`, or `import-42/0007` for a part of them. Other inputs need another name. */
  readonly run: string;
  /**
   * Earlier outcomes that do not stand: an input that `failed` is sent again, as it is now; one that is `unknown` is sent
   * again if that does no harm, and otherwise looked up by `reconcile`. Default: all stand.
   */
  readonly again?: readonly ("failed" | "unknown")[];
  /**
   * Asks the service about inputs that may not be sent twice, and of which nothing is proved: in this process, or in one
   * that died. Called when no request with them can be on its way any more. Resolves to one verdict each, in order. If it
   * throws, they stay `unknown`.
   */
  readonly reconcile?: (
    lost: readonly LostInput<I, S>[],
    signal: AbortSignal,
  ) => Promise<readonly Verdict<R>[]>;
}

/** An input of which nothing is proved. */
export interface LostInput<I, S> {
  readonly key: string;
  readonly input: I;
  readonly source: S;
}

/** What `reconcile` says of an input: it was applied, with this result; it was not (it is sent again); or nobody knows. */
export type Verdict<R> = { readonly found: R } | "absent" | "undecided";

/** A run, as its journal sees it. */
export interface JournalRun {
  readonly setup: {
    readonly endpoint: AnyEndpoint;
    readonly data: Resolved;
    readonly clock: Clock;
    readonly random: () => number;
    readonly timeoutMs: number;
    readonly options: {
      readonly journal?: JournalOptions<unknown, unknown, unknown>;
      readonly duplicates?: ChunkerOptions["duplicates"];
    };
  };
  /** A request without inputs: equal for equal method, path and parameters. */
  readonly empty: object;
  readonly preparing: PrepareContext;
  readonly stop: Stop;
  readonly chunker: Chunker;
  readonly queue: OutcomeQueue<AnyOutcome>;
  readonly totals: RunTotals;
  /** Gives an item its outcome. */
  readonly settle: RunTotals["settle"];
  /** The number of inputs that were read and whose outcome the consumer has not taken. */
  live: number;
  /** The number of chunks on their way. */
  readonly active: number;
  /** `reading`: waiting for an asynchronous source. */
  readonly reader: { readonly reading: boolean };
  /** The error of the journal: no outcome is given after it. */
  failure: unknown;
  /** Looks what can be done now. */
  pump(): void;
  /** Sends nothing more, and gives up requests in flight. */
  abort(cause: unknown): void;
}

export interface RunJournal {
  /** Takes an input that was read, and looks up what is known of it. */
  accept(prepared: Prepared): void;
  /** Begins a look-up, if so many inputs wait for one, or the most that one takes. */
  look(least: number): void;
  /** A look-up is under way. */
  readonly finding: boolean;
  /** Inputs wait for a look-up, or for its end. */
  readonly looking: boolean;
  /** Outcomes wait for the disk. */
  readonly writing: boolean;
  /** The run must not end yet. */
  readonly busy: boolean;
  /** No other inputs follow: those that wait for others of their request wait no longer. */
  dissolve(): void;
  /**
   * Called before a request leaves. Resolves when it is on disk that it may have left; undefined if that is so already.
   * Rejects if it must not leave. `key`: its idempotency key, if there is one.
   */
  sending(flights: readonly InFlight[], key: string | undefined): Promise<void> | undefined;
  /** It is proved that nothing was done for them by their last request. */
  withdraw(flights: readonly InFlight[]): void;
  /** Keeps a decision back, if it can be found out what happened. */
  hold(flight: InFlight, decision: Decision): boolean;
  /** Gives the outcome to the consumer when it is on disk. `result`: as the service sent it. */
  keep(flight: InFlight, outcome: AnyOutcome, result: unknown): void;
  /** The consumer wants no outcomes. */
  discard(): void;
  /** Follows what the consumer takes: asking for the next outcome acknowledges those before. */
  follow(outcomes: Required<Steps>): Steps;
  /** The consumer is done with these. */
  acknowledge(outcomes: readonly AnyOutcome[]): void;
  /** Writes what is left, at the end of the consumer. */
  finish(): Promise<void>;
}

export type Steps = Pick<AsyncIterator<AnyOutcome, undefined>, "next" | "return">;

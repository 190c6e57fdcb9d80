/** `RunOptions` and `Run`: what a caller passes to a run, and gets. Types only. */
import type { Clock } from "../send/clock.js";
import type { AnyEndpoint, EndpointTypes, Mapped, ParamsOf, Source } from "../endpoint/endpoint.js";
import type { RateLimiter } from "../send/rate-limiter.js";
import type { Instrumentation } from "../send/instrument.js";
import type { Progress, Summary } from "./outcome.js";
import type { JournalOptions } from "./run-journal.js";
import type { Resolved } from "../endpoint/resolve.js";
import type { Health } from "../send/retry.js";
import type { Limits } from "../limits.js";
import type { Transport } from "../send/transport.js";

/** The options of all runs. */
export interface CommonRunOptions<I> {
  /** The most requests at the same time. Default 4. */
  readonly concurrency?: number;
  /** Ends the run: requests in flight are given up. */
  readonly signal?: AbortSignal;
  /** The order of outcomes: as soon as they are known, or in the order of the inputs. Default `completion`. */
  readonly order?: "completion" | "source";
  /** The key of an input: its outcome has it, and inputs with the same key are sent one after the other. */
  readonly key?: (input: I) => string;
  /**
   * What to do with an input whose key is in flight: wait until the earlier input is done; give up the earlier one if it
   * was not sent (`notSent`, `superseded`); or fail the later one. Default `separate`.
   */
  readonly duplicates?: "separate" | "last" | "error";
  /** The time after which a chunk is sent although it is not full, in milliseconds. Default 1,000. */
  readonly flushInterval?: number;
  /** The timeout of one request, in milliseconds; 0 or Infinity: none. Default: the client's. */
  readonly timeoutMs?: number;
  /** Ends the run after so many requests or milliseconds; the inputs that are left are `notSent`. Jobs are polled on. */
  readonly budget?: { readonly requests?: number; readonly ms?: number };
  /** Called after each chunk. If it returns true, the run ends, and the inputs that are left are `notSent`. */
  readonly stopWhen?: (progress: Progress) => boolean;
  /**
   * The name of the run, for its events and its idempotency keys. With the same name, an input with the same key gets the
   * same idempotency key, in another process, too; so give it only to runs whose keys are unique. Default: random.
   */
  readonly runId?: string;
}

interface JournalOption<I, R, S> {
  /**
   * Keeps on disk what becomes of each input, so that a run that ended early goes on where it stopped: start it again with
   * the same source. It needs keys (`from` has them), each for one input.
   */
  readonly journal?: JournalOptions<I, R, S>;
}

/**
 * The options of a run of an endpoint with the types `T`, with `params` and `chunkSize` if it needs them, over a source
 * of `S`.
 */
export type RunOptions<T extends EndpointTypes, S = T["input"]> = CommonRunOptions<T["input"]> &
  JournalOption<T["input"], T["result"], S> &
  ParamsOption<ParamsOf<T>> &
  (T extends { readonly chunkSize: "required" }
    ? {
        /** The number of inputs in one request, because the data does not say how many fit. */
        readonly chunkSize: number;
      }
    : {
        /** The number of inputs in one request. Default: as many as fit. */
        readonly chunkSize?: number;
      });

type ParamsOption<P> = {} extends P ? { readonly params?: P } : { readonly params: P };

/** The options are optional if none of them is required. */
export type RunArgs<T extends EndpointTypes, S = T["input"]> =
  {} extends RunOptions<T, S> ? [options?: RunOptions<T, S>] : [options: RunOptions<T, S>];

/**
 * A run. It starts with its first use, and has one consumer: a loop over it, `batches`, `collect` or `drain`. Leaving the
 * loop stops the run. `await run` is `await run.summary`; so an async function that returns a run gives its summary.
 */
export interface Run<O> extends AsyncIterable<O>, PromiseLike<Summary> {
  /** Outcomes in groups of `size`; the last may be smaller. */
  batches(size: number): AsyncIterable<readonly O[]>;
  /** Runs to the end, and keeps only the totals. */
  drain(): Promise<Summary>;
  /** All outcomes, in the order of the source. @throws BatchSourceError with the outcomes so far if the source throws */
  collect(): Promise<readonly O[]>;
  /** The totals at the end. Starts the run if it has no consumer. @throws AccountingError if an input has no outcome */
  readonly summary: Promise<Summary>;
  /** The totals so far. Reading them starts nothing. */
  readonly progress: Progress;
  /** Sends nothing more, and gives up requests in flight. Resolves when every input has its outcome. */
  close(): Promise<void>;
}

/** The options of any run, as the runtime reads them. */
export interface AnyRunOptions
  extends CommonRunOptions<unknown>, JournalOption<unknown, unknown, unknown> {
  readonly params?: object;
  readonly chunkSize?: number;
}

/** What a run needs of its client and its caller. */
export interface RunSetup {
  readonly endpoint: AnyEndpoint;
  readonly data: Resolved;
  readonly source: Source<unknown> | Mapped<unknown, unknown>;
  readonly options: AnyRunOptions;
  readonly baseUrl: string;
  readonly transport: Transport;
  readonly rateLimiter: RateLimiter | undefined;
  readonly clock: Clock;
  readonly random: () => number;
  readonly health: Health;
  readonly limits: Limits;
  readonly timeoutMs: number;
  readonly instrument: Instrumentation | undefined;
}

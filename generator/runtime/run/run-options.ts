/** The options of a run, and the `Run` itself. Types only. */
import type { Clock } from "../send/clock.js";
import type { AnyEndpoint, EndpointTypes, Mapped, ParamsOf, Source } from "../endpoint/endpoint.js";
import type { RateLimiter } from "../send/rate-limiter.js";
import type { Instrumentation } from "../send/instrument.js";
import type { Progress, Summary } from "./outcome.js";
import type { Resolved } from "../endpoint/resolve.js";
import type { RetryQuota } from "../send/retry.js";
import type { Transport } from "../send/transport.js";

/** Options of a run that no endpoint needs. */
export interface CommonRunOptions<I> {
  /** Requests at the same time. Default 4. */
  readonly concurrency?: number;
  readonly signal?: AbortSignal;
  /** In which order outcomes come: as they are known, or as the source gave the inputs. Default `completion`. */
  readonly order?: "completion" | "source";
  /** What identifies an input: outcomes carry it, and inputs that share it are sent one after the other. */
  readonly key?: (input: I) => string;
  /**
   * What to do about an input whose key is on its way: hold it back until that is done; give up the earlier one where
   * it has not been sent (`notSent`, `superseded`); or fail the later one. Default `separate`.
   */
  readonly duplicates?: "separate" | "last" | "error";
  /** How long a chunk waits for a slow source before it is sent as it is, in milliseconds. Default 1,000. */
  readonly flushInterval?: number;
  /** How long one request may take, in milliseconds. Default: the client's. */
  readonly timeoutMs?: number;
  /** Ends the run after so many requests or milliseconds; what is left is `notSent`. */
  readonly budget?: { readonly requests?: number; readonly ms?: number };
  /** Asked after each request; true ends the run, and what is left is `notSent`. */
  readonly stopWhen?: (progress: Progress) => boolean;
}

/** Options of a run of an endpoint with the types `T`: with `params` and `chunkSize`, where it needs them. */
export type RunOptions<T extends EndpointTypes> = CommonRunOptions<T["input"]> &
  ParamsOption<ParamsOf<T>> &
  (T extends { readonly chunkSize: "required" }
    ? {
        /** Inputs in one request: the data does not say how many fit. */
        readonly chunkSize: number;
      }
    : {
        /** Inputs in one request, where that is to be less than fit. */
        readonly chunkSize?: number;
      });

type ParamsOption<P> = {} extends P ? { readonly params?: P } : { readonly params: P };

/** Optional where nothing in it is required. */
export type RunArgs<T extends EndpointTypes> =
  {} extends RunOptions<T> ? [options?: RunOptions<T>] : [options: RunOptions<T>];

/**
 * A run. It starts when it is first asked for something, and has one consumer: the loop over it, `batches`, `collect`
 * or `drain`. Leaving the loop stops the run.
 */
export interface Run<O> extends AsyncIterable<O> {
  /** Outcomes in groups of `size`; the last may be smaller. */
  batches(size: number): AsyncIterable<readonly O[]>;
  /** Runs to the end and keeps nothing but the sums. */
  drain(): Promise<Summary>;
  /** All outcomes in the order of the source. @throws BatchSourceError with the outcomes so far where the source throws. */
  collect(): Promise<readonly O[]>;
  /** The end. Starts the run where it has no consumer. @throws AccountingError where an input has no outcome. */
  readonly summary: Promise<Summary>;
  readonly progress: Progress;
  /** Stops: sends nothing more and gives up what is under way. Resolves when all is settled. */
  close(): Promise<void>;
}

export interface RunSetup {
  readonly endpoint: AnyEndpoint;
  readonly data: Resolved;
  readonly source: Source<unknown> | Mapped<unknown, unknown>;
  readonly options: CommonRunOptions<unknown> & {
    readonly params?: object;
    readonly chunkSize?: number;
  };
  readonly baseUrl: string;
  readonly transport: Transport;
  readonly rateLimiter: RateLimiter | undefined;
  readonly clock: Clock;
  readonly random: () => number;
  readonly quota: RetryQuota;
  readonly timeoutMs: number;
  readonly instrument: Instrumentation | undefined;
}

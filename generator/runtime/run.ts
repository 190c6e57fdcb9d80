/** `client.run`: from a source to one outcome for each input. */
import { createChunker } from "./chunker.js";
import type { Clock } from "./clock.js";
import { deliver, type Delivery } from "./deliver.js";
import type { AnyEndpoint, Limited, Mapped, Source } from "./endpoint.js";
import { NEVER_SENT, prepare, type Entry } from "./entry.js";
import { BatchAbortError, BatchSourceError } from "./errors.js";
import type { Governor } from "./governor.js";
import type { Instrumentation, RunEvent } from "./instrument.js";
import { createLedger, type AnyOutcome } from "./ledger.js";
import { itemError, type NotSentReason, type Progress, type Summary } from "./outcome.js";
import { createOutlet } from "./outlet.js";
import { get } from "./pointer.js";
import { build } from "./request.js";
import type { Resolved } from "./resolve.js";
import type { RetryQuota } from "./retry.js";
import { byteLength, createSender } from "./sender.js";
import { openSource, type Reader } from "./source.js";
import type { Transport } from "./transport.js";

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

export type RunOptions<I, P, L extends Limited> = CommonRunOptions<I> &
  ({} extends P ? { readonly params?: P } : { readonly params: P }) &
  (L extends "unlimited"
    ? {
        /** Inputs in one request: the data does not tell how many fit. */
        readonly chunkSize: number;
      }
    : {
        /** Inputs in one request, where that is to be less than fit. */
        readonly chunkSize?: number;
      });

/** Optional where nothing in it is required. */
export type RunArgs<I, P, L extends Limited> =
  {} extends RunOptions<I, P, L> ? [options?: RunOptions<I, P, L>] : [options: RunOptions<I, P, L>];

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
  /** The end. Runs to it where nobody else consumes. @throws AccountingError where an input has no outcome. */
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
  readonly governor: Governor | undefined;
  readonly clock: Clock;
  readonly random: () => number;
  readonly quota: RetryQuota;
  readonly timeoutMs: number;
  readonly instrument: Instrumentation | undefined;
}

export function createRun(setup: RunSetup): Run<AnyOutcome> {
  const { endpoint, data, options, clock, random, governor, instrument } = setup;
  const { operation, uses, bound } = endpoint;
  const { pollJob } = uses;
  const { concurrency = 4, signal, order, duplicates = "separate", flushInterval = 1000 } = options;
  const { limit = {}, whole, job } = data;
  const params = { ...options.params, ...bound?.params };
  // Throws where a parameter is missing, before anything starts.
  const frame = build(operation, uses, params, []);
  let size = chunkSizeOf(setup, frame.body);
  const runId = crypto.randomUUID();
  const mapped =
    "key" in setup.source && "input" in setup.source
      ? setup.source // made by `from`
      : undefined;
  const preparation = { endpoint, data, mapped, keyOf: options.key };

  let live = 0;
  const outlet = createOutlet<AnyOutcome>(order === "source", () => {
    live--;
    pump();
  });
  const ledger = createLedger(clock, (outcome) => outlet.push(outcome.index, outcome));
  const { count } = ledger;

  let pumping = false;

  // ---- how it ends
  const halt = new AbortController();
  const gate = new AbortController();
  const kill = new AbortController();
  let ending:
    { readonly ended: NotSentReason & Summary["ended"]; readonly cause: unknown } | undefined;
  let sourceError: BatchSourceError | undefined;
  let state: "new" | "running" | "over" = "new";
  let finish: (summary: Summary) => void = () => undefined;
  let crash: (error: unknown) => void = () => undefined;
  const summary = new Promise<Summary>((resolve, reject) => {
    finish = resolve;
    crash = reject;
  });
  summary.catch(() => undefined);

  /** Nothing more is sent; what is under way goes on, and what waits for the governor only where `spent` is given. */
  const stop = (ended: NotSentReason & Summary["ended"], cause?: unknown, spent = false) => {
    if (state === "over" || ending) return;
    ending = { ended, cause };
    halt.abort(cause);
    if (!spent) gate.abort(cause);
    if (!sourceDone) reader?.close(cause);
    sourceDone = true;
    // The last of these outcomes must not end the run before its turn.
    const within = pumping;
    pumping = true;
    for (const entry of chunker.clear())
      ledger.settle(entry, { kind: "notSent", reason: ended, cause });
    pumping = within;
    pump();
  };
  /** What is under way is given up, too. */
  const abort = (ended: "aborted" | "stopped", cause?: unknown) => {
    stop(ended, cause);
    gate.abort(cause);
    kill.abort(cause);
  };
  const onAbort = () => abort("aborted", signal?.reason);
  let accepted = 0;
  const guarded = (hook: () => void) => {
    try {
      hook();
    } catch {
      count.hookErrors++;
    }
  };

  // ---- from the source to chunks
  let reader: Reader | undefined;
  let reading = false;
  let sourceDone = false;
  const send = createSender(
    setup,
    frame,
    params,
    ledger,
    runId,
    { gate: gate.signal, kill: kill.signal },
    () => {
      if (accepted >= (options.budget?.requests ?? Infinity)) stop("budget", undefined, true);
      accepted++;
      if (ending) throw new BatchAbortError(ending.cause, false);
    },
  );
  const bytesOf = ({ text }: Entry) => byteLength(text) + 1;
  const chunker = createChunker({
    size: () => size,
    bytes: limit.bytes ?? Infinity,
    overhead: send.overhead,
    bytesOf,
    duplicates,
    giveUp: (entry, reason) => {
      if (reason === "superseded")
        ledger.settle(entry, { kind: "notSent", reason, cause: undefined });
      else {
        const error = itemError({
          category: "duplicate",
          message: `the key ${entry.key} is on its way`,
        });
        ledger.settle(entry, { kind: "failed", at: "input", error, sent: NEVER_SENT });
      }
    },
  });

  const accept = (source: unknown) => {
    const index = count.read++;
    live++;
    const seen: { input?: unknown; key?: string } = {};
    const refuse = (category: string, message: string) => {
      const { input = source, key = String(index) } = seen;
      ledger.refuse({ source, input, index, key }, category, message);
    };
    let entry: Entry;
    try {
      entry = prepare(preparation, source, index, seen);
    } catch (error) {
      return refuse("invalid", error instanceof Error ? error.message : String(error));
    }
    const { itemBytes = Infinity, bytes = Infinity } = limit;
    if (Math.min(itemBytes, bytes) < Infinity) {
      const own = byteLength(entry.text);
      if (own > itemBytes || send.overhead + own > bytes)
        return refuse("tooLarge", `${own} bytes are more than fit`);
    }
    chunker.add(entry);
  };
  const endOfSource = (error?: { readonly cause: unknown }) => {
    reading = false;
    sourceDone = true;
    if (error) sourceError = new BatchSourceError(error.cause);
  };
  /** Reads while there is room; an asynchronous source one by one. */
  const fill = () => {
    const room = whole ? Infinity : (concurrency + 1) * size;
    for (let burst = 0; !reading && !sourceDone && live < room; burst++) {
      if (burst > 2000) {
        // A synchronous source must not keep everybody else waiting.
        reading = true;
        setTimeout(() => {
          reading = false;
          pump();
        });
        return;
      }
      try {
        reader ??= openSource(mapped ? mapped.source : (setup.source as Source<unknown>));
        const next = reader.next();
        if (next instanceof Promise) {
          reading = true;
          next.then(took, (cause: unknown) => {
            if (!sourceDone) endOfSource({ cause });
            pump();
          });
        } else if (next.done) endOfSource();
        else accept(next.value);
      } catch (cause) {
        endOfSource({ cause });
      }
    }
  };
  const took = (next: IteratorResult<unknown, unknown>) => {
    reading = false;
    if (sourceDone) return;
    if (next.done) endOfSource();
    else accept(next.value);
    pump();
  };

  // ---- from chunks to outcomes
  let active = 0;
  let flushing = false;
  let flushTimer: ReturnType<typeof setTimeout> | undefined;
  const delivery: Delivery = {
    ...{ endpoint, data, clock, random, quota: setup.quota, governor, count },
    halt: halt.signal,
    stopped: () => ending && { reason: ending.ended, cause: ending.cause },
    stop,
    request: send,
    settle: (entry, fate) => ledger.settle(entry, fate),
    learn(items) {
      size = Math.min(size, items);
    },
    tell: (event) => tell(event),
    poll:
      pollJob && job
        ? (reply) => pollJob(job, reply, { ask: send.ask, clock, random, signal: kill.signal })
        : undefined,
  };
  const tell = (event: Pick<RunEvent, "type" | "items"> & Partial<RunEvent>) =>
    guarded(() => instrument?.event?.({ runId, endpoint: operation.name, ...event }));

  const work = async (chunk: readonly Entry[]) => {
    active++;
    try {
      if (whole && chunk.length > (limit.items ?? Infinity)) {
        const message = `${chunk.length} inputs do not fit into one request`;
        const error = itemError({ category: "tooMany", message });
        for (const entry of chunk)
          ledger.settle(entry, { kind: "failed", at: "input", error, sent: NEVER_SENT });
      } else await deliver(chunk, delivery);
    } catch (cause) {
      // A defect, here or in what the caller gave us: nothing is proved of what was sent.
      for (const entry of chunk)
        ledger.settle(
          entry,
          entry.sent.attempts
            ? { kind: "unknown", reason: "crashed", cause, sent: entry.sent }
            : { kind: "notSent", reason: "stopped", cause },
        );
    }
    active--;
    chunker.release(chunk);
    guarded(() => {
      if (!ending && options.stopWhen?.(ledger.progress())) stop("stopped");
    });
    pump();
  };

  let again = false;
  /** Does whatever can be done now. Called whenever something has changed. */
  function pump(): void {
    again = true;
    if (pumping || state !== "running") return;
    pumping = true;
    while (again) {
      again = false;
      fill();
      // A chunk that is not full goes when nothing can be added to it, or nobody else works for the consumer.
      const stuck = !active && outlet.empty && !reading;
      while (active < concurrency) {
        const chunk = chunker.take(sourceDone || flushing || stuck);
        if (!chunk) break;
        void work(chunk);
      }
    }
    pumping = false;
    if (reading && !flushTimer && flushInterval < Infinity)
      flushTimer = setTimeout(() => {
        flushTimer = undefined;
        flushing = reading && !whole;
        pump();
        flushing = false;
      }, flushInterval);
    if (sourceDone && !active) end();
  }
  const end = () => {
    if (state === "over") return;
    state = "over";
    clearTimeout(flushTimer);
    signal?.removeEventListener("abort", onAbort);
    halt.abort();
    const ended = ending?.ended ?? (sourceError ? "stopped" : "complete");
    tell({ type: "end", items: count.read, ended });
    try {
      finish(ledger.close(ended, ending?.cause ?? sourceError?.cause));
      outlet.end(...(sourceError ? [sourceError] : []));
    } catch (error) {
      crash(error);
      outlet.end(error);
    }
  };

  // ---- the consumer
  let consumed = false;
  const consume = () => {
    if (consumed) throw new TypeError("a run has one consumer: this one has one already");
    consumed = true;
    state = "running";
    if (signal?.aborted) onAbort();
    signal?.addEventListener("abort", onAbort);
    const { ms } = options.budget ?? {};
    if (ms !== undefined)
      clock.sleep(ms, halt.signal).then(
        () => stop("budget"),
        () => undefined,
      );
    // The caller's call returns before anything is read.
    queueMicrotask(pump);
  };
  const drain = () => {
    consume();
    outlet.discard();
    return summary;
  };
  const close = async () => {
    if (state === "new") {
      consume();
      outlet.discard();
    }
    abort("stopped");
    await summary.catch(() => undefined);
  };
  const iterate = (): AsyncIterator<AnyOutcome, undefined> => {
    consume();
    return {
      next: () => outlet.next(),
      async return() {
        await close();
        return { done: true, value: undefined };
      },
    };
  };

  return {
    [Symbol.asyncIterator]: iterate,
    async *batches(wanted) {
      let group: AnyOutcome[] = [];
      for await (const outcome of { [Symbol.asyncIterator]: iterate }) {
        group.push(outcome);
        if (group.length < wanted) continue;
        yield group;
        group = [];
      }
      if (group.length) yield group;
    },
    drain,
    async collect() {
      const all: AnyOutcome[] = [];
      try {
        for await (const outcome of { [Symbol.asyncIterator]: iterate })
          all[outcome.index] = outcome;
      } catch (error) {
        throw error instanceof BatchSourceError ? new BatchSourceError(error.cause, all) : error;
      }
      return all;
    },
    get summary() {
      // Whoever takes up the run in the same breath is its consumer.
      queueMicrotask(() => {
        if (!consumed) void drain();
      });
      return summary;
    },
    get progress() {
      return ledger.progress();
    },
    close,
  };
}

/** Throws TypeError where nobody said how much fits. */
function chunkSizeOf({ endpoint, data, options }: RunSetup, body: unknown): number {
  const { limit = {}, whole } = data;
  if (whole) return Infinity;
  const fit = Math.min(
    limit.items ?? Infinity,
    ...(limit.when ?? []).map(({ present, items }) =>
      get(body, present) === undefined ? Infinity : items,
    ),
  );
  const size = options.chunkSize ?? (fit < Infinity ? fit : limit.bytes ? 1000 : undefined);
  if (size === undefined || !(size >= 1) || !((options.concurrency ?? 1) >= 1))
    throw new TypeError(`${endpoint.operation.name}: chunkSize and concurrency must be 1 or more`);
  return Math.min(fit, Math.floor(size));
}

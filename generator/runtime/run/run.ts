/** `createRun`: from a source to one outcome for each input. Every function here gets the state of its run. */
import type { Mapped, Source } from "../endpoint/endpoint.js";
import { checkBody } from "../encode/flaw.js";
import { build } from "../endpoint/request.js";
import { BatchAbortError } from "../errors.js";
import { get, isObject } from "../pointer.js";
import { startTimer } from "../send/clock.js";
import type { RunEvent } from "../send/instrument.js";
import { createChunker, type Chunker, type ChunkerOptions } from "./chunker.js";
import { consumable } from "./consumer.js";
import { crashed, inputFailed, notSent, withLost } from "./decide-outcomes.js";
import { inFlight, type InFlight } from "./in-flight.js";
import { createInputReader, type InputReader } from "./input-reader.js";
import { createOutcomeQueue } from "./outcome-queue.js";
import { prepareItem, readItem, type KeyFor } from "./prepare-item.js";
import { overheadOf, poster, sendRequest, type RequestContext } from "./request-sender.js";
import type { JournalRun, RunJournal } from "./run-journal.js";
import type { Run, RunSetup } from "./run-options.js";
import { createPace, type Pace } from "./pace.js";
import { createRunTotals, type AnyOutcome } from "./run-totals.js";
import { sendChunk, type ChunkContext } from "./send-chunk.js";
import { newEnded, newStop, type Ended, type StopReason } from "./stop.js";

interface RunState extends JournalRun {
  readonly setup: RunSetup;
  readonly runId: string;
  readonly concurrency: number;
  readonly pace: Pace;
  readonly ended: Ended;
  journal: RunJournal | undefined;
  readonly reader: InputReader;
  readonly chunks: ChunkContext;
  phase: "new" | "running" | "over";
  /** The most items in a chunk; the number may decrease during the run. */
  size: number;
  /** The number of chunks in flight. */
  active: number;
  /** `pump` is running. */
  pumping: boolean;
  /** `pump` must look again. */
  again: boolean;
  /** Whether chunks are sent although they are not full, once the inputs that wait for a look-up have had it. */
  flush: "no" | "look up" | "send";
  /** Cancels the timer that sets `flush`. */
  cancelFlush: (() => void) | undefined;
  readonly onAbort: () => void;
}

/** Throws a TypeError if a parameter or a chunk size is missing, before anything starts. */
export function createRun(setup: RunSetup): Run<AnyOutcome> {
  const run = openRun(setup);
  return consumable({
    queue: run.queue,
    summary: run.ended.promise,
    progress: () => run.totals.progress(),
    stop: () => abort(run, "stopped", undefined),
    start: () => start(run),
    journal: run.journal,
  });
}

function openRun(setup: RunSetup): RunState {
  const { data, options, endpoint, clock } = setup;
  const { operation, uses, bound } = endpoint;
  const params = { ...options.params, ...bound?.params };
  const empty = build(operation, uses, params, []);
  const { body: siblings, path } = empty;
  checkBody(siblings, operation, uses);
  const runId = options.runId ?? options.journal?.run ?? crypto.randomUUID();
  const concurrency = Math.min(options.concurrency ?? 4, data.rate?.concurrency ?? Infinity);
  const pace = createPace(concurrency);
  const keyFor = keysFor(setup, runId, path);
  const overhead = overheadOf(siblings, setup, keyFor);
  const stop = newStop();
  const mapped = mappedOf(setup.source);
  const queue = createOutcomeQueue<AnyOutcome>(options.order === "source", () => onTaken(run));
  const totals = createRunTotals(clock, endpoint, (flight, outcome, result) =>
    run.journal ? run.journal.keep(flight, outcome, result) : queue.push(outcome.index, outcome),
  );
  const request = {
    ...{ setup, runId, params, keyFor, count: totals.count, check: () => checkLeaving(run) },
    journal: () => run.journal,
    ...{ halt: stop.halt.signal, kill: stop.kill.signal },
  };
  const { bytes = Infinity, itemBytes = Infinity } = data.limit ?? {};
  const run: RunState = {
    ...{ setup, runId, concurrency, pace, stop, queue, totals, empty },
    ...{ journal: undefined, failure: undefined },
    settle(flight, decision, ...kept) {
      if (flight.settled || run.journal?.hold(flight, withLost(flight.lost, decision))) return;
      totals.settle(flight, decision, ...kept);
    },
    pump: () => pump(run),
    abort: (cause) => abort(run, "stopped", cause),
    ended: newEnded(),
    preparing: {
      ...{ endpoint, data, mapped, siblings, keyFor },
      key: options.key,
      mostBytes: Math.min(itemBytes, bytes - overhead),
    },
    reader: createInputReader(
      mapped ? mapped.source : (setup.source as Source<unknown>), // it was not made by `from`
      (value) => accept(run, value),
      () => room(run) > 0,
      () => pump(run),
    ),
    chunker: chunkerOf(setup, overhead, () => run),
    chunks: chunkContext(() => run, request, siblings, pace),
    phase: "new",
    size: chunkSizeOf(setup, siblings),
    ...{ live: 0, active: 0, pumping: false, again: false, flush: "no" },
    cancelFlush: undefined,
    onAbort: () => abort(run, "aborted", options.signal?.reason),
  };
  run.journal = options.journal?.store["~journal"](run);
  return run;
}

/** `runOf`: returns the run, which does not exist yet. `overhead`: the bytes of a body without items. */
function chunkerOf(
  { data, options, endpoint }: RunSetup,
  overhead: number,
  runOf: () => RunState,
): Chunker {
  const chunking: ChunkerOptions = {
    size: () => runOf().size,
    ids: data.lockRules.length + 1,
    bytes: data.limit?.bytes ?? Infinity,
    overhead,
    duplicates: options.duplicates ?? "separate",
    writes: data.kind !== "read",
    giveUp: (flight, as) => giveUp(runOf(), flight, as),
  };
  const chunker = createChunker(chunking);
  return endpoint.uses.linked?.gather(data, chunking, chunker) ?? chunker;
}

/** Makes idempotency keys of the names of the run and of inputs. */
function keysFor({ endpoint, data, options }: RunSetup, runId: string, path: string): KeyFor {
  const { operation, uses } = endpoint;
  const maxLength = data.retry.key?.maxLength;
  const name = options.journal?.run ?? options.runId;
  // Without a name of the run, no other run can have its keys, and the same key may come twice.
  const nameOf = ({ ids, index }: Parameters<KeyFor>[0][number]) =>
    (name === undefined ? undefined : ids[0]) ?? index;
  return (items) => {
    if (!uses.makeKey) throw new TypeError(`${operation.name}: makeKey is missing`);
    // What is sent anew has another key: a service would answer to the same one as it did before.
    const epoch = items[0]?.epoch ?? [];
    const parts = [name ?? runId, operation.method, path, epoch, items.map(nameOf)];
    return uses.makeKey(parts.flat(), maxLength);
  };
}

const mappedOf = (source: RunSetup["source"]): Mapped<unknown, unknown> | undefined =>
  "key" in source && "input" in source ? source : undefined;

/** What chunks need of their run. `runOf`: returns the run, which does not exist yet. */
function chunkContext(
  runOf: () => RunState,
  request: RequestContext,
  siblings: unknown,
  pace: Pace,
): ChunkContext {
  const { setup, count, halt, kill } = request;
  const { clock, random, data, endpoint, limits } = setup;
  const { pollJob } = endpoint.uses;
  const { job } = data;
  const post = poster(request);
  return {
    endpoint,
    data,
    siblings,
    clock,
    random,
    health: setup.health,
    pace,
    hopeless: { category: undefined, times: 0 },
    maxWaitMs: limits.maxWaitMs,
    rateLimiter: setup.rateLimiter,
    count,
    halt,
    stopped: () => runOf().stop.why,
    stop: (reason, cause) => stopRun(runOf(), reason, cause),
    request: (flights, attempt, check) => sendRequest(request, post, flights, attempt, check),
    settle: (flight, decision) => runOf().settle(flight, decision),
    withdraw: (flights) => runOf().journal?.withdraw(flights),
    learn(items) {
      const run = runOf();
      run.size = Math.min(run.size, items);
    },
    emit: (event) => emit(runOf(), event),
    poll:
      pollJob && job
        ? (accepted, flights) =>
            pollJob(job, accepted, {
              ...{ operation: endpoint.operation, params: request.params },
              ...{ post, clock, random, limits, baseUrl: setup.baseUrl, signal: kill },
              told: (handle) =>
                emit(runOf(), {
                  ...{ type: "job", items: flights.length, job: handle },
                  keys: flights.map(({ item }) => item.key),
                }),
            })
        : undefined,
  };
}

// ---- from the source to chunks

function accept(run: RunState, value: unknown): void {
  const { totals, chunker, journal, preparing } = run;
  run.live++;
  const index = totals.count.read++;
  if (journal) return journal.accept(readItem(preparing, value, index));
  const { item, refusal } = prepareItem(preparing, value, index);
  const flight = inFlight(item);
  if (refusal) totals.settle(flight, inputFailed(refusal.category, refusal.message));
  else chunker.add(flight);
}

function giveUp({ settle }: RunState, flight: InFlight, as: "superseded" | "duplicate"): void {
  settle(
    flight,
    as === "superseded"
      ? notSent(as, undefined)
      : inputFailed(as, `the key ${flight.item.key} is on its way`),
  );
}

/** The number of inputs that may be read now. */
const room = ({ setup, concurrency, size, live }: RunState): number =>
  (setup.data.singleRequest ? Infinity : (concurrency + 1) * size) - live;

function onTaken(run: RunState): void {
  run.live--;
  // Only when a chunk has room, because one more input makes no request.
  if (run.queue.empty || room(run) >= run.size) pump(run);
}

// ---- from chunks to outcomes

/** Reads and sends whatever is possible now. Called after every change. */
function pump(run: RunState): void {
  run.again = true;
  if (run.pumping || run.phase !== "running") return;
  const { reader, journal } = run;
  run.pumping = true;
  while (run.again) {
    run.again = false;
    reader.fill();
    lookUp(run);
    sendChunks(run);
  }
  run.pumping = false;
  flushLater(run);
  if (reader.done && !run.active && !journal?.busy) end(run);
}

/** A look-up of many costs little more than one of one: while requests are on their way, inputs wait for a chunk. */
function lookUp(run: RunState): void {
  const { reader, journal, chunker } = run;
  const isUrgent = !run.active || reader.done || run.flush === "look up";
  journal?.look(isUrgent ? 1 : chunker.missing());
  if (run.flush === "look up") run.flush = "send";
}

function sendChunks(run: RunState): void {
  const { reader, chunker, queue, journal } = run;
  // A chunk that is not full is sent if nothing can be added to it, or if the consumer waits for nothing else.
  const stuck = !run.active && queue.empty && !reader.reading && !journal?.writing;
  const last = (reader.done || stuck) && !journal?.looking;
  if (last) journal?.dissolve();
  const isFlush = run.flush === "send" && !journal?.finding;
  while (run.active < run.pace.most) {
    const chunk = chunker.take(last || isFlush);
    if (!chunk) break;
    void work(run, chunk);
  }
  if (isFlush) run.flush = "no";
}

/** If the source is slow, a chunk that is not full waits at most for the flush interval. */
function flushLater(run: RunState): void {
  const { reader, setup } = run;
  if (!reader.reading || run.cancelFlush) return;
  run.cancelFlush = startTimer(setup.options.flushInterval ?? 1000, () => {
    run.cancelFlush = undefined;
    // An item that is linked to the last one may come next.
    if (reader.reading && !setup.data.singleRequest && !setup.endpoint.uses.linked)
      run.flush = "look up";
    pump(run);
  });
}

async function work(run: RunState, chunk: readonly InFlight[]): Promise<void> {
  const { setup, totals, chunker, settle } = run;
  const { data, options } = setup;
  run.active++;
  try {
    if (data.singleRequest && chunk.length > (data.limit?.items ?? Infinity)) {
      const message = `${chunk.length} inputs do not fit into one request`;
      for (const flight of chunk) settle(flight, inputFailed("tooMany", message));
    } else await sendChunk(chunk, run.chunks);
  } catch (error) {
    for (const flight of chunk) settle(flight, crashed(flight, error));
  }
  run.active--;
  chunker.release(chunk);
  guarded(run, () => {
    if (!run.stop.why && options.stopWhen?.(totals.progress())) stopRun(run, "stopped", undefined);
  });
  pump(run);
}

// ---- how it begins and ends

function start(run: RunState): void {
  const { signal, budget } = run.setup.options;
  run.phase = "running";
  if (signal?.aborted) run.onAbort();
  signal?.addEventListener("abort", run.onAbort);
  if (budget?.ms !== undefined)
    run.setup.clock.sleep(budget.ms, run.stop.halt.signal).then(
      () => stopRun(run, "budget", undefined),
      () => undefined,
    );
  // The caller's call returns before anything is read.
  queueMicrotask(() => pump(run));
}

/** Sends nothing more; requests in flight continue. */
function stopRun(run: RunState, reason: StopReason, cause: unknown): void {
  const { stop, reader, chunker, settle } = run;
  if (run.phase === "over" || stop.why) return;
  stop.why = { reason, cause };
  stop.halt.abort(cause);
  reader.close(cause);
  // The last of these outcomes must not end the run early.
  const within = run.pumping;
  run.pumping = true;
  for (const flight of chunker.clear()) settle(flight, notSent(reason, cause));
  run.pumping = within;
  pump(run);
}

/** Sends nothing more, and ends requests in flight. */
function abort(run: RunState, reason: "aborted" | "stopped", cause: unknown): void {
  stopRun(run, reason, cause);
  run.stop.kill.abort(cause);
}

/** Throws a BatchAbortError if the run has stopped, or its budget of requests is used up. */
function checkLeaving(run: RunState): void {
  const { requests = Infinity } = run.setup.options.budget ?? {};
  if (run.totals.count.requests >= requests) stopRun(run, "budget", undefined);
  const { why } = run.stop;
  if (why) throw new BatchAbortError(why.cause, false);
}

function end(run: RunState): void {
  if (run.phase === "over") return;
  const { reader, stop, queue, totals, ended } = run;
  run.phase = "over";
  run.cancelFlush?.();
  run.setup.options.signal?.removeEventListener("abort", run.onAbort);
  stop.halt.abort();
  const { error } = reader;
  const how = stop.why?.reason ?? (error ? "stopped" : "complete");
  emit(run, { type: "end", items: totals.count.read, ended: how });
  try {
    if (run.failure !== undefined) throw run.failure as Error;
    ended.finish(totals.close(how, stop.why?.cause ?? error?.cause));
    queue.end(error);
  } catch (defect) {
    ended.fail(defect);
    queue.end(defect);
  }
}

// ---- hooks

const emit = (run: RunState, event: Pick<RunEvent, "type" | "items"> & Partial<RunEvent>): void => {
  const { setup, runId } = run;
  const endpoint = setup.endpoint.operation.name;
  guarded(run, () => setup.instrument?.event?.({ runId, endpoint, ...event }));
};

/** Counts the errors of hooks, and ignores them. */
function guarded({ totals }: RunState, hook: () => void): void {
  try {
    hook();
  } catch {
    totals.count.hookErrors++;
  }
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || (isObject(value) && !Object.keys(value).length);

/** Throws a TypeError if neither the data nor the caller says how many inputs fit. */
function chunkSizeOf({ endpoint, data, options }: RunSetup, siblings: unknown): number {
  const { limit = {}, singleRequest } = data;
  if (singleRequest) return Infinity;
  const fit = Math.min(
    limit.items ?? Infinity,
    ...(limit.when ?? []).map(({ present, equals, items }) => {
      const value = get(siblings, present);
      return (equals === undefined ? !isEmpty(value) : value === equals) ? items : Infinity;
    }),
  );
  const size = options.chunkSize ?? (fit < Infinity ? fit : limit.bytes ? 1000 : undefined);
  if (size === undefined || !(size >= 1) || !((options.concurrency ?? 1) >= 1))
    throw new TypeError(`${endpoint.operation.name}: chunkSize and concurrency must be 1 or more`);
  return Math.min(fit, Math.floor(size));
}

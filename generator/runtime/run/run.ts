/** `client.run`: from a source to one outcome for each input. */
import { byteLength } from "../encode/bytes.js";
import { createChunker } from "./chunker.js";
import { deliver } from "./send-chunk.js";
import type { Delivery } from "./decide-outcomes.js";
import type { Source } from "../endpoint/endpoint.js";
import { newEntry, preparer, type Entry } from "./item.js";
import { BatchAbortError } from "../errors.js";
import type { RunEvent } from "../send/instrument.js";
import { createLedger, type AnyOutcome } from "./run-totals.js";
import type { NotSentReason, Summary } from "./outcome.js";
import { createOutlet } from "./outcome-queue.js";
import { get } from "../pointer.js";
import { build } from "../endpoint/request.js";
import { consumable } from "./consumer.js";
import type { Run, RunSetup } from "./run-options.js";
import { createSender } from "../send/sender.js";
import { createIntake } from "./input-reader.js";

export function createRun(setup: RunSetup): Run<AnyOutcome> {
  const { data, options, clock, random, instrument } = setup;
  const { operation, uses, bound } = setup.endpoint;
  const { pollJob, json = JSON.stringify } = uses;
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

  let live = 0;
  const outlet = createOutlet<AnyOutcome>(order === "source", () => {
    live--;
    // By the chunk: one input more makes no request.
    if (outlet.empty || room() >= size) pump();
  });
  const ledger = createLedger(clock, (outcome) => outlet.push(outcome.index, outcome));
  const { count } = ledger;

  let pumping = false;

  // ---- how it ends
  const halt = new AbortController();
  const kill = new AbortController();
  let ending:
    { readonly reason: NotSentReason & Summary["ended"]; readonly cause: unknown } | undefined;
  let state: "new" | "running" | "over" = "new";
  let finish: (summary: Summary) => void = () => undefined;
  let crash: (error: unknown) => void = () => undefined;
  const summary = new Promise<Summary>((resolve, reject) => {
    finish = resolve;
    crash = reject;
  });
  summary.catch(() => undefined);

  /** Nothing more is sent; what is under way goes on. */
  const stop = (reason: NotSentReason & Summary["ended"], cause?: unknown) => {
    if (state === "over" || ending) return;
    ending = { reason, cause };
    halt.abort(cause);
    intake.close(cause);
    // The last of these outcomes must not end the run before its turn.
    const within = pumping;
    pumping = true;
    for (const entry of chunker.clear()) ledger.settle(entry, { kind: "notSent", ...ending });
    pumping = within;
    pump();
  };
  /** What is under way is given up, too. */
  const abort = (reason: "aborted" | "stopped", cause?: unknown) => {
    stop(reason, cause);
    kill.abort(cause);
  };
  const onAbort = () => abort("aborted", signal?.reason);
  const guarded = (hook: () => void) => {
    try {
      hook();
    } catch {
      count.hookErrors++;
    }
  };

  // ---- from the source to chunks
  const send = createSender(
    setup,
    frame,
    params,
    ledger,
    runId,
    { gate: halt.signal, kill: kill.signal },
    () => {
      if (count.requests >= (options.budget?.requests ?? Infinity)) stop("budget");
      if (ending) throw new BatchAbortError(ending.cause, false);
    },
  );
  const chunker = createChunker({
    size: () => size,
    ids: data.lanes.length + 1,
    bytes: limit.bytes ?? Infinity,
    overhead: send.overhead,
    duplicates,
    writes: data.kind !== "read",
    giveUp: (entry, reason) => {
      if (reason === "duplicate")
        ledger.refuse(entry, reason, `the key ${entry.key} is on its way`);
      else ledger.settle(entry, { kind: "notSent", reason, cause: undefined });
    },
  });

  const prepare = preparer(setup, mapped, frame.body);
  const most = Math.min(limit.itemBytes ?? Infinity, (limit.bytes ?? Infinity) - send.overhead);
  const accept = (source: unknown) => {
    const entry = newEntry(source, count.read++);
    live++;
    try {
      prepare(entry);
      if (most < Infinity)
        entry.bytes =
          uses.write?.bytes(entry.item, operation, json) ?? byteLength(json(entry.item));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return ledger.refuse(entry, "invalid", message);
    }
    if (entry.bytes > most)
      ledger.refuse(entry, "tooLarge", `${entry.bytes} bytes are more than fit`);
    else chunker.add(entry);
  };
  const room = () => (whole ? Infinity : (concurrency + 1) * size) - live;
  const rows = mapped ? mapped.source : (setup.source as Source<unknown>); // not made by `from`
  const intake = createIntake(
    rows,
    accept,
    () => room() > 0,
    () => pump(),
  );

  // ---- from chunks to outcomes
  let active = 0;
  let flushing = false;
  let flushTimer: ReturnType<typeof setTimeout> | undefined;
  const tell = (event: Pick<RunEvent, "type" | "items"> & Partial<RunEvent>) =>
    guarded(() => instrument?.event?.({ runId, endpoint: operation.name, ...event }));
  const delivery: Delivery = {
    ...setup,
    shared: frame.body,
    count,
    halt: halt.signal,
    stopped: () => ending,
    stop,
    request: send,
    settle: ledger.settle,
    learn(items) {
      size = Math.min(size, items);
    },
    tell,
    poll:
      pollJob && job
        ? (reply) => pollJob(job, reply, { post: send.post, clock, random, signal: kill.signal })
        : undefined,
  };

  const work = async (chunk: readonly Entry[]) => {
    active++;
    try {
      if (whole && chunk.length > (limit.items ?? Infinity))
        for (const entry of chunk)
          ledger.refuse(entry, "tooMany", `${chunk.length} inputs do not fit into one request`);
      else await deliver(chunk, delivery);
    } catch (cause) {
      // A defect, here or in what the caller gave us: nothing is proved of what was sent.
      for (const entry of chunk)
        ledger.settle(
          entry,
          entry.sent.attempts
            ? { kind: "unknown", reason: "crashed", cause }
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
      intake.fill();
      // A chunk that is not full goes when nothing can be added to it, or nobody else works for the consumer.
      const stuck = !active && outlet.empty && !intake.reading;
      while (active < concurrency) {
        const chunk = chunker.take(intake.done || flushing || stuck);
        if (!chunk) break;
        void work(chunk);
      }
    }
    pumping = false;
    if (intake.reading && !flushTimer && flushInterval < Infinity)
      flushTimer = setTimeout(() => {
        flushTimer = undefined;
        flushing = intake.reading && !whole;
        pump();
        flushing = false;
      }, flushInterval);
    if (intake.done && !active) end();
  }
  const end = () => {
    if (state === "over") return;
    state = "over";
    clearTimeout(flushTimer);
    signal?.removeEventListener("abort", onAbort);
    halt.abort();
    const sourceError = intake.error;
    const ended = ending?.reason ?? (sourceError ? "stopped" : "complete");
    tell({ type: "end", items: count.read, ended });
    try {
      finish(ledger.close(ended, ending?.cause ?? sourceError?.cause));
      outlet.end(sourceError);
    } catch (error) {
      crash(error);
      outlet.end(error);
    }
  };

  return consumable({
    outlet,
    summary,
    progress: () => ledger.progress(),
    stop: () => abort("stopped"),
    start() {
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
    },
  });
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

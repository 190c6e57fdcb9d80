/**
 * Exports `startPool` and `startFormatting`: threads that format beside this one, and texts for them. A file of its own,
 * because what it knows is threads, not files of packages.
 */
import { existsSync } from "node:fs";
import nodeModule from "node:module";
import { availableParallelism } from "node:os";
import { setImmediate as nextTurn } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { MessageChannel, Worker } from "node:worker_threads";
import { messageOf } from "../base/message-of.js";
import { formatText, type FormatJob } from "./format-text.js";
import type { FormatReply, FormatRequest, WorkerStart } from "./format-worker.js";

/** Threads beside this one; they load prettier from the start on. */
export interface Pool {
  readonly threads: Thread[];
}

interface Thread {
  readonly worker: Worker;
  /** Why it ended by itself. */
  failure?: unknown;
}

/** This thread may format as well. */
const mostWorkers = 7;

/** Of what formatting leaves, little lives longer than a text: Node's own limit only takes memory. */
const youngMegabytes = 16;

/**
 * Beyond so many characters, this thread does not format: its heap has the model of the package in it, and would grow by
 * several times that before what formatting leaves is collected.
 */
const muchText = 4_000_000;

/** So many characters at once: a reply for each small text would cost more than it gains. */
const batchSize = 40_000;

/** A worker has a batch to go on with when it is done with one while this thread is busy. */
const batchesEach = 2;

/**
 * Without threads where there is no second processor, or none can start. `endPool` has to follow.
 * @param most how many threads, at most
 */
export function startPool(most = mostWorkers): Pool {
  const pool: Pool = { threads: [] };
  growPool(pool, most);
  return pool;
}

/** Starts threads until there is one for each processor besides that of this thread. */
export function growPool({ threads }: Pool, most = mostWorkers): void {
  const file = fileURLToPath(new URL("./format-worker.js", import.meta.url));
  const wanted = canStart(file) ? Math.min(availableParallelism() - 1, most) : 0;
  while (threads.length < wanted) threads.push(startThread(file));
}

function startThread(file: string): Thread {
  // the types are those of the oldest supported Node, which lacks this function
  const { getCompileCacheDir } = nodeModule as { getCompileCacheDir?: () => string | undefined };
  const workerData: WorkerStart = { compileCache: getCompileCacheDir?.() !== undefined };
  const resourceLimits = { maxYoungGenerationSizeMb: youngMegabytes };
  const thread: Thread = { worker: new Worker(file, { workerData, resourceLimits }) };
  // It may fail before it is asked for anything.
  thread.worker.once("error", (error) => (thread.failure = error));
  return thread;
}

export async function endPool({ threads }: Pool): Promise<void> {
  await Promise.all(threads.map(({ worker }) => worker.terminate()));
}

/**
 * The worker is compiled: beside TypeScript sources, as in tests, there is none. And a process whose program was an
 * argument starts no thread from a file, as threads inherit `--input-type`.
 */
const canStart = (worker: string): boolean =>
  existsSync(worker) && !process.execArgv.some((flag) => flag.startsWith("--input-type"));

/** Texts that are formatted while others are still made. */
export interface Formatting {
  /** Threads that are idle take it at once; their replies are read whenever the caller awaits a turn of the event loop. */
  add(job: FormatJob): void;
  /** Formats what is left, in this thread, too. @throws Error that names the file */
  end(): Promise<void>;
}

interface Queue {
  /** Those that no thread has taken. */
  readonly jobs: FormatJob[];
  /** Once for each batch that a thread can take. */
  readonly idle: Thread[];
  readonly formatted: (job: FormatJob, text: string) => void;
  /** Batches that threads have. */
  taken: number;
  failure?: { readonly error: unknown };
  /** Called when nothing is left, or something failed. */
  settled?: () => void;
}

/** @param formatted is called for each job once, in any order */
export function startFormatting({ threads }: Pool, formatted: Queue["formatted"]): Formatting {
  const idle = threads.flatMap((thread) => Array.from({ length: batchesEach }, () => thread));
  const queue: Queue = { jobs: [], idle, formatted, taken: 0 };
  let size = 0;
  return {
    add(job) {
      size += job.text.length;
      queue.jobs.push(job);
      send(queue);
    },
    async end() {
      // Loading prettier here, too, takes longer than a batch.
      const worth = threads.length > 0 ? batchSize : 0;
      if (threads.length === 0 || size < muchText) await formatHere(queue, worth);
      await new Promise<void>((resolve) => {
        queue.settled = resolve;
        settle(queue);
      });
      if (queue.failure) throw queue.failure.error;
    },
  };
}

const sizeOf = (jobs: readonly FormatJob[]): number =>
  jobs.reduce((sum, { text }) => sum + text.length, 0);

/** The largest is last, and taken first, so that no thread ends with a long one. */
const sortBySize = (jobs: FormatJob[]): FormatJob[] =>
  jobs.sort((a, b) => a.text.length - b.text.length);

async function formatHere(queue: Queue, worth: number): Promise<void> {
  while (!queue.failure && sizeOf(queue.jobs) > worth) {
    const job = sortBySize(queue.jobs).pop();
    if (!job) return;
    queue.formatted(job, await formatText(job));
    await nextTurn(); // here replies are read, and threads get their next batch
  }
}

/** Gives the idle threads what there is. */
function send(queue: Queue): void {
  while (queue.jobs.length > 0 && !queue.failure) {
    const thread = queue.idle.pop();
    if (!thread) return;
    const batch = take(queue.jobs);
    queue.taken++;
    ask(thread, batch)
      .then(
        (texts) => batch.forEach((job, index) => queue.formatted(job, texts[index] ?? "")),
        (error: unknown) => void (queue.failure ??= { error }),
      )
      .finally(() => {
        queue.taken--;
        queue.idle.unshift(thread);
        send(queue);
        settle(queue);
      });
  }
}

function settle({ failure, jobs, taken, settled }: Queue): void {
  if (failure || (jobs.length === 0 && taken === 0)) settled?.();
}

function take(jobs: FormatJob[]): readonly FormatJob[] {
  sortBySize(jobs);
  const batch: FormatJob[] = [];
  for (let size = 0; size < batchSize;) {
    const job = jobs.pop();
    if (!job) break;
    batch.push(job);
    size += job.text.length;
  }
  return batch;
}

/** The formatted texts of a batch. */
function ask({ worker, failure }: Thread, jobs: readonly FormatJob[]): Promise<readonly string[]> {
  const { port1: answer, port2: port } = new MessageChannel();
  return new Promise<readonly string[]>((resolve, reject) => {
    const fail = (error: unknown): void => {
      const paths = jobs.map(({ path }) => path).join(", ");
      reject(new Error(`Prettier cannot format ${paths}: ${messageOf(error)}`));
    };
    if (failure !== undefined) return fail(failure);
    const exited = (code: number): void => fail(`its thread ended with code ${code}`);
    worker.once("error", fail).once("exit", exited);
    answer.once("message", (reply: FormatReply) => {
      worker.off("error", fail).off("exit", exited);
      if ("formatted" in reply) resolve(reply.formatted);
      else reject(new Error(reply.error));
    });
    const request: FormatRequest = { jobs, port };
    worker.postMessage(request, [port]);
  }).finally(() => answer.close());
}

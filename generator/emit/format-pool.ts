/**
 * Exports `startPool`: threads that format beside this one. A file of its own, because what it knows is threads, not
 * files of packages.
 */
import { existsSync } from "node:fs";
import nodeModule from "node:module";
import { availableParallelism } from "node:os";
import { setImmediate as nextTurn } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { MessageChannel, Worker } from "node:worker_threads";
import { formatText, messageOf, type FormatJob } from "./format-text.js";
import type { FormatReply, FormatRequest, WorkerStart } from "./format-worker.js";

export interface Pool {
  /** How many there are beside this thread; they load prettier from the start on. */
  readonly workers: readonly Worker[];
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

/** Without workers where there is no second processor, or none can start. `end` has to follow. */
export function startPool(): Pool {
  const file = fileURLToPath(new URL("./format-worker.js", import.meta.url));
  const count = canStart(file) ? Math.min(availableParallelism() - 1, mostWorkers) : 0;
  // the types are those of the oldest supported Node, which lacks this function
  const { getCompileCacheDir } = nodeModule as { getCompileCacheDir?: () => string | undefined };
  const workerData: WorkerStart = { compileCache: getCompileCacheDir?.() !== undefined };
  const options = { workerData, resourceLimits: { maxYoungGenerationSizeMb: youngMegabytes } };
  return { workers: Array.from({ length: count }, () => new Worker(file, options)) };
}

export async function endPool({ workers }: Pool): Promise<void> {
  await Promise.all(workers.map((worker) => worker.terminate()));
}

/**
 * The worker is compiled: beside TypeScript sources, as in tests, there is none. And a process whose program was an
 * argument starts no thread from a file, as threads inherit `--input-type`.
 */
const canStart = (worker: string): boolean =>
  existsSync(worker) && !process.execArgv.some((flag) => flag.startsWith("--input-type"));

type Formatted = (job: FormatJob, text: string) => void;

interface Queue {
  /** Those that nobody has taken, the largest last: it is taken first, so that none of the threads ends with a long one. */
  readonly jobs: FormatJob[];
  readonly formatted: Formatted;
  /** Another thread failed: what is left is of no use. */
  isOver: boolean;
}

/**
 * @param formatted is called for each job once, in any order
 * @throws Error that names the file
 */
export async function formatInPool(
  { workers }: Pool,
  jobs: readonly FormatJob[],
  formatted: Formatted,
): Promise<void> {
  const bySize = [...jobs].sort((a, b) => a.text.length - b.text.length);
  const size = jobs.reduce((sum, { text }) => sum + text.length, 0);
  const isLittle = workers.length === 0 || size < muchText;
  const queue: Queue = { jobs: bySize, formatted, isOver: false };
  const threads = workers.flatMap((worker) =>
    Array.from({ length: batchesEach }, () => feed(worker, queue)),
  );
  try {
    await Promise.all(isLittle ? [...threads, formatHere(queue)] : threads);
  } finally {
    queue.isOver = true;
  }
}

function take({ jobs }: Queue): readonly FormatJob[] {
  const batch: FormatJob[] = [];
  for (let size = 0; size < batchSize;) {
    const job = jobs.pop();
    if (!job) break;
    batch.push(job);
    size += job.text.length;
  }
  return batch;
}

async function formatHere(queue: Queue): Promise<void> {
  for (let job = queue.jobs.pop(); job && !queue.isOver; job = queue.jobs.pop()) {
    queue.formatted(job, await formatText(job));
    await nextTurn(); // here replies are read, and workers get their next batch
  }
}

async function feed(worker: Worker, queue: Queue): Promise<void> {
  for (let batch = take(queue); batch.length > 0 && !queue.isOver; batch = take(queue)) {
    const texts = await ask(worker, batch);
    batch.forEach((job, index) => queue.formatted(job, texts[index] ?? ""));
  }
}

/** The formatted texts of a batch. */
function ask(worker: Worker, jobs: readonly FormatJob[]): Promise<readonly string[]> {
  const { port1: answer, port2: port } = new MessageChannel();
  return new Promise<readonly string[]>((resolve, reject) => {
    const fail = (error: unknown): void => {
      const paths = jobs.map(({ path }) => path).join(", ");
      reject(new Error(`Prettier cannot format ${paths}: ${messageOf(error)}`));
    };
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

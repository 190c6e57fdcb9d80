/** Batches that are done later: asks for the state of a job until it has ended. */
import type { Clock } from "./clock.js";
import { BatchAbortError, BatchError } from "./errors.js";
import type { UnknownReason } from "./outcome.js";
import { get } from "./pointer.js";
import type { Job } from "./x-batch.js";

/** The body that a job ended with, or why it is not known how it ended. */
export type Polled =
  { readonly body: unknown } | { readonly reason: UnknownReason; readonly cause: unknown };

export interface PollTools {
  /** One request under the run's governor and authentication. Rejects with a BatchError. */
  ask(method: string, path: string): Promise<{ readonly status: number; readonly body: unknown }>;
  readonly clock: Clock;
  readonly random: () => number;
  /** Ends the waits. */
  readonly signal: AbortSignal;
}

/** What the cause of a `pending` outcome holds, to ask again later: plain data. */
export interface JobHandle {
  readonly id: string;
  readonly method: string;
  readonly path: string;
}

const FIRST_MS = 1000;
const LONGEST_MS = 15_000;
const PATIENCE_MS = 600_000;

/**
 * Waits 1 s, 1.5 s, … 15 s (give or take a quarter), for up to 10 minutes; then the outcome is `pending` with a
 * `JobHandle`, and the job goes on: nothing is deleted. `reply` is what the request that made the job was answered.
 */
export async function pollJob(job: Job, reply: unknown, tools: PollTools): Promise<Polled> {
  const { clock, random, signal } = tools;
  const id = get(reply, job.id ?? "/id");
  const { path, method = "GET", param } = job.poll ?? {};
  if (path === undefined || (typeof id !== "string" && typeof id !== "number"))
    return { reason: "pending", cause: reply };
  const hole = param === undefined ? /\{[^{}]*\}/ : `{${param}}`;
  const filled = path.replace(hole, () => encodeURIComponent(String(id)));
  const handle: JobHandle = { id: String(id), method, path: filled };
  const start = clock.now();
  let delay = FIRST_MS;
  while (clock.now() - start < PATIENCE_MS) {
    try {
      await clock.sleep(delay * (0.75 + random() / 2), signal);
      delay = Math.min(delay * 1.5, LONGEST_MS);
      const { status, body } = await tools.ask(method, filled);
      const state = String(get(body, job.state?.at ?? ""));
      if (status >= 300 && status < 500 && ![408, 425, 429].includes(status))
        return { reason: "pending", cause: handle };
      if (status < 200 || status >= 300) continue;
      if (job.state?.failed?.includes(state)) return { reason: "canceled", cause: body };
      // A service that tells no state answers 202 until the job is done.
      if (job.state ? job.state.done?.includes(state) : status !== 202) return { body };
    } catch (error) {
      if (signal.aborted || error instanceof BatchAbortError)
        return { reason: "aborted", cause: handle };
      if (!(error instanceof BatchError)) throw error;
    }
  }
  return { reason: "pending", cause: handle };
}

/** Waiting for a batch that is done later. Types only; job.ts does it. */
import type { Clock } from "./clock.js";
import type { UnknownReason } from "./outcome.js";
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

/** `reply` is what the request that made the job was answered. */
export type PollJob = (job: Job, reply: unknown, tools: PollTools) => Promise<Polled>;

/** What the cause of a `pending` outcome holds, to ask again later: plain data. */
export interface JobHandle {
  readonly id: string;
  readonly method: string;
  readonly path: string;
}

/** Waiting for a batch that is done later. Types only; job.ts does it. */
import type { Clock } from "./clock.js";
import type { UnknownReason } from "../run/outcome.js";
import type { RequestParts } from "../endpoint/request.js";
import type { Exchange } from "./transport.js";
import type { Job } from "../endpoint/x-batch.js";

/** The body that a job ended with, or why it is not known how it ended. */
export type Polled =
  { readonly body: unknown } | { readonly reason: UnknownReason; readonly cause: unknown };

/** Sends one request under the run's rate limiter and authentication. Rejects with a BatchError. */
export type Post = (
  method: string,
  parts: Pick<RequestParts, "path" | "query" | "headers">,
  body: string | Blob | null,
  attempt: number,
  items: number,
) => Promise<Exchange<string>>;

export interface PollTools {
  readonly post: Post;
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

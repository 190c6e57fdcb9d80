/** The types of job.ts. A file of its own so that packages without jobs do not contain job.ts. */
import type { Clock } from "./clock.js";
import type { UnknownReason } from "../run/outcome.js";
import type { RequestParts } from "../endpoint/request.js";
import type { Exchange } from "./transport.js";
import type { Job } from "../endpoint/x-batch.js";

/** The last body of a job, or why it is not known how the job ended. */
export type Polled =
  { readonly body: unknown } | { readonly reason: UnknownReason; readonly cause: unknown };

/** Sends one request with the rate limiter and the authentication of the run. Rejects only with a BatchError. */
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
  /** Ends the delays. */
  readonly signal: AbortSignal;
}

/** `reply`: the body of the reply that created the job. */
export type PollJob = (job: Job, reply: unknown, tools: PollTools) => Promise<Polled>;

/** The cause of a `pending` outcome, as plain data: with it, a caller can poll later. */
export interface JobHandle {
  readonly id: string;
  readonly method: string;
  readonly path: string;
}

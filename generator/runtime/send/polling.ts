/** The types of job.ts. A file of its own so that packages without jobs do not contain job.ts. */
import type { Clock } from "./clock.js";
import type { Limits } from "../limits.js";
import type { Operation } from "../endpoint/operation.js";
import type { JobHandle, UnknownReason } from "../run/outcome.js";
import type { RequestParts } from "../endpoint/request.js";
import type { Exchange } from "./transport.js";
import type { Job } from "../endpoint/x-batch.js";

/** The last body of a job and the pages of its report, or why it is not known how the job ended. */
export type Polled =
  | { readonly body: unknown; readonly pages?: readonly unknown[] }
  | { readonly reason: UnknownReason; readonly cause: unknown };

/** Sends one request with the rate limiter and the authentication of the run. Rejects only with a BatchError. */
export type Post = (
  method: string,
  parts: Pick<RequestParts, "path" | "query" | "headers">,
  body: string | Blob | null,
  attempt: number,
  /** The keys of its inputs; empty for a poll, which goes on when the run sends nothing more. */
  keys: readonly string[],
  /** Called before it is sent; it leaves when that resolves. */
  ready?: () => Promise<void> | undefined,
) => Promise<Exchange>;

export interface PollTools {
  readonly post: Post;
  readonly clock: Clock;
  readonly random: () => number;
  readonly operation: Operation;
  /** The parameters of the run. */
  readonly params: object;
  readonly limits: Limits;
  /** The secret goes to its origin only. */
  readonly baseUrl: string;
  /** Ends the delays. */
  readonly signal: AbortSignal;
  /** Called once it is known where to poll, before the first poll. */
  readonly told: (handle: JobHandle) => void;
}

/** The reply that created the job. */
export interface Accepted {
  readonly body: unknown;
  readonly headers: Headers;
  /** `Retry-After`, in milliseconds. */
  readonly afterMs: number | undefined;
  /** Where it comes from. */
  readonly url: string;
}

export type PollJob = (job: Job, accepted: Accepted, tools: PollTools) => Promise<Polled>;

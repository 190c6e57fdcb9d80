/** The exports of a generated package besides its endpoints and its `createClient`. */
export type { Auth, Credential, Secret } from "./send/auth.js";
export type { BatchClient, ClientOptions, SendOptions } from "./send/client.js";
export type { Clock } from "./send/clock.js";
export { withCodec, type Codec, type StandardSchema } from "./endpoint/codec.js";
export type { Keyed, Pair } from "./encode/encoding.js";
export type {
  BatchRequest,
  Endpoint,
  EndpointTypes,
  Mapped,
  Reply,
  SelectEndpoint,
  Source,
} from "./endpoint/endpoint.js";
export {
  AccountingError,
  BatchAbortError,
  BatchError,
  BatchHttpError,
  BatchNetworkError,
  BatchQuotaError,
  BatchSourceError,
  BatchTimeoutError,
  type ItemError,
} from "./errors.js";
export {
  createRateLimiter,
  type RateLimiter,
  type RateLimiterOptions,
  type RateLimiterStore,
  type StoreWindow,
  type Window,
} from "./send/rate-limiter.js";
export type { Instrumentation, RequestEvent, RunEvent } from "./send/instrument.js";
export type { Operation } from "./endpoint/operation.js";
export type {
  JobHandle,
  NotSentReason,
  Outcome,
  Progress,
  Sent,
  Summary,
  UnknownReason,
} from "./run/outcome.js";
export type { JournalOptions } from "./run/run-journal.js";
export type { CommonRunOptions, Run, RunOptions } from "./run/run-options.js";
export type { Kind, XBatch } from "./endpoint/x-batch.js";

/** What users of a generated package may name, besides its endpoints and its `createClient`. */
export type { Auth, Credential, Secret } from "./auth.js";
export type { BatchClient, ClientOptions, SendOptions } from "./client.js";
export type { Clock } from "./clock.js";
export { withCodec, type Codec, type StandardSchema } from "./codec.js";
export type { Keyed, Pair } from "./encoding.js";
export type {
  BatchRequest,
  Endpoint,
  Limited,
  Mapped,
  Reply,
  SelectEndpoint,
  Source,
} from "./endpoint.js";
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
  createGovernor,
  type Governor,
  type GovernorOptions,
  type GovernorStore,
  type Window,
} from "./governor.js";
export type { Instrumentation, RequestEvent, RunEvent } from "./instrument.js";
export type { Operation } from "./operation.js";
export type { NotSentReason, Outcome, Progress, Sent, Summary, UnknownReason } from "./outcome.js";
export type { CommonRunOptions, Run, RunOptions } from "./run-options.js";
export type { Kind, XBatch } from "./x-batch.js";

/** `Uses`: the code that an endpoint needs besides the core. A file of its own: request.ts needs only a part of it. Types only. */
import type { Item } from "../run/item.js";
import type { PollJob } from "../send/polling.js";
import type { Operation } from "./operation.js";
import type { RequestWriter } from "./request.js";

/** Finds the items that a reply gives back. `part`: the items, or a request's body that holds them. */
export type FindRemainder = (
  operation: Pick<Operation, "items">,
  part: unknown,
  items: readonly Item[],
) => readonly Item[];

/** Generated code imports just what its endpoints need. */
export interface Uses extends RequestWriter {
  /** `readIntegers` of int64.js, or `readBigints` of bigints.js, where the operation has `int64`. */
  readonly readIntegers?: (text: string, pointers: readonly string[]) => unknown;
  /** `readLines` of json-lines.js, where `results.as` or `errors.as` is `lines`. */
  readonly readLines?: (text: string) => unknown;
  /** `pollJob` of job.js, where the operation has `job` with `poll` (whose `path` is there: found by its operationId). */
  readonly pollJob?: PollJob;
  /** `findRemainder` of remainder.js, where the operation has `remainder`. */
  readonly findRemainder?: FindRemainder;
}

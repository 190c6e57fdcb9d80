/** `Uses`: the code that an endpoint needs besides the core. A file of its own because request.ts needs only a part. Types only. */
import type { Item } from "../run/item.js";
import type { PollJob } from "../send/polling.js";
import type { Operation, Place } from "./operation.js";
import type { MakeKey } from "../encode/make-key.js";
import type { RequestWriter } from "./request.js";

/** Finds the items that a reply returns as not processed. `part`: a list of items, or a request body that contains it. */
export type FindRemainder = (
  operation: Pick<Operation, "items">,
  part: unknown,
  items: readonly Item[],
) => readonly Item[];

/** A module imports only what its endpoints need. */
export interface Uses extends RequestWriter {
  /** `readIntegers` of int64.js or `readBigints` of bigints.js, if the operation has `int64`. */
  readonly readIntegers?: (text: string, places: readonly Place[], start?: number) => unknown;
  /** `readLines` of json-lines.js, if one of the operation's `bodies` is lines. */
  readonly readLines?: (text: string, parse: (line: string) => unknown) => unknown;
  /** `pollJob` of job.js, if the operation has `job.poll` with a `path`. */
  readonly pollJob?: PollJob;
  /** `findRemainder` of remainder.js, if the operation has `remainder`. */
  readonly findRemainder?: FindRemainder;
  /** `makeKey` of make-key.js, if the operation has `retry.key`, or a rule of `match` that generates a UUID. */
  readonly makeKey?: MakeKey;
}

/** `Uses`: the code that an endpoint needs besides the core. A file of its own because request.ts needs only a part. Types only. */
import type { Item } from "../run/item.js";
import type { Chunker, ChunkerOptions } from "../run/chunker.js";
import type { InFlight } from "../run/in-flight.js";
import type { Parts } from "../run/isolate.js";
import type { PollJob } from "../send/polling.js";
import type { Operation, Place } from "./operation.js";
import type { Resolved } from "./resolve.js";
import type { MakeKey } from "../encode/make-key.js";
import type { RequestWriter } from "./request.js";

/** Finds the items that a reply returns as not processed. `part`: a list of items, or a request body that contains it. */
export type FindRemainder = (
  operation: Pick<Operation, "items">,
  part: unknown,
  items: readonly Item[],
) => readonly Item[];

/** Keeps items in one request that name others by `envelope.after`. */
export interface Linking {
  /** Splits a list where no link crosses. */
  units(data: Resolved, flights: readonly InFlight[]): Parts;
  /** Those of `kept` whose links all lead to others of `kept`, or out of the list. */
  closed(
    data: Resolved,
    flights: readonly InFlight[],
    kept: ReadonlySet<InFlight>,
  ): ReadonlySet<InFlight>;
  /** A chunker that keeps linked items together, in front of one that does not. */
  gather(data: Resolved, options: ChunkerOptions, chunker: Chunker): Chunker;
}

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
  /** `linked` of linked.js, if the operation has `envelope.after`. */
  readonly linked?: Linking;
}

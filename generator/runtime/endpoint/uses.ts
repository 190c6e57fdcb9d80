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

/** A package has what its endpoints need. What is absent is not needed. */
export interface Uses extends RequestWriter {
  /** Reads 64-bit integers of replies, digit by digit. */
  readonly readIntegers?: (text: string, places: readonly Place[], start?: number) => unknown;
  /** Reads replies that are lines of JSON. */
  readonly readLines?: (text: string, parse: (line: string) => unknown) => unknown;
  /** Waits for the end of a job. */
  readonly pollJob?: PollJob;
  /** Finds what a reply returns as not processed. */
  readonly findRemainder?: FindRemainder;
  /** Makes idempotency keys, and UUIDs for matching. */
  readonly makeKey?: MakeKey;
  /** Keeps linked items together. */
  readonly linked?: Linking;
}

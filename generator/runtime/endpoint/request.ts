/** From an operation, parameters and inputs to a request: what the pure builders and `run` share. */
import type { Encoding, Json } from "../encode/encoding.js";
import type { Entry } from "../run/item.js";
import type { Operation, Parameter } from "./operation.js";
import { put } from "../pointer.js";
import type { PollJob } from "../send/polling.js";

/** A request as plain data. */
export interface RequestParts {
  readonly method: string;
  /** From the root of the service, parameters filled in. */
  readonly path: string;
  /** Without `?`, encoded. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON data, the members of a form, the text of any other body, or undefined. */
  readonly body: unknown;
}

/** A request in the making. */
export type Draft = { -readonly [N in keyof RequestParts]: RequestParts[N] } & {
  readonly headers: Record<string, string>;
};

/**
 * Fills parameters in, and the inputs where they are one (`items.in: query`). Throws TypeError where one is missing or
 * cannot stand where it should.
 */
export type Fill = (
  draft: Draft,
  operation: Operation,
  params: object,
  inputs: readonly unknown[],
) => void;

/** Which of the entries a reply gives back. `part`: the items, or a request's body that holds them. */
export type FindRemainder = (
  operation: Pick<Operation, "items">,
  part: unknown,
  entries: readonly Entry[],
) => readonly Entry[];

/** Writes bodies that are not text, and so say themselves of what media type they are. */
export interface Writer {
  body(body: unknown, operation: Operation, json: Json): Blob;
  /** How much one item adds to a body, or a little more. */
  bytes(item: unknown, operation: Operation, json: Json): number;
}

/** The code that an endpoint needs besides the core; generated code imports just that. */
export interface Uses {
  /**
   * Where the operation has `parameters`: `segments` of segments.js where all of them are scalars in the path without
   * `style`; `scalars` of scalars.js where the others are such scalars in the query (without `allowReserved`), or in
   * the body; else `styles` of styles.js.
   */
  readonly fill?: Fill;
  /** The encoding called like `items.as`, where that is not `array`. */
  readonly encode?: Encoding;
  /** `readIntegers` of int64.js, or `readBigints` of bigints.js, where the operation has `int64`. */
  readonly readIntegers?: (text: string, pointers: readonly string[]) => unknown;
  /** In place of JSON.stringify: `writeBigints` of bigints.js, where a request may hold bigints. */
  readonly json?: Json;
  /** `form` of form.js, `multipart` of multipart.js, where the body is such a form. */
  readonly write?: Writer;
  /** `readLines` of lines.js, where `results.as` or `errors.as` is `lines`. */
  readonly readLines?: (text: string) => unknown;
  /** `pollJob` of job.js, where the operation has `job` with `poll` (whose `path` is there: found by its operationId). */
  readonly pollJob?: PollJob;
  /** `findRemainder` of remainder.js, where the operation has `remainder`. */
  readonly findRemainder?: FindRemainder;
}

/** The name of a parameter in `params`. */
export const keyOf = ({ key, name, in: place }: Parameter): string =>
  key ?? (place === "body" ? name.replace(/.*\//, "") : name);

/** A whole request. `keys`: see Encoding. */
export function build(
  operation: Operation,
  { fill, encode, json, write }: Uses,
  params: object,
  inputs: readonly unknown[],
  keys?: readonly string[],
): Draft {
  const { method, path, items } = operation;
  const { at, in: place, mediaType = "application/json" } = items;
  const draft: Draft = { method, path, query: "", headers: {}, body: undefined };
  fill?.(draft, operation, params, inputs);
  if (place !== "query") {
    if (!write) draft.headers["content-type"] = mediaType;
    draft.body = put(draft.body, at, encode ? encode(inputs, operation, keys, json) : inputs);
  }
  return draft;
}

/** What is sent of a body: JSON, a text as it is, or what the operation's writer makes of it. */
export const written = (
  body: unknown,
  operation: Operation,
  { json = JSON.stringify, write }: Uses,
): string | Blob =>
  write ? write.body(body, operation, json) : typeof body === "string" ? body : json(body);

/** The address of a request. `baseUrl` may end in a slash. */
export const address = (
  baseUrl: string,
  { path, query }: Pick<RequestParts, "path" | "query">,
): string => baseUrl.replace(/\/$/, "") + path + (query && "?" + query);

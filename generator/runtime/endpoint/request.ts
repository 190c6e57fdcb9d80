/** Builds a request from an operation, parameters and inputs: what the pure builders and `run` share. */
import type { Encoding, Json, Writer } from "../encode/encoding.js";
import type { Operation, Parameter } from "./operation.js";
import { put } from "../pointer.js";

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

/** The code that writes an endpoint's requests, besides the core. */
export interface RequestWriter {
  /**
   * Where the operation has `parameters`: `segments` of segments.js where all of them are scalars in the path without
   * `style`; `scalars` of scalars.js where the others are such scalars in the query (without `allowReserved`), or in
   * the body; else `styles` of styles.js.
   */
  readonly fill?: Fill;
  /** The encoding called like `items.as`, where that is not `array`. */
  readonly encode?: Encoding;
  /** In place of JSON.stringify: `writeBigints` of bigints.js, where a request may hold bigints. */
  readonly json?: Json;
  /** `form` of form.js, `multipart` of multipart.js, where the body is such a form. */
  readonly write?: Writer;
}

/** The name of a parameter in `params`. */
export const keyOf = ({ key, name, in: place }: Parameter): string =>
  key ?? (place === "body" ? name.replace(/.*\//, "") : name);

/** A request with these inputs. `keys`: see Encoding. Throws what `Fill` and `Encoding` throw. */
export function build(
  operation: Operation,
  { fill, encode, json, write }: RequestWriter,
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
  { json = JSON.stringify, write }: RequestWriter,
): string | Blob =>
  write ? write.body(body, operation, json) : typeof body === "string" ? body : json(body);

/** The address of a request. `baseUrl` may end in a slash. */
export const address = (
  baseUrl: string,
  { path, query }: Pick<RequestParts, "path" | "query">,
): string => baseUrl.replace(/\/$/, "") + path + (query && "?" + query);

/** `build`: makes a request of an operation, parameters and inputs, for builders and runs alike. */
import type { Encoding, Json, Writer } from "../encode/encoding.js";
import type { Operation, Parameter } from "./operation.js";
import { get, isObject, put } from "../pointer.js";

/** A request as plain data. */
export interface RequestParts {
  readonly method: string;
  /** Relative to the root of the service, with its parameters filled in. */
  readonly path: string;
  /** Without `?`, encoded. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON data, the members of a form, or the text of another body; undefined: none. */
  readonly body: unknown;
}

/** A request that is being built. */
export type Draft = { -readonly [N in keyof RequestParts]: RequestParts[N] } & {
  readonly headers: Record<string, string>;
};

/**
 * Fills parameters in, and the inputs if they are a parameter (`items.in: query`). Throws a TypeError if one is missing,
 * or has a value that its location cannot contain.
 */
export type Fill = (
  draft: Draft,
  operation: Operation,
  params: object,
  inputs: readonly unknown[],
) => void;

/** The code that writes the requests of an endpoint, besides the core. */
export interface RequestWriter {
  /** Absent: there are no parameters. */
  readonly fill?: Fill;
  /** Absent: the items are a JSON array. */
  readonly encode?: Encoding;
  /** Writes bigints, too. Default: JSON.stringify. */
  readonly json?: Json;
  /** Absent: the body is no form. */
  readonly write?: Writer;
}

/** The name of a parameter in `params`. */
export const keyOf = ({ key, name, in: place }: Parameter): string =>
  key ?? (place === "body" ? name.slice(name.lastIndexOf("/") + 1) : name);

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
    const part = encode ? encode(inputs, operation, keys, json) : inputs;
    const beside = items.keys && get(draft.body, at);
    draft.body = put(draft.body, at, isObject(beside) ? { ...beside, ...(part as object) } : part);
  }
  return draft;
}

/** Adds the idempotency key of a request, if the operation has one. */
export function addKey(draft: Draft, { retry }: Pick<Operation, "retry">, text: string): void {
  const { in: place, name = "", maxLength } = retry?.key ?? {};
  const key = text.slice(0, maxLength);
  if (place === "header") draft.headers[name] = key;
  if (place === "body") draft.body = put(draft.body, name, key);
}

/** A body as it is sent: by the operation's writer if it has one; otherwise a text as it is, and other values as JSON. */
export const written = (
  body: unknown,
  operation: Operation,
  { json = JSON.stringify, write }: RequestWriter,
): string | Blob =>
  write ? write.body(body, operation, json) : typeof body === "string" ? body : json(body);

/** The URL of a request. `baseUrl` may end in a slash. */
export const address = (
  baseUrl: string,
  { path, query }: Pick<RequestParts, "path" | "query">,
): string => baseUrl.replace(/\/$/, "") + path + (query && "?" + query);

/** Makes headers or a request. The platform's error would quote a part of it, which may be a secret. */
export function valid<T>(make: () => T): T {
  try {
    return make();
  } catch {
    throw new TypeError("a header or the URL of the request is not valid");
  }
}

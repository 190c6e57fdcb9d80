/** An operation's data with the defaults of its service, and what follows from them. */
import type { Defaults, Operation } from "./operation.js";
import type { Match, Retry, XBatch } from "./x-batch.js";

export interface Resolved extends XBatch, Pick<Operation, "int64"> {
  readonly match: readonly Match[];
  /** The rules whose ids keep inputs apart: of those that read one field of the input, the one that tells least apart. */
  readonly lanes: readonly Match[];
  readonly retry: Retry & { readonly safe: boolean };
  /** The service says nothing about single items: a success covers the request. */
  readonly acknowledged: boolean;
  /** Everything goes into one request, or nothing. */
  readonly whole: boolean;
}

const SAFE: readonly unknown[] = ["read", "update", "upsert", "archive"];

export function resolve(operation: Operation, defaults: Defaults = {}): Resolved {
  const data: XBatch & Pick<Operation, "int64"> = {
    ...defaults,
    ...operation,
    limit: { ...defaults.limit, ...operation.limit },
    statuses: { ...defaults.statuses, ...operation.statuses },
  };
  const { results, retry, kind } = data;
  const match = data.match ?? (results?.order ? [{ by: "order" }] : []);
  return {
    ...data,
    match,
    lanes: match.filter(
      ({ request, fold }, i) =>
        !match.some(
          (other, j) =>
            other.request === request && (other.fold === fold ? j < i : other.fold !== undefined),
        ),
    ),
    retry: { ...retry, safe: retry?.safe ?? (retry?.key !== undefined || SAFE.includes(kind)) },
    acknowledged: !results || results.as === "none",
    whole: data.split === "never" || data.replace === true,
  };
}

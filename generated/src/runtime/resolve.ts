/** An operation's data with the defaults of its service, and what follows from them. */
import type { Defaults, Operation } from "./operation.js";
import type { Match, Retry, XBatch } from "./x-batch.js";

export interface Resolved extends XBatch {
  readonly match: readonly Match[];
  readonly retry: Retry & { readonly safe: boolean };
  /** The service says nothing about single items: a success covers the request. */
  readonly acknowledged: boolean;
  /** Everything goes into one request, or nothing. */
  readonly whole: boolean;
}

const SAFE: readonly unknown[] = ["read", "update", "upsert", "archive"];

export function resolve(operation: Operation, defaults: Defaults = {}): Resolved {
  const data: XBatch = {
    ...defaults,
    ...operation,
    limit: { ...defaults.limit, ...operation.limit },
    statuses: { ...defaults.statuses, ...operation.statuses },
  };
  const { results, retry, kind, match } = data;
  return {
    ...data,
    match: match ?? (results?.order ? [{ by: "order" }] : []),
    retry: { ...retry, safe: retry?.safe ?? (retry?.key !== undefined || SAFE.includes(kind)) },
    acknowledged: !results || results.as === "none",
    whole: data.split === "never" || data.replace === true,
  };
}

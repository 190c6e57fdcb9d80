/** `resolve`: merges the data of an operation with the defaults of its service, once for all runs. */
import type { Defaults, Operation } from "./operation.js";
import { path, type Path } from "../pointer.js";
import type { Match, Retry, XBatch } from "./x-batch.js";

/** A rule of `match`, with the tokens of its pointers, because they are read for every item. */
export interface Rule extends Omit<Match, "request" | "result" | "error"> {
  readonly request: Path | undefined;
  readonly result: Path | undefined;
  readonly error: Path | undefined;
}

export interface Resolved extends Omit<XBatch, "match">, Pick<Operation, "bodies" | "int64"> {
  readonly match: readonly Rule[];
  /** The rules whose ids are locked while an input is in flight. Of rules that read the same field, the one with `fold`. */
  readonly lockRules: readonly Rule[];
  readonly retry: Retry & { readonly safe: boolean };
  /** Replies say nothing about single items, so a success covers all of them. */
  readonly acknowledged: boolean;
  /** All inputs go into one request. */
  readonly singleRequest: boolean;
}

const SAFE: readonly unknown[] = ["read", "update", "upsert", "delete"];

export function resolve(operation: Operation, defaults: Defaults = {}): Resolved {
  const data: XBatch & Pick<Operation, "bodies" | "int64"> = {
    ...defaults,
    ...operation,
    limit: { ...defaults.limit, ...operation.limit },
    statuses: { ...defaults.statuses, ...operation.statuses },
  };
  const { results, retry, kind } = data;
  const rules: readonly Match[] = data.match ?? (results?.order ? [{ by: "order" }] : []);
  const at = (pointer: string | undefined) => (pointer === undefined ? undefined : path(pointer));
  const match = rules.map(({ request, result, error, ...rule }): Rule => ({
    ...rule,
    ...{ request: at(request), result: at(result), error: at(error) },
  }));
  return {
    ...data,
    match,
    lockRules: match.filter(
      ({ by, request, fold, generate }, i) =>
        (by === "mapKey" ? !generate : request !== undefined) &&
        !match.some(
          (other, j) =>
            other.request === request && (other.fold === fold ? j < i : other.fold !== undefined),
        ),
    ),
    retry: { ...retry, safe: retry?.safe ?? (retry?.key !== undefined || SAFE.includes(kind)) },
    acknowledged: !results || results.as === "none",
    singleRequest: data.split === "never" || data.replace === true,
  };
}

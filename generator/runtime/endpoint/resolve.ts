/** `resolve`: merges the data of an operation with the defaults of its service, once for all runs. */
import type { Defaults, Operation } from "./operation.js";
import { get, member, path, type Path } from "../pointer.js";
import type { Match, Retry, XBatch } from "./x-batch.js";

/** A rule of `match`, with the tokens of its pointers, because they are read for every item. */
export interface Rule extends Omit<Match, "request" | "result" | "error"> {
  readonly request: Path | undefined;
  readonly result: Path | undefined;
  readonly error: Path | undefined;
  /** The reply has items in groups, as the request has them. */
  readonly grouped: boolean;
}

export interface Resolved extends Omit<XBatch, "match">, Pick<Operation, "bodies" | "int64"> {
  readonly match: readonly Rule[];
  /** The rules whose ids are locked while an input is in flight. Of rules that read the same field, the one with `fold`. */
  readonly lockRules: readonly Rule[];
  readonly retry: Retry & {
    readonly safe: boolean;
    /** Only the idempotency key makes it safe. */
    readonly byKey: boolean;
    /** Items may be safe by themselves, whatever the kind of the operation. */
    readonly byItem: boolean;
  };
  /** Where the value of `items.as: map` or `groups` stands in an input: its pointers are relative to that. */
  readonly prefix: "/value" | "";
  /** Replies say nothing about single items, so a success covers all of them. */
  readonly acknowledged: boolean;
  /** All inputs go into one request. */
  readonly singleRequest: boolean;
}

/** Kinds of which the last request counts, however often it was sent before. */
export const SAFE: readonly unknown[] = ["read", "update", "upsert", "delete"];

/** What `match` is if the data does not say so. */
const usualMatch = ({ results, job, envelope }: XBatch): readonly Match[] => {
  const id = envelope?.id;
  if (id !== undefined) return [{ by: "key", request: id, result: id, generate: "counter" }];
  return results?.order || job?.results?.order ? [{ by: "order" }] : [];
};

export function resolve(operation: Operation, defaults: Defaults = {}): Resolved {
  const data: XBatch & Pick<Operation, "bodies" | "int64"> = {
    ...defaults,
    ...operation,
    limit: { ...defaults.limit, ...operation.limit },
    statuses: { ...defaults.statuses, ...operation.statuses },
  };
  const { results, retry, kind, items, job, envelope } = data;
  const rules: readonly Match[] = data.match ?? usualMatch(data);
  const generated = rules.some(({ by, generate }) => by === "mapKey" && generate);
  const keyed = items.as === "groups" || (items.as === "map" && !generated);
  const prefix = keyed ? "/value" : "";
  const at = (pointer: string | undefined) => (pointer === undefined ? undefined : path(pointer));
  const grouped = items.as === "groups" && (job?.results ?? results)?.as === "groups";
  const match = rules.map(({ request, result, error, ...rule }): Rule => ({
    ...rule,
    request:
      request !== undefined
        ? path(prefix + request)
        : rule.by === "mapKey"
          ? path(keyed ? "/key" : "")
          : undefined,
    ...{ result: at(result), error: at(error), grouped },
  }));
  return {
    ...data,
    match,
    prefix,
    ...(results && envelope && { results: { status: envelope.response.status, ...results } }),
    lockRules: match.filter(
      ({ by, request, fold, generate }, i) =>
        (by === "mapKey" ? !generate : request !== undefined) &&
        !match.some(
          (other, j) =>
            other.request === request && (other.fold === fold ? j < i : other.fold !== undefined),
        ),
    ),
    retry: {
      ...retry,
      safe: retry?.safe ?? (retry?.key !== undefined || SAFE.includes(kind)),
      byKey: retry?.safe === undefined && !SAFE.includes(kind),
      byItem: retry?.safe === undefined,
    },
    acknowledged: !results || results.as === "none",
    singleRequest: data.split === "never" || data.replace === true,
  };
}

const SAFE_METHOD = /^(GET|HEAD|OPTIONS|PUT|DELETE)$/i;

/** Whether an item may be sent twice without harm. `value`: the item in the form of the service. */
export function isSafe(
  { retry, envelope, variants, items, prefix }: Resolved,
  value: unknown,
): boolean {
  if (retry.safe || !retry.byItem) return retry.safe;
  if (envelope) return SAFE_METHOD.test(String(get(value, prefix + envelope.method)));
  const tag =
    items.as === "pairs"
      ? Object.keys(get(value, "/action") ?? {})[0]
      : variants && get(value, prefix + variants.tag);
  return SAFE.includes(member(variants?.kinds, String(tag)));
}

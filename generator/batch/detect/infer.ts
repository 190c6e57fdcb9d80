/**
 * `inferXBatch`: the `x-batch` value that follows from the rest of the document. It is the lowest layer of the `x-batch`
 * of an operation.
 */
import { wordsOf } from "../../base/words.js";
import { text, type RawOperation } from "../../openapi/operations.js";
import type { Kind, XBatch } from "../../runtime/endpoint/x-batch.js";
import { inferDeclared } from "./infer-declared.js";
import { limitIn } from "./infer-limit.js";
import { inferReplies } from "./infer-replies.js";
import type { ItemsLocation } from "./items-locations.js";

/** Verbs that clearly say what happens to an item. `post`, `put` and `set` do not. */
const kindOfVerb = new Map<string, Kind>(
  Object.entries({
    read: "read get retrieve fetch list lookup find query search mget msearch mtermvectors check",
    create: "create insert add invite send clone",
    update: "update patch modify change",
    upsert: "upsert",
    delete: "archive delete remove purge destroy",
  }).flatMap(([kind, verbs]) => verbs.split(" ").map((verb) => [verb, kind as Kind] as const)), // the keys above are kinds
);

/** The kind of an operation without such a verb, by its method. POST and PUT show nothing. */
const kindOfMethod: Readonly<Record<string, Kind>> = {
  get: "read",
  query: "read",
  patch: "update",
  delete: "delete",
};

/** The kind that the end of the path shows, or else the operationId, or else the method. */
function inferKind(operation: RawOperation): Kind | undefined {
  const segments = operation.path.split(/[/#:]/).reverse();
  const id = text(operation.value, "operationId") ?? "";
  for (const name of [...segments.slice(0, 2), id.includes("/") ? "" : id]) {
    if (name.startsWith("{")) continue;
    const kinds = new Set(wordsOf(name).flatMap((word) => kindOfVerb.get(word) ?? []));
    const [kind] = kinds;
    if (kind !== undefined && kinds.size === 1) return kind;
  }
  return kindOfMethod[operation.method];
}

/**
 * The upper layer for an operation without a word for a batch: a run sends its inputs in one request and only once, until
 * an `x-batch` of the operation allows more.
 */
export const withoutSplitting: Partial<XBatch> = { split: "never", retry: { safe: false } };

/**
 * @param cautious the operation has no word for a batch: only its method, and no verb, proves that it may be sent twice
 *   without harm
 */
export function inferXBatch(
  operation: RawOperation,
  location: ItemsLocation | undefined,
  cautious: boolean,
): Partial<XBatch> {
  const verb = inferKind(operation);
  const kind = cautious && verb !== "create" ? kindOfMethod[operation.method] : verb;
  const limit = location && limitOf(location);
  // A PUT may replace the whole set: each part of the items would replace the part before.
  const mayReplace =
    operation.method === "put" && (cautious || kind === undefined || location?.items.at === "");
  return {
    ...(location ? { items: location.items } : {}),
    ...(kind === undefined ? {} : { kind }),
    ...(limit === undefined ? {} : { limit: { items: limit } }),
    ...(mayReplace ? { split: "never" as const } : {}),
    ...inferReplies(operation, location, { cautious, kind }),
    ...inferDeclared(operation),
  };
}

/** A limit of groups may be one of each group. */
const limitOf = ({ items, maxItems, description }: ItemsLocation): number | undefined =>
  maxItems ??
  (items.as === "groups" ? undefined : limitIn(description, items.at.split("/").at(-1) ?? ""));

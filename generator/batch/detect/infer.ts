/**
 * `inferXBatch`: the `x-batch` value that follows from the rest of the document. It is the lowest layer of the `x-batch`
 * of an operation.
 */
import { formatPointer } from "../../base/pointer.js";
import { wordsOf } from "../../base/words.js";
import type { Cursor } from "../../openapi/cursor.js";
import { text, type DeclaredReply, type RawOperation } from "../../openapi/operations.js";
import { elementOf, isArray, isStructured, viewOf } from "../../openapi/schema-view.js";
import type { Kind, XBatch } from "../../runtime/endpoint/x-batch.js";
import { isText, successes } from "../replies.js";
import { isLines, preferred, type ItemsLocation } from "./items-locations.js";
import { isLikeItem } from "./reply-signs.js";

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
  // A PUT may replace the whole set: each part of the items would replace the part before.
  const mayReplace =
    operation.method === "put" && (cautious || kind === undefined || location?.items.at === "");
  return {
    ...(location ? { items: location.items } : {}),
    ...(kind === undefined ? {} : { kind }),
    ...(location?.maxItems === undefined ? {} : { limit: { items: location.maxItems } }),
    ...(mayReplace ? { split: "never" as const } : {}),
    ...inferResults(operation, location, cautious),
  };
}

/** Words in the names of lists of failures. */
const failureWords = new Set("error errors failure failures failed invalid rejected".split(" "));
/** Words in the names of lists that are not results. */
const noResultWords = new Set([...failureWords, "warnings", "unprocessed", "not"]);
/** Names of lists of results, the likeliest first. */
const resultNames = ["results", "items", "data", "responses", "entries", "records", "values"];

/** A list or a map of objects in a reply. */
interface ResultList {
  readonly at: string;
  readonly as?: "map" | "lines";
  readonly element: Cursor;
}

const hasWord = ({ at }: ResultList, words: ReadonlySet<string>): boolean =>
  wordsOf(at).some((word) => words.has(word));

function inferResults(
  operation: RawOperation,
  location: ItemsLocation | undefined,
  cautious: boolean,
): Partial<XBatch> {
  const byReply = successes(operation).map((reply) => resultLists(operation, reply));
  const results = chooseResults(location, byReply.find((lists) => lists.length > 0) ?? []);
  const lists = byReply.flat().filter(({ as }) => as === undefined);
  // Without a list of failures, a run would take every item of a success for applied.
  const errors =
    lists.find(({ at }) => at === "/errors") ??
    (cautious
      ? lists.find((list) => list.at !== results?.at && hasWord(list, failureWords))
      : undefined);
  const id = "/id";
  const hasId = (schema: Cursor | undefined): boolean =>
    schema !== undefined && viewOf(schema).properties.has("id");
  return {
    ...(results ? { results: { at: results.at, ...(results.as ? { as: results.as } : {}) } } : {}),
    ...(errors ? { errors: { at: errors.at } } : {}),
    ...(results && hasId(location?.item) && hasId(results.element)
      ? { match: [{ by: "value" as const, request: id, result: id }] }
      : {}),
  };
}

/** The list with a name for results, or else the only list, or else the list whose elements resemble the items. */
function chooseResults(
  location: ItemsLocation | undefined,
  lists: readonly ResultList[],
): ResultList | undefined {
  const nameOfItems = location?.items.at.split("/").at(-1) ?? "";
  for (const name of [...resultNames, nameOfItems]) {
    const named = lists.find(({ at }) => at === `/${name}`);
    if (named) return named;
  }
  const possible = lists.filter((list) => !hasWord(list, noResultWords));
  if (lists.length === 1 && possible[0]) return possible[0];
  return possible.find(({ at, element }) => location && isLikeItem(location, element, at.slice(1)));
}

function resultLists(operation: RawOperation, reply: DeclaredReply): readonly ResultList[] {
  const media = preferred(reply.content);
  if (!media?.schema || typeof media.schema.value === "boolean" || !isText(media)) return [];
  const root: Cursor = { ...media.schema, value: media.schema.value };
  const listOf = (schema: Cursor, at: string): readonly ResultList[] => {
    const view = viewOf(schema);
    const element = elementOf(schema);
    if (!element) return [];
    if (isArray(view)) return [{ at, ...(isLines(media) ? { as: "lines" } : {}), element }];
    return isStructured(element) ? [{ at, as: "map", element }] : [];
  };
  const wholeBody = listOf(root, "");
  if (wholeBody.length > 0) return wholeBody;
  return [...viewOf(root).properties].flatMap(([name, property]) =>
    listOf(property, formatPointer([name])),
  );
}

/** What a document says of a batch without knowing it: the rest of an `x-batch` value that nobody wrote. */
import { formatPointer } from "../../base/pointer.js";
import type { Kind, XBatch } from "../../runtime/endpoint/x-batch.js";
import { preferred, type Carrier } from "./items-locations.js";
import { echoes } from "./response-signs.js";
import { text, type DeclaredReply, type Placed, type RawOperation } from "../../openapi/operations.js";
import { isText, successes } from "../replies.js";
import { elementOf, isArray, isStructured, shapeAt } from "../../openapi/schema-view.js";
import { wordsOf } from "../../base/words.js";

/** Verbs that say beyond doubt what happens to an item. `post`, `put`, `send` and `set` do not. */
const kindOfVerb = new Map<string, Kind>(
  Object.entries({
    read: "read get retrieve fetch list lookup find query search mget msearch mtermvectors check",
    create: "create insert add invite send clone",
    update: "update patch modify change",
    upsert: "upsert",
    archive: "archive delete remove purge destroy",
  }).flatMap(([kind, verbs]) => verbs.split(" ").map((verb) => [verb, kind as Kind] as const)), // the keys above are kinds
);

/** What a method says where no verb does. POST and PUT say nothing. */
const kindOfMethod: Readonly<Record<string, Kind>> = {
  get: "read",
  query: "read",
  patch: "update",
  delete: "archive",
};

export function guessKind(operation: RawOperation): Kind | undefined {
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

/** Lists of what went wrong, or was not dealt with. */
const failed = new Set("error errors failure failures failed invalid rejected".split(" "));
const troubles = new Set([...failed, "warnings", "unprocessed", "not"]);
const resultNames = ["results", "items", "data", "responses", "entries", "records", "values"];

interface ResultList {
  readonly at: string;
  readonly as?: "map";
  readonly element: Placed;
}

/** Lists and maps of objects in a reply. */
function resultLists(operation: RawOperation, reply: DeclaredReply): readonly ResultList[] {
  const media = preferred(reply.content);
  if (!media?.schema || typeof media.schema.value === "boolean" || !isText(media)) return [];
  const { spec } = operation;
  const root: Placed = { value: media.schema.value, pointer: media.schema.pointer };
  const listOf = (schema: Placed, at: string): readonly ResultList[] => {
    const shape = shapeAt(spec, schema);
    const element = elementOf(spec, schema);
    if (!element) return [];
    if (isArray(shape)) return [{ at, element }];
    return isStructured(spec, element) ? [{ at, as: "map", element }] : [];
  };
  const whole = listOf(root, "");
  if (whole.length > 0) return whole;
  return [...shapeAt(spec, root).properties].flatMap(([name, property]) =>
    listOf(property, formatPointer([name])),
  );
}

/**
 * Over all that a document says of its batches: one that does not call itself so is sent whole and once, until an
 * `x-batch` of its own says that it may be split and sent again.
 */
export const untilSaid: Partial<XBatch> = { split: "never", retry: { safe: false } };

/**
 * @param cautious nobody has called the operation a batch: a verb is no proof that a second send does no harm, only the
 *   method is
 */
export function guess(
  operation: RawOperation,
  carrier: Carrier | undefined,
  cautious = false,
): Partial<XBatch> {
  const verb = guessKind(operation);
  const kind = cautious && verb !== "create" ? kindOfMethod[operation.method] : verb;
  // A PUT may replace what it is sent to: parts of it would each replace the part before.
  const whole =
    operation.method === "put" && (cautious || kind === undefined || carrier?.items.at === "");
  return {
    ...(carrier ? { items: carrier.items } : {}),
    ...(kind === undefined ? {} : { kind }),
    ...(carrier?.maxItems === undefined ? {} : { limit: { items: carrier.maxItems } }),
    ...(whole ? { split: "never" as const } : {}),
    ...guessResults(operation, carrier, cautious),
  };
}

function guessResults(
  operation: RawOperation,
  carrier: Carrier | undefined,
  cautious: boolean,
): Partial<XBatch> {
  const { spec } = operation;
  const lists = successes(operation).map((reply) => resultLists(operation, reply));
  const found = lists.find((all) => all.length > 0) ?? [];
  const named = carrier?.items.at.split("/").at(-1) ?? "";
  const told = found.filter(({ at }) => !wordsOf(at).some((word) => troubles.has(word)));
  const results =
    [...resultNames, named].flatMap((name) => found.find(({ at }) => at === `/${name}`) ?? [])[0] ??
    (found.length === 1 ? told[0] : undefined) ??
    told.find(({ at, element }) => carrier && echoes(spec, carrier, element, at.slice(1)));
  const all = lists.flat().filter(({ as }) => as === undefined);
  // Without a list of failures, a success would be one of every item.
  const errors =
    all.find(({ at }) => at === "/errors") ??
    (cautious
      ? all.find(({ at }) => at !== results?.at && wordsOf(at).some((word) => failed.has(word)))
      : undefined);
  const id = "/id";
  const has = (schema: Placed | undefined): boolean =>
    schema !== undefined && shapeAt(spec, schema).properties.has("id");
  return {
    ...(results ? { results: { at: results.at, ...(results.as ? { as: results.as } : {}) } } : {}),
    ...(errors ? { errors: { at: errors.at } } : {}),
    ...(results && has(carrier?.item) && has(results.element)
      ? { match: [{ by: "value" as const, request: id, result: id }] }
      : {}),
  };
}

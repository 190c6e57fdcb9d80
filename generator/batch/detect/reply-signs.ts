/**
 * `replySigns`: what the replies of an operation show of a list in its request: whether they tell the fate of single
 * items, or are one resource.
 */
import { wordsOf } from "../../base/words.js";
import { own } from "../../base/json.js";
import type { Cursor } from "../../openapi/cursor.js";
import type { RawOperation } from "../../openapi/operations.js";
import {
  elementOf,
  isArray,
  isMap,
  isStructured,
  viewOf,
  type SchemaView,
} from "../../openapi/schema-view.js";
import { isText, successes } from "../replies.js";
import { preferred, type ItemsLocation } from "./items-locations.js";

/** What `signals.ts` has words for. */
export type ReplySign =
  | "outcome"
  | "byOutcome"
  | "results"
  | "errorsOf"
  | "echo"
  | "objectPerId"
  | "job"
  | "oneResource"
  | "likeBody"
  | "pages"
  | "empty"
  | "status207"
  | "status202";

/** Members of a result that say whether one item succeeded, and that other resources do not have. */
const outcomes = new Set(["error", "errors", "index", "success", "errorcode", "statuscode"]);
/** Names of lists or counts of the items with the same outcome. */
const byOutcome =
  /^(succe|fail|invalid|unprocessed|reject|skipped|duplicate|(not|un|new)_?(found|members)|created|updated|upserted|inserted|deleted|removed|processed|accepted|imported)/i;
const counted = /(count|total|num)/i;
const job = /^(job|task|batch|bulk|import|operation)s?_?(id|uid|sid|key|url)s?$/i;

/** Whether a property tells the place of a page among others. */
export const isPaging = (name: string): boolean =>
  /^(next|previous|cursor|page|pages|total|offset|limit|hasMore|paginat|paging|(start|end)Position|(result|total)SetSize)/i.test(
    name,
  );

/** The search goes through so many choices and wrappers, such as `{data: {results: […]}}`. */
const deepest = 2;

export function replySigns(
  operation: RawOperation,
  location: ItemsLocation | undefined,
): ReadonlySet<ReplySign> {
  const found = new Set<ReplySign>();
  const statuses = operation.replies.map(({ status }) => status);
  if (statuses.some((status) => /^2?0[79]$/.test(status))) found.add("status207");
  if (statuses.includes("202")) found.add("status202");
  let bodies = 0;
  for (const reply of successes(operation)) {
    const media = preferred(reply.content);
    if (!media?.schema || typeof media.schema.value === "boolean" || !isText(media)) continue;
    bodies++;
    addSigns(found, { ...media.schema, value: media.schema.value }, location, 0);
  }
  if (bodies === 0) found.add("empty");
  return found;
}

interface ReplyList {
  readonly name: string;
  readonly element: Cursor;
}

function addSigns(
  found: Set<ReplySign>,
  schema: Cursor,
  location: ItemsLocation | undefined,
  depth: number,
): void {
  const view = viewOf(schema);
  const names = [...view.properties.keys()];
  if (names.some((name) => job.test(name))) found.add("job");
  const siblings = location?.siblings.filter((name) => !isPaging(name)) ?? [];
  const back = siblings.filter((name) => view.properties.has(name)).length;
  const ownName = nameOf(location);
  if (siblings.length > 0 && back > 0 && view.properties.has(ownName)) found.add("likeBody");
  if (view.properties.has("id")) {
    found.add("oneResource"); // its lists are its parts
    return;
  }
  const lists = isArray(view)
    ? listOf("", schema)
    : [...view.properties].flatMap(([name, property]) => listOf(name, property));
  if (names.some(isPaging)) found.add("pages");
  if (names.some((name) => byOutcome.test(name) && isListOrCount(name, view)))
    found.add("byOutcome");
  for (const [name, property] of view.properties) {
    const words = wordsOf(name);
    if (/^(results?|responses?)$/.test(words.at(-1) ?? "") && isArray(viewOf(property)))
      found.add("results");
    if (words.at(-1) === "errors" && words.length > 1) found.add("errorsOf");
  }
  for (const list of lists) addListSigns(found, list, location);
  if (depth >= deepest) return;
  for (const inner of insideOf(view)) addSigns(found, inner, location, depth + 1);
}

function addListSigns(
  found: Set<ReplySign>,
  { name, element }: ReplyList,
  location: ItemsLocation | undefined,
): void {
  const members = [...viewOf(element).properties.keys()].map((member) => wordsOf(member).join(""));
  const tells = members.some((member) => outcomes.has(member));
  if (tells && (members.includes("index") || !/err|warn/i.test(name))) found.add("outcome");
  if (/^(errors?|warnings?)$/i.test(name)) return;
  if (!location) return;
  if (isLikeItem(location, element, name)) found.add("echo");
  else if (!location.structured && isStructured(element)) found.add("objectPerId");
}

/** The branches of a choice, and objects that only wrap another. */
function insideOf({ branches, properties }: SchemaView): readonly Cursor[] {
  const wrapped = [...properties].flatMap(([name, property]) =>
    properties.size === 1 || name === "data" || name === "result" ? [property] : [],
  );
  return [...branches, ...wrapped.filter((property) => !isArray(viewOf(property)))];
}

function listOf(name: string, schema: Cursor): readonly ReplyList[] {
  const view = viewOf(schema);
  const element = elementOf(schema);
  if (!element || !(isArray(view) || isMap(view)) || !isStructured(element)) return [];
  return [{ name, element }];
}

function isListOrCount(name: string, view: SchemaView): boolean {
  const property = view.properties.get(name);
  const inner = property && viewOf(property);
  if (!inner) return false;
  const number = inner.types.has("integer") || inner.types.has("number");
  return isArray(inner) || (number && (counted.test(name) || wordsOf(name).length === 1));
}

/** The name of the property or parameter that is the list; empty if the list is the body. */
export const nameOf = (location: ItemsLocation | undefined): string =>
  location?.items.at.split("/").at(-1) ?? "";

/** Whether a list in a reply resembles the items: it has their name, their schema, or most of its members. */
export function isLikeItem({ item, items }: ItemsLocation, element: Cursor, name: string): boolean {
  if (name !== "" && items.at.endsWith(`/${name}`)) return true;
  if (!item) return false;
  if (
    own(item.value, "$ref") !== undefined &&
    own(item.value, "$ref") === own(element.value, "$ref")
  )
    return true;
  const sent = membersOf(item);
  const back = new Set(membersOf(element));
  const common = sent.filter((key) => back.has(key)).length;
  return common >= 2 && common * 2 >= sent.length;
}

/** The members of an object, and of the branches of a choice. */
export const membersOf = (schema: Cursor): readonly string[] => {
  const view = viewOf(schema);
  const branches = view.branches.flatMap((branch) => [...viewOf(branch).properties.keys()]);
  return [...new Set([...view.properties.keys(), ...branches])];
};

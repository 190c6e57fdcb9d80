/**
 * `responseSigns`: signs of single items in the replies of an operation. They show batch operations without a word for a
 * batch in their names.
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

export interface ResponseSigns {
  /** What was seen, as part of a sentence. */
  readonly what: string;
  /** It alone shows that items succeed or fail one by one. A weak sign also needs a list as the subject of the request. */
  readonly strong: boolean;
}

const strong = (what: string): ResponseSigns => ({ what, strong: true });
const weak = (what: string): ResponseSigns => ({ what, strong: false });

/** Members of a result that say whether one item succeeded, and that other resources do not have. */
const outcomes = new Set(["error", "errors", "index", "success", "errorcode", "statuscode"]);
/** Members of such a result that other resources may have, too. */
const perhapsOutcomes = new Set(["status", "code", "result"]);
/** Names of lists or counts of the items with the same outcome. */
const byOutcome =
  /^(succe|fail|invalid|unprocessed|reject|skipped|duplicate|(not|un)_?found|created|updated|upserted|inserted|deleted|removed|processed|accepted)/i;
const counted = /(count|total|num)/i;
const job = /^(job|task|batch|bulk|import|operation)s?_?(id|sid|key|url)s?$/i;

/** The search goes through so many choices and wrappers, such as `{data: {results: […]}}`. */
const deepest = 2;

/** Undefined if no reply shows a sign of single items. */
export function responseSigns(
  operation: RawOperation,
  location: ItemsLocation,
): ResponseSigns | undefined {
  const declared = signsOfRequest(operation, location);
  if (declared) return declared;
  for (const reply of successes(operation)) {
    const media = preferred(reply.content);
    if (!media?.schema || typeof media.schema.value === "boolean" || !isText(media)) continue;
    const root: Cursor = { ...media.schema, value: media.schema.value };
    const found = signsInReply(root, location, 0);
    if (found) return found;
  }
  return undefined;
}

/** Signs in the statuses of the replies, and in the list of the request. */
function signsOfRequest(
  { method, path, replies }: RawOperation,
  { items, main, structured }: ItemsLocation,
): ResponseSigns | undefined {
  if (replies.some(({ status }) => status === "207")) return strong("its replies have status 207");
  if (!main) return undefined;
  const name = items.at.split("/").at(-1) ?? "";
  if (structured && /^(actions|operations|requests)$/i.test(wordsOf(name).at(-1) ?? ""))
    return weak(`\`${name}\` is a list of operations to perform`);
  if (structured && replies.some(({ status }) => status === "202"))
    return weak("its reply has status 202: the service works on it later");
  if (method === "delete" && items.in === "query" && !path.includes("{"))
    return weak("nothing but the ids says what it deletes");
  return undefined;
}

interface ReplyList {
  readonly name: string;
  readonly element: Cursor;
}

/** An object or a list in a reply, and the request that it is compared with. */
interface ReplyView {
  readonly location: ItemsLocation;
  readonly view: SchemaView;
  readonly names: readonly string[];
  /** Its lists and maps of objects; or itself, if it is a list. */
  readonly lists: readonly ReplyList[];
}

/** The first sign that is found counts. */
const signs: readonly ((reply: ReplyView) => ResponseSigns | undefined)[] = [
  outcomeInElements,
  ({ names, view }) => {
    const name = names.find((one) => byOutcome.test(one) && isListOrCount(one, view));
    return name === undefined ? undefined : strong(`its reply has \`${name}\``);
  },
  ({ view }) => {
    const found = [...view.properties].find(
      ([name, property]) =>
        /^(results?|responses?)$/i.test(wordsOf(name).at(-1) ?? "") && isArray(viewOf(property)),
    );
    return found && weak(`its reply has \`${found[0]}\``);
  },
  ({ names }) => {
    const name = names.find((one) => wordsOf(one).at(-1) === "errors" && wordsOf(one).length > 1);
    return name === undefined ? undefined : strong(`its reply has \`${name}\``);
  },
  elementsLikeItems,
];

function signsInReply(
  schema: Cursor,
  location: ItemsLocation,
  depth: number,
): ResponseSigns | undefined {
  const view = viewOf(schema);
  const names = [...view.properties.keys()];
  const jobId = names.find((name) => job.test(name));
  if (jobId !== undefined) return strong(`its reply has \`${jobId}\``);
  // The reply is one resource, and its lists are parts of it.
  if (view.properties.has("id")) return undefined;
  const lists = isArray(view)
    ? listOf("", schema)
    : [...view.properties].flatMap(([name, property]) => listOf(name, property));
  for (const signOf of signs) {
    const found = signOf({ location, view, names, lists });
    if (found) return found;
  }
  if (depth >= deepest) return undefined;
  for (const inner of insideOf(view)) {
    const found = signsInReply(inner, location, depth + 1);
    if (found) return found;
  }
  return undefined;
}

/** The branches of a choice, and objects that only wrap another. */
function insideOf({ branches, properties }: SchemaView): readonly Cursor[] {
  const wrapped = [...properties].flatMap(([name, property]) =>
    properties.size === 1 || name === "data" || name === "result" ? [property] : [],
  );
  return [...branches, ...wrapped.filter((property) => !isArray(viewOf(property)))];
}

const nameInReply = (name: string): string =>
  name === "" ? "its reply" : `\`${name}\` in its reply`;

function outcomeInElements({ lists }: ReplyView): ResponseSigns | undefined {
  for (const { name, element } of lists) {
    const member = memberOf(viewOf(element), outcomes);
    if (member !== undefined && (member === "index" || !/err|warn/i.test(name)))
      return strong(`the elements of ${nameInReply(name)} have \`${member}\``);
  }
  return undefined;
}

function elementsLikeItems({ location, lists }: ReplyView): ResponseSigns | undefined {
  for (const { name, element } of lists) {
    if (/^(errors?|warnings?)$/i.test(name)) continue;
    if (isLikeItem(location, element, name)) return weak(`${nameInReply(name)} has what was sent`);
    const member = memberOf(viewOf(element), perhapsOutcomes);
    if (member !== undefined)
      return weak(`the elements of ${nameInReply(name)} have \`${member}\``);
    if (!location.structured && isStructured(element))
      return weak(`${nameInReply(name)} has one object for each id`);
  }
  return undefined;
}

const memberOf = (view: SchemaView, wanted: ReadonlySet<string>): string | undefined =>
  [...view.properties.keys()].find((name) => wanted.has(wordsOf(name).join("")));

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
const membersOf = (schema: Cursor): readonly string[] => {
  const view = viewOf(schema);
  const branches = view.branches.flatMap((branch) => [...viewOf(branch).properties.keys()]);
  return [...new Set([...view.properties.keys(), ...branches])];
};

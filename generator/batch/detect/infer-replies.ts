/**
 * `inferReplies`: where a reply tells of single items, and how an entry is matched to its input, as far as the schemas show
 * it. A part of what `inferXBatch` infers. Nothing is inferred that could call an item `ok` that the reply says failed:
 * where entries may tell failures in a way that is not understood, they are matched to nothing.
 */
import { formatPointer } from "../../base/pointer.js";
import { wordsOf } from "../../base/words.js";
import type { Cursor } from "../../openapi/cursor.js";
import type { DeclaredReply, RawOperation } from "../../openapi/operations.js";
import { elementOf, isArray, isStructured, viewOf } from "../../openapi/schema-view.js";
import type { Kind, Match, Results, XBatch } from "../../runtime/endpoint/x-batch.js";
import { isOnlyXml, isText, successes } from "../replies.js";
import { isLines, preferred, type ItemsLocation } from "./items-locations.js";
import { isLikeItem } from "./reply-signs.js";

/** Words in the names of lists of failures. */
const failureWords = new Set("error errors failure failures failed invalid rejected".split(" "));
/** Words in the names of lists that are not results. */
const noResultWords = new Set([...failureWords, "warnings", "unprocessed", "not"]);
/** Names of lists of results, the likeliest first. */
const resultNames = ["results", "items", "data", "responses", "entries", "records", "values"];

/** A list or a map in a reply. */
interface ReplyList {
  readonly at: string;
  readonly as?: "map" | "groups" | "lines";
  readonly element: Cursor;
}

const hasWord = ({ at }: ReplyList, words: ReadonlySet<string>): boolean =>
  wordsOf(at).some((word) => words.has(word));

export function inferReplies(
  operation: RawOperation,
  location: ItemsLocation | undefined,
  { cautious, kind }: { readonly cautious: boolean; readonly kind: Kind | undefined },
): Partial<XBatch> {
  const roots = successes(operation).flatMap(rootOf);
  if (roots.length === 0 && successes(operation).some(isOnlyXml)) return unreadable;
  const byReply = successes(operation).map((reply) => listsOf(reply));
  const found = byReply.flat();
  const results = chooseResults(location, byReply.find((lists) => lists.length > 0) ?? []);
  const lists = found.filter(({ as }) => as !== "map" && as !== "groups");
  // Without a list of failures, a run would take every item of a success for applied.
  const errors =
    lists.find(({ at }) => at === "/errors") ??
    (cautious || !results
      ? lists.find((list) => list.at !== results?.at && hasWord(list, failureWords))
      : undefined);
  if (!results) {
    const other = found.find((list) => !hasWord(list, noResultWords));
    return {
      ...(errors ? { errors: { at: errors.at } } : {}),
      // A list that nobody understands may leave items out.
      ...(other
        ? { results: { at: other.at, ...(other.as ? { as: other.as } : {}) } }
        : acknowledgement(operation, roots)),
    };
  }
  const fate = fateOf(results.element, location?.item, kind === "read");
  const match = fate && matchOf(location, results, errors);
  return {
    results: { at: results.at, ...(results.as ? { as: results.as } : {}), ...fate },
    ...(errors ? { errors: { at: errors.at } } : {}),
    ...(match ? { match: [match] } : {}),
  };
}

/** An acknowledgement with a member that no text has: it proves nothing. */
const unreadable: Partial<XBatch> = { results: { at: "/xml", as: "none" } };

function rootOf(reply: DeclaredReply): readonly Cursor[] {
  const media = preferred(reply.content);
  if (!media?.schema || typeof media.schema.value === "boolean" || !isText(media)) return [];
  return [{ ...media.schema, value: media.schema.value }];
}

function listsOf(reply: DeclaredReply): readonly ReplyList[] {
  const media = preferred(reply.content);
  const lists = rootOf(reply).flatMap((root) => listsIn(root, "", 0, new Set()));
  // The lines are the whole body.
  return media && isLines(media) ? lists.map((list) => ({ ...list, as: "lines" as const })) : lists;
}

/** The search goes through so many objects and choices. */
const deepest = 4;
/** A list that is deeper than `/data/bulk/results` is a part of something else. */
const deepestList = 3;
/** Members that are about the reply, and not about items. */
const aboutReply = /^_?(meta|metadata|links|page_?info|paging|pagination|warnings)$/i;

function listsIn(
  schema: Cursor,
  at: string,
  depth: number,
  seen: ReadonlySet<string>,
): readonly ReplyList[] {
  const view = viewOf(schema);
  const element = elementOf(schema);
  if (isArray(view)) return element ? [{ at, element }] : [];
  if (element && view.properties.size === 0 && view.values) {
    const inner = isArray(viewOf(element)) ? elementOf(element) : undefined;
    return [inner ? { at, as: "groups", element: inner } : { at, as: "map", element }];
  }
  if (depth >= deepest) return [];
  const shallow = at.split("/").length <= deepestList;
  const inside = [
    ...(shallow ? [...view.properties] : []).flatMap(([name, member]) =>
      aboutReply.test(name) ? [] : [[at + formatPointer([name]), member] as const],
    ),
    ...view.branches.map((branch) => [at, branch] as const),
  ];
  const here = inside.flatMap(([pointer, member]) => {
    const key = `${pointer} ${member.pointer}`;
    return seen.has(key) ? [] : listsIn(member, pointer, depth + 1, new Set([...seen, key]));
  });
  // The shallowest first.
  return [...here].sort((a, b) => a.at.split("/").length - b.at.split("/").length);
}

/** The list with a name for results, or else the only one that is not of failures, or else the list whose elements resemble the items. */
function chooseResults(
  location: ItemsLocation | undefined,
  lists: readonly ReplyList[],
): ReplyList | undefined {
  const nameOfItems = location?.items.at.split("/").at(-1) ?? "";
  const top = lists.filter(({ at }) => at.split("/").length <= 2);
  if (top[0]?.at === "") return top[0];
  for (const name of [...resultNames, nameOfItems]) {
    const named = top.find(({ at }) => at === `/${name}`);
    if (named) return named;
  }
  const possible = lists.filter((list) => !hasWord(list, noResultWords));
  if (possible.length === 1) return possible[0];
  return possible.find(
    ({ at, element }) => location && isLikeItem(location, element, at.split("/").at(-1) ?? ""),
  );
}

/** What a reply without lists has if it is an acknowledgement. */
function acknowledgement(
  operation: RawOperation,
  roots: readonly Cursor[],
): Pick<XBatch, "results" | "state" | "counts"> {
  const [root, ...others] = roots;
  if (!root || others.length > 0 || successes(operation).length !== 1) return {};
  const { properties, required } = viewOf(root);
  const names = [...properties.keys()];
  const ofFlag = (pattern: RegExp): string | undefined =>
    names.find((name) => pattern.test(name) && hasType([properties.get(name) ?? root], "boolean"));
  const [success, failure] = [ofFlag(successFlag), ofFlag(failureFlag)];
  const flag = success ?? failure;
  const failed = names.filter(
    (name) => failureCount.test(name) && hasType([properties.get(name) ?? root], "integer"),
  );
  const proof =
    flag !== undefined && required.has(flag) ? flag : names.find((name) => required.has(name));
  return {
    ...(flag === undefined
      ? {}
      : { state: { at: formatPointer([flag]), done: [success === undefined ? "false" : "true"] } }),
    ...(proof === undefined ? {} : { results: { at: formatPointer([proof]), as: "none" } }),
    ...(failed.length === 1 ? { counts: { failed: formatPointer(failed) } } : {}),
  };
}

const successFlag = /^(is_?)?(success|succeeded|successful|ok|acknowledged)$/i;
/** A number of failures: an acknowledgement is none for an item that may be among them. */
const failureCount =
  /^((num(ber)?_?(of_?)?)?(failed|failures|errored|errors|rejected)(_?(count|items|records|rows|operations))?|(error|failure|reject(ion)?)_?count)$/i;
const failureFlag = /^(has_?(validation_?)?)?(errors?|failures?|failed)$/i;
/** Members of an entry that have a value only if its item failed, those that tell most first. */
const errorMembers = [
  /^(validation_?)?errors$/i,
  /^((web|api)_?)?(error|failure|exception|fault)(_?(details?|info))?$/i,
  /^(error|failure)_?(code|type|reason)$/i,
  /^(error|failure)_?(message|description|text)$/i,
  /^has_?(validation_?)?(errors?|failures?)$/i,
];
/** Members that may tell a failure by their values. */
const perhapsFate =
  /^(http_?)?(status|state|code|result|outcome|status_?code|response_?code|result_?code)$/i;
const httpStatus = /^(http_?status(_?code)?|status_?code)$/i;
const good = /^(ok|success|succeeded|successful|created|updated|deleted|upserted)$/i;
const bad = /^(error|failed|failure|rejected|invalid|conflict)$/i;

const failing = /err|fail|reject|invalid|conflict|denied|not.?found|missing|skip|abort|unknown/i;

/**
 * How an entry tells that its item failed; undefined if it may tell so in a way that is not understood. A member that the
 * item has, too, is an attribute of it.
 */
function fateOf(
  element: Cursor,
  item: Cursor | undefined,
  isRead: boolean,
): Pick<Results, "error" | "status" | "ok"> | undefined {
  const members = membersOf(element);
  const sent = viewOf(item).properties;
  const names = [...members.keys()];
  const error = errorMembers
    .map((pattern) => names.find((name) => pattern.test(name)))
    .find((name) => name !== undefined);
  const fate = error === undefined ? {} : { error: formatPointer([error]) };
  const own = names.filter((name) => !sent.has(name) && name !== error);
  const http = own.find((name) => httpStatus.test(name) && hasType(members.get(name), "integer"));
  if (http !== undefined) return { ...fate, status: formatPointer([http]) };
  const flag = own.find((name) => successFlag.test(name) && hasType(members.get(name), "boolean"));
  if (flag !== undefined) return { ...fate, status: formatPointer([flag]), ok: [true] };
  const [perhaps, ...others] = own.filter(
    (name) =>
      (perhapsFate.test(name) && !(isRead && isAttribute(members.get(name)))) ||
      namesFailure(members.get(name)),
  );
  if (perhaps === undefined) return fate;
  if (others.length === 0 && isRpcStatus(members.get(perhaps)))
    return { error: formatPointer([perhaps, "code"]) };
  const lists = (members.get(perhaps) ?? []).map((schema) => viewOf(schema).allowed);
  const values = lists.flatMap((allowed) => allowed ?? []).map(String);
  const known =
    !lists.includes(undefined) && values.every((one) => good.test(one) || bad.test(one));
  const ok = values.filter((one) => good.test(one));
  return known && ok.length > 0 && others.length === 0
    ? { ...fate, status: formatPointer([perhaps]), ok }
    : undefined;
}

/** A state of what was read, none of whose values speaks of a failure. */
const isAttribute = (schemas: readonly Cursor[] = []): boolean =>
  schemas.every((schema) =>
    viewOf(schema).allowed?.every((one) => !failing.test(JSON.stringify(one))),
  );

/** One of its values speaks of a failure, whatever the member is called. */
const namesFailure = (schemas: readonly Cursor[] = []): boolean =>
  schemas.some((schema) =>
    viewOf(schema).allowed?.some((one) => failing.test(JSON.stringify(one))),
  );

/** The status object of gRPC: its code is 0, or left out, if there is no error. */
const isRpcStatus = (schemas: readonly Cursor[] = []): boolean =>
  schemas.every((schema) => {
    const { properties } = viewOf(schema);
    return (
      ["message", "details"].every((name) => properties.has(name)) &&
      hasType([...[properties.get("code") ?? []].flat()], "integer") &&
      properties.has("code")
    );
  });

const hasType = (schemas: readonly Cursor[] | undefined, type: string): boolean =>
  schemas?.every((schema) => viewOf(schema).types.has(type)) ?? false;

/** The members of an object, and of the branches of a choice, each with its schemas. */
function membersOf(schema: Cursor, depth = 0): ReadonlyMap<string, readonly Cursor[]> {
  const view = viewOf(schema);
  const found = new Map([...view.properties].map(([name, member]) => [name, [member]]));
  if (depth >= deepest) return found;
  for (const branch of view.branches)
    for (const [name, members] of membersOf(branch, depth + 1))
      found.set(name, [...(found.get(name) ?? []), ...members]);
  return found;
}

/** Words that a name of the caller's own reference for an item begins with. */
const ownReference =
  /^(batch|client|correlation|custom|external|insert|message|object_?write_?trace|reference|request|tracking|transaction)_?(object_?|item_?|record_?)?(id|key|ref|reference|code)$/i;
const ownId = /^_?((public_?|web_?)?id|uid|uuid|guid|key|identifier|resource_?name)$/i;
/** Keys that a service gives a meaning to: only if every item has one. */
const naturalKey =
  /^(code|sku|slug|email|e_?mail_?address|external_?reference|handle|isbn|ean|upc)$/i;

/** The rule by which entries of the results are matched to inputs; undefined if none is sure. */
function matchOf(
  location: ItemsLocation | undefined,
  results: ReplyList,
  errors: ReplyList | undefined,
): Match | undefined {
  if (!location) return undefined;
  const { items, item, structured } = location;
  if (items.as === "map") return results.as === "map" ? { by: "mapKey" } : undefined;
  if (items.as !== undefined && items.as !== "csv" && items.as !== "lines") return undefined;
  const key = structured ? sharedKey(location, results) : "";
  if (results.as === "map") {
    const own = structured ? requiredReference(item) : "";
    return own === undefined ? undefined : { by: "mapKey", request: own };
  }
  const result = structured ? key : memberOfId(items.at, item, results.element);
  if (key === undefined || result === undefined) return undefined;
  const error = structured && errors && membersOf(errors.element).has(key.slice(1));
  return { by: "value", request: key, result, ...(error ? { error: key } : {}) };
}

const requiredReference = (item: Cursor | undefined): string | undefined => {
  const view = item && viewOf(item);
  const name = view && [...view.required].find((one) => ownReference.test(one));
  return name === undefined ? undefined : formatPointer([name]);
};

/** A key that items and results have under one name, and with one type. */
function sharedKey({ items, item }: ItemsLocation, { element }: ReplyList): string | undefined {
  if (!item) return undefined;
  const sent = membersOf(item);
  const back = membersOf(element);
  const { required } = viewOf(item);
  const shared = [...sent].flatMap(([name, members]) =>
    members.every((member) => isPlain(member) && areAlike(member, back.get(name))) ? [name] : [],
  );
  const things = nounsOf(items.at);
  const idOfThing = (name: string): boolean =>
    things.some((thing) => plainName(name) === `${thing}id`);
  const ranks: readonly ((name: string) => boolean)[] = [
    (name) => ownReference.test(name) && required.has(name),
    (name) => ownId.test(name),
    idOfThing,
    (name) => ownReference.test(name),
    (name) => naturalKey.test(name) && required.has(name),
  ];
  for (const rank of ranks) {
    const [only, ...others] = shared.filter(rank);
    if (only !== undefined && others.length === 0) return formatPointer([only]);
  }
  return undefined;
}

const plainName = (name: string): string => wordsOf(name).join("");
/** The names of one thing of a list: `bankaccount` of `/BankAccounts`. */
const nounsOf = (at: string): readonly string[] => {
  const name = plainName(at.split("/").at(-1) ?? "");
  return [name.replace(/s$/, ""), name.replace(/ies$/, "y"), name.replace(/es$/, "")].filter(
    Boolean,
  );
};

/** The member of a result that repeats an id: of `userIds` it is `userId` or `id`. The results may be the ids themselves. */
function memberOfId(at: string, item: Cursor | undefined, element: Cursor): string | undefined {
  if (!isStructured(element)) return item && sameType(item, element) ? "" : undefined;
  const wanted = nounsOf(at);
  const ids = wanted.some((one) => /(id|key)$/.test(one));
  const fits = (name: string): boolean =>
    wanted.includes(plainName(name)) ||
    wanted.some((one) => plainName(name) === `requested${one}`) ||
    (ids ? ownId : /^identifier$/i).test(name);
  const members = [...membersOf(element)].filter(
    ([name, found]) => fits(name) && found.every(isPlain) && (!item || areAlike(item, found)),
  );
  const exact = members.find(([name]) => !ownId.test(name)) ?? members[0];
  return exact && formatPointer([exact[0]]);
}

const isPlain = (schema: Cursor): boolean => {
  const view = viewOf(schema);
  return !isArray(view) && !isStructured(schema);
};

const areAlike = (one: Cursor, others: readonly Cursor[] = []): boolean =>
  others.length > 0 && others.every((other) => isPlain(other) && sameType(one, other));

/** Both are texts, or both are numbers; what has no type may be either. */
function sameType(one: Cursor, other: Cursor): boolean {
  const types = [one, other].map((schema) =>
    [...viewOf(schema).types].map((type) => (type === "integer" ? "number" : type)),
  );
  const [first = [], second = []] = types;
  const shared = first.filter((type) => second.includes(type) && type !== "null");
  return first.length === 0 || second.length === 0 || shared.length > 0;
}

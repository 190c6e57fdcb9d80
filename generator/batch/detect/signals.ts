/**
 * `signals`: what may be seen of an operation and of one list in its request, and the words that `inspect` has for it.
 * `npm run detection` learns from labelled documents how much each says for or against a batch, and writes `weights.ts`.
 */
import { isObject, own, type JsonValue } from "../../base/json.js";
import { batchWords, wordsOf } from "../../base/words.js";
import { viewOf } from "../../openapi/schema-view.js";
import { isTemplate } from "./document-words.js";
import { isPlural, singular, staticWords, type Facts } from "./facts.js";
import { isBatchType, preferred } from "./items-locations.js";
import { isPaging, membersOf, type ReplySign } from "./reply-signs.js";

type Seen = (facts: Facts) => boolean;

export interface Signal {
  readonly name: string;
  /** The weight that is expected; learning moves it as far as the labels show. */
  readonly expected: number;
  /** What is seen, as part of a sentence. */
  readonly says: string;
  readonly seen: Seen;
}

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(" "));

const attributes = setOf(
  "scope role tag rule permission label feature field column metadata setting option attribute threshold uri url " +
    "capability domain event type language topic category group user member team",
);
const choices = setOf(
  "include expand filter sort order status state type field view embed keyword language exclude level kind",
);
const choosing = setOf("include includes expand exclude filter sort order fields embed with");
/** Verbs of operations that take a list and give one answer. */
const oneAnswer = setOf(
  "search query find filter eval list estimate merge calculate simulate preview price rank sql reorder split combine " +
    "sort report export order download",
);
const anyItems = setOf(
  "input item object record entry row element operation action request query document command change data value " +
    "resource message event payload body",
);
const identifiers = setOf(
  "id uid guid sid key uuid serial number email handle sku code urn name username slug url address",
);
const replacing = setOf("replace overwrite");
const setting = setOf("set configure reset");
const removing = setOf(
  "delete remove destroy purge revoke archive unassign detach clear terminate deactivate unlink",
);
const acting = setOf(
  "activate analyse analyze approve archive associate attach ban cancel change check claim close complete convert " +
    "cycle deactivate disable disassociate enable enhance enrich execute exist exists expire finish fix infer invite " +
    "link lock mark match move parse pause publish reassign refresh register reject release renew reopen reprocess " +
    "resend restore resume retire retry run sanitize start stop suspend swap sync terminate trigger unarchive unban " +
    "unlock unpublish unregister validate verify",
);
const configuring = setOf(
  "setting settings config configuration preference preferences relationships",
);
const namesMany = setOf("list array ids set many collection");

/** A text that speaks of many: "multiple", "one or more", "a list of", "up to 100", "contact(s)". */
const manyPhrase =
  /\w\(e?s\)|\b(multiple|bulk|batch(es)?|mass|several|many|one or (more|many)|(a|an|the) (list|array|set|batch|collection|number) of|(up to|at most|maximum (of )?|max) \d+|at once|simultaneously|in (a single|one) (request|call|operation))\b/i;
/** A text whose verb has one thing as its object: "Creates a note", but not "Creates a list of notes". */
const onePhrase =
  /^\W*\w+(\s(or|and)\s\w+)?\s(a|an|one|single|another)\s(?!(list|array|set|batch|number|collection|or)\b)/i;
/** A list of what something is done to: "ids of the notes to delete". */
const toDo =
  /\b(to|should|will|must|that) (be )?(add|creat|updat|delet|remov|insert|upsert|send|sent|process|import|check|ban|archiv|retriev|fetch|get|mov|chang|validat|assign|unassign|activat|cancel|apply|perform|execut|be )/i;

const all =
  (...tests: readonly Seen[]): Seen =>
  (facts) =>
    tests.every((test) => test(facts));
const any =
  (...tests: readonly Seen[]): Seen =>
  (facts) =>
    tests.some((test) => test(facts));
const not =
  (test: Seen): Seen =>
  (facts) =>
    !test(facts);
const method =
  (...names: readonly string[]): Seen =>
  ({ operation }) =>
    names.includes(operation.method);
const reply =
  (...signs: readonly ReplySign[]): Seen =>
  (facts) =>
    signs.some((sign) => facts.reply.has(sign));
const verb =
  (...wanted: readonly ReadonlySet<string>[]): Seen =>
  ({ verbs }) =>
    verbs.some((one) => wanted.some((words) => words.has(one)));

const inQuery: Seen = ({ location }) => location?.items.in === "query";
const inBody: Seen = ({ location }) => location !== undefined && location.items.in !== "query";
const plain: Seen = ({ location }) => location?.structured === false;
const required: Seen = ({ location }) => location?.required === true;
const optional: Seen = ({ location }) => location?.required === false;
const tellsFates = reply("outcome", "byOutcome", "status207");

/** By its name, or because the path has a segment of that name. */
const hasIds: Seen = ({ location, list, last, segments }) => {
  const words = (list.length > 0 ? list : last).map(singular);
  return (
    location?.structured === false &&
    (identifiers.has(words.at(-1) ?? "") ||
      /ids?$/.test(list.at(-1) ?? "") ||
      segments.some((segment) => staticWords(segment).map(singular).join("") === words.join("")))
  );
};

const endsInTemplate: Seen = ({ segments }) => isTemplate(segments.at(-1) ?? "");
const belowOne: Seen = ({ segments }) =>
  segments.slice(0, -1).some((segment) => segment.includes("{"));
const isSettings: Seen = ({ segments }) =>
  segments.some((segment) => wordsOf(segment).some((word) => configuring.has(word)));
const isCollection: Seen = ({ segments, document }) => document.resources.has(segments.join("/"));
const word: Seen = ({ pathWord, idWord }) => pathWord || idWord;

/** The list, or the subject of the path that it is the body for. */
const named =
  (words: ReadonlySet<string>): Seen =>
  ({ location, list, last }) =>
    location !== undefined && words.has(singular((list.length > 0 ? list : last).at(-1) ?? ""));
const namedLikePath: Seen = ({ list, segments }) => {
  const name = list.map(singular).join("");
  return segments.slice(-2).some((segment) => {
    const words = staticWords(segment).map(singular).join("");
    return (
      name !== "" && words !== "" && (words === name || (words.length > 3 && name.endsWith(words)))
    );
  });
};
const isChoice: Seen = ({ list }) =>
  choosing.has(list[0] ?? "") ||
  list.at(-1) === "fields" ||
  (list.length === 1 && choices.has(singular(list[0] ?? "")));

const itemHas =
  (...names: readonly string[]): Seen =>
  ({ location }) => {
    const members = location?.item ? membersOf(location.item) : [];
    return names.every((name) => members.includes(name));
  };
const itemsHaveIds: Seen = ({ location }) =>
  location?.item !== undefined &&
  membersOf(location.item).some((member) => identifiers.has(wordsOf(member).at(-1) ?? ""));
const referenceOf = (schema: JsonValue | undefined): string | undefined => {
  const ref = isObject(schema) ? own(schema, "$ref") : undefined;
  return typeof ref === "string" ? ref : undefined;
};
const itemsAreResources: Seen = ({ location, document }) =>
  document.bodies.has(referenceOf(location?.item?.value) ?? "");
const schemaSaysMany: Seen = ({ operation }) => {
  const name = referenceOf(preferred(operation.body)?.schema?.value)?.split("/").at(-1) ?? "";
  return batchWords(name).length > 0 || wordsOf(name).some((one) => namesMany.has(one));
};

const onlyAList = not(
  any(
    word,
    ({ summary, description }) => manyPhrase.test(summary) || manyPhrase.test(description),
    ({ object }) => isPlural(object.at(-1)),
    ({ location }) => location?.items.at === "" || toDo.test(location?.description ?? ""),
    reply("outcome", "byOutcome", "results", "errorsOf", "echo", "objectPerId", "job"),
    reply("status207", "status202"),
    verb(removing, acting),
    all(method("delete"), hasIds),
  ),
);

// prettier-ignore
export const signals: readonly Signal[] = [
  // What it is called, and what is written about it.
  { name: "word", expected: 2, says: "a word for a batch, and a list", seen: all(word, ({ location }) => location !== undefined) },
  { name: "word-in-path", expected: 0.5, says: "a word for a batch in its path", seen: ({ pathWord }) => pathWord },
  { name: "word-in-id", expected: 0.5, says: "a word for a batch in its operationId", seen: ({ idWord }) => idWord },
  { name: "word-in-schema", expected: 0.5, says: "the schema of its body is named for many", seen: schemaSaysMany },
  { name: "many-in-summary", expected: 1.5, says: "its summary speaks of many", seen: ({ summary }) => manyPhrase.test(summary) },
  { name: "many-in-description", expected: 0, says: "its description speaks of many", seen: ({ description }) => manyPhrase.test(description) },
  { name: "one-in-summary", expected: -0.5, says: "its summary speaks of one thing", seen: ({ summary, description }) => onePhrase.test(summary || description) },
  { name: "plural-object", expected: 0.5, says: "its verb has a plural as object", seen: all(({ object }) => isPlural(object.at(-1)), not(method("get"))) },
  { name: "plural-path", expected: 0, says: "its path ends in a plural", seen: all(({ last }) => isPlural(last.at(-1)), not(endsInTemplate)) },

  // Method, path and verb.
  { name: "below-one", expected: -0.7, says: "its path is below one resource", seen: belowOne },
  { name: "ends-in-id", expected: -1.5, says: "its path ends in an id", seen: all(endsInTemplate, not(tellsFates)) },
  { name: "one-of-collection", expected: -1.5, says: "its path is one resource of a collection", seen: all(endsInTemplate, ({ segments, document }) => document.paths.has("/" + segments.slice(0, -1).join("/"))) },
  { name: "changes-collection", expected: 0.5, says: "PUT, PATCH or DELETE on a collection", seen: all(isCollection, method("put", "patch", "delete")) },
  { name: "also-for-one", expected: 0.7, says: "its method exists for one resource, too", seen: ({ operation, segments, document }) => document.singles.has(`${operation.method} ${segments.join("/")}`) },
  { name: "one-answer", expected: -1.5, says: "a verb that takes a list and gives one answer", seen: ({ verbs }) => verbs.some((one) => oneAnswer.has(one) || one.startsWith("search")) },
  { name: "replaces", expected: -2, says: "a verb that replaces", seen: verb(replacing) },
  { name: "put-replaces", expected: -7, says: "a PUT with a verb that replaces", seen: all(method("put"), verb(replacing, setting)) },
  { name: "put-below-one", expected: -1.5, says: "a PUT below one resource may replace the set", seen: all(method("put"), belowOne, not(tellsFates)) },
  { name: "settings-replaced", expected: -3, says: "settings are replaced", seen: all(isSettings, method("put", "patch", "delete"), not(tellsFates)) },
  { name: "settings", expected: -0.5, says: "its path is one of settings", seen: isSettings },
  { name: "removes", expected: 0, says: "a verb that removes", seen: verb(removing) },

  // The list.
  { name: "no-list", expected: -1.5, says: "no list of items in the request that the document describes", seen: ({ location }) => location === undefined },
  { name: "whole-body", expected: 1, says: "its body is a list", seen: all(inBody, ({ location }) => location?.items.at === "") },
  { name: "one-or-many", expected: 1, says: "its body is one object or a list of such", seen: all(inBody, ({ location }) => location?.items.at === "" && location.oneOrMany && location.structured) },
  { name: "lines", expected: 2, says: "a media type of lines or of batches", seen: all(inBody, ({ location, operation }) => location?.items.as === "lines" || operation.body.some(isBatchType)) },
  { name: "map", expected: 0, says: "a map of items", seen: ({ location }) => location?.items.as !== undefined && location.items.as !== "lines" },
  { name: "subject", expected: 1, says: "the list is the subject of the request", seen: ({ location }) => location?.main === true },
  { name: "dominant", expected: 0.5, says: "the list stands out in the request", seen: ({ location }) => location?.dominant === true },
  { name: "only-property", expected: 0.5, says: "the list is the only property", seen: all(inBody, ({ location }) => location?.items.at !== "" && location?.siblings.length === 0) },
  { name: "required", expected: 0.5, says: "the list is required", seen: required },
  { name: "one-of-many", expected: -2.5, says: "the list is one of many properties", seen: all(optional, ({ location }) => location?.main === false && location.siblings.filter((name) => !isPaging(name)).length > 3) },
  { name: "objects", expected: 0.3, says: "a list of objects", seen: all(inBody, ({ location }) => location?.structured === true) },
  { name: "ids", expected: 0.5, says: "a list of ids", seen: hasIds },
  { name: "plain-values", expected: -0.5, says: "a list of plain values that are no ids", seen: all(plain, not(hasIds)) },
  { name: "allowed-values", expected: -2, says: "the document lists the allowed values", seen: ({ location }) => location?.item !== undefined && viewOf(location.item).allowed !== undefined },
  { name: "json-patch", expected: -4, says: "a patch of one resource", seen: itemHas("op", "path") },
  { name: "named-like-path", expected: 0.4, says: "the list has the name of the path", seen: namedLikePath },
  { name: "named-items", expected: 0.3, says: "the list has a name for any items", seen: ({ list }) => anyItems.has(singular(list.at(-1) ?? "")) },
  { name: "attribute", expected: -1, says: "the list has the name of an attribute", seen: named(attributes) },
  { name: "choice", expected: -2, says: "the list chooses what is answered", seen: isChoice },
  { name: "items-with-id", expected: 0, says: "the items have ids", seen: itemsHaveIds },
  { name: "items-are-resources", expected: 0.5, says: "the items are whole resources", seen: itemsAreResources },
  { name: "to-do", expected: 0.7, says: "the list is what something is done to", seen: ({ location }) => toDo.test(location?.description ?? "") },
  { name: "acts-on-ids", expected: 0.7, says: "a verb acts on plain values", seen: all(plain, inBody, verb(removing, acting)) },
  { name: "references", expected: -1, says: "plain values below one resource may be its references", seen: all(belowOne, plain, inBody, not(tellsFates)) },
  { name: "deletes-ids", expected: 0.5, says: "a DELETE of ids", seen: all(method("delete"), hasIds) },
  { name: "deletes-only-ids", expected: 0.7, says: "nothing but the ids says what is deleted", seen: all(method("delete"), hasIds, ({ segments }) => !segments.some((segment) => segment.includes("{"))) },
  { name: "query-required", expected: 0.7, says: "the list is required in the query", seen: all(inQuery, required) },
  { name: "query-of-get", expected: -2, says: "a list in the query of a GET that has no ids", seen: all(method("get"), inQuery, not(hasIds)) },
  { name: "query-of-write", expected: -3, says: "a list in the query, and no GET or DELETE", seen: all(inQuery, not(method("get", "delete", "query"))) },
  { name: "option", expected: -3, says: "an option of a GET or DELETE that has no ids", seen: all(optional, method("get", "delete"), not(hasIds)) },
  { name: "get-option", expected: -1.5, says: "an option of a GET", seen: all(optional, method("get")) },

  { name: "only-a-list", expected: -0.5, says: "nothing but the list speaks for a batch", seen: onlyAList },

  // The replies.
  { name: "reply-outcome", expected: 2.5, says: "its reply has an outcome for each item", seen: reply("outcome") },
  { name: "reply-by-outcome", expected: 1.5, says: "its reply has successes and failures apart", seen: reply("byOutcome") },
  { name: "reply-results", expected: 1, says: "its reply has a list of results", seen: reply("results") },
  { name: "reply-errors", expected: 1, says: "its reply has a list of errors of its items", seen: reply("errorsOf") },
  { name: "reply-echo", expected: 0.7, says: "its reply has what was sent", seen: reply("echo") },
  { name: "reply-for-each-id", expected: 0.5, says: "its reply has one object for each id", seen: reply("objectPerId") },
  { name: "reply-job", expected: 1, says: "its reply names a job", seen: reply("job") },
  { name: "reply-empty", expected: 0, says: "its reply has no body", seen: reply("empty") },
  { name: "reply-one", expected: -1.5, says: "its reply is one resource", seen: reply("oneResource") },
  { name: "reply-like-body", expected: -1, says: "its reply has the properties of its request", seen: reply("likeBody") },
  { name: "reply-pages", expected: -0.5, says: "its reply has pages", seen: reply("pages") },
  { name: "get-pages", expected: -1.5, says: "a GET of pages", seen: all(method("get"), reply("pages")) },
  { name: "status-207", expected: 2, says: "status 207, for several outcomes", seen: reply("status207") },
  { name: "status-202", expected: 0.7, says: "status 202: the service works on it later", seen: reply("status202") },
];

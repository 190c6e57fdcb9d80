/**
 * `refusalOfNamed` and `refusalOfUnnamed`: why a list in a request is no list of items. `inspect --all` shows these
 * reasons.
 */
import { wordsOf } from "../../base/words.js";
import { text, type RawOperation } from "../../openapi/operations.js";
import { viewOf } from "../../openapi/schema-view.js";
import { isTemplate, segmentsOf, type DocumentWords } from "./document-words.js";
import type { ItemsLocation } from "./items-locations.js";

/** Names of lists that are attributes of one resource. */
const attributes = new Set(
  (
    "scope role tag rule permission label feature field filter keyword domain column metadata setting option attribute " +
    "include expand threshold error uri url capability"
  ).split(" "),
);
/** Verbs of operations that take a list and give one answer. */
const oneAnswer = new Set(
  "search query find filter estimate merge calculate simulate preview price rank sql reorder split combine".split(
    " ",
  ),
);
/** Verbs of a PUT that adds to a set. */
const putAdds = new Set(["create", "upsert", "add", "insert", "update"]);
const replaces = (word: string): boolean => ["set", "replace", "overwrite"].includes(word);

const singular = (word: string): string => word.replace(/ies$/, "y").replace(/s$/, "");
const isId = (name: string): boolean =>
  ["id", "uid", "guid", "sid", "key", "uri", "serial", "number"].includes(
    singular(wordsOf(name.replace(/:in$/, "")).at(-1) ?? ""),
  ) || /ids?$/i.test(name);

/** Why an operation with a word for a batch is no batch operation; undefined if it is one. */
export function refusalOfNamed(
  operation: RawOperation,
  location: ItemsLocation,
): string | undefined {
  if (operation.method !== "put") return undefined;
  if (isTemplate(segmentsOf(operation.path).at(-1) ?? "")) return "replaces one resource";
  const id = text(operation.value, "operationId") ?? "";
  return location.items.at === "" && wordsOf(id).some(replaces)
    ? "replaces the whole set"
    : undefined;
}

interface Named {
  readonly operation: RawOperation;
  readonly location: ItemsLocation;
  readonly words: DocumentWords;
  readonly segments: readonly string[];
  /** The last segment of the path. */
  readonly last: string;
  /** The operationId; empty if it repeats the path. */
  readonly id: string;
  /** The words that the last segment and the operationId begin with: `createPriceLists` prices nothing. */
  readonly verbs: readonly string[];
  /** The property or parameter that holds the list; empty if the list is the body. */
  readonly name: string;
}

/** The first reason that applies counts. */
const reasons: readonly ((named: Named) => string | undefined)[] = [
  ({ operation: { method }, location: { items } }) =>
    items.in === "query" && !["get", "delete", "query"].includes(method)
      ? "its items are in the query, and it is no GET or DELETE"
      : undefined,
  ({ segments, last, words }) =>
    isTemplate(last) &&
    (/(id|key|code|uuid|slug)\}$/i.test(last) ||
      words.paths.has("/" + segments.slice(0, -1).join("/")))
      ? "its path ends in the id of one resource"
      : undefined,
  ({ verbs }) => {
    const verb = verbs.find((word) => oneAnswer.has(word) || word.startsWith("searchby"));
    return verb && `${JSON.stringify(verb)} takes a list and gives one answer`;
  },
  ({ operation: { method, path }, last, name }) => {
    const named = name === "" && method === "put" && path.includes("{") ? last : name;
    return attributes.has(singular(wordsOf(named).at(-1) ?? ""))
      ? `\`${named}\` is an attribute of one resource`
      : undefined;
  },
  ({ operation: { method }, last, id }) =>
    method === "put" && ![...wordsOf(last), ...wordsOf(id)].some((word) => putAdds.has(word))
      ? "a PUT that may replace the whole set"
      : undefined,
  ({ verbs }) => (verbs.some(replaces) ? "replaces the whole set" : undefined),
  ({ location: { items, item, structured }, name }) => {
    if (!structured)
      return !isId(name) && items.at !== "" ? `\`${name}\` is a list of plain values` : undefined;
    const members = item && viewOf(item).properties;
    return members?.has("op") && members.has("path")
      ? "its items are a patch of one resource"
      : undefined;
  },
];

/** Why a list in an operation without a word for a batch is no list of items; undefined if it may be one. */
export function refusalOfUnnamed(
  operation: RawOperation,
  location: ItemsLocation,
  words: DocumentWords,
): string | undefined {
  const segments = segmentsOf(operation.path);
  const last = segments.at(-1) ?? "";
  const operationId = text(operation.value, "operationId") ?? "";
  const id = operationId.includes("/") ? "" : operationId;
  const named: Named = {
    operation,
    location,
    words,
    segments,
    last,
    id,
    verbs: [last, ...id.split(/[_.]/)].flatMap((part) => wordsOf(part).slice(0, 1)),
    name: location.items.at.split("/").at(-1) ?? "",
  };
  for (const reasonOf of reasons) {
    const reason = reasonOf(named);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

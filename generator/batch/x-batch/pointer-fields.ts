/**
 * `pointerFields`: for each field of `x-batch` that holds a pointer, what the pointer is relative to, and what it has to
 * lead to.
 */
import type { JsonObject } from "../../base/json.js";
import type { Cursor } from "../../openapi/cursor.js";
import { mayBe } from "../../openapi/look-up.js";
import { elementOf, viewOf } from "../../openapi/schema-view.js";
import type { BaseContext, BaseName } from "./pointer-bases.js";

/** What a pointer has to lead to. */
export interface Form {
  readonly one: string;
  readonly many: string;
  readonly fits: (schema: Cursor) => boolean;
}

const ofType =
  (...types: readonly string[]) =>
  (schema: Cursor): boolean =>
    mayBe(schema, types);

const membersOf = (schema: Cursor): readonly Cursor[] => [
  ...[elementOf(schema) ?? []].flat(),
  ...viewOf(schema).properties.values(),
];
const holdsLists = (schema: Cursor): boolean => {
  const inside = membersOf(schema);
  return ofType("object")(schema) && (inside.length === 0 || inside.some(ofType("array")));
};
const plain = ["string", "number", "integer", "boolean"] as const;

export const forms = {
  any: { one: "a value", many: "members", fits: () => true },
  array: { one: "a list", many: "lists", fits: ofType("array") },
  map: { one: "a map", many: "maps", fits: ofType("object") },
  groups: { one: "a map of lists", many: "maps of lists", fits: holdsLists },
  columns: { one: "an object of lists", many: "objects of lists", fits: holdsLists },
  text: { one: "a text", many: "texts", fits: ofType("string") },
  csv: { one: "a text or a list", many: "texts and lists", fits: ofType("string", "array") },
  plain: { one: "a plain value", many: "plain values", fits: ofType(...plain) },
  ids: { one: "an id or a list of ids", many: "ids", fits: ofType(...plain, "array") },
} as const satisfies Readonly<Record<string, Form>>;

export type FormName = keyof typeof forms;

export interface Field {
  readonly base: BaseName;
  /** The text is no pointer, but one of the values at this pointer. */
  readonly valueAt?: string;
  /** The text is no pointer, but says what the runtime writes there. */
  readonly writtenAt?: string;
  /** The value is no pointer: the value there is compared with it. */
  readonly comparedAt?: string;
  /** Default `any`. */
  readonly form?: FormName;
  /** It is a part of its base, never all of it. */
  readonly part?: boolean;
  /** Documents seldom declare all of the base: only what is nearly the name of something is reported. */
  readonly loose?: boolean;
  /** What to do if the base has nothing like it. */
  readonly hint?: string;
}

/** @param holder the object that has the field */
type Row = Field | ((holder: JsonObject, context: BaseContext) => Field | undefined);

const listedAs = ({ as, inner }: JsonObject): FormName =>
  as === "groups" && inner !== undefined
    ? "map"
    : as === "map" || as === "groups" || as === "columns" || as === "csv"
      ? as
      : as === "none" || as === "lines" || as === "pairs"
        ? "any"
        : "array";

const listIn =
  (base: BaseName): Row =>
  (holder) => ({ base, form: listedAs(holder) });

/** What is in the body or an item, or else in parameters of the request, by its member `in`. */
const placed = ({ in: place }: JsonObject): Field | undefined =>
  place === "body" || place === "item" || place === "query" || place === "header"
    ? { base: place, ...(place === "body" ? { hint: besideList } : {}) }
    : undefined;

const besideList =
  "Beside a list that is the body, it can only be `in: header`, `query` or `item`.";

const remainderForm = ({ xBatch: { items } }: BaseContext): FormName =>
  listedAs({ as: items.as ?? "array", ...(items.inner !== undefined && { inner: items.inner }) });

/** A whole item that is an object matches an object that has its members. */
const matched =
  (base: BaseName, form: FormName): Row =>
  ({ by, request }) => ({ base, form: by === "value" && request === "" ? "any" : form });

/** A name of a state is one of the values that the schema of the state lists. */
const stateName =
  (base: BaseName): Row =>
  ({ at }) =>
    typeof at === "string" ? { base, valueAt: at } : undefined;

const state = (base: BaseName): Readonly<Record<string, Row>> => ({
  at: { base, form: "plain" },
  ...Object.fromEntries(
    ["done", "pending", "failed"].map((list) => [`${list}.*`, stateName(base)]),
  ),
});
const results = (base: BaseName, entry: BaseName): Readonly<Record<string, Row>> => ({
  at: listIn(base),
  value: { base: entry },
  retryAfter: { base: entry },
  status: { base: entry, form: "plain" },
  "ok.*": ({ status }) =>
    typeof status === "string" ? { base: entry, comparedAt: status } : undefined,
  error: { base: entry },
});
const prefixed = (
  prefix: string,
  rows: Readonly<Record<string, Row>>,
): Readonly<Record<string, Row>> =>
  Object.fromEntries(Object.entries(rows).map(([name, row]) => [`${prefix}.${name}`, row]));

const request = (form: FormName): Field => ({
  base: "item",
  form,
  hint: "Leave `envelope` out if items are no HTTP requests.",
});

/** By field; `*` is any element of a list, or any name in a map. */
export const pointerFields: Readonly<Record<string, Row>> = {
  "items.at": (holder) =>
    holder["in"] === "query" ? { base: "query" } : { base: "body", form: listedAs(holder) },
  "items.inner": { base: "inner", form: "array" },
  "limit.when.*.present": { base: "body" },
  "limit.learn.at": { base: "refusal", form: "text", loose: true },
  "mode.switch.name": placed,
  ...prefixed("results", results("reply", "entry")),
  "errors.at": { base: "answer", form: "array", part: true },
  "errors.message": { base: "failure", form: "text" },
  "errors.category": { base: "failure", form: "plain" },
  "errors.ignore.*.at": { base: "failure", form: "plain" },
  "errors.retry.*.at": { base: "failure", form: "plain" },
  "counts.ok": { base: "answer", form: "plain" },
  "counts.failed": { base: "answer", form: "plain" },
  "remainder.at": (_, context) => ({
    base: "reply",
    form: remainderForm(context),
    part: true,
    hint: "Leave `remainder` out if replies return no part of the request.",
  }),
  "match.*.request": matched("item", "plain"),
  "match.*.result": matched("result", "plain"),
  "match.*.error": matched("failure", "ids"),
  "match.*.unless": { base: "itemOrBody" },
  "match.*.generate": ({ request }) =>
    typeof request === "string" ? { base: "item", writtenAt: request } : undefined,
  "retry.key.name": placed,
  ...Object.fromEntries(
    ["rejected", "throttled", "ambiguous", "wholeBatch", "partial"].map((list) => [
      `statuses.${list}.*.at`,
      { base: "anyReply", form: "plain", loose: true } as const,
    ]),
  ),
  "rate.policies.at": { base: "refusal", form: "text", loose: true },
  ...prefixed("state", state("reply")),
  "job.id": { base: "reply", form: "plain" },
  "job.poll.param": { base: "pollPath" },
  "job.report.param": { base: "reportPath" },
  "job.report.next": { base: "report", form: "text" },
  ...prefixed("job.state", state("poll")),
  ...prefixed("job.results", results("ending", "lateEntry")),
  "select.request": { base: "body", form: "array" },
  "select.result": { base: "result" },
  ...prefixed("envelope", {
    method: request("text"),
    path: request("text"),
    body: request("any"),
    headers: request("any"),
    id: request("plain"),
    after: request("ids"),
    "response.status": { base: "entry", form: "plain" },
    "response.body": { base: "entry" },
  }),
  "variants.tag": { base: "item", form: "plain" },
};

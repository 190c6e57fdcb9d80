/**
 * `itemsLocations`: the places of a request that may hold its items: each list or map in its body, and each list in its
 * query. And `preferred`: the media type of a body that a client sends.
 */
import { formatPointer } from "../../base/pointer.js";
import type { Items } from "../../runtime/endpoint/x-batch.js";
import { bareName, isLines as isLinesType } from "../../openapi/media-types.js";
import { followObject, get, type Cursor } from "../../openapi/cursor.js";
import { isObject, own } from "../../base/json.js";
import { text, type MediaType, type RawOperation } from "../../openapi/operations.js";
import {
  isArray,
  isMap,
  isStructured,
  viewOf,
  type SchemaView,
} from "../../openapi/schema-view.js";
import { wordsOf } from "../../base/words.js";

/** One list or map in a request that may hold the items. */
export interface ItemsLocation {
  /** The `items` of an `x-batch` for it. */
  readonly items: Items;
  /** The schema of one item; absent if the document has none. */
  readonly item?: Cursor;
  /** The items are objects, not ids or other plain values. */
  readonly structured: boolean;
  /** It is the body, the only property, the only (required) list, or has the name of the last path segment. */
  readonly dominant: boolean;
  /**
   * It is the subject of the request: the body, the only property, the only required property, or a property with the
   * name of the last path segment.
   */
  readonly main: boolean;
  /** The request is invalid without it. */
  readonly required: boolean;
  /** The place takes one item as well. */
  readonly oneOrMany: boolean;
  /** The other properties of the object that it is in. */
  readonly siblings: readonly string[];
  readonly description: string;
  readonly maxItems?: number;
}

const batchTypes = /batch/i;
/** A vendor's type for a collection: where the schema has no list, it is that of one line. */
const collectionTypes = /^application\/vnd\.[\w.-]+\.collection\+json/i;

export const isLines = (media: MediaType): boolean => isLinesType(media.name);
export const isBatchType = (media: MediaType): boolean =>
  batchTypes.test(media.name) && !/multipart/i.test(media.name);

/**
 * The media type that a client sends: JSON, or else a variant of JSON, or else a form, or else any other. Those with a
 * schema come first: the document describes what they mean.
 */
export function preferred(content: readonly MediaType[]): MediaType | undefined {
  const rank = ({ name }: MediaType): number => {
    const bare = bareName(name);
    if (bare === "application/json") return 0;
    if (bare === "application/json-patch+json") return 9;
    if (bare.endsWith("+json") || bare === "text/json") return 1;
    if (isLinesType(name)) return 2;
    if (bare === "*/*" || bare === "application/*") return 3;
    if (bare === "application/x-www-form-urlencoded") return 4;
    if (bare === "multipart/form-data") return 5;
    return 6;
  };
  const order = (media: MediaType): number => rank(media) + (describes(media) ? 0 : 10);
  return [...content].sort((a, b) => order(a) - order(b))[0];
}

/** Whether its schema says anything. */
const describes = ({ schema }: MediaType): boolean =>
  schema !== undefined && isObject(schema.value) && Object.keys(schema.value).length > 0;

/** The media type of the request. For a range it is JSON, which the range contains. */
const sentAs = (name: string): string => (/\*/.test(name) ? "application/json" : name);

/** Properties that only wrap the subject of a request. */
const wrappers = new Set(["data", "attributes"]);
/** The search ends so many levels of properties and choices below the body. */
const deepest = 5;

/** The likeliest place first; those in the query last. */
export function itemsLocations(operation: RawOperation): readonly ItemsLocation[] {
  const body = preferred(operation.body);
  return [...(body ? bodyLocations(operation, body) : []), ...queryLocations(operation)];
}

function bodyLocations(operation: RawOperation, body: MediaType): readonly ItemsLocation[] {
  const { schema } = body;
  const root = schema && isObject(schema.value) ? { ...schema, value: schema.value } : undefined;
  if (isLines(body)) return [lines(body, root)];
  if (root === undefined || /json-patch/i.test(body.name)) return [];
  const sent = sentAs(body.name);
  const search: Search = {
    operation,
    mediaType: /^application\/json$/i.test(sent) ? {} : { mediaType: sent },
    found: [],
    seen: new Set(),
  };
  searchObject(search, root, "", 0, true);
  if (search.found.length === 0 && collectionTypes.test(body.name)) return [lines(body, root)];
  return search.found
    .filter(({ items: { at } }, i) => search.found.findIndex(({ items }) => items.at === at) === i)
    .sort((a, b) => rank(a) - rank(b));
}

/** A body with one JSON value on each line. Its schema may describe all lines, or one. */
function lines(body: MediaType, root: Cursor | undefined): ItemsLocation {
  const view = root && viewOf(root);
  const item = view && isArray(view) ? view.items : root;
  return {
    items: { at: "", as: "lines", mediaType: body.name },
    ...(item ? { item } : {}),
    structured: true,
    dominant: true,
    main: true,
    required: true,
    oneOrMany: false,
    siblings: [],
    description: "",
  };
}

/** A search for lists and maps in one body. */
interface Search {
  readonly operation: RawOperation;
  /** A part of {@link Items}; empty if the body is `application/json`. */
  readonly mediaType: Pick<Items, "mediaType">;
  readonly found: ItemsLocation[];
  /** Pointers of the schemas that were searched, because schemas refer to each other in circles. */
  readonly seen: Set<string>;
}

/**
 * @param at the pointer of the value in the body
 * @param alone every property on the way to it is the only one of its object
 */
function searchObject(
  search: Search,
  schema: Cursor,
  at: string,
  depth: number,
  alone: boolean,
): void {
  const { operation, seen } = search;
  const { path } = operation;
  const target = followObject(schema);
  if (depth > deepest || !target || seen.has(target.pointer)) return;
  seen.add(target.pointer);
  const view = viewOf(target);
  const isBody =
    at === "" &&
    addLocation(search, "", view, {
      dominant: true,
      main: true,
      required: true,
      siblings: [],
      description: descriptionOf(target),
    });
  if (isBody && view.branches.length === 0) return;
  const inner = new Map([...view.properties].map(([name, one]) => [name, viewOf(one)]));
  const dominant = dominantIn(view, inner, path);
  for (const [name, property] of view.properties) {
    const propertyView = inner.get(name) ?? viewOf(property);
    const pointer = at + formatPointer([name]);
    const sole = alone && isSole(name, view);
    const main = sole || pointer === "/data" || isNamedAfter(path, name);
    const required = view.required.has(name);
    const siblings = [...view.properties.keys()].filter((other) => other !== name);
    const description = descriptionOf(property);
    const role = { dominant: dominant(name), main, required, siblings, description };
    if (addLocation(search, pointer, propertyView, role)) continue;
    const wraps =
      wrappers.has(name) || view.properties.size === 1 || propertyView.properties.has("data");
    if (wraps) searchObject(search, property, pointer, depth + 1, sole);
  }
  for (const branch of view.branches) searchObject(search, branch, at, depth + 1, alone);
}

/** Decides whether a property is `dominant`. */
function dominantIn(
  { properties, required }: SchemaView,
  inner: ReadonlyMap<string, SchemaView>,
  path: string,
): (name: string) => boolean {
  const lists = [...inner].flatMap(([name, view]) => (isArray(view) ? [name] : []));
  const requiredLists = lists.filter((name) => required.has(name));
  const isOnly = (names: readonly string[], name: string): boolean =>
    names.length === 1 && names[0] === name;
  return (name) =>
    properties.size === 1 ||
    isOnly(requiredLists, name) ||
    isOnly(lists, name) ||
    path.toLowerCase().endsWith(`/${name.toLowerCase()}`);
}

type Role = Pick<ItemsLocation, "dominant" | "main" | "required" | "siblings" | "description">;

const descriptionOf = (schema: Cursor | undefined): string =>
  (schema &&
    (text(schema.value, "description") ??
      text(followObject(schema)?.value ?? {}, "description"))) ??
  "";

/** Adds a list or a map, or a choice with a list, to what was found; returns false for anything else. */
function addLocation(
  { mediaType, found }: Search,
  at: string,
  whole: SchemaView,
  role: Role,
): boolean {
  const many = isArray(whole) ? [] : whole.branches.map(viewOf).filter(isArray);
  const [view = whole] = many;
  const array = isArray(view);
  const values = !array && isMap(view) ? view.values : undefined;
  const groups = values !== undefined && isArray(viewOf(values));
  if (!array && !(values && (groups || isStructured(values)))) return false;
  const item = array ? view.items : groups ? viewOf(values).items : values;
  const target = item && followObject(item);
  found.push({
    items: { at, ...(array ? {} : { as: groups ? "groups" : "map" }), ...mediaType },
    ...(item ? { item } : {}),
    structured: target !== undefined && isStructured(target),
    oneOrMany: many.length > 0 && whole.branches.length > many.length,
    ...role,
    ...(view.maxItems === undefined ? {} : { maxItems: view.maxItems }),
  });
  return true;
}

const rank = ({ structured, dominant, items }: ItemsLocation): number =>
  (structured ? 0 : 4) + (dominant ? 0 : 2) + (items.as === undefined ? 0 : 1);

/** Whether a property is the only one, or the only required one. */
const isSole = (name: string, { properties, required }: SchemaView): boolean =>
  properties.size === 1 || (required.size === 1 && required.has(name));

/** Such as `purchaseOrders` for `/v1/purchase-order`, and `items` for `/customers/{id}:addItems`. */
function isNamedAfter(path: string, name: string): boolean {
  const plain = (words: readonly string[]): string => words.join("").replace(/s$/, "");
  const last = wordsOf(path.split(/[/:]/).at(-1) ?? "");
  const wanted = plain(wordsOf(name));
  return wanted !== "" && [last, last.slice(1)].some((words) => plain(words) === wanted);
}

/** Lists in the query that select parts of the reply, such as `fields[profile]`, and are no items. */
const answerOptions =
  /\[|^(selected_?|additional-)?(fields?|include|includes|expand|embed|sort|order|filter)$/i;

/** Lists in the query. */
function queryLocations({ parameters }: RawOperation): readonly ItemsLocation[] {
  const inQuery = parameters.flatMap((parameter) => {
    const { value } = parameter;
    const name = text(value, "name");
    if (own(value, "in") !== "query" || name === undefined) return [];
    return [{ name, parameter, required: own(value, "required") === true }];
  });
  const requiredIds = inQuery.filter(({ name, required }) => required && /ids?$/i.test(name));
  return inQuery.flatMap(({ name, parameter, required }) => {
    if (answerOptions.test(name)) return [];
    const schema = followObject(get(parameter, "schema"));
    const view = schema && viewOf(schema);
    if (!view || !isArray(view)) return [];
    return [
      {
        items: { in: "query" as const, at: name },
        ...(view.items ? { item: view.items } : {}),
        structured: false,
        dominant: required,
        main: required && !requiredIds.some((other) => other.name !== name),
        required,
        oneOrMany: false,
        siblings: inQuery.flatMap((other) => (other.name === name ? [] : [other.name])),
        description: text(parameter.value, "description") ?? "",
        ...(view.maxItems === undefined ? {} : { maxItems: view.maxItems }),
      },
    ];
  });
}

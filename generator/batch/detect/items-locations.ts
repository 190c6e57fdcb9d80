/** Where the items of a request could be: every list or map that a request carries, the likeliest first. */
import { formatPointer } from "../../base/pointer.js";
import type { Spec } from "../../openapi/spec.js";
import type { Items } from "../../runtime/endpoint/x-batch.js";
import { bareName, isJson } from "../../openapi/media-types.js";
import {
  followObject,
  isObject,
  own,
  text,
  type MediaType,
  type Placed,
  type RawOperation,
} from "../../openapi/operations.js";
import { isArray, isMap, isStructured, shapeAt, type Shape } from "../../openapi/schema-view.js";
import { wordsOf } from "../../base/words.js";

export interface Carrier {
  readonly items: Items;
  /** The schema of one item; absent where the document has none. */
  readonly item?: Placed;
  /** Items are objects, not ids. */
  readonly structured: boolean;
  /** Root, the only property, the only required list, or named like the last path segment. */
  readonly dominant: boolean;
  /** Root, the only property, the only required property, or named like the last path segment: the request is about it. */
  readonly main: boolean;
  readonly maxItems?: number;
}

const lineTypes = /^application\/(x-)?(ndjson|jsonl|json-?lines)|^application\/json;.*lines/i;
const batchTypes = /batch/i;

export const isLines = (media: MediaType): boolean => lineTypes.test(media.name);
export const isBatchType = (media: MediaType): boolean =>
  batchTypes.test(media.name) && !/multipart/i.test(media.name);

/** The media type that a client would send: JSON, then what is like JSON, then forms, then anything. */
export function preferred(content: readonly MediaType[]): MediaType | undefined {
  const rank = ({ name }: MediaType): number => {
    const bare = bareName(name);
    if (bare === "application/json") return 0;
    if (bare === "application/json-patch+json") return 9;
    if (bare.endsWith("+json") || bare === "text/json") return 1;
    if (lineTypes.test(name)) return 2;
    if (bare === "*/*" || bare === "application/*") return 3;
    if (bare === "application/x-www-form-urlencoded") return 4;
    if (bare === "multipart/form-data") return 5;
    return 6;
  };
  return [...content].sort((a, b) => rank(a) - rank(b))[0];
}

export { bareName, isJson };

/** The media type that a request is sent with: a range stands for JSON, which everything that is so vague takes. */
export const sentAs = (name: string): string => (/\*/.test(name) ? "application/json" : name);

/** Properties that only wrap what a request is about. */
const wrappers = new Set(["data", "attributes"]);
const deepest = 5;

/** All carriers of an operation, the likeliest first. */
export function carriersOf(operation: RawOperation): readonly Carrier[] {
  const body = preferred(operation.body);
  return [...(body ? bodyCarriers(operation, body) : []), ...queryCarriers(operation)];
}

/** One JSON value in each line. The schema is that of the lines, or of one line, or absent. */
function lineCarrier(spec: Spec, body: MediaType, root: Placed | undefined): Carrier {
  const shape = root && shapeAt(spec, root);
  const item = shape && isArray(shape) ? shape.items : root;
  return {
    items: { at: "", as: "lines", mediaType: body.name },
    ...(item ? { item } : {}),
    structured: true,
    dominant: true,
    main: true,
  };
}

function bodyCarriers(operation: RawOperation, body: MediaType): readonly Carrier[] {
  const { spec } = operation;
  const { schema } = body;
  const root = schema && isObject(schema.value) ? { ...schema, value: schema.value } : undefined;
  if (isLines(body)) return [lineCarrier(spec, body, root)];
  if (root === undefined || /json-patch/i.test(body.name)) return [];
  const sent = sentAs(body.name);
  const mediaType = /^application\/json$/i.test(sent) ? {} : { mediaType: sent };
  const carriers: Carrier[] = [];

  const carrier = (
    at: string,
    shape: Shape,
    { dominant, main }: Pick<Carrier, "dominant" | "main">,
  ): boolean => {
    const array = isArray(shape);
    const values = !array && isMap(shape) ? shape.values : undefined;
    const groups = values !== undefined && isArray(shapeAt(spec, values));
    if (!array && !(values && (groups || isStructured(spec, values)))) return false;
    const item = array ? shape.items : groups ? shapeAt(spec, values).items : values;
    const target = item && followObject(spec, item.value, item.pointer);
    carriers.push({
      items: { at, ...(array ? {} : { as: groups ? "groups" : "map" }), ...mediaType },
      ...(item ? { item } : {}),
      structured: target !== undefined && isStructured(spec, target),
      dominant,
      main,
      ...(shape.maxItems === undefined ? {} : { maxItems: shape.maxItems }),
    });
    return true;
  };

  // Documents choose between choices, and come back to where they began.
  const seen = new Set<string>();
  const visit = (schema: Placed, at: string, depth: number, alone: boolean): void => {
    const target = followObject(spec, schema.value, schema.pointer);
    if (depth > deepest || !target || seen.has(target.pointer)) return;
    seen.add(target.pointer);
    const shape = shapeAt(spec, target);
    if (depth === 0 && carrier("", shape, { dominant: true, main: true })) return;
    const properties = [...shape.properties].map(
      ([name, property]) => [name, property, shapeAt(spec, property)] as const,
    );
    const lists = properties.filter(([, , inner]) => isArray(inner));
    const requiredLists = lists.filter(([name]) => shape.required.has(name));
    for (const [name, property, inner] of properties) {
      const place = at + formatPointer([name]);
      const dominant =
        properties.length === 1 ||
        (requiredLists.length === 1 && requiredLists[0]?.[0] === name) ||
        (lists.length === 1 && lists[0]?.[0] === name) ||
        operation.path.toLowerCase().endsWith(`/${name.toLowerCase()}`);
      const sole = alone && isSole(name, shape);
      const main = sole || place === "/data" || isNamedAfter(operation.path, name);
      if (carrier(place, inner, { dominant, main })) continue;
      const wraps = wrappers.has(name) || properties.length === 1 || inner.properties.has("data");
      if (wraps) visit(property, place, depth + 1, sole);
    }
    for (const branch of shape.branches) visit(branch, at, depth + 1, alone);
  };

  visit(root, "", 0, true);
  const rank = (carrier: Carrier): number =>
    (carrier.structured ? 0 : 4) +
    (carrier.dominant ? 0 : 2) +
    (carrier.items.as === undefined ? 0 : 1);
  return carriers
    .filter(
      ({ items }, index) => carriers.findIndex((other) => other.items.at === items.at) === index,
    )
    .sort((a, b) => rank(a) - rank(b));
}

/** The only property, or the only one that must be there. */
const isSole = (name: string, { properties, required }: Shape): boolean =>
  properties.size === 1 || (required.size === 1 && required.has(name));

/** `/v1/purchase-order` and `purchaseOrders`, `/customers/{id}:addItems` and `items`. */
function isNamedAfter(path: string, name: string): boolean {
  const plain = (words: readonly string[]): string => words.join("").replace(/s$/, "");
  const last = wordsOf(path.split(/[/:]/).at(-1) ?? "");
  const wanted = plain(wordsOf(name));
  return wanted !== "" && [last, last.slice(1)].some((words) => plain(words) === wanted);
}

/** Lists in the query that shape the answer and name nothing to act on, such as `fields[profile]`. */
const shapesAnswer =
  /\[|^(selected_?|additional-)?(fields?|include|includes|expand|embed|sort|order|filter)$/i;

/** Lists of ids in the query. */
function queryCarriers(operation: RawOperation): readonly Carrier[] {
  const requiredIds = operation.parameters.flatMap(({ value }) => {
    const name = text(value, "name") ?? "";
    const wanted = own(value, "in") === "query" && own(value, "required") === true;
    return wanted && /ids?$/i.test(name) ? [name] : [];
  });
  return operation.parameters.flatMap((parameter) => {
    const name = text(parameter.value, "name");
    if (own(parameter.value, "in") !== "query" || name === undefined) return [];
    if (shapesAnswer.test(name)) return [];
    const schema = followObject(
      operation.spec,
      own(parameter.value, "schema"),
      `${parameter.pointer}/schema`,
    );
    const shape = schema && shapeAt(operation.spec, schema);
    if (!shape || !isArray(shape)) return [];
    const required = own(parameter.value, "required") === true;
    return [
      {
        items: { in: "query" as const, at: name },
        ...(shape.items ? { item: shape.items } : {}),
        structured: false,
        dominant: required,
        main: required && !requiredIds.some((other) => other !== name),
        ...(shape.maxItems === undefined ? {} : { maxItems: shape.maxItems }),
      },
    ];
  });
}

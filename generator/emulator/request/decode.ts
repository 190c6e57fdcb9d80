/** `decode`: the text of a request -> its items, by the form in `x-batch`. `encodeItems` is the way back. */
import { groupBy } from "../../base/group-by.js";
import { isArray, isObject, type JsonValue } from "../../base/json.js";
import { getAt } from "../../base/pointer.js";
import type { RequestForm } from "../../batch/request-forms.js";
import type { Items } from "../../runtime/endpoint/x-batch.js";
import { readCsv } from "./forms.js";
import type { Item } from "../operation.js";
import { asText, setAt } from "../values.js";

export interface Decoded {
  /** The body, or the list of its lines. Undefined where the request has none. */
  readonly body: JsonValue | undefined;
  readonly items: readonly Item[];
}

const indexed = (items: readonly Omit<Item, "index">[]): readonly Item[] =>
  items.map((item, index) => ({ ...item, index }));

/** The text of the items -> its lines or rows, and the items. Forms that are JSON have no row here. */
const fromText: {
  readonly [F in RequestForm]?: (text: string, items: Items) => Decoded;
} = {
  lines(text) {
    const lines = linesOf(text);
    return { body: lines, items: indexed(lines.map((value) => ({ value }))) };
  },
  pairs(text, items) {
    const lines = linesOf(text);
    return { body: lines, items: pairs(lines, items) };
  },
  csv(text) {
    const rows = readCsv(text);
    return { body: rows, items: indexed(rows.map((value) => ({ value }))) };
  },
};

const linesOf = (text: string): readonly JsonValue[] =>
  text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as JsonValue); // what JSON.parse gives

/** The value at the pointer of the items -> the items. A single value is a list of one. */
const fromValue: {
  readonly [F in Exclude<RequestForm, "lines" | "pairs" | "csv">]: (
    value: JsonValue,
    items: Items,
  ) => readonly Item[];
} = {
  array: (value) => indexed((isArray(value) ? value : [value]).map((value) => ({ value }))),
  map: (value) =>
    indexed(isObject(value) ? Object.entries(value).map(([key, value]) => ({ key, value })) : []),
  groups: (value, items) =>
    indexed(
      isObject(value)
        ? Object.entries(value)
            .filter(([key]) => items.keys?.includes(key) ?? true)
            .flatMap(([key, group]) => listIn(group, items).map((value) => ({ key, value })))
        : [],
    ),
  lists: (value, items) =>
    indexed(
      (isArray(value) ? value : []).flatMap((group, list) =>
        listIn(group, items).map((value) => ({ value, list })),
      ),
    ),
  columns(value) {
    if (!isObject(value)) return [];
    const columns = Object.entries(value).flatMap(([name, cells]) =>
      isArray(cells) ? [{ name, cells }] : [],
    );
    const rows = Math.max(0, ...columns.map(({ cells }) => cells.length));
    return indexed(
      Array.from({ length: rows }, (_, row) => ({
        value: Object.fromEntries(
          columns.flatMap(({ name, cells }) => {
            const cell = cells[row];
            return cell === undefined ? [] : [[name, cell] as const];
          }),
        ),
      })),
    );
  },
};

/** The list of a group. A single value is a list of one. */
function listIn(group: JsonValue, { inner = "" }: Items): readonly JsonValue[] {
  const list = getAt(group, inner);
  return isArray(list) ? list : list === undefined ? [] : [list];
}

/**
 * @param query All values of a query parameter.
 * @param form Reads the body of an HTML form; absent for other bodies.
 * @throws SyntaxError if the body is not JSON, or a line is not.
 */
export function decode(
  items: Items,
  text: string,
  query: (name: string) => readonly string[],
  form?: (text: string) => JsonValue,
): Decoded {
  const { as = "array", at } = items;
  if (at === "") {
    const decoded = fromText[as]?.(text, items);
    if (decoded) return decoded;
  }
  const read = form ?? ((text: string) => JSON.parse(text) as JsonValue); // what JSON.parse gives
  const body = text === "" ? undefined : read(text);
  if (items.in === "query") {
    const given = [...query(at), ...query(`${at}[]`)];
    const texts = given.length === 1 ? (given[0] ?? "").split(",") : given;
    return {
      body,
      items: indexed(texts.filter((value) => value !== "").map((value) => ({ value }))),
    };
  }
  const value = body === undefined ? undefined : getAt(body, at);
  if (value === undefined || value === null) return { body, items: [] };
  if (as === "lines" || as === "pairs" || as === "csv")
    return { body, items: fromText[as]?.(asText(value) ?? "", items).items ?? [] };
  return { body, items: fromValue[as](value, items) };
}

/** Each item is an action line, followed by a source line unless the action has none. */
function pairs(lines: readonly JsonValue[], { without = [] }: Items): readonly Item[] {
  const found: Omit<Item, "index">[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i];
    const [name, meta] = (isObject(line) ? Object.entries(line)[0] : undefined) ?? [];
    if (name === undefined || meta === undefined) {
      throw new SyntaxError(`line ${i + 1} is not an action: an object with one member`);
    }
    if (without.includes(name)) {
      found.push({ value: meta, action: name, meta });
      continue;
    }
    const source = lines[++i];
    if (source === undefined) throw new SyntaxError(`line ${i} has no line after it`);
    found.push({ value: source, action: name, meta });
  }
  return indexed(found);
}

/** Some of the items in the form of the request, to send them again. */
export function encodeItems({ as = "array", inner = "" }: Items, some: readonly Item[]): JsonValue {
  const list = (values: readonly JsonValue[]): JsonValue => setAt({}, inner, values);
  if (as === "lists") return [list(some.map(({ value }) => value))];
  if (as === "map") return Object.fromEntries(some.map(({ key = "", value }) => [key, value]));
  if (as === "csv") return some.map(({ value }) => asText(value) ?? "").join(",");
  if (as !== "groups") return some.map(({ value }) => value);
  const groups = groupBy(some, ({ key = "" }) => key);
  return Object.fromEntries(
    [...groups].map(([key, members]) => [key, list(members.map(({ value }) => value))]),
  );
}

/** `readForm` and `readCsv`: the text of a form, or of CSV -> JSON values. */
import { isObject, type JsonObject, type JsonValue } from "../../base/json.js";
import type { EmulatedOperation, RawSchema } from "../operation.js";
import type { ChosenView, Schemas } from "../schemas.js";

/** The boundary between the parts of a multipart body. */
export const boundaryOf = (mediaType: string): string | undefined =>
  /;\s*boundary="?([^";]+)"?/i.exec(mediaType)?.[1];

interface Field {
  readonly name: string;
  readonly text: string;
}

/** @throws SyntaxError if the text is not such a form, or a field does not fit its schema */
export function readForm(
  mediaType: string,
  text: string,
  body: EmulatedOperation["body"],
  schemas: Schemas,
): JsonObject {
  const fields = /^multipart/i.test(mediaType)
    ? readParts(text, boundaryOf(mediaType))
    : [...new URLSearchParams(text)].map(([name, text]) => ({ name, text }));
  const members = new Map<string, Field[]>();
  for (const field of fields) {
    // `name[0][key]` belongs to the member `name`.
    const name = field.name.replace(/(?<=.)\[.*$/s, "");
    members.set(name, [...(members.get(name) ?? []), field]);
  }
  const { properties } = schemas.viewOf(body?.schema);
  return Object.fromEntries(
    [...members].map(([name, fields]) => {
      const encoding = body?.encoding && Object.hasOwn(body.encoding, name) && body.encoding[name];
      return [
        name,
        memberOf(fields, properties.get(name), isObject(encoding) ? encoding : {}, schemas),
      ];
    }),
  );
}

function memberOf(
  fields: readonly Field[],
  schema: RawSchema | undefined,
  { contentType, style, explode }: JsonObject,
  schemas: Schemas,
): JsonValue {
  const view = schemas.viewOf(schema);
  const texts = fields.map(({ text }) => text);
  const [first = ""] = texts;
  if (style === "deepObject") return unnest(fields, schema, schemas);
  if (typeof contentType === "string" && /\bjson$/i.test(contentType) && !view.types.has("string"))
    return JSON.parse(first) as JsonValue; // what JSON.parse gives
  if (!view.types.has("array")) return valueOf(first, view);
  const apart = style === "spaceDelimited" ? " " : style === "pipeDelimited" ? "|" : ",";
  const joined = explode === false || apart !== ",";
  const elements = joined && explode !== true ? first.split(apart) : texts;
  return elements.map((text) => valueOf(text, schemas.viewOf(view.items)));
}

/** The value of a text, by the type in its schema. */
function valueOf(text: string, { types }: ChosenView): JsonValue {
  if (types.has("string") || types.size === 0) return text;
  return JSON.parse(text) as JsonValue; // what JSON.parse gives
}

/** Builds the value of fields such as `name[0][key]=text`, one level for each bracket. */
function unnest(
  fields: readonly Field[],
  schema: RawSchema | undefined,
  schemas: Schemas,
): JsonValue {
  const groups = new Map<string, Field[]>();
  for (const { name, text } of fields) {
    const [, key, rest = ""] = /^[^[]*\[([^\]]*)\](.*)$/s.exec(name) ?? [];
    if (key === undefined) return valueOf(text, schemas.viewOf(schema));
    groups.set(key, [...(groups.get(key) ?? []), { name: rest, text }]);
  }
  const view = schemas.viewOf(schema);
  const members = [...groups].map(([key, inner]) => {
    const of = view.types.has("array") ? view.items : (view.properties.get(key) ?? view.values);
    return [key, unnest(inner, of, schemas)] as const;
  });
  return view.types.has("array")
    ? [...members].sort(([a], [b]) => Number(a) - Number(b)).map(([, value]) => value)
    : Object.fromEntries(members);
}

/** The parts of `multipart/form-data` (RFC 7578). */
function readParts(text: string, boundary: string | undefined): readonly Field[] {
  if (boundary === undefined) throw new SyntaxError("the media type names no boundary");
  const [before, ...parts] = `\r\n${text}`.split(`\r\n--${boundary}`);
  if (before !== "" || parts.pop()?.trimEnd() !== "--")
    throw new SyntaxError("a part is not between two boundaries");
  return parts.map((part) => {
    const end = part.indexOf("\r\n\r\n");
    const head = part.slice(0, end);
    const name = /^content-disposition: *form-data;.*\bname="([^"]*)"/im.exec(head)?.[1];
    if (end < 0 || name === undefined) throw new SyntaxError("a part has no name");
    const plain = name.replace(/%(0D|0A|22)/g, decodeURIComponent);
    return { name: plain, text: part.slice(end + "\r\n\r\n".length) };
  });
}

/** RFC 4180: the rows below a header, each cell a text. */
export function readCsv(text: string): readonly JsonObject[] {
  const rows: string[][] = [];
  for (let at = 0; at < text.length;) {
    const row: string[] = [];
    do {
      const { cell, end } = readCell(text, at);
      row.push(cell);
      at = end + 1;
    } while (text[at - 1] === ",");
    if (text[at - 1] === "\r" && text[at] === "\n") at++;
    rows.push(row);
  }
  const [names = [], ...records] = rows;
  return records.map((cells) => Object.fromEntries(names.map((name, i) => [name, cells[i] ?? ""])));
}

/** A cell, and where it ends. What follows a quoted part belongs to the cell, as does a quote without an end. */
function readCell(text: string, from: number): { readonly cell: string; readonly end: number } {
  let cell = "";
  let at = from;
  while (text[at] === '"') {
    const close = text.indexOf('"', at + 1);
    const end = close < 0 ? text.length : close;
    cell += (at > from ? '"' : "") + text.slice(at + 1, end);
    at = end + 1;
  }
  const rest = /[^,\r\n]*/y;
  rest.lastIndex = at;
  const [bare = ""] = rest.exec(text) ?? [];
  return { cell: cell + bare, end: at + bare.length };
}

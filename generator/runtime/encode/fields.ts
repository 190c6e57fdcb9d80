/** `fieldsOf`: the members of a body as fields of a form, for form.ts and multipart.ts. */
import type { Json } from "./encoding.js";
import type { Operation, Part } from "../endpoint/operation.js";
import { isObject, tokens } from "../pointer.js";
import { nested } from "./nested.js";
import { flawOf } from "./flaw.js";

export interface Field {
  readonly name: string;
  readonly value: string | Blob;
  /** The media type, if the value is JSON or the data names one. */
  readonly type?: string | undefined;
  readonly fileName?: string | undefined;
}

type Form = Pick<Operation, "encoding" | "items">;

/** Undefined and null have no field. The items come last, because services read the fields about a file before the file. */
export const fieldsOf = (body: unknown, { encoding }: Form, json: Json): readonly Field[] =>
  // `put` adds new members at the front.
  Object.entries(body ?? {})
    .reverse()
    .flatMap(([name, value]: [string, unknown]) =>
      membersOf(name, value, settingOf(encoding, name), json),
    );

/** The fields that one item adds; undefined if all items are in one field. */
export function fieldsOfItem(
  item: unknown,
  { encoding, items }: Form,
  json: Json,
): readonly Field[] | undefined {
  const { at, as = "array" } = items;
  const [name = "", ...inner] = tokens(at);
  const part = settingOf(encoding, name);
  const own = as === "array" && !inner.length && !isJson(part) && explodes(part);
  return own ? membersOf(name, [item], part, json) : undefined;
}

const settingOf = (encoding: Form["encoding"], name: string): Part =>
  (encoding && Object.hasOwn(encoding, name) ? encoding[name] : undefined) ?? {};

const JSON_TYPE = "application/json";
const isJson = ({ contentType = "" }: Part) => /\bjson$/i.test(contentType);
const explodes = ({ style = "form", explode = style === "form" || style === "deepObject" }: Part) =>
  explode;

const DELIMITERS: Readonly<Record<string, string>> = { spaceDelimited: " ", pipeDelimited: "|" };

function membersOf(name: string, value: unknown, part: Part, json: Json): readonly Field[] {
  const { style, contentType, fileName } = part;
  const asJson = (value: unknown) => {
    const flaw = flawOf(value, { bigints: true, files: false });
    if (flaw) throw new TypeError(`${name}: ${flaw}`);
    return json(value);
  };
  const text = (value: unknown) => (isObject(value) ? asJson(value) : String(value));
  const field = (value: unknown, as = name): Field => {
    if (value instanceof Blob) return { name: as, value, type: contentType, fileName };
    const type = contentType ?? (isObject(value) ? JSON_TYPE : undefined);
    return { name: as, value: text(value), type, fileName };
  };
  if (value === undefined || value === null) return [];
  if (isJson(part) && !(value instanceof Blob) && typeof value !== "string")
    return [{ name, value: asJson(value), type: contentType, fileName }];
  if (!isObject(value) || value instanceof Blob) return [field(value)];
  if (value instanceof Date) return [field(value.toJSON())];
  if (style === "deepObject") return nested(name, value).map(([as, leaf]) => field(leaf, as));
  const delimiter = DELIMITERS[style ?? ""] ?? ",";
  const present = (inner: unknown) => inner !== undefined && inner !== null;
  if (Array.isArray(value)) {
    const fields = value.filter(present).map((inner) => field(inner));
    if (explodes(part) || fields.length < 2) return fields;
    return [field(value.filter(present).map(text).join(delimiter))];
  }
  if (!style) return [field(value)];
  const members = Object.entries(value).filter(([, inner]) => present(inner));
  return explodes(part)
    ? members.map(([key, inner]) => field(inner, key))
    : [field(members.flatMap(([key, inner]) => [key, text(inner)]).join(delimiter))];
}

/** `styles`: fills in parameters of any kind, by OpenAPI's `style`, `explode` and `content`. */
import type { Parameter } from "./operation.js";
import { isObject, member, put } from "../pointer.js";
import { nested } from "../encode/nested.js";
import { keyOf, type Draft, type Fill } from "./request.js";

/**
 * Throws a TypeError if a required parameter is missing, or if a value would change the path (empty, `.` or `..`), or is
 * nested deeper than its style says.
 */
export const styles: Fill = (draft, operation, given, inputs) => {
  const { items } = operation;
  const params = items.in === "query" ? { ...given, [items.at]: inputs } : given;
  for (const parameter of operation.parameters ?? []) {
    const { in: place, name } = parameter;
    const key = keyOf(parameter);
    const value = parameter.value ?? member(params, key);
    const missing = value === undefined || value === null;
    if (missing && (place === "path" || parameter.required))
      throw new TypeError(`${operation.name}: ${key} is missing`);
    if (missing) continue;
    const text = place === "body" ? "" : serialize(parameter, value);
    if (place === "path" && /^\.{0,2}$/.test(text))
      throw new TypeError(`${operation.name}: ${key} is "${text}"`);
    if (place === "body") draft.body = put(draft.body, name, value);
    else write(draft, parameter, text);
  }
};

function write(draft: Draft, { in: place, name }: Parameter, text: string): void {
  const { headers } = draft;
  if (place === "path") draft.path = draft.path.replaceAll(`{${name}}`, () => text);
  else if (place === "query") draft.query += (draft.query && text && "&") + text;
  else if (place === "header") headers[name] = text;
  else headers["cookie"] = headers["cookie"] ? `${headers["cookie"]}; ${text}` : text;
}

/** For each style: the prefix, the delimiters of exploded and of other parts, and whether the name is in front. */
const STYLES: Readonly<Record<string, readonly [string, string, string, boolean]>> = {
  simple: ["", ",", ",", false],
  label: [".", ".", ",", false],
  matrix: [";", ";", ",", true],
  form: ["", "&", ",", true],
  spaceDelimited: ["", "&", "%20", true],
  pipeDelimited: ["", "&", "%7C", true],
  deepObject: ["", "&", ",", true],
};

/**
 * A parameter as a request contains it: with its name if the style has one (`a=1&a=2`), otherwise only the value.
 * Percent-encoded, except in headers. `""` for an empty list.
 */
function serialize(parameter: Parameter, value: unknown): string {
  const { in: place, json } = parameter;
  const query = place === "query" || place === "cookie";
  const style = parameter.style ?? (query ? "form" : "simple");
  const explode = parameter.explode ?? (style === "form" || style === "deepObject");
  const [prefix, between, within, named] = STYLES[style] ?? ["", ",", ",", false];

  const encode = (part: unknown): string => {
    if (!json && isObject(part) && !(part instanceof Date))
      throw new TypeError(
        `${parameter.name} has a value in a value, which ${style} cannot contain`,
      );
    const text = json ? JSON.stringify(part) : part instanceof Date ? part.toJSON() : String(part);
    if (place === "header") return text;
    const encoded = encodeURIComponent(text);
    return parameter.allowReserved && query
      ? encoded.replace(/%(3A|2F|3F|5B|5D|40|24|2C|3B|3D)/g, decodeURIComponent)
      : encoded;
  };
  const name = encodeURIComponent(parameter.name);
  const pair = (key: string, part: unknown) => `${key}=${encode(part)}`;
  const present = (part: unknown) => part !== undefined;

  let parts: string[];
  if (json || !isObject(value) || value instanceof Date)
    parts = [named ? pair(name, value) : encode(value)];
  else if (Array.isArray(value)) {
    const items = value.filter(present);
    if (!items.length) return "";
    parts =
      explode && named
        ? items.map((item) => pair(name, item))
        : explode
          ? items.map(encode)
          : [(named ? name + "=" : "") + items.map(encode).join(within)];
  } else {
    const members = Object.entries(value).filter(([, member]) => present(member));
    if (style === "deepObject")
      parts = nested(parameter.name, value).map(([key, part]) =>
        pair(encodeURIComponent(key), part),
      );
    else if (explode) parts = members.map(([key, member]) => pair(encode(key), member));
    else
      parts = [
        (named ? name + "=" : "") +
          members.flatMap(([k, m]) => [encode(k), encode(m)]).join(within),
      ];
  }
  return prefix + parts.join(place === "cookie" ? "; " : between);
}

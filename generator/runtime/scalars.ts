/** Scalars in path and query, in OpenAPI's default style, and members of the body. What goes beyond is in styles.ts. */
import { member, put } from "./pointer.js";
import { keyOf, type Fill } from "./request.js";

/**
 * Throws TypeError where a required parameter is missing, and where a value would make the path another one (empty,
 * `.` or `..`).
 */
export const scalars: Fill = (draft, operation, params) =>
  operation.parameters?.forEach((parameter) => {
    const { name, in: place, required } = parameter;
    const key = keyOf(parameter);
    const value = parameter.value ?? member(params, key) ?? undefined;
    const text = encodeURIComponent(String(value ?? ""));
    if (place === "path" ? /^\.{0,2}$/.test(text) : required && value === undefined)
      throw new TypeError(
        `${operation.name}: ${key} is ${value === undefined ? "missing" : `"${text}"`}`,
      );
    if (place === "path") draft.path = draft.path.replaceAll(`{${name}}`, text);
    else if (value === undefined) return;
    else if (place === "body") draft.body = put(draft.body, name, value);
    else draft.query += `${draft.query && "&"}${encodeURIComponent(name)}=${text}`;
  });

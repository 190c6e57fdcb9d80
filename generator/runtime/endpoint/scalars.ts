/** `scalars`: fills in scalars in path and query, in OpenAPI's default style, and members of the body. */
import { member, put } from "../pointer.js";
import { keyOf, type Fill } from "./request.js";

/**
 * Throws a TypeError if a required parameter is missing, or if a value would change the path (empty, `.` or `..`).
 */
export const scalars: Fill = (draft, operation, params) =>
  operation.parameters?.forEach((parameter) => {
    const { name, in: place, required } = parameter;
    const key = keyOf(parameter);
    const value: unknown = parameter.value ?? member(params, key) ?? undefined;
    const missing = value === undefined;
    const text = encodeURIComponent(String(value));
    if (place === "path" ? missing || /^\.{0,2}$/.test(text) : missing && required)
      throw new TypeError(`${operation.name}: ${key} is ${missing ? "missing" : `"${text}"`}`);
    if (place === "path") draft.path = draft.path.replaceAll(`{${name}}`, text);
    else if (missing) return;
    else if (place === "body") draft.body = put(draft.body, name, value);
    else draft.query += `${draft.query && "&"}${encodeURIComponent(name)}=${text}`;
  });

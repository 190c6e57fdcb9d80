/** `segments`: fills in parameters that are all scalars in the path, in OpenAPI's default style. */
import { member } from "../pointer.js";
import type { Fill } from "./request.js";

/** Throws a TypeError if a value is missing, or would change the path (empty, `.` or `..`). */
export const segments: Fill = (draft, operation, params) =>
  operation.parameters?.forEach(({ name, key = name, value }) => {
    const text = String(value ?? member(params, key));
    if (/^(\.{0,2}|undefined|null)$/.test(text))
      throw new TypeError(`${operation.name}: ${key} is "${text}"`);
    draft.path = draft.path.replaceAll(`{${name}}`, encodeURIComponent(text));
  });

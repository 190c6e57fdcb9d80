/** Parameters that are all scalars in the path, in OpenAPI's default style. What goes beyond is in scalars.ts and styles.ts. */
import { member } from "../pointer.js";
import type { Fill } from "./request.js";

/** Throws TypeError where a value is missing or would make the path another one (empty, `.` or `..`). */
export const segments: Fill = (draft, operation, params) =>
  operation.parameters?.forEach(({ name, key = name, value }) => {
    const text = String(value ?? member(params, key));
    if (/^(\.{0,2}|undefined|null)$/.test(text))
      throw new TypeError(`${operation.name}: ${key} is "${text}"`);
    draft.path = draft.path.replaceAll(`{${name}}`, encodeURIComponent(text));
  });

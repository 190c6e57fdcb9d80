/** Parameters that are all scalars in the path, in OpenAPI's default style. What goes beyond is in styles.ts. */
import type { Fill } from "./request.js";

/** Throws TypeError where a value is missing or would make the path another one (empty, `.` or `..`). */
export const segments: Fill = (draft, operation, params) =>
  operation.parameters?.forEach(({ name, key = name, value }) => {
    // A parameter may be called `constructor`: own properties only.
    const given: Readonly<Record<string, unknown>> = { __proto__: null, ...params };
    const text = String(value ?? given[key]);
    if (/^(\.{0,2}|undefined|null)$/.test(text))
      throw new TypeError(`${operation.name}: ${key} is "${text}"`);
    draft.path = draft.path.replaceAll(`{${name}}`, encodeURIComponent(text));
  });

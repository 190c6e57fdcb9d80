/** `canonical`: compares values. A file of its own because match.ts, remainder.ts and journals need it. */
import { isObject } from "../pointer.js";

/** An object with its members in one order; any other value as it is. */
export function inOrder(value: unknown): unknown {
  if (!isObject(value) || Array.isArray(value)) return value;
  let before = "";
  for (const key of Object.keys(value)) {
    if (key < before)
      return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
    before = key;
  }
  return value;
}

/** Equal texts for equal values, whatever the order of members, and whether an integer is a number or a bigint. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "number" || typeof inner === "bigint" ? String(inner) : inOrder(inner),
  );

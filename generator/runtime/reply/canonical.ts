/** `canonical`: compares values. A file of its own because match.ts and remainder.ts need it. */
import { isObject } from "../pointer.js";

/** Equal texts for equal values, whatever the order of members, and whether an integer is a number or a bigint. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    isObject(inner) && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : typeof inner === "number" || typeof inner === "bigint"
        ? String(inner)
        : inner,
  );

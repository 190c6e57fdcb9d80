/** `findRemainder`: the items that a reply returns as not processed, in the form of the request (`x-batch.remainder`). */
import { get, isObject } from "../pointer.js";
import type { FindRemainder } from "../endpoint/uses.js";

export const findRemainder: FindRemainder = ({ items: { at, as } }, part, items) => {
  const list = get(part, at) ?? part;
  const left = new Map<string, number>();
  const add = (key: string) => left.set(key, (left.get(key) ?? 0) + 1);
  const take = (key: string) => {
    const count = left.get(key) ?? 0;
    left.set(key, count - 1);
    return count > 0;
  };
  if (as === "map" && isObject(list)) {
    for (const key of Object.keys(list)) add(key);
    return items.filter(({ mapKey, value }) => take(mapKey || String(get(value, "/key"))));
  }
  if (as === "groups" && isObject(list)) {
    for (const [key, values] of Object.entries(list))
      for (const value of Array.isArray(values) ? (values as readonly unknown[]) : [])
        add(canonical({ key, value }));
  } else if (Array.isArray(list)) for (const item of list) add(canonical(item));
  return items.filter(({ value }) => take(canonical(value)));
};

/** Equal texts for equal values, whatever the order of members, and whether an integer is a number or a bigint. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    isObject(inner) && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : typeof inner === "number" || typeof inner === "bigint"
        ? String(inner)
        : inner,
  );

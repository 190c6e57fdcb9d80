/** `findRemainder`: the items that a reply returns as not processed, in the form of the request (`x-batch.remainder`). */
import { canonical } from "./canonical.js";
import { get, isObject } from "../pointer.js";
import type { FindRemainder } from "../endpoint/uses.js";

export const findRemainder: FindRemainder = ({ items: { at, as, inner = "" } }, part, items) => {
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
    for (const [key, group] of Object.entries(list))
      for (const value of listIn(group, inner)) add(canonical({ key, value }));
  } else if (Array.isArray(list))
    for (const item of as === "lists" ? list.flatMap((one) => listIn(one, inner)) : list)
      add(canonical(item));
  return items.filter(({ value }) => take(canonical(value)));
};

function listIn(group: unknown, at: string): readonly unknown[] {
  const list = get(group, at);
  return Array.isArray(list) ? list : [];
}

/** `items.as: groups`: a map of lists. An input is `Keyed`: the name of its group, and the item. */
import type { Encoding, Keyed } from "./encoding.js";
import { put } from "../pointer.js";

/** Throws a TypeError if an input names a group that `items.keys` does not list. */
export const groups: Encoding = (inputs, { items: { inner = "", keys } }) => {
  const lists = new Map<string, unknown[]>();
  // The endpoint's type says that its inputs are keyed.
  for (const { key, value } of inputs as readonly Keyed<unknown>[]) {
    const list = lists.get(key);
    if (keys && !keys.includes(key)) throw new TypeError(`there is no group ${key}`);
    if (list) list.push(value);
    else lists.set(key, [value]);
  }
  return Object.fromEntries([...lists].map(([key, list]) => [key, put(undefined, inner, list)]));
};

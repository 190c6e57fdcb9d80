/** `items.as: groups`: a map of lists. An input is `Keyed`: the name of its group, and the item. */
import type { Encoding, Keyed } from "./encoding.js";

export const groups: Encoding = (inputs) => {
  const lists = new Map<string, unknown[]>();
  // The endpoint's type says that its inputs are keyed.
  for (const { key, value } of inputs as readonly Keyed<unknown>[]) {
    const list = lists.get(key);
    if (list) list.push(value);
    else lists.set(key, [value]);
  }
  return Object.fromEntries(lists);
};

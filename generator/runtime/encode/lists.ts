/** `items.as: lists`: lists in a list, each with at most `limit.inner` items, and in an object with `items.inner`. */
import type { Encoding } from "./encoding.js";
import { put } from "../pointer.js";

export const lists: Encoding = (inputs, { items: { inner = "" }, limit }) => {
  const size = limit?.inner ?? Infinity;
  const found: unknown[] = [];
  for (let from = 0; from < inputs.length; from += size)
    found.push(put(undefined, inner, inputs.slice(from, from + size)));
  return found;
};

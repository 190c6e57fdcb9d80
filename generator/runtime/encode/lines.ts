/** `items.as: lines`: NDJSON, one line for each input. */
import type { Encoding } from "./encoding.js";

export const lines: Encoding = (inputs, _operation, _keys, json = JSON.stringify) =>
  inputs.map((input) => json(input) + "\n").join("");

/** `items.as: lines`: NDJSON, a line for each input. */
import type { Encoding } from "./encoding.js";

export const lines: Encoding = (inputs) =>
  inputs.map((input) => JSON.stringify(input) + "\n").join("");

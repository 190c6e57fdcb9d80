/** `items.as: columns`: an object of arrays. An input is a row; a missing member becomes null. */
import type { Encoding } from "./encoding.js";

export const columns: Encoding = (inputs) => {
  // The endpoint's type says that its inputs are objects.
  const rows = inputs as readonly Readonly<Record<string, unknown>>[];
  const names = new Set(rows.flatMap((row) => Object.keys(row)));
  return Object.fromEntries(
    [...names].map((name) => [
      name,
      rows.map((row) => (Object.hasOwn(row, name) ? row[name] : null)),
    ]),
  );
};

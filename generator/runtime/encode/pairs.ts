/** `items.as: pairs`: NDJSON, an action line and then a source line. An input is `Pair`. */
import type { Encoding, Pair } from "./encoding.js";

export const pairs: Encoding = (
  inputs,
  { items: { without = [] } },
  _keys,
  json = JSON.stringify,
) =>
  // The endpoint's type says that its inputs are pairs.
  (inputs as readonly Pair<object, unknown>[])
    .map(({ action, source }) => {
      const line = json(action) + "\n";
      if (without.some((name) => Object.hasOwn(action, name))) return line;
      if (source === undefined)
        throw new TypeError(`a source is missing for the action ${Object.keys(action).join()}`);
      return line + json(source) + "\n";
    })
    .join("");

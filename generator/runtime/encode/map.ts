/** `items.as: map`: `{[key]: item}`. An input is `Keyed`, or the bare item where the data has keys generated. */
import type { Encoding, Keyed } from "./encoding.js";

export const map: Encoding = (inputs, { match }, keys) =>
  // Object.fromEntries defines properties, so that a key `__proto__` is one like any other.
  Object.fromEntries(
    match?.some(({ by, generate }) => by === "mapKey" && generate)
      ? // They may be idempotency keys: never the same twice.
        inputs.map((input, i) => [keys?.[i] ?? crypto.randomUUID(), input])
      : // The endpoint's type says that its inputs are keyed.
        (inputs as readonly Keyed<unknown>[]).map(({ key, value }) => [key, value]),
  );

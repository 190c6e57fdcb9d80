/** `items.as: map`: `{[key]: item}`. An input is `Keyed`, or the item alone if the runtime generates the keys. */
import type { Encoding, Keyed } from "./encoding.js";

export const map: Encoding = (inputs, { match }, keys) =>
  // Object.fromEntries defines properties, so the key `__proto__` is like any other.
  Object.fromEntries(
    match?.some(({ by, generate }) => by === "mapKey" && generate)
      ? // The keys may be idempotency keys, so none may occur twice.
        inputs.map((input, i) => [keys?.[i] ?? crypto.randomUUID(), input])
      : // The endpoint's type says that its inputs are keyed.
        (inputs as readonly Keyed<unknown>[]).map(({ key, value }) => [key, value]),
  );

/** `readBigints` and `writeBigints`: 64-bit integers as bigints, digit by digit, in packages with `int64: bigint`. */
import type { Place } from "../endpoint/operation.js";
import { quoteIntegers } from "./int64.js";

/** Parses `text`; the integers that `places` lead to (see int64.ts) become bigints. */
export function readBigints(text: string, places: readonly Place[], start = 0): unknown {
  const mark = newMark();
  return JSON.parse(quoteIntegers(text, places, start, mark), (_, value: unknown) =>
    typeof value === "string" && value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value,
  );
}

/** As JSON.stringify, with bigints as number literals. */
export function writeBigints(value: unknown): string {
  const mark = newMark();
  let any = false;
  const text = JSON.stringify(value, function (this: Record<string, unknown>, key, given: unknown) {
    // The value itself, whatever a `toJSON` made of it.
    const own = this[key];
    if (typeof own !== "bigint") return given;
    any = true;
    return `${mark}${own}`;
  });
  return any ? text.replace(new RegExp(`"${mark}(-?\\d+)"`, "g"), "$1") : text;
}

/** A prefix for the digits while they are a string. It is random, so that no other string begins with it. */
const newMark = () => `${crypto.randomUUID()}:`;

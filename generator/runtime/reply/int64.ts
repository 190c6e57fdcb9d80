/** `readIntegers`: reads integers beyond 2^53 digit by digit. JSON.parse would round them before a reviver gets them. */
import type { Place } from "../endpoint/operation.js";

/** Parses `text`; the integers that `places` lead to become strings of their digits. `start`: the place of the value. */
export const readIntegers = (text: string, places: readonly Place[], start = 0): unknown =>
  JSON.parse(quoteIntegers(text, places, start));

/** The same text with those integers as strings of `mark` and their digits. It takes one pass, whatever the text is. */
export function quoteIntegers(
  text: string,
  places: readonly Place[],
  start: number,
  mark = "",
): string {
  const signs = /["{}[\],]|-?\d[-+.\deE]*/g;
  /** The lists and objects around the sign; `index` is NaN for objects. */
  const open: { readonly place: Place | undefined; index: number }[] = [];
  /** Where the next value is. */
  let next: number | boolean | undefined = start;
  let isName = false;
  let quoted = "";
  let done = 0;
  for (let found = signs.exec(text); found; found = signs.exec(text)) {
    const [sign] = found;
    if (sign === '"') {
      const end = endOfString(text, signs.lastIndex);
      const place = isName ? open.at(-1)?.place : undefined;
      if (place) next = leadOf(place, String(JSON.parse(text.slice(found.index, end))));
      isName = false;
      signs.lastIndex = end;
    } else if (sign === "}" || sign === "]") open.pop();
    else if (sign === "{" || sign === "[" || sign === ",") {
      if (sign !== ",")
        open.push({
          place: typeof next === "number" ? places[next] : undefined,
          index: sign === "[" ? -1 : NaN,
        });
      const inner = open.at(-1);
      isName = Number.isNaN(inner?.index);
      next = inner?.place && !isName ? leadOf(inner.place, String(++inner.index)) : undefined;
    } else if (next === true) {
      const digits = digitsOf(sign);
      if (digits === undefined) continue;
      quoted += `${text.slice(done, found.index)}"${mark}${digits}"`;
      done = signs.lastIndex;
    }
  }
  return quoted + text.slice(done);
}

const leadOf = (place: Place, name: string): number | boolean | undefined =>
  Object.hasOwn(place, name) ? place[name] : place["*"];

/** No 64-bit integer has more digits. */
const digitsOf = (literal: string): string | undefined =>
  /^-?\d{1,20}$/.test(literal)
    ? literal
    : Number.isSafeInteger(Number(literal))
      ? String(Number(literal))
      : undefined;

/** The index after the string that contains the index `at`. */
function endOfString(text: string, at: number): number {
  for (let end = text.indexOf('"', at); end >= 0; end = text.indexOf('"', end + 1)) {
    let slash = end;
    while (text[slash - 1] === "\\") slash--;
    if ((end - slash) % 2 === 0) return end + 1;
  }
  return text.length;
}

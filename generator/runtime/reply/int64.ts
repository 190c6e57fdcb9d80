/** `readIntegers`: reads integers beyond 2^53 digit by digit. JSON.parse would round them before a reviver gets them. */
import { tokens } from "../pointer.js";

const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{},:]|[^[\]{},:"\s]+/g;

/**
 * Parses `text`; the integers at `pointers` (`*` matches every member, a leading `**` for any
 * depth) become strings of their digits.
 */
export const readIntegers = (text: string, pointers: readonly string[]): unknown =>
  JSON.parse(quoteIntegers(text, pointers));

/** The same text with those integers as strings of `mark` and their digits. */
export function quoteIntegers(text: string, pointers: readonly string[], mark = ""): string {
  const patterns = pointers.map(tokens);
  const path: (string | number)[] = [];
  let key: string | undefined;
  return text.replace(TOKEN, (token: string): string => {
    const last = path.length - 1;
    const index = path[last];
    if (token === "{") path.push("");
    else if (token === "[") path.push(0);
    else if (token === "}" || token === "]") path.pop();
    else if (token === ":") {
      if (key !== undefined) path[last] = key;
    } else if (token === ",") {
      if (typeof index === "number") path[last] = index + 1;
    } else if (token.startsWith('"')) {
      // Only a string before a colon is a member's name; the others are overwritten before the next colon.
      key = typeof index === "string" ? name(token) : undefined;
    } else if (/^-?\d+$/.test(token) && patterns.some((pattern) => leadsTo(pattern, path)))
      return `"${mark}${token}"`;
    return token;
  });
}

function leadsTo(pattern: readonly string[], path: readonly (string | number)[]): boolean {
  if (pattern[0] === "**") {
    const tail = pattern.slice(1);
    return path.length >= tail.length && leadsTo(tail, path.slice(path.length - tail.length));
  }
  return (
    pattern.length === path.length &&
    pattern.every((token, i) => token === "*" || token === String(path[i]))
  );
}

/** JSON.parse of the complete text reports a broken literal. */
function name(literal: string): string {
  try {
    return String(JSON.parse(literal));
  } catch {
    return literal;
  }
}

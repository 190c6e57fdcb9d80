/** `readLines`: reads a reply of JSON lines (NDJSON). Throws a SyntaxError, as JSON.parse does. */
export const readLines = (text: string): unknown[] =>
  text
    .split("\n")
    .filter((line) => line.trim())
    .map((line): unknown => JSON.parse(line));

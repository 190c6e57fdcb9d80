/** Reads a reply of JSON lines (NDJSON). Throws SyntaxError as JSON.parse does. */
export const readLines = (text: string): unknown[] =>
  text
    .split("\n")
    .filter((line) => line.trim())
    .map((line): unknown => JSON.parse(line));

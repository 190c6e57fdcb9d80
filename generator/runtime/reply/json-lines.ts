/** `readLines`: reads a reply of JSON lines (NDJSON) or of a JSON text sequence (RFC 7464). Throws what `parse` throws. */
export const readLines = (text: string, parse: (line: string) => unknown): unknown[] =>
  text
    .split("\n")
    .map((line) => line.replace("\u001e", "").trim())
    .filter(Boolean)
    .map(parse);

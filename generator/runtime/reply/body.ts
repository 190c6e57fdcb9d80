/** `readBody`: reads the body of a reply, which is JSON, JSON lines, or JSON with 64-bit integers. */
import type { Operation } from "../endpoint/operation.js";
import type { Uses } from "../endpoint/uses.js";

export interface Body {
  /** Parsed, or the text if it cannot be parsed; undefined if there is none, or it was too long to read. */
  readonly body: unknown;
  /** False if it cannot be parsed, or was too long to read. */
  readonly intact: boolean;
}

/** Throws nothing. `uses` has the readers that the operation needs, and no other. */
export function readBody(
  { int64 = [] }: Pick<Operation, "int64">,
  { readIntegers, readLines }: Pick<Uses, "readIntegers" | "readLines">,
  text: string | undefined,
): Body {
  if (text === undefined) return { body: undefined, intact: false };
  try {
    const body: unknown = readLines
      ? readLines(text)
      : readIntegers
        ? readIntegers(text, int64)
        : JSON.parse(text);
    return { body, intact: true };
  } catch {
    return text.trim() ? { body: text, intact: false } : { body: undefined, intact: true };
  }
}

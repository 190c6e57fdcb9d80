/** Reads the body of a reply: JSON, JSON lines, or JSON with 64-bit integers. */
import type { Operation } from "../endpoint/operation.js";
import type { Uses } from "../endpoint/uses.js";

export interface Body {
  /** Parsed, or the text where it cannot be; undefined where there is none. */
  readonly body: unknown;
  /** False where it is not what the data says that it is. */
  readonly intact: boolean;
}

/** Throws nothing. `uses` has the readers that the operation needs, and no other. */
export function readBody(
  { int64 = [] }: Pick<Operation, "int64">,
  { readIntegers, readLines }: Pick<Uses, "readIntegers" | "readLines">,
  text: string,
): Body {
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

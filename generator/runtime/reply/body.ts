/** Reading the body of a reply. */
import type { Operation } from "../endpoint/operation.js";
import type { Uses } from "../endpoint/request.js";

export interface Body {
  /** Parsed, or the text where it cannot be; undefined where there is none. */
  readonly body: unknown;
  /** False where it is not what the data says that it is. */
  readonly intact: boolean;
}

/** Throws nothing. `uses` has the readers that the operation needs, and no other. */
export function readBody(
  { int64 = [] }: Pick<Operation, "int64">,
  { readIntegers, readLines }: Uses,
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

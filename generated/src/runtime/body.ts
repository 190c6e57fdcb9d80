/** Reading the body of a reply. */
import type { Operation } from "./operation.js";
import type { Uses } from "./request.js";
import type { XBatch } from "./x-batch.js";

export interface Body {
  /** Parsed, or the text where it cannot be; undefined where there is none. */
  readonly body: unknown;
  /** False where it is not what the data says that it is. */
  readonly intact: boolean;
}

/** What the reading depends on. */
export type Readable = Pick<Operation, "int64"> & Pick<XBatch, "results" | "errors">;

export function readBody(
  operation: Readable,
  { readIntegers, readLines }: Uses,
  text: string,
): Body {
  if (!text.trim()) return { body: undefined, intact: true };
  const lines = operation.results?.as === "lines" || operation.errors?.as === "lines";
  try {
    const body: unknown =
      lines && readLines
        ? readLines(text)
        : operation.int64 && readIntegers
          ? readIntegers(text, operation.int64)
          : JSON.parse(text);
    return { body, intact: true };
  } catch {
    return { body: text, intact: false };
  }
}

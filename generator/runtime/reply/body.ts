/** `readBody`: reads the body of a reply, which is JSON, perhaps with 64-bit integers, lines of JSON, or a text. */
import type { Operation } from "../endpoint/operation.js";
import type { Uses } from "../endpoint/uses.js";

export interface Body {
  /** Parsed, or the text if it is one or cannot be parsed; undefined if there is none, or it was too long to read. */
  readonly body: unknown;
  /** False if it cannot be parsed, or was too long to read. */
  readonly intact: boolean;
}

/** Throws nothing. `uses` has the readers that the operation needs, and no other. */
export function readBody(
  { int64 = [], bodies = {} }: Pick<Operation, "bodies" | "int64">,
  { readIntegers, readLines }: Pick<Uses, "readIntegers" | "readLines">,
  text: string | undefined,
  status = 0,
): Body {
  if (text === undefined) return { body: undefined, intact: false };
  const form = bodies[status] ?? bodies[`${String(status)[0]}XX`];
  if (form === "text") return { body: text, intact: true };
  const parse = (json: string, start?: number): unknown =>
    readIntegers ? readIntegers(json, int64, start) : JSON.parse(json);
  try {
    // Each line is an element of the list that the body stands for.
    const line = Number(int64[0]?.["*"]);
    const body: unknown =
      form && readLines ? readLines(text, (one) => parse(one, line)) : parse(text);
    return { body, intact: true };
  } catch {
    return text.trim() ? { body: text, intact: false } : { body: undefined, intact: true };
  }
}

/** `readText` and `readBody`: read the body of a reply, which is JSON, JSON lines, or JSON with 64-bit integers. */
import type { Operation } from "../endpoint/operation.js";
import type { Uses } from "../endpoint/uses.js";

export interface Body {
  /** Parsed, or the text if it cannot be parsed; undefined if there is none, or it was too long to read. */
  readonly body: unknown;
  /** False if it cannot be parsed, or was too long to read. */
  readonly intact: boolean;
}

/** The text of a reply; undefined if it has more than `most` bytes, of which no more are read. */
export async function readText({ body }: Response, most: number): Promise<string | undefined> {
  const decoder = new TextDecoder();
  const reader = body?.getReader();
  let text = "";
  let bytes = 0;
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    bytes += part.value.length;
    if (bytes > most) return void reader?.cancel().catch(() => undefined);
    text += decoder.decode(part.value, { stream: true });
  }
  return text + decoder.decode();
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

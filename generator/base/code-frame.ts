/** Exports `codeFrame`: the lines around a position, for messages. */
import type { Position } from "./diagnostics.js";
import { printableInPlace } from "./printable.js";

/** Characters that are shown on each side of the column, since the lines of a minified document are long. */
const frameSide = 60;

/** The line with a mark, two lines above and two below; "" where the text has no such line. */
export async function codeFrame(text: string, { line, column }: Position): Promise<string> {
  const first = Math.max(1, line - 2);
  const lines = linesOf(text, first, line + 2);
  if (lines.length <= line - first) return "";
  const from = Math.max(0, column - 1 - frameSide);
  const shown = lines.map((text) => {
    const part = printableInPlace(text.slice(from, from + 2 * frameSide));
    return from + 2 * frameSide < text.length ? `${part}…` : part;
  });
  const { codeFrameColumns } = await import("@babel/code-frame");
  const start = { line, column: column - from };
  // A variable, because the published types do not know `startLine` yet.
  const options = { startLine: first, linesAbove: 2, linesBelow: 2, highlightCode: false };
  const frame = codeFrameColumns(shown.join("\n"), { start }, options);
  return frame
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

/** Lines `first` to `last`, counted from 1, without splitting a text that may have millions. */
function linesOf(text: string, first: number, last: number): string[] {
  const lines: string[] = [];
  let start = 0;
  for (let line = 1; line <= last && start <= text.length; line++) {
    const next = text.indexOf("\n", start);
    const end = next === -1 ? text.length : next;
    if (line >= first) lines.push(text.slice(start, end).replace(/\r$/, ""));
    start = end + 1;
  }
  return lines;
}

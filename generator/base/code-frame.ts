/** The lines around a place. */
import type { Location } from "./diagnostics.js";
import { printableInPlace } from "./printable.js";

/** The text of a file that a location names; undefined where it cannot be had. */
export type SourceText = (file: string) => string | undefined;

/** Lines of a minified document are long: so many characters on each side of the column are shown. */
const frameSide = 60;

/** Two lines above and two below, with a mark; "" where the text is not at hand or holds no such line. */
export async function codeFrame(location: Location, source: SourceText): Promise<string> {
  const text = source(location.file);
  if (text === undefined) return "";
  const first = Math.max(1, location.line - 2);
  const lines = linesOf(text, first, location.line + 2);
  if (lines.length <= location.line - first) return "";
  const from = Math.max(0, location.column - 1 - frameSide);
  const shown = lines.map((line) => {
    const part = printableInPlace(line.slice(from, from + 2 * frameSide));
    return from + 2 * frameSide < line.length ? `${part}…` : part;
  });
  const { codeFrameColumns } = await import("@babel/code-frame");
  const start = { line: location.line, column: location.column - from };
  // A variable, because the published types do not know `startLine` yet.
  const options = { startLine: first, linesAbove: 2, linesBelow: 2, highlightCode: false };
  return codeFrameColumns(shown.join("\n"), { start }, options).replace(/[ \t]+$/gm, "");
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

/** Exports `printTable`: rows as aligned lines; `widthOf`: how long the lines are. */
import { cut, printable } from "./terminal.js";

const gap = "  ";

/**
 * Rows of cells as aligned lines, each ended by LF.
 * @param width Lines are cut to it; undefined (no terminal): they are not cut.
 */
export function printTable(
  rows: readonly (readonly string[])[],
  width: number | undefined,
): string {
  const cells = rows.map((row) => row.map(printable));
  const widths = widthsOf(cells);
  return cells
    .map((row) => {
      const padded = row.map((cell, column) => {
        const missing = (widths[column] ?? 0) - Array.from(cell).length;
        return cell + " ".repeat(missing);
      });
      return cut(padded.join(gap).trimEnd(), width) + "\n";
    })
    .join("");
}

/** The columns that `printTable` needs for these rows, if it cuts nothing. */
export function widthOf(rows: readonly (readonly string[])[]): number {
  const widths = widthsOf(rows.map((row) => row.map(printable)));
  return widths.reduce((sum, width) => sum + width + gap.length, -gap.length);
}

function widthsOf(cells: readonly (readonly string[])[]): readonly number[] {
  const widths: number[] = [];
  for (const row of cells) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, Array.from(cell).length);
    }
  }
  return widths;
}

/** Diagnostics for people: each problem once, with the place, the lines around it, and what to do. */
import type { Diagnostic, Location, Severity } from "../diagnostics.js";
import { count, printable, printableInPlace } from "./terminal.js";
import type { Style, Terminal } from "./terminal.js";

/** The text of a file that a location names; undefined where it cannot be had. */
export type SourceText = (file: string) => string | undefined;

const styles: { readonly [S in Severity]: Style } = {
  error: "red",
  warning: "yellow",
  info: "cyan",
};

/** What matters most comes last: that is where a terminal's reader is. */
const order: { readonly [S in Severity]: number } = { info: 0, warning: 1, error: 2 };

/** How many further places of one problem are named; the rest is counted. */
const placesShown = 5;

/** Lines of a minified document are long: so many characters on each side of the column are shown. */
const frameSide = 60;

/**
 * The diagnostics as text. Those with the same severity, code and message are one entry: the first place with the
 * lines around it, then where else.
 */
export async function reportText(
  diagnostics: readonly Diagnostic[],
  source: SourceText,
  style: Terminal["style"],
): Promise<string> {
  const groups = group(diagnostics);
  const entries: string[] = [];
  for (const [first, ...others] of groups) {
    const lines = [
      `${style(styles[first.severity], first.severity)} ${style("dim", first.code)}: ${printable(first.message)}`,
    ];
    if (first.location) {
      const pointer = first.location.pointer;
      lines.push(
        `  at ${style("cyan", place(first.location))}${pointer ? ` ${style("dim", printable(pointer))}` : ""}`,
      );
      // What is only for information needs no frame.
      const frame = first.severity === "info" ? "" : await codeFrame(first.location, source);
      if (frame) lines.push(frame);
    }
    const places = elsewhere(first, others);
    if (places) lines.push(`  ${places}`);
    if (first.hint) lines.push(`  ${style("bold", "hint:")} ${printable(first.hint)}`);
    entries.push(lines.join("\n") + "\n");
  }
  return entries.join("\n");
}

type Group = [first: Diagnostic, ...others: Diagnostic[]];

function group(diagnostics: readonly Diagnostic[]): Group[] {
  const groups = new Map<string, Group>();
  for (const diagnostic of diagnostics) {
    const key = JSON.stringify([diagnostic.severity, diagnostic.code, diagnostic.message]);
    const found = groups.get(key);
    if (found) found.push(diagnostic);
    else groups.set(key, [diagnostic]);
  }
  return [...groups.values()].sort(([a], [b]) => order[a.severity] - order[b.severity]);
}

/** Where else than at the first place; "" if nowhere: what many documents include stands in one file. */
function elsewhere(first: Diagnostic, others: readonly Diagnostic[]): string {
  // By pointer: to count the lines of places that are not named would be work for nothing.
  const places = new Map(
    others.flatMap(({ location }) => (location ? [[keyOf(location), location] as const] : [])),
  );
  if (first.location) places.delete(keyOf(first.location));
  if (places.size === 0) return "";
  const shown = [...places.values()].slice(0, placesShown).map(place).join(", ");
  const rest = places.size > placesShown ? ", …" : "";
  return `and in ${count(places.size, "more place")}: ${shown}${rest}`;
}

/** A place without a pointer is a line of its own. */
const keyOf = (location: Location): string =>
  location.pointer === "" ? place(location) : JSON.stringify([location.file, location.pointer]);

/** `file:line:column`, the form that editors and terminals make a link of. */
function place({ file, line, column }: Location): string {
  return `${printable(file)}:${line}:${column}`;
}

/** Two lines above and two below, with a mark; "" where the text is not at hand or holds no such line. */
async function codeFrame(location: Location, source: SourceText): Promise<string> {
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

/** Diagnostics for people: each problem once, with the place, the lines around it, and what to do. */
import { knownPosition } from "../base/positions.js";
import { codeFrame } from "../base/code-frame.js";
import type { Diagnostic, Locate, Location, Position, Severity } from "../base/diagnostics.js";
import { count, printable } from "./terminal.js";
import type { Style, Terminal } from "./terminal.js";

const styles: { readonly [S in Severity]: Style } = {
  error: "red",
  warning: "yellow",
  info: "cyan",
};

/** What matters most comes last: that is where a terminal's reader is. */
const order: { readonly [S in Severity]: number } = { info: 0, warning: 1, error: 2 };

/** How many further places of one problem are named; the rest is counted. */
const placesShown = 5;

/**
 * The diagnostics as text. Those with the same severity, code and message are one entry: the first place with the
 * lines around it, then where else.
 */
export async function reportText(
  diagnostics: readonly Diagnostic[],
  source: (file: string) => string | undefined,
  style: Terminal["style"],
  locate: Locate = knownPosition,
): Promise<string> {
  const groups = group(diagnostics);
  const entries: string[] = [];
  for (const [first, ...others] of groups) {
    const lines = [
      `${style(styles[first.severity], first.severity)} ${style("dim", first.code)}: ${printable(first.message)}`,
    ];
    if (first.location) {
      const { file, pointer } = first.location;
      const position = locate(first.location);
      lines.push(
        `  at ${style("cyan", place(file, position))}${pointer ? ` ${style("dim", printable(pointer))}` : ""}`,
      );
      const text = source(file);
      // What is only for information needs no frame.
      const framed = first.severity !== "info" && position && text !== undefined;
      const frame = framed ? await codeFrame(text, position) : "";
      if (frame) lines.push(frame);
    }
    const places = elsewhere(first, others, locate);
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
function elsewhere(first: Diagnostic, others: readonly Diagnostic[], locate: Locate): string {
  // By pointer: to count the lines of places that are not named would be work for nothing.
  const places = new Map(
    others.flatMap(({ location }) => (location ? [[keyOf(location), location] as const] : [])),
  );
  if (first.location) places.delete(keyOf(first.location));
  if (places.size === 0) return "";
  const shown = [...places.values()]
    .slice(0, placesShown)
    .map((location) => place(location.file, locate(location)))
    .join(", ");
  const rest = places.size > placesShown ? ", …" : "";
  return `and in ${count(places.size, "more place")}: ${shown}${rest}`;
}

const keyOf = ({ file, pointer, line, column }: Location): string =>
  JSON.stringify([file, pointer, line, column]);

/** `file:line:column`, the form that editors and terminals make a link of. */
const place = (file: string, position: Position | undefined): string =>
  position ? `${printable(file)}:${position.line}:${position.column}` : printable(file);

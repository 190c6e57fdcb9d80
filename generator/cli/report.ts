/** Exports `reportText`: diagnostics for people, each problem once, with its location, the lines around it and a hint. */
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

/** The most important come last: a terminal shows the end. */
const order: { readonly [S in Severity]: number } = { info: 0, warning: 1, error: 2 };

/** How many further locations of one problem are listed; the others are counted. */
const locationsShown = 5;

/**
 * The diagnostics as text. Those with the same severity, code and message are one entry: the first location with
 * the lines around it, then the others.
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
        `  at ${style("cyan", printed(file, position))}${pointer ? ` ${style("dim", printable(pointer))}` : ""}`,
      );
      const text = source(file);
      // A diagnostic that is only for information needs no frame.
      const framed = first.severity !== "info" && position && text !== undefined;
      const frame = framed ? await codeFrame(text, position) : "";
      if (frame) lines.push(frame);
    }
    const more = furtherLocations(first, others, locate);
    if (more) lines.push(`  ${more}`);
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

/** The locations besides the first; "" if there are none. */
function furtherLocations(
  first: Diagnostic,
  others: readonly Diagnostic[],
  locate: Locate,
): string {
  // By pointer, because the line of a location that is not listed need not be looked up.
  const locations = new Map(
    others.flatMap(({ location }) => (location ? [[keyOf(location), location] as const] : [])),
  );
  if (first.location) locations.delete(keyOf(first.location));
  if (locations.size === 0) return "";
  const shown = [...locations.values()]
    .slice(0, locationsShown)
    .map((location) => printed(location.file, locate(location)))
    .join(", ");
  const rest = locations.size > locationsShown ? ", …" : "";
  return `and in ${count(locations.size, "more place")}: ${shown}${rest}`;
}

const keyOf = ({ file, pointer, line, column }: Location): string =>
  JSON.stringify([file, pointer, line, column]);

/** `file:line:column`, the form that editors and terminals make a link of. */
const printed = (file: string, position: Position | undefined): string =>
  position ? `${printable(file)}:${position.line}:${position.column}` : printable(file);

/**
 * Source that prettier would leave as it is, made without it: types of schemas are most of what is emitted, have few
 * forms, and are what prettier would work on longest. Where a form is not known, or a line would not fit, prettier sees
 * to it. A test holds all of it to prettier's own output.
 */

/** As this project's own sources are. */
export const widest = 100;

/** Stand around what is settled; no text of a document has these characters (see `doc` and `literal`). */
const [begin, end] = ["\u0001", "\u0002"] as const;

/** Parts of a source, in order. */
export function partsOf(
  source: string,
): readonly { readonly text: string; readonly settled: boolean }[] {
  return source
    .split(begin)
    .flatMap((part, index) => {
      if (index === 0) return [{ text: part, settled: false }];
      const [inner = "", after = ""] = part.split(end);
      return [
        { text: inner, settled: true },
        { text: after, settled: false },
      ];
    })
    .filter(({ text }) => text !== "");
}

/** The source without what says which parts are settled. */
export const withoutMarks = (source: string): string =>
  source.replaceAll(begin, "").replaceAll(end, "");

/**
 * Whole statements as they are, where each line fits; else other source of them, for prettier.
 * @param doc their documentation, made by `doc()`
 */
export const settledIf = (text: string | undefined, or: () => string, doc: string): string =>
  text !== undefined && text.split("\n").every(fits) ? `${begin}${doc}${text}${end}` : doc + or();

const comment = /^ *(?:\/\*\*|\*)/;

/** A comment is as wide as it is. Of other characters the width is not their number; a quote may change the quotes. */
const fits = (line: string): boolean =>
  comment.test(line) ||
  (line.length <= widest && /^[\x20-\x7e]*$/.test(line) && !line.includes('\\"'));

/**
 * A union behind `before`: on its line, on the next, or on lines of its own.
 * @param types texts that stand on one line
 */
export function unionAfter(
  before: string,
  types: readonly string[],
  depth: number,
): string | undefined {
  const flat = `${types.join(" | ")};`;
  if (before.length + 1 + flat.length <= widest) return `${before} ${flat}`;
  if (types.length === 1) return undefined;
  const indent = "  ".repeat(depth + 1);
  const next = indent + flat;
  return `${before}\n${
    next.length <= widest ? next : types.map((type) => `${indent}| ${type}`).join("\n") + ";"
  }`;
}

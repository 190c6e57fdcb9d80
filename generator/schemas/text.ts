/** Text of documents made safe for TypeScript source. */

const lineBreaks = /\r\n|[\r\n\u2028\u2029\u0085\v\f]/;

/**
 * The lines of a JSDoc comment, without the comment's own marks: no line can end the comment, and no `@` at the start
 * of a line of prose is taken for a tag.
 */
function proseLines(text: string): string[] {
  // Most are one line of plain text.
  if (/^[\x21-\x3f\x41-\x7e][\x20-\x7e]*$/.test(text) && !text.includes("*/"))
    return [text.trimEnd()];
  const lines = text.split(lineBreaks).map((line) =>
    line

      .replace(/[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/g, "")
      .replace(/\*\//g, "*\\/")
      .replace(/^(\s*)@/, "$1\\@")
      .trimEnd(),
  );
  while (lines[0]?.trim() === "") lines.shift();
  while (lines.at(-1)?.trim() === "") lines.pop();
  return lines.filter((line, index) => line !== "" || lines[index - 1] !== "");
}

const widest = 96;
/** Lines of Markdown that mean something by where they break: tables, code, quotes, headings. */
const unbreakable = /^\s*([|>#]|```|~~~| {4}|\t)/;

/** Prose of documents has long lines; source files have short ones. */
function wrapped(lines: readonly string[]): readonly string[] {
  let fenced = false;
  return lines.flatMap((line) => {
    if (/^\s*(```|~~~)/.test(line)) fenced = !fenced;
    if (fenced || line.length <= widest || unbreakable.test(line)) return [line];
    const lead = /^\s*/.exec(line)?.[0] ?? "";
    // What continues a list item is indented, so that it stays in it.
    const mark = /^(?:[-*+]|\d+[.)])\s/.exec(line.trim())?.[0] ?? "";
    const [first = "", ...words] = line.trim().split(/ +/);
    const rows = [lead + first];
    for (const word of words) {
      const row = rows.at(-1) ?? "";
      const full = row.length + 1 + word.length > widest;
      // At the start of a row it would be a mark of Markdown, or a tag.
      if (full && !/^([-*+#>|@]|\d+[.)]$)/.test(word))
        rows.push(lead + " ".repeat(mark.length) + word);
      else rows[rows.length - 1] = `${row} ${word}`;
    }
    return rows;
  });
}

/** A line of a comment that is written by the generator: `@deprecated`, `@default 5`. */
export interface Tag {
  readonly tag: string;
  readonly text?: string;
}

/**
 * The text of a JSDoc comment, without the comment's marks, as ts-morph's `docs` take it; undefined where there is
 * none. A text of several lines, and a long one, starts with a line break.
 * @param prose paragraphs from a document, each cleaned of all that could end the comment
 */
export function docText(
  prose: readonly (string | undefined)[],
  tags: readonly Tag[] = [],
): string | undefined {
  const paragraphs = prose
    .map((text) => proseLines(text ?? ""))
    .filter((lines) => lines.length > 0);
  const lines = paragraphs.flatMap((paragraph, index) =>
    index === 0 ? wrapped(paragraph) : ["", ...wrapped(paragraph)],
  );
  for (const { tag, text } of tags) {
    const [first = "", ...more] = proseLines(text ?? "");
    lines.push(`@${tag} ${first}`.trimEnd(), ...more.map((line) => `  ${line}`));
  }
  if (lines.length === 0) return undefined;
  const [only = ""] = lines;
  return lines.length === 1 && only.length < 100 ? only : `\n${lines.join("\n")}`;
}

/**
 * A JSDoc comment on lines of its own, without indentation, ending in a line break; empty where there is nothing to
 * say.
 */
export function doc(prose: readonly (string | undefined)[], tags: readonly Tag[] = []): string {
  const text = docText(prose, tags);
  return text === undefined ? "" : `${comment(text)}\n`;
}

/** The JSDoc comment with a text that `docText` made. */
export function comment(text: string): string {
  const [first = "", ...lines] = text.split("\n");
  if (lines.length === 0) return `/** ${first} */`;
  return `/**\n${lines.map((line) => ` * ${line}`.trimEnd()).join("\n")}\n */`;
}

const identifierName = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** Whether a name needs no quotes as the name of a property. */
export const isIdentifier = (name: string): boolean => identifierName.test(name);

/** A property's name in a type or an object literal: as it is, or quoted. */
export const propertyName = (name: string): string =>
  isIdentifier(name) && name !== "__proto__" ? name : literal(name);

/** A string, or another JSON value, as a TypeScript expression. */
export function literal(value: string | number | boolean | null): string {
  return escapeSeparators(JSON.stringify(value));
}

/** Line separators inside of strings, written as escapes: old tools take them for the end of a line. */
export const escapeSeparators = (source: string): string =>
  source.replace(/\u2028/g, "\\u2028").replace(/\u2029/g, "\\u2029");

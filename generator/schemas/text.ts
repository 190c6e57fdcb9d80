/** Comments, names and literals for TypeScript source, made of text from documents, which is untrusted. */
import { markdownOf } from "../base/html.js";
import { knownLetters } from "../base/letters.js";

const lineBreaks = /\r\n|[\r\n\u2028\u2029\u0085\v\f]/;

/**
 * The lines of a JSDoc comment, without its delimiters. No line can end the comment, and no line of prose begins with a
 * tag.
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
/** Lines of Markdown that must not be wrapped: tables, code, quotes, headings. */
const unbreakable = /^\s*([|>#]|```|~~~| {4}|\t)/;

/** Wraps long lines of prose. */
function wrapped(lines: readonly string[]): readonly string[] {
  let fenced = false;
  return lines.flatMap((line) => {
    if (/^\s*(```|~~~)/.test(line)) fenced = !fenced;
    if (fenced || line.length <= widest || unbreakable.test(line)) return [line];
    const lead = /^\s*/.exec(line)?.[0] ?? "";
    // Continuation lines of a list item are indented, so that they stay in the item.
    const mark = /^(?:[-*+]|\d+[.)])\s/.exec(line.trim())?.[0] ?? "";
    const [first = "", ...words] = line.trim().split(/ +/);
    const rows = [lead + first];
    for (const word of words) {
      const row = rows.at(-1) ?? "";
      const full = row.length + 1 + word.length > widest;
      // At the start of a line, these would be Markdown or a tag.
      if (full && !/^([-*+#>|@]|\d+[.)]$)/.test(word))
        rows.push(lead + " ".repeat(mark.length) + word);
      else rows[rows.length - 1] = `${row} ${word}`;
    }
    return rows;
  });
}

/** A tag that the generator writes: `@deprecated`, `@default 5`. */
export interface Tag {
  readonly tag: string;
  readonly text?: string;
}

/**
 * The text of a JSDoc comment, without its delimiters, in the form of ts-morph's `docs`; undefined if it would be empty.
 * A text of several lines, or of one long line, starts with a line break.
 * @param prose paragraphs from a document, as they are: this function makes them safe
 */
export function docText(
  prose: readonly (string | undefined)[],
  tags: readonly Tag[] = [],
): string | undefined {
  const paragraphs = prose
    .map((text) => proseLines(markdownOf(text ?? "")))
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

/** A JSDoc comment with a line break after it, without indentation; empty if `prose` and `tags` are empty. */
export function doc(prose: readonly (string | undefined)[], tags: readonly Tag[] = []): string {
  const text = docText(prose, tags);
  return text === undefined ? "" : `${comment(text)}\n`;
}

/** The JSDoc comment with a text of `docText`. */
export function comment(text: string): string {
  const [first = "", ...lines] = text.split("\n");
  if (lines.length === 0) return `/** ${first} */`;
  return `/**\n${lines.map((line) => ` * ${line}`.trimEnd()).join("\n")}\n */`;
}

const identifierName = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** Whether a name needs no quotes as the name of a property. */
export const isIdentifier = (name: string): boolean =>
  identifierName.test(name) && knownLetters(name) === name;

/** A property's name in a type or an object literal: as it is, or quoted. */
export const propertyName = (name: string): string =>
  isIdentifier(name) && name !== "__proto__" ? name : literal(name);

/** A string, or another JSON value, as a TypeScript expression. */
export function literal(value: string | number | boolean | null): string {
  return escapeSeparators(JSON.stringify(value));
}

/**
 * Escapes the line separators in strings, because old tools take them for the end of a line, and a backslash at the end
 * of a string: the writer of ts-morph takes the quote after it for an escaped one, and what follows for text.
 */
export const escapeSeparators = (source: string): string =>
  source
    .replace(/\u2028/g, "\\u2028")
    .replace(/\u2029/g, "\\u2029")
    .replace(/(?<!\\)((?:\\\\)*)\\\\(?=["'`])/g, "$1\\u005c");

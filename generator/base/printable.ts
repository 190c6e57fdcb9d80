/**
 * Exports functions that make texts of documents safe for terminals, logs and files: what is no text there (control
 * characters, marks that reorder lines, commands of CI systems, passwords) is shown, and does nothing.
 */

// C0 and C1 controls, and marks that reorder text or separate lines: a document must not control the terminal.
const controls = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

// Several CI services obey these anywhere in a line.
const commands = /#(?=#\w*\[)/g;

// What stands before the @ of an address. A slash ends each try, so that none goes through the text again.
const userinfo = /(?<=:\/\/)[^\s/?#@"'<>\\]+(?=@)/g;

const hex = (character: string): string => character.charCodeAt(0).toString(16);

/** The name and the password in addresses as `***`. */
export const hidePasswords = (text: string): string => text.replace(userinfo, "***");

/** A text from a document, for a line of a terminal: control characters written as `\u{1b}`. */
export function printable(text: string): string {
  return hidePasswords(text)
    .replace(controls, (character) =>
      character === "\n" ? "\\n" : character === "\t" ? "\\t" : `\\u{${hex(character)}}`,
    )
    .replace(commands, "\\u{23}");
}

/** The same, character for character, so that columns stay where they are. Tabs stay tabs. */
export function printableInPlace(text: string): string {
  return text
    .replace(userinfo, (found) => "*".repeat(found.length))
    .replace(controls, (character) => (character === "\t" ? character : "\u00b7"))
    .replace(commands, "\u00b7");
}

const escape = (character: string): string => `\\u${hex(character).padStart(4, "0")}`;

/** JSON, which is YAML too, with the same characters escaped. Line ends between the values stay. */
export const printableJson = (value: unknown, space?: number): string =>
  withoutControls(JSON.stringify(value, undefined, space)).replace(commands, escape);

/**
 * The text of a generated file without control characters, but for line ends and tabs. In the strings of TypeScript,
 * JSON and YAML the escape means the same character; in a comment or in Markdown it is shown.
 */
export const withoutControls = (text: string): string =>
  text.replace(controls, (character) =>
    "\n\r\t".includes(character) ? character : escape(character),
  );

/** Exports functions that make texts of documents safe for terminals. */

// C0 and C1 controls, and marks that reorder text or separate lines: a document must not control the terminal.
const controls = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** A text from a document, for a line of a terminal: control characters written as `\u{1b}`. */
export function printable(text: string): string {
  return text.replace(controls, (character) =>
    character === "\n"
      ? "\\n"
      : character === "\t"
        ? "\\t"
        : `\\u{${character.charCodeAt(0).toString(16)}}`,
  );
}

/** The same, character for character, so that columns stay where they are. Tabs stay tabs. */
export function printableInPlace(text: string): string {
  return text.replace(controls, (character) => (character === "\t" ? character : "\u00b7"));
}

/** JSON, which is YAML too, with the same characters escaped. */
export const printableJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    controls,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** What a command may do to the world around it: `main.ts` gives it the real one, tests give it arrays. */
import type { styleText } from "node:util";

/** One style: a list of them is coloured by Node 20 even where no colour is wanted. */
export type Style = Exclude<Parameters<typeof styleText>[0], readonly unknown[]>;

export interface Terminal {
  /** Results. */
  readonly out: (text: string) => void;
  /** Diagnostics and progress. */
  readonly err: (text: string) => void;
  /** Columns of the terminal that results go to; undefined where that is no terminal. */
  readonly width: number | undefined;
  /** Progress may rewrite its line. */
  readonly rewritable: boolean;
  /** Colours, where what reads `err` shows colours; the text itself elsewhere. */
  readonly style: (style: Style, text: string) => string;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

// C0 and C1 controls, and the marks that reorder text or separate lines: a document must not drive the terminal.
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

/** Cut to `width` characters, the last of which is then `…`. */
export function cut(text: string, width: number | undefined): string {
  if (width === undefined) return text;
  const characters = Array.from(text);
  return characters.length <= width ? text : characters.slice(0, width - 1).join("") + "…";
}

/** `1 file`, `2 files`; numbers in the same form everywhere (`1,234`), whatever the locale. */
export function count(number: number, singular: string, plural = `${singular}s`): string {
  return `${grouped(number)} ${number === 1 ? singular : plural}`;
}

function grouped(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** JSON, which is YAML too, with the same characters escaped. */
export const printableJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    controls,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

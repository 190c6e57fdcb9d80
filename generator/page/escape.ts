/** Makes text of documents safe for HTML, and data safe for a script element. */

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

// Control characters, and marks that reorder text: a reader must see the text as it is. Tabs and line breaks stay.
const hidden =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Writes invisible characters as `\u{202e}`. */
export const visible = (text: string): string =>
  text
    .replaceAll("\r\n", "\n")
    .replace(hidden, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`);

/** For the content of an element, or a quoted attribute. */
export const escape = (text: string): string =>
  visible(text).replace(/[&<>"']/g, (character) => entities[character] ?? "");

/** Data for a script element: no text in it ends the element or begins a comment. */
export const scriptData = (value: unknown): string =>
  JSON.stringify(value)
    .replaceAll("<", "\\u003c")
    .replaceAll(">", "\\u003e")
    .replaceAll("&", "\\u0026")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");

/** Whether an address is one of the web. */
export const isWeb = (url: string): boolean => /^https?:\/\//i.test(url) && URL.canParse(url);

export const count = (number: number, noun: string): string =>
  `${number} ${noun}${number === 1 ? "" : "s"}`;

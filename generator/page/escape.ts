/** Text of documents made safe to stand in HTML. */

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

// Controls, and the marks that reorder text: what a reader sees must be what is there. Tabs and line breaks may stay.
const hidden =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Characters that would not be seen, written as `\u{202e}`. */
export const visible = (text: string): string =>
  text
    .replaceAll("\r\n", "\n")
    .replace(hidden, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`);

/** For the content of an element, or a quoted attribute. */
export const escape = (text: string): string =>
  visible(text).replace(/[&<>"']/g, (character) => entities[character] ?? "");

/** Data for a script element: nothing in it can end the element, or begin a comment. */
export const scriptData = (value: unknown): string =>
  JSON.stringify(value)
    .replaceAll("<", "\\u003c")
    .replaceAll(">", "\\u003e")
    .replaceAll("&", "\\u0026")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");

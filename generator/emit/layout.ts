/**
 * Source that prettier would leave as it is, made without it: prettier costs more than all else that a run does, and
 * most of what is emitted has few forms. Where a form is not known, or a line would not fit, these functions give
 * undefined, and prettier has to see to it. Tests hold all of it to prettier's own output.
 */

/** As in .prettierrc.json of a package's reader: see `formatTypeScript`. */
export const widest = 100;

/** Marks text that is settled among text that prettier has to format; no text of a document has these characters. */
const [begin, end] = ["\u0001", "\u0002"] as const;

/** Whole statements, each on lines of its own, with its documentation. */
export const settled = (text: string): string => `${begin}${text}${end}`;

/** The parts of a source, in order. */
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

/** The text alone. */
export const withoutMarks = (source: string): string =>
  source.replaceAll(begin, "").replaceAll(end, "");

/** The text, if it is known that every line of it stays as it is; else another one, for prettier. */
export function settledIf(text: string | undefined, or: string | (() => string), doc = ""): string {
  if (text !== undefined && fits(text)) return settled(doc + text);
  return doc + (typeof or === "string" ? or : or());
}

// Of other characters the width is not their number. A quote in a string may be written with the other quotes.
export const isPlain = (line: string): boolean =>
  /^[\x20-\x7e]*$/.test(line) && !line.includes('\\"');

/** A comment may be as wide as it is, and hold what it holds. */
const commented = /^ *(?:\/\*\*|\*)/;

/** Whether no line of code is too wide, and each is of characters that count as one column. */
export const fits = (text: string): boolean =>
  text
    .split("\n")
    .every((line) => commented.test(line) || (line.length <= widest && isPlain(line)));

const indented = (depth: number, text: string): string => "  ".repeat(depth) + text;

/** `import type { A, B } from "./c.js";`, in as many lines as it takes. */
export function namesBetween(before: string, names: readonly string[], after: string): string {
  const line = `${before} { ${names.join(", ")} } ${after}`;
  return line.length <= widest || names.length === 1
    ? line
    : `${before} {\n${names.map((name) => `  ${name},\n`).join("")}} ${after}`;
}

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
  const line = `${before} ${flat}`;
  if (line.length <= widest) return line;
  if (types.length === 1) return undefined;
  const next = indented(depth + 1, flat);
  return `${before}\n${
    next.length <= widest
      ? next
      : types.map((type) => indented(depth + 1, `| ${type}`)).join("\n") + ";"
  }`;
}

/**
 * Data as source that can be broken into lines: a text, or a list or an object of such. A member without a name is the
 * name of a constant, and called so.
 */
export type Literal =
  | string
  /** A text that prettier has to see to. */
  | { readonly anyhow: string }
  | { readonly list: readonly Literal[] }
  | { readonly members: readonly (readonly [name: string, value: Literal])[] };

/** On one line; undefined where it is always broken into several. */
export function flatLiteral(literal: Literal): string | undefined {
  if (typeof literal === "string") return literal;
  if ("anyhow" in literal) return undefined;
  if ("list" in literal) {
    if (isMatrix(literal.list)) return undefined;
    const items = literal.list.map(flatLiteral);
    return items.includes(undefined) ? undefined : `[${items.join(", ")}]`;
  }
  if (literal.members.length === 0) return "{}";
  const members: string[] = [];
  for (const [name, value] of literal.members) {
    const text = flatLiteral(value);
    if (text === undefined) return undefined;
    members.push(name === "" ? text : `${name}: ${text}`);
  }
  return `{ ${members.join(", ")} }`;
}

/** Lists of objects, or of lists, that have several members each stand on several lines. */
const isMatrix = (items: readonly Literal[]): boolean =>
  items.length > 1 &&
  (["members", "list"] as const).some((kind) =>
    items.every((item) => typeof item === "object" && (sizeOf(item, kind) ?? 0) > 1),
  );

const sizeOf = (literal: Exclude<Literal, string>, kind: "list" | "members"): number | undefined =>
  kind === "list" && "list" in literal
    ? literal.list.length
    : kind === "members" && "members" in literal
      ? literal.members.length
      : undefined;

/**
 * @param column where it begins
 * @param depth of the line that it begins in
 * @param after how many characters follow it on its last line
 */
export function literalAt(
  literal: Literal,
  column: number,
  depth: number,
  after: number,
): string | undefined {
  const flat = flatLiteral(literal);
  if (flat !== undefined && column + flat.length + after <= widest) return flat;
  return typeof literal === "string" ? undefined : brokenLiteral(literal, depth);
}

/** On several lines. */
export function brokenLiteral(
  literal: Exclude<Literal, string>,
  depth: number,
): string | undefined {
  if ("anyhow" in literal) return undefined;
  const open = "list" in literal;
  // A list of numbers fills its lines.
  if (open && literal.list.length > 1 && literal.list.every(isNumber)) return undefined;
  const lines: string[] = [];
  const entries = open ? literal.list.map((item) => ["", item] as const) : literal.members;
  if (entries.length === 0) return undefined;
  for (const [name, value] of entries) {
    const before = name === "" ? "" : `${name}: `;
    const text = literalAt(value, (depth + 1) * 2 + before.length, depth + 1, 1);
    if (text === undefined) return undefined;
    lines.push(indented(depth + 1, `${before}${text},\n`));
  }
  return `${open ? "[" : "{"}\n${lines.join("")}${indented(depth, open ? "]" : "}")}`;
}

const isNumber = (literal: Literal): boolean =>
  typeof literal === "string" && /^-?[\d.]/.test(literal);

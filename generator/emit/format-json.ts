/**
 * Exports `formatJson`: what prettier's parser `json` makes of a text that `JSON.stringify` could have written. Prettier
 * takes seconds for the megabytes of `api.json`, and this takes milliseconds; a test compares the two.
 */

/** The options of prettier that the layout of JSON follows from. */
export interface JsonLayout {
  readonly printWidth: number;
  readonly tabWidth: number;
  readonly useTabs: boolean;
  /** Columns that a text takes. */
  widthOf(text: string): number;
}

/** A scalar, as it is in the text, or what an array or an object holds. */
type Node = { readonly text: string; readonly width: number } | Group;

interface Group {
  readonly open: string;
  readonly members: readonly Member[];
  /** Of all on one line; infinite where a line break is a must. */
  readonly width: number;
}

interface Member {
  /** With the colon and the blank after it; empty in an array. */
  readonly key: string;
  readonly keyWidth: number;
  readonly value: Node;
}

/** Where the reader is in the text, and what the text is printed to. */
interface Context {
  readonly text: string;
  readonly layout: JsonLayout;
  readonly lines: string[];
  at: number;
}

/** Undefined for any other text: only after the opening brace of an object that has members may a line break matter. */
export function formatJson(text: string, layout: JsonLayout): string | undefined {
  const context: Context = { text, layout, lines: [], at: 0 };
  const root = read(context);
  skipSpace(context);
  if (root === undefined || context.at !== text.length) return undefined;
  print({ node: root, before: "", column: 0, after: 0, depth: 0 }, context);
  return `${context.lines.join("\n")}\n`;
}

const space = /[ \n]*/y;
const scalar = /"(?:[^"\\\n]|\\.)*"|-?\d+(?:\.\d+)?(?![\d.eE])|true|false|null/y;
const isNumber = (node: Node): boolean => "text" in node && /^[-\d]/.test(node.text);

function match(pattern: RegExp, context: Context): string | undefined {
  pattern.lastIndex = context.at;
  const found = pattern.exec(context.text)?.[0];
  context.at += found?.length ?? 0;
  return found;
}

const skipSpace = (context: Context): string => match(space, context) ?? "";

/** The next value; undefined if the text is of another kind. */
function read(context: Context): Node | undefined {
  skipSpace(context);
  const open = context.text[context.at];
  if (open === "{" || open === "[") return readGroup(open, context);
  const text = match(scalar, context);
  return text === undefined ? undefined : { text, width: context.layout.widthOf(text) };
}

function readGroup(open: "{" | "[", context: Context): Group | undefined {
  const close = open === "{" ? "}" : "]";
  context.at++;
  const isBroken = open === "{" && skipSpace(context).includes("\n");
  const members: Member[] = [];
  skipSpace(context);
  if (context.text[context.at] === close) {
    context.at++;
    return { open, members, width: 2 };
  }
  for (;;) {
    const member = readMember(open, context);
    if (!member) return undefined;
    members.push(member);
    if (skipSpace(context).includes("\n\n")) return undefined; // prettier keeps an empty line
    const next = context.text[context.at++];
    if (next === close)
      return { open, members, width: isBroken ? Infinity : widthOf(open, members) };
    if (next !== ",") return undefined;
    if (skipSpace(context).includes("\n\n")) return undefined;
  }
}

function readMember(open: string, context: Context): Member | undefined {
  const key = open === "{" ? read(context) : undefined;
  if (open === "{") {
    if (!key || !("text" in key) || !key.text.startsWith('"')) return undefined;
    skipSpace(context);
    if (context.text[context.at++] !== ":") return undefined;
  }
  const value = read(context);
  if (!value) return undefined;
  return key && "text" in key
    ? { key: `${key.text}: `, keyWidth: key.width + 2, value }
    : { key: "", keyWidth: 0, value };
}

/** On one line, with blanks inside braces. */
function widthOf(open: string, members: readonly Member[]): number {
  if (open === "[" && isTable(members)) return Infinity;
  const inner = members.reduce((sum, { keyWidth, value }) => sum + keyWidth + value.width, 0);
  return inner + 2 * (members.length - 1) + (open === "{" ? 4 : 2);
}

/** Objects alone, or arrays alone, of more than one member each: prettier gives each a line. */
const isTable = (members: readonly Member[]): boolean =>
  members.length > 1 &&
  members.every(
    ({ value }, _, [first]) =>
      "open" in value &&
      value.members.length > 1 &&
      first !== undefined &&
      "open" in first.value &&
      value.open === first.value.open,
  );

interface Place {
  readonly node: Node;
  /** What is before it on its line, and how wide that is. */
  readonly before: string;
  readonly column: number;
  /** The width of what follows it on its line: a comma or nothing. */
  readonly after: number;
  readonly depth: number;
}

/** Adds the lines of a value, and a comma where one follows. */
function print({ node, before, column, after, depth }: Place, context: Context): void {
  const { layout, lines } = context;
  const comma = after > 0 ? "," : "";
  if (!("open" in node) || node.members.length === 0) {
    lines.push(before + flat(node) + comma);
  } else if (column + node.width + after <= layout.printWidth) {
    lines.push(before + flat(node) + comma);
  } else {
    lines.push(before + node.open);
    if (
      node.open === "[" &&
      node.members.length > 1 &&
      node.members.every(({ value }) => isNumber(value))
    )
      printNumbers(node, depth + 1, context);
    else
      for (const [index, { key, keyWidth, value }] of node.members.entries())
        print(
          {
            node: value,
            before: indent(depth + 1, layout) + key,
            column: (depth + 1) * layout.tabWidth + keyWidth,
            after: index < node.members.length - 1 ? 1 : 0,
            depth: depth + 1,
          },
          context,
        );
    lines.push(indent(depth, layout) + (node.open === "{" ? "}" : "]") + comma);
  }
}

/** As many to a line as there is room for. */
function printNumbers({ members }: Group, depth: number, { layout, lines }: Context): void {
  let line = "";
  for (const [index, { value }] of members.entries()) {
    const text = flat(value) + (index < members.length - 1 ? "," : "");
    const width = depth * layout.tabWidth + line.length + 1 + text.length;
    if (line !== "" && width > layout.printWidth) {
      lines.push(indent(depth, layout) + line);
      line = "";
    }
    line += (line === "" ? "" : " ") + text;
  }
  lines.push(indent(depth, layout) + line);
}

const indent = (depth: number, { tabWidth, useTabs }: JsonLayout): string =>
  useTabs ? "\t".repeat(depth) : " ".repeat(depth * tabWidth);

function flat(node: Node): string {
  if (!("open" in node)) return node.text;
  const inner = node.members.map(({ key, value }) => key + flat(value)).join(", ");
  if (node.open === "[") return `[${inner}]`;
  return inner === "" ? "{}" : `{ ${inner} }`;
}

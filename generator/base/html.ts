/**
 * `markdownOf`: a description with its HTML as Markdown, and `plainOf`: in one line, without it. Descriptions are CommonMark, and some
 * have HTML in it or are nothing else. Only tags of prose count: `<id>` is a placeholder, and code is left as it is.
 */

/** What is left of tags. */
interface Marks {
  readonly inline: ReadonlyMap<string, string>;
  readonly bullet: string;
  readonly link: (text: string, address: string) => string;
}

const markdown: Marks = {
  inline: new Map([
    ...([
      ["code", "`"],
      ["tt", "`"],
      ["b", "**"],
      ["strong", "**"],
      ["i", "*"],
      ["em", "*"],
    ] as const),
  ]),
  bullet: "- ",
  link: (text, address) => `[${text}](${address})`,
};
const plain: Marks = { inline: new Map(), bullet: "", link: (text) => text };

export const markdownOf = (text: string): string => convert(text, markdown);
export const plainOf = (text: string): string => convert(text, plain).replace(/\s+/g, " ");

const tag =
  /<(\/?)(a|b|blockquote|br|code|dd|div|dl|dt|em|h[1-6]|i|important|li|note|ol|p|pre|span|strong|tt|ul)(?=[\s/>])([^<>]*)>/gi;

/** A text that is being made. */
interface Draft {
  readonly marks: Marks;
  /** Its parts; the last one has no space at its end that is not meant. */
  readonly parts: string[];
  /** Line breaks to write before the next part. */
  breaks: 0 | 1 | 2;
  /** A mark of a list or a note is the last part: no break follows. */
  marked: boolean;
  /** For each open list, the number of its next item; 0: bullets. */
  readonly lists: number[];
  inCode: boolean;
  /** The marks that are open, such as `**`. */
  readonly open: Set<string>;
  /** The open link: its address, and the number of its first part. */
  link: { readonly address: string; readonly from: number } | undefined;
}

function convert(source: string, marks: Marks): string {
  if (source.search(tag) < 0) return source;
  const draft: Draft = {
    ...{ marks, parts: [], breaks: 0, marked: false, lists: [] },
    ...{ inCode: false, open: new Set(), link: undefined },
  };
  // What is between backticks is code already.
  source.split("`").forEach((part, i) => {
    if (i > 0) write(draft, "`");
    if (i % 2 === 1) return write(draft, part);
    let end = 0;
    for (const found of part.matchAll(tag)) {
      write(draft, decoded(part.slice(end, found.index)));
      end = found.index + found[0].length;
      const [, slash, name = "", attributes = ""] = found;
      meet(draft, name.toLowerCase(), slash === "/", attributes);
    }
    write(draft, decoded(part.slice(end)));
  });
  return draft.parts.join("").trim();
}

function write(draft: Draft, text: string): void {
  const { breaks, marked } = draft;
  const starts = breaks > 0 || marked;
  if (text === "" || (starts && text.trim() === "")) return;
  breakLine(draft, draft.lists.length);
  draft.parts.push(starts ? text.trimStart() : text);
  draft.marked = false;
}

const addBreak = (draft: Draft, breaks: 1 | 2): void => {
  if (!draft.marked && breaks > draft.breaks) draft.breaks = breaks;
};

/** Writes the breaks that wait, and the indent of a line in so many lists. */
function breakLine(draft: Draft, lists: number): void {
  const { parts, breaks } = draft;
  draft.breaks = 0;
  if (breaks === 0 || parts.length === 0) return;
  trimEnd(parts);
  parts.push("\n".repeat(breaks) + "  ".repeat(lists));
}

function trimEnd(parts: string[]): void {
  while (parts.length > 0) {
    const last = (parts.pop() ?? "").trimEnd();
    if (last === "") continue;
    parts.push(last);
    return;
  }
}

/** Writes a mark at the start of a line. */
function mark(draft: Draft, text: string): void {
  if (text === "") return;
  breakLine(draft, Math.max(0, draft.lists.length - 1));
  draft.parts.push(text);
  draft.marked = true;
}

const block = /^(p|div|h\d|dl|dt|blockquote|pre|note|important)$/;

/** Writes what is left of a tag. */
function meet(draft: Draft, name: string, closes: boolean, attributes: string): void {
  const { marks, lists } = draft;
  if (name === "code" || name === "tt") draft.inCode = !closes;
  else if (draft.inCode) return;
  const inline = marks.inline.get(name);
  if (inline !== undefined) return closes ? close(draft, inline) : open(draft, inline);
  if (name === "a") return closes ? endLink(draft) : startLink(draft, attributes);
  if (name === "br" || name === "dd") return addBreak(draft, 1);
  if (name === "ul" || name === "ol") {
    if (closes) lists.pop();
    else if (lists.length < deepest) lists.push(name === "ol" ? 1 : 0);
  } else if (name === "li") return closes ? addBreak(draft, 1) : item(draft);
  else if (!block.test(name)) return;
  addBreak(draft, lists.length > 0 ? 1 : 2);
  if (name === "note" && !closes) mark(draft, "Note: ");
  if (name === "important" && !closes) mark(draft, "Important: ");
}

/** Deeper lists look like the one around them. */
const deepest = 8;

function item(draft: Draft): void {
  const { lists, marks } = draft;
  const number = lists.at(-1) ?? 0;
  if (number > 0) lists[lists.length - 1] = number + 1;
  addBreak(draft, 1);
  mark(draft, number > 0 ? `${number}. ` : marks.bullet);
}

function open(draft: Draft, inline: string): void {
  write(draft, inline);
  draft.open.add(inline);
}

/** Closes a mark right behind the text. */
function close({ parts, open }: Draft, inline: string): void {
  if (!open.delete(inline)) return;
  const last = parts.pop() ?? "";
  const bare = last.trimEnd();
  parts.push(bare, inline, last.slice(bare.length));
}

function startLink(draft: Draft, attributes: string): void {
  const [, address = ""] = /\bhref=["']?(https?:[^"'\s()]{1,500})/i.exec(attributes) ?? [];
  if (address === "") return;
  breakLine(draft, draft.lists.length);
  draft.link = { address, from: draft.parts.length };
}

function endLink(draft: Draft): void {
  const { link, marks, parts } = draft;
  draft.link = undefined;
  if (!link) return;
  const text = parts.slice(link.from).join("");
  if (text.trim() === "" || /[[\]\n]/.test(text)) return;
  parts.splice(link.from, Infinity, marks.link(text.trim(), link.address));
}

const entities: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " ", ndash: "–", mdash: "—" },
  }),
);
const decoded = (text: string): string =>
  text.replace(/&(?:#(\d{1,6})|([a-z]{2,5}));/g, (whole: string, code?: string, name?: string) =>
    code === undefined ? (entities.get(name ?? "") ?? whole) : String.fromCodePoint(Number(code)),
  );

/** `markdown` and `markdownLine`: texts of documents as HTML. Nothing in a text becomes markup but that of Markdown. */
import MarkdownIt, { type StateCore, type Token } from "markdown-it";
import { escape, isWeb, visible } from "./escape.js";

/** A longer text is cut: no text may take long. */
const longest = 20_000;

const parser = new MarkdownIt({ html: false, linkify: false, maxNesting: 20 });
// Every link is parsed; `onlyTheWeb` takes away what leads elsewhere, and keeps its text.
parser.validateLink = () => true;
parser.disable("image");
parser.core.ruler.push("only_the_web", onlyTheWeb);
// Headings of the page are those of its own parts.
parser.renderer.rules["heading_open"] = () => '<p class="heading">';
parser.renderer.rules["heading_close"] = () => "</p>\n";

function onlyTheWeb({ tokens }: StateCore): void {
  for (const { children } of tokens) {
    let leads = true;
    for (const token of children ?? []) {
      if (token.type === "link_open") leads = isWeb(hrefOf(token));
      if (token.type.startsWith("link_")) token.tag = leads ? "a" : "span";
      if (token.type === "link_open") token.attrs = leads ? webLink(token) : null;
    }
  }
}

const hrefOf = (token: Token): string => String(token.attrGet("href") ?? "");

const webLink = (token: Token): [string, string][] => [
  ["href", hrefOf(token)],
  ["rel", "noreferrer noopener"],
];

const bounded = (text: string): string =>
  text.length > longest ? `${visible(text.slice(0, longest))}…` : visible(text);

// Entities (`&#x202e;`) become characters, so what is not visible is looked for again.
export const markdown = (text: string): string =>
  `<div class="prose">${visible(parser.render(bounded(text)))}</div>`;

/** Without paragraphs. */
export const markdownLine = (text: string): string => visible(parser.renderInline(bounded(text)));

/** An address of a document: a link if it leads to the web. */
export function webLinkTo(url: string): string {
  const text = escape(url);
  return isWeb(url) ? `<a href="${text}" rel="noreferrer noopener">${text}</a>` : text;
}

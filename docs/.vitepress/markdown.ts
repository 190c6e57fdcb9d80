/** How the site reads Markdown: as text that GitHub shows too, of which nothing is code of Vue. */
import { existsSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { isPage, siteFile } from "./pages.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
export const repository = "https://github.com/openapi-batch/openapi-batch";

/** What is used of a markdown-it, whichever version the site brings. */
interface Markdown {
  readonly core: {
    readonly ruler: {
      push(name: string, rule: (state: { tokens: Token[]; env: unknown }) => void): void;
      disable(name: string, ignoreInvalid: boolean): unknown;
    };
  };
  readonly renderer: { readonly rules: Record<string, Rule | undefined> };
  readonly utils: { escapeHtml(text: string): string };
}

interface Token {
  readonly type: string;
  readonly content: string;
  readonly children: Token[] | null;
  attrGet(name: string): string | number | null;
  attrSet(name: string, value: string): void;
}

// The tokens of a rule, the index of its own, and what it passes on.
type Rule = (tokens: Token[], index: number, ...rest: never[]) => string;

/**
 * Where a link of a page leads on the site: to another page as it is, to any other file in the repository. Throws if
 * there is no such file.
 */
export function siteLink(link: string, page: string): string {
  if (/^(?:[a-z]+:|#)/i.test(link)) return link;
  const [path = "", anchor] = link.split("#");
  const file = posix.join(posix.dirname(page), path);
  if (!existsSync(root + file)) throw new Error(`${page}: ${link} leads nowhere`);
  if (!isPage(file)) return `${repository}/blob/HEAD/${file}`;
  return siteFile(path) + (anchor === undefined ? "" : `#${anchor}`);
}

function linkRule({ tokens, env }: { tokens: Token[]; env: unknown }): void {
  // VitePress says in `env` which page it renders.
  const { relativePath } = env as { relativePath: string };
  for (const token of tokens.flatMap(({ children }) => children ?? [])) {
    const href = token.type === "link_open" ? token.attrGet("href") : null;
    if (href !== null) token.attrSet("href", siteLink(String(href), relativePath));
  }
}

/** Comments are left out, as on GitHub; other HTML is shown as text. */
const htmlRule =
  (md: Markdown): Rule =>
  (tokens, index) => {
    const content = tokens[index]?.content ?? "";
    return /^\s*<!--(?:(?!-->)[\s\S])*-->\s*$/.test(content)
      ? ""
      : md.utils.escapeHtml(content).replaceAll("{{", "&#123;&#123;");
  };

export function siteMarkdown(md: Markdown): void {
  const { rules } = md.renderer;
  const text = rules["text"];
  md.core.ruler.disable("emoji", true);
  md.core.ruler.push("site-links", linkRule);
  // Vue evaluates `{{ }}` in text; in code, VitePress prevents it.
  rules["text"] = (tokens, index, ...rest) =>
    (text?.(tokens, index, ...rest) ?? "").replaceAll("{{", "&#123;&#123;");
  rules["html_block"] = htmlRule(md);
  rules["html_inline"] = htmlRule(md);
}

/** The pages of the site, the side bar that leads to them, and the anchors of their headings. */
import { posix } from "node:path";

/** A link of the index: `path` is relative to docs/, and `about` is the text after the link. */
export interface Item {
  readonly text: string;
  readonly path: string;
  readonly about: string;
}

export interface Section {
  readonly title: string;
  readonly items: readonly Item[];
}

/** The lists of links in docs/README.md, by heading. */
export function sectionsOf(index: string): Section[] {
  return index.split(/^## /m).flatMap((section) => {
    const [title = ""] = section.split("\n");
    const items = [...section.matchAll(/^(?:-|\d+\.) ((?:.+\n)(?: +.+\n)*)/gm)].map(
      ([, item = ""]) => {
        const [, text = "", path = "", about = ""] =
          /^\[([^\]]+)\]\(([^)#]+)\)(?:: )?(.*)$/s.exec(item.trim().replace(/\s+/g, " ")) ?? [];
        return { text, path, about };
      },
    );
    return items.length > 0 ? [{ title, items }] : [];
  });
}

/** Whether a file of the repository is a page of the site. */
export const isPage = (file: string): boolean =>
  /^(?:README|CHANGELOG|docs\/(?!node_modules\/).+)\.md$/.test(file);

/** The file of the site that a page becomes: a README is the index of its folder. */
export const siteFile = (file: string): string => file.replace(/(^|\/)README\.md$/, "$1index.md");

/** The side bar shows texts as HTML. */
const html = (text: string): string =>
  text.replaceAll("`", "").replaceAll("&", "&amp;").replaceAll("<", "&lt;");

export interface SideBarGroup {
  readonly text: string;
  readonly items: readonly { readonly text: string; readonly link: string }[];
}

/** The side bar: the README, then the sections of docs/README.md with the first words of their links. */
export function sideBar(index: string): SideBarGroup[] {
  const sections = sectionsOf(index).map(({ title, items }) => ({
    text: html(title),
    items: items.map(({ text, path }) => ({
      text: html(text.split(": ")[0] ?? text),
      link: `/${siteFile(posix.join("docs", path))}`,
    })),
  }));
  const first = [
    { text: "Quick start", link: "/index.md" },
    { text: "All docs", link: "/docs/index.md" },
  ];
  return [{ text: "Start", items: first }, ...sections];
}

/** The anchor of a heading, as GitHub makes it, so that a link works on both. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");

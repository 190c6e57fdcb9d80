/** The site of the docs, but for VitePress itself: where it leads, and what it makes of Markdown. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import MarkdownIt from "markdown-it";
import { describe, expect, test } from "vitest";
import { repository, siteLink, siteMarkdown } from "../../docs/.vitepress/markdown.js";
import { anchorOf, isPage, sideBar, siteFile } from "../../docs/.vitepress/pages.js";

const root = join(import.meta.dirname, "../..");
const index = readFileSync(join(root, "docs/README.md"), "utf8").replaceAll("\r\n", "\n");

describe("the side bar", () => {
  const links = sideBar(index).flatMap(({ items }) => items.map(({ link }) => link));

  test("leads to every page of docs/", () => {
    const pages = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
      .map((path) => `docs/${path.replaceAll("\\", "/")}`)
      .filter(isPage);
    expect(pages.length).toBeGreaterThan(30);
    expect(pages.filter((page) => !links.includes(`/${siteFile(page)}`))).toEqual([]);
  });

  test.each([
    ["## A\n\n- [One: two](a.md): three\n", [{ text: "One", link: "/docs/a.md" }]],
    ["## A\n\n1. [`x`](b/README.md)\n", [{ text: "x", link: "/docs/b/index.md" }]],
    ["## A\n\n- [a < b\n  & c](c.md)\n", [{ text: "a &lt; b &amp; c", link: "/docs/c.md" }]],
    ["## A\n\nNo [list](a.md).\n", undefined],
  ])("of %j", (text, items) => {
    expect(sideBar(text)[1]?.items).toEqual(items);
  });
});

test.each([
  ["security.md#bounds", "docs/ci.md", "security.md#bounds"],
  ["../README.md#quick-start", "docs/ci.md", "../index.md#quick-start"],
  ["examples/README.md", "docs/index.md", "examples/index.md"],
  ["docs/ci.md", "index.md", "docs/ci.md"],
  ["../test/docs.test.ts", "docs/ci.md", `${repository}/blob/HEAD/test/docs.test.ts`],
  ["generated/README.md", "index.md", `${repository}/blob/HEAD/generated/README.md`],
  ["https://example.com/a.md", "docs/ci.md", "https://example.com/a.md"],
  ["#here", "docs/ci.md", "#here"],
])("the link %s of %s leads to %s", (link, page, want) => {
  expect(siteLink(link, page)).toBe(want);
});

test("a link to nothing stops the build", () => {
  expect(() => siteLink("nothing.ts", "docs/ci.md")).toThrow(
    "docs/ci.md: nothing.ts leads nowhere",
  );
});

test.each([
  ["Minute 1: what is `known`", "minute-1-what-is-known"],
  ["64-bit integers", "64-bit-integers"],
  ["`--html`, or a page_", "--html-or-a-page_"],
])("the heading %j has the anchor %s", (heading, want) => {
  expect(anchorOf(heading)).toBe(want);
});

test.each([
  ["a {{ 1 + 1 }} b", "<p>a &#123;&#123; 1 + 1 }} b</p>"],
  ["a <b onclick=x>b</b>", "<p>a &lt;b onclick=x&gt;b&lt;/b&gt;</p>"],
  ["<script>{{ 1 }}</script>", "&lt;script&gt;&#123;&#123; 1 }}&lt;/script&gt;"],
  ["<!-- ts\nconst a = 1;\n-->\n\nb", "<p>b</p>"],
  ["<!-- a --><script>", "&lt;!-- a --&gt;&lt;script&gt;"],
  ["[a](ci.md)", '<p><a href="ci.md">a</a></p>'],
  ["[a](../LICENSE)", `<p><a href="${repository}/blob/HEAD/LICENSE">a</a></p>`],
])("shows %j without running it", (text, want) => {
  const md = new MarkdownIt({ html: true });
  // Its types ask for rules over its own tokens; the site's work with any version of it.
  siteMarkdown(md as never);
  expect(md.render(text, { relativePath: "docs/index.md" }).trim()).toBe(want);
});

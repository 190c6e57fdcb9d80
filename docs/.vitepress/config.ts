/** The site of README.md, CHANGELOG.md and docs/: `npm run docs:build`. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { repository, siteMarkdown } from "./markdown.js";
import { anchorOf, sideBar, siteFile } from "./pages.js";

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), "utf8");
const { name, description } = JSON.parse(read("package.json")) as Record<string, string>;

/** The README finds no node_modules with vue: what renders it is in docs/. */
const vueOfDocs = {
  name: "vue-of-docs",
  enforce: "pre",
  resolveId: (id: string, _importer: unknown, { ssr }: { ssr?: boolean }) =>
    ssr && /^vue(\/server-renderer)?$/.test(id) ? { id, external: true } : null,
};

export default {
  title: name,
  description,
  base: `/${name}/`,
  srcDir: "..",
  // What `isPage` leaves.
  srcExclude: ["!(docs)/**/*.md", "!(README|CHANGELOG).md"],
  rewrites: siteFile,
  markdown: {
    config: siteMarkdown,
    anchor: { slugify: anchorOf },
    // In braces, these pages have JSON and TypeScript.
    attrs: { disable: true },
  },
  vite: { plugins: [vueOfDocs] },
  themeConfig: {
    search: { provider: "local" },
    sidebar: sideBar(read("docs/README.md")),
    outline: [2, 3],
    nav: [
      { text: "Docs", link: "/docs/index.md" },
      { text: "Examples", link: "/docs/examples/index.md" },
      { text: "Changelog", link: "/CHANGELOG.md" },
    ],
    socialLinks: [{ icon: "github", link: repository }],
    editLink: { pattern: `${repository}/edit/main/:path`, text: "Edit this page" },
  },
};

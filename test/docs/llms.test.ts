/** docs/llms.txt is the index of the docs, in the form of llmstxt.org: what a language model reads first. */
import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { expect, test } from "vitest";
import { sectionsOf } from "../../docs/.vitepress/pages.js";

const root = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8").replaceAll("\r\n", "\n");

function llmsText(): string {
  const { name, description, repository } = JSON.parse(read("package.json")) as {
    name: string;
    description: string;
    repository: { url: string };
  };
  const [, owner = ""] = /github\.com\/(.+)\.git$/.exec(repository.url) ?? [];
  const link = (title: string, path: string, about = "") =>
    `- [${title}](https://raw.githubusercontent.com/${owner}/HEAD/${path})${about && `: ${about}`}`;
  const sections = sectionsOf(read("docs/README.md")).map(({ title, items }) => {
    const links = items.map(({ text, path, about }) => link(text, posix.join("docs", path), about));
    return `## ${title}\n\n${links.join("\n")}\n`;
  });
  const first = link("README", "README.md", "a quick start, and what is different");
  return `# ${name}\n\n> ${description}\n\n${first}\n\n${sections.join("\n")}`;
}

test("docs/llms.txt is the index (vitest -u writes it)", async () => {
  expect(llmsText().match(/^- \[[^\]]+\]\(https:\/\/\S+\.md\)/gm)?.length).toBeGreaterThan(25);
  await expect(llmsText()).toMatchFileSnapshot(join(root, "docs/llms.txt"));
});

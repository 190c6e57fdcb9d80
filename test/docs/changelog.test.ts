/** CHANGELOG.md, and what `npm version` makes of it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dated, releaseNotes } from "../../scripts/changelog.js";

const root = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8").replaceAll("\r\n", "\n");

test("the changelog has a section for the version of package.json, or one that is unreleased", () => {
  const { version } = JSON.parse(read("package.json")) as { version: string };
  const changelog = read("CHANGELOG.md");
  expect(releaseNotes(changelog, version) ?? releaseNotes(changelog, "Unreleased")).toMatch(/^- /m);
});

const old = "## 0.1.0 - 2026-01-31\n\n- First.\n";

test.each([
  ["# C\n\n## Unreleased\n\n- New.\n", "# C\n\n## 0.2.0 - 2026-02-28\n\n- New.\n"],
  [`## Unreleased\n\n- New.\n\n${old}`, `## 0.2.0 - 2026-02-28\n\n- New.\n\n${old}`],
])("a version dates what is unreleased: %j", (given, want) => {
  expect(dated(given, "0.2.0", "2026-02-28")).toBe(want);
  expect(releaseNotes(want, "0.2.0")).toBe("- New.");
});

test.each([
  [old, "nothing below"],
  [`## Unreleased\n\n${old}`, "nothing below"],
  [`## Unreleased\n\n- New.\n\n## 0.2.0 - 2026-02-01\n`, "already"],
])("no version of %j", (given, want) => {
  expect(() => dated(given, "0.2.0", "2026-02-28")).toThrow(want);
});

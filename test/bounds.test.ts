/** docs/security.md lists each bound of the generator and the emulator, with its default and its diagnostic. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bounds } from "../generator/base/bounds.js";

const read = (path: string): string => readFileSync(join(import.meta.dirname, "..", path), "utf8");

test("docs/security.md has the table of bounds", () => {
  const page = read("docs/security.md");
  const [, section = ""] = page.split("### The generator and the emulator");
  const [own = ""] = section.split("### ");
  const rows = [...own.matchAll(/^\| (.+?) +\| ([\d,]+) +\| `(.+?)` +\|$/gm)].map((row) =>
    row.slice(1, 4),
  );
  const wanted = Object.values(bounds).map(({ of, most, ...told }) => [
    of,
    most.toLocaleString("en-US"),
    "code" in told ? told.code : told.status,
  ]);
  expect(rows).toEqual(wanted);
});

test("each diagnostic of the table is in docs/diagnostics.md", () => {
  const page = read("docs/diagnostics.md");
  const codes = Object.values(bounds).flatMap((bound) => ("code" in bound ? [bound.code] : []));
  expect(codes.filter((code) => !/^\d{3}$/.test(code) && !page.includes(`| \`${code}\``))).toEqual(
    [],
  );
});

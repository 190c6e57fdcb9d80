/** docs/openapi-support.md: what it says is tested, and what is tested is said. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { cases } from "./classes.js";
import { filesOf, generateFrom, problems, type Files } from "./emit/compile.js";
import { operationCases } from "./operations.js";
import { readingCases } from "./reading.js";

const page = readFileSync(join(import.meta.dirname, "../docs/openapi-support.md"), "utf8");
const rows = [...page.matchAll(/^\| (?!feature|-+ )(.+?) +\| .+ \| (.*) \|$/gm)].map(
  ([, feature = "", tests = ""]) => ({
    feature,
    tests: [...tests.matchAll(/`([^`]+)`/g)].map(([, id = ""]) => id),
  }),
);
const known = [cases, operationCases, readingCases].flatMap(Object.keys);

describe("docs/openapi-support.md", () => {
  test("each row has its tests", () => {
    expect(rows.length).toBeGreaterThan(90);
    expect(rows.filter(({ tests }) => tests.length === 0).map(({ feature }) => feature)).toEqual(
      [],
    );
    expect(rows.flatMap(({ tests }) => tests).filter((id) => !known.includes(id))).toEqual([]);
  });
  test("each test has its row", () => {
    const named = new Set(rows.flatMap(({ tests }) => tests));
    expect(known.filter((id) => !named.has(id))).toEqual([]);
  });
  test("each keyword of JSON Schema 2020-12 has its row", () => {
    const folder = join(
      import.meta.dirname,
      "../node_modules/ajv/dist/refs/json-schema-2020-12/meta",
    );
    const keywords = readdirSync(folder).flatMap((file) =>
      Object.keys(
        (JSON.parse(readFileSync(join(folder, file), "utf8")) as { properties: object }).properties, // a meta-schema
      ),
    );
    expect(keywords.length).toBeGreaterThan(50);
    const features = rows.map(({ feature }) => feature).join("\n");
    expect(keywords.filter((keyword) => !features.includes(`\`${keyword}\``))).toEqual([]);
  });
  test("no two tests have one name", () => {
    expect(known.filter((id, at) => known.indexOf(id) !== at)).toEqual([]);
  });
});

describe("reading", () => {
  const packages: Record<string, Files> = {};
  test.each(Object.entries(readingCases))("%s", async (id, one) => {
    const { rows, diagnostics, files } = await generateFrom(one.files, { allowEmpty: true });
    const codes = [...new Set(diagnostics.map(({ code }) => code))].sort();
    expect(codes).toEqual(one.diagnostics ?? []);
    expect(rows.filter(({ recognised }) => recognised).map(({ path }) => path)).toEqual(
      one.paths ?? ["/things/batch/create"],
    );
    for (const { location } of diagnostics) expect(location?.line).toBeGreaterThan(0);
    const sources = files.filter(({ path }) => !path.startsWith("src/runtime/"));
    for (const text of one.text ?? [])
      expect(
        sources.some((source) => source.text.includes(text)),
        text,
      ).toBe(true);
    packages[id] = filesOf({ files });
  });
  test("compiles", () => {
    expect(Object.keys(packages)).toHaveLength(Object.keys(readingCases).length);
    expect(problems(packages)).toEqual([]);
  });
});

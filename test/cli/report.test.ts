import { describe, expect, test } from "vitest";
import type { Diagnostic } from "../../generator/base/diagnostics.js";
import { reportGithub, reportJson, reportSarif } from "../../generator/cli/report-formats.js";
import { reportText } from "../../generator/cli/report.js";
import { printable } from "../../generator/cli/terminal.js";
import { fakeTerminal } from "./terminal.js";

const yaml = "openapi: 3.1.0\npaths:\n  /a:\n    get:\n      $ref: '#/nowhere'\n\ttabbed: 1\n";

function dangling(file: string, over: Partial<Diagnostic> = {}): Diagnostic {
  return {
    code: "dangling-reference",
    severity: "warning",
    message: "The reference #/nowhere leads to nothing.",
    location: { file, line: 5, column: 7, pointer: "/paths/~1a/get" },
    hint: "Declare it.",
    ...over,
  };
}

const plain = (diagnostics: Diagnostic[], source = (_file: string): string | undefined => yaml) =>
  reportText(diagnostics, source, (_, text) => text);

describe("text", () => {
  test("says what, where, the lines around it, and what to do", async () => {
    expect(await plain([dangling("a.yaml")])).toBe(
      `warning dangling-reference: The reference #/nowhere leads to nothing.
  at a.yaml:5:7 /paths/~1a/get
  3 |   /a:
  4 |     get:
> 5 |       $ref: '#/nowhere'
    |       ^
  6 | 	tabbed: 1
  7 |
  hint: Declare it.
`,
    );
  });

  test("prints the same problem of many documents once", async () => {
    const files = ["a", "b", "c", "d", "e", "f", "g"];
    const text = await plain(
      files.map((file) => dangling(file)),
      () => undefined,
    );
    expect(text).toBe(`warning dangling-reference: The reference #/nowhere leads to nothing.
  at a:5:7 /paths/~1a/get
  and in 6 more places: b:5:7, c:5:7, d:5:7, e:5:7, f:5:7, …
  hint: Declare it.
`);
  });

  test.each<[string, Partial<Diagnostic>]>([
    ["code", { code: "other" }],
    ["message", { message: "Other." }],
    ["severity", { severity: "error" }],
  ])("keeps problems apart that differ in their %s", async (_, over) => {
    const text = await plain([dangling("a"), dangling("b", over)]);
    expect(text.match(/^ {2}at /gm)).toHaveLength(2);
  });

  test("puts what matters most last", async () => {
    const severities = ["error", "info", "warning"] as const;
    const text = await plain(
      severities.map((severity) => ({ code: "x", severity, message: severity })),
    );
    expect(text).toBe("info x: info\n\nwarning x: warning\n\nerror x: error\n");
  });

  test("colours through the terminal alone", async () => {
    const { terminal } = fakeTerminal({ styled: true });
    const text = await reportText([dangling("a")], () => undefined, terminal.style);
    expect(text).toContain("<yellow>warning</>");
  });

  test("lets no control character of a document reach the terminal", async () => {
    const evil = "\u001b[2J\u0007\u009b31m\u202e\r\n";
    const text = await plain(
      [
        dangling(`${evil}.yaml`, {
          message: `Found ${evil}`,
          hint: evil,
          location: { file: evil, line: 1, column: 2, pointer: `/${evil}` },
        }),
      ],
      () => `a${evil}b`,
    );
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(text).toContain("\\u{1b}[2J");
  });

  test("shows a part of a line that is long", async () => {
    const json = `{"a":"${"x".repeat(5000)}","$ref":"#/nowhere","b":"${"y".repeat(5000)}"}`;
    const column = json.indexOf("$ref");
    const text = await plain(
      [dangling("a.json", { location: { file: "a.json", line: 1, column, pointer: "" } })],
      () => json,
    );
    const [, , shown = "", mark = ""] = text.split("\n");
    expect(shown.length).toBeLessThan(140);
    expect(shown.slice(mark.indexOf("^") + 1)).toMatch(/^\$ref/);
  });

  test.each([
    ["the text is not at hand", undefined],
    ["the file is shorter than the location says", "one line"],
  ])("does without a frame where %s", async (_, text) => {
    expect(await plain([dangling("a")], () => text)).not.toContain("|");
  });
});

test("printable keeps what people write", () => {
  const text = "café 漢字 🎉 a\\b";
  expect(printable(text)).toBe(text);
  expect(printable("a\nb\tc\u0000")).toBe("a\\nb\\tc\\u{0}");
});

test("json is the diagnostics themselves", () => {
  const diagnostics = [dangling("a"), dangling("b")];
  expect(JSON.parse(reportJson(diagnostics))).toEqual(diagnostics);
  expect(JSON.parse(reportJson([]))).toEqual([]);
});

test("sarif names rules once and places by URI", () => {
  const log = JSON.parse(
    reportSarif([
      dangling("my specs/a#1.yaml"),
      dangling("b", { severity: "info" }),
      { code: "no-place", severity: "error", message: "M" },
    ]),
  );
  expect(log).toMatchObject({ version: "2.1.0", $schema: expect.stringContaining("sarif-2.1.0") });
  const [run] = log.runs;
  expect(run.tool.driver.rules).toEqual([{ id: "dangling-reference" }, { id: "no-place" }]);
  expect(
    run.results.map((result: { level: string; ruleIndex: number }) => [
      result.level,
      result.ruleIndex,
    ]),
  ).toEqual([
    ["warning", 0],
    ["note", 0],
    ["error", 1],
  ]);
  expect(run.results[0].locations[0]).toEqual({
    physicalLocation: {
      artifactLocation: { uri: "my%20specs/a%231.yaml" },
      region: { startLine: 5, startColumn: 7 },
    },
    logicalLocations: [{ fullyQualifiedName: "/paths/~1a/get" }],
  });
  expect(run.results[2]).not.toHaveProperty("locations");
});

test.each<[string, Diagnostic, string]>([
  [
    "a place",
    dangling("a.yaml"),
    "::warning file=a.yaml,line=5,col=7,title=dangling-reference::The reference #/nowhere leads to nothing.%0ADeclare it.\n",
  ],
  ["no place", { code: "c", severity: "info", message: "M" }, "::notice title=c::M\n"],
  [
    "marks with a meaning",
    {
      code: "c",
      severity: "error",
      message: "100%\n::error::x",
      location: { file: "a,b:c.yaml", line: 1, column: 1, pointer: "" },
    },
    "::error file=a%2Cb%3Ac.yaml,line=1,col=1,title=c::100%25\\n::error::x\n",
  ],
])("github writes a workflow command with %s", (_, diagnostic, want) => {
  expect(reportGithub([diagnostic])).toBe(want);
});

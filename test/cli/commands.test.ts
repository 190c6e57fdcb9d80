import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { knownPosition } from "../../generator/base/positions.js";
import type { Diagnostic } from "../../generator/base/diagnostics.js";
import type { Row } from "../../generator/batch/model.js";
import type { Generated, GenerateOptions } from "../../generator/build/generate.js";
import { didYouMean, parseArguments } from "../../generator/cli/parse-arguments.js";
import { run as runGenerate } from "../../generator/cli/generate.js";
import { run as runInspect } from "../../generator/cli/inspect.js";
import { createProgress } from "../../generator/cli/progress.js";
import { printTable } from "../../generator/cli/table.js";
import { UsageError } from "../../generator/base/usage-error.js";
import { writeLock, writePackage } from "../../generator/build/write/write.js";
import { fakeTerminal } from "./terminal.js";

const update: Row = {
  document: "notes.yaml",
  method: "POST",
  path: "/notes/batch/update",
  name: "notes.update",
  kind: "update",
  tier: "x-batch",
  items: { at: "/inputs" },
  limit: 100,
  recognised: true,
  signs: "its `x-batch` says so",
};
const bare: Row = {
  document: "tags.yaml",
  method: "put",
  path: "/tags",
  name: "tags.put",
  tier: "signs",
  items: { at: "", as: "lines" },
  bytes: 5_242_880,
  recognised: true,
  signs: "its request body is a list",
};
const left: Row = {
  document: "tags.yaml",
  method: "POST",
  path: "/search",
  recognised: false,
  reason: "a search",
};

const problem = (severity: Diagnostic["severity"]): Diagnostic => ({
  code: "c",
  severity,
  message: `a ${severity}`,
});

/** The pipeline with a given result, and the options that it was called with. */
function pipeline(over: Partial<Generated> = {}) {
  const calls: (GenerateOptions | undefined)[] = [];
  const generated: Generated = {
    files: [{ path: "src/notes.ts", text: "export {};\n" }],
    rows: [update, bare, left],
    diagnostics: [],
    skipped: [],
    unknowns: [],
    kept: [],
    text: () => undefined,
    locate: knownPosition,
    hashes: new Map(),
    ...over,
  };
  const generate = async (options?: GenerateOptions) => {
    calls.push(options);
    options?.onProgress?.({ phase: "read", done: 0, total: 2 });
    return generated;
  };
  const inspect = async (options?: GenerateOptions) => ({
    ...(await generate(options)),
    page: async () => "<!doctype html>",
  });
  return { calls, load: async () => ({ generate, inspect, writeLock, writePackage }) };
}

const root = process.cwd();
let out: string;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), "openapi-batch-commands-"));
  process.chdir(out); // there is no configuration
});
afterEach(() => {
  process.chdir(root);
  rmSync(out, { recursive: true, force: true });
});

describe("generate", () => {
  test("hands its flags on, and says what it did", async () => {
    const printed = fakeTerminal();
    const { calls, load } = pipeline();
    const args = ["a", "b/*.yaml", "-o", out, "--overlay", "x", "--overlay", "y", "--name", "n"];
    expect(await runGenerate(args, printed.terminal, load)).toBe(0);
    expect(calls).toEqual([
      {
        paths: ["a", "b/*.yaml"],
        overlays: ["x", "y"],
        name: "n",
        output: out,
        onProgress: expect.any(Function),
      },
    ]);
    expect(printed.out).toBe("2 endpoints from 2 documents, 2 files written, 0 unchanged\n");
    expect(printed.err).toMatch(
      /^reading 2 files\n\nInstall and build the package:\n  npm install\n/,
    );
    expect(readFileSync(join(out, "src/notes.ts"), "utf8")).toBe("export {};\n");
  });

  test("leaves defaults to the pipeline", async () => {
    const { calls, load } = pipeline();
    await runGenerate(["--dry-run"], fakeTerminal().terminal, load);
    expect(calls).toEqual([{ output: "generated", onProgress: expect.any(Function) }]);
  });

  test.each<[string, string[], Partial<Generated>, number]>([
    ["an error", [], { diagnostics: [problem("error")] }, 1],
    ["a warning", [], { diagnostics: [problem("warning")] }, 0],
    ["a warning, --strict", ["--strict"], { diagnostics: [problem("warning")] }, 1],
    ["information, --strict", ["--strict"], { diagnostics: [problem("info")] }, 0],
  ])("with %s still writes", async (_, args, over, code) => {
    const { load } = pipeline(over);
    const run = runGenerate([...args, "-o", out], fakeTerminal().terminal, load);
    expect(await run).toBe(code);
    expect(readdirSync(out)).toContain("src");
  });

  test("--check writes nothing, names the files, and fails if they differ", async () => {
    const printed = fakeTerminal();
    const { load } = pipeline();
    expect(await runGenerate(["--check", "-o", out], printed.terminal, load)).toBe(1);
    expect(printed.out).toContain(`would write ${out}/src/notes.ts\n`);
    expect(printed.err).toContain("hint: Run the same command without --check");
    expect(readdirSync(out)).toEqual([]);
    await runGenerate(["-o", out], fakeTerminal().terminal, load);
    const again = fakeTerminal();
    expect(await runGenerate(["--check", "-o", out], again.terminal, load)).toBe(0);
    expect(again.out).toBe("2 endpoints from 2 documents, 0 files to write, 1 unchanged\n");
  });

  test("--dry-run lists what would be written and removed, and does not fail", async () => {
    await runGenerate(["-o", out], fakeTerminal().terminal, pipeline().load);
    const printed = fakeTerminal();
    const { load } = pipeline({ files: [{ path: "b.ts", text: "" }] });
    expect(await runGenerate(["--dry-run", "-o", out], printed.terminal, load)).toBe(0);
    expect(printed.out).toContain(`would write ${out}/b.ts\nwould remove ${out}/src/notes.ts\n`);
    expect(readdirSync(out)).toContain("src");
  });

  test("--quiet prints problems only", async () => {
    const printed = fakeTerminal();
    const { load } = pipeline({ diagnostics: [problem("info"), problem("warning")] });
    await runGenerate(["-q", "-o", out], printed.terminal, load);
    expect(printed).toMatchObject({ out: "", err: "warning c: a warning\n\n" });
  });

  test("counts what was found", async () => {
    const location = { file: "a", line: 1, column: 1, pointer: "" };
    const printed = fakeTerminal();
    const { load } = pipeline({
      diagnostics: [problem("warning"), problem("error"), problem("error")],
      skipped: [{ path: "package.json", reason: "no OpenAPI" }],
      unknowns: [
        { location, reason: "unconstrained" },
        { location: { ...location, line: 2, pointer: "/x" }, reason: "unconstrained" },
        { location, reason: "unconstrained" },
      ],
    });
    await runGenerate(["-o", out], printed.terminal, load);
    expect(printed.out).toContain("1 file skipped, 2 unknown types, 1 warning, 2 errors\n");
    expect(printed.err).toContain("  at a:1:1\n  and in 1 more place: a:2:1\n");
  });

  test("says where to look if it found nothing", async () => {
    const printed = fakeTerminal();
    await runGenerate(["-o", out], printed.terminal, pipeline({ rows: [left] }).load);
    expect(printed.out).toContain("inspect --all");
  });

  test.each(["json", "sarif"])("--reporter %s has stdout for itself", async (format) => {
    const printed = fakeTerminal();
    const { load } = pipeline({ diagnostics: [problem("error")] });
    await runGenerate(["--check", "--reporter", format, "-o", out], printed.terminal, load);
    expect(JSON.stringify(JSON.parse(printed.out))).toContain("an error".slice(3));
    expect(printed.err).toContain("would write");
  });

  test("Ctrl-C before the writing leaves the folder as it was", async () => {
    const controller = new AbortController();
    const { load } = pipeline();
    const slow = async () => ({ ...(await load()), generate: () => new Promise<never>(() => {}) });
    const { terminal } = fakeTerminal({ signal: controller.signal });
    const run = runGenerate(["-o", out], terminal, slow);
    setTimeout(() => controller.abort(), 1);
    await expect(run).rejects.toThrow(/abort/);
    expect(readdirSync(out)).toEqual([]);
  });
});

describe("inspect", () => {
  test("prints a table of what is emitted", async () => {
    const printed = fakeTerminal();
    expect(await runInspect([], printed.terminal, pipeline().load)).toBe(0);
    const lines = [
      "METHOD  PATH                 NAME          KIND    ITEMS                    LIMIT            HOW      DOCUMENT    BECAUSE",
      "POST    /notes/batch/update  notes.update  update  body /inputs             100              x-batch  notes.yaml  its `x-batch` says so",
      "PUT     /tags                tags.put      -       body (all of it), lines  5,242,880 bytes  signs    tags.yaml   its request body is a list",
      "",
      "2 endpoints in 2 documents",
      "",
    ];
    expect(printed.out.split("\n")).toEqual(lines);
  });

  test("--all adds the operations that are not recognised, and why", async () => {
    const printed = fakeTerminal();
    await runInspect(["--all"], printed.terminal, pipeline().load);
    expect(printed.out).toMatch(/^POST +\/search .* a search$/m);
    expect(printed.out).toContain("2 endpoints in 2 documents, 1 operation not recognised\n");
  });

  test("--json prints rows that all have every member", async () => {
    const printed = fakeTerminal();
    await runInspect(["--json"], printed.terminal, pipeline().load);
    expect(JSON.parse(printed.out)).toEqual([
      { ...update, bytes: null, advised: [], reason: null, suggestion: null },
      {
        ...bare,
        method: "PUT",
        kind: null,
        limit: null,
        advised: [],
        reason: null,
        suggestion: null,
      },
    ]);
  });

  test("--json --all has the rest too", async () => {
    const printed = fakeTerminal();
    await runInspect(["--json", "--all"], printed.terminal, pipeline().load);
    expect(JSON.parse(printed.out)[2]).toEqual({
      ...left,
      name: null,
      kind: null,
      tier: null,
      items: null,
      limit: null,
      bytes: null,
      advised: [],
      signs: null,
      suggestion: null,
    });
  });

  test("cuts lines to the width of the terminal", async () => {
    const printed = fakeTerminal({ width: 30 });
    await runInspect([], printed.terminal, pipeline().load);
    const lines = printed.out.split("\n");
    expect(lines.every((line) => line.length <= 30)).toBe(true);
    expect(lines[1]).toMatch(/…$/);
  });

  test("leaves columns out that do not fit, and says which", async () => {
    const printed = fakeTerminal({ width: 70 });
    await runInspect([], printed.terminal, pipeline().load);
    expect(printed.out.split("\n").slice(0, 5)).toEqual([
      "METHOD  PATH                 NAME          KIND    LIMIT",
      "POST    /notes/batch/update  notes.update  update  100",
      "PUT     /tags                tags.put      -       5,242,880 bytes",
      "",
      "no room for BECAUSE, DOCUMENT, HOW, ITEMS; --json has them",
    ]);
  });

  test("says once what is the same in all rows", async () => {
    const printed = fakeTerminal({ width: 200 });
    const rows = [update, { ...update, path: "/notes/batch/archive", name: "notes.archive" }];
    await runInspect([], printed.terminal, pipeline({ rows }).load);
    expect(printed.out.split("\n").slice(0, 8)).toEqual([
      "PATH                  NAME           LIMIT",
      "/notes/batch/update   notes.update   100",
      "/notes/batch/archive  notes.archive  100",
      "",
      "METHOD of all rows: POST",
      "KIND of all rows: update",
      "ITEMS of all rows: body /inputs",
      "HOW of all rows: x-batch",
    ]);
  });

  test("fails if a document has an error, after listing the others", async () => {
    const printed = fakeTerminal();
    const { load } = pipeline({ diagnostics: [problem("error")] });
    expect(await runInspect([], printed.terminal, load)).toBe(1);
    expect(printed.out).toContain("notes.update");
  });
});

test("a table lets nothing through that drives a terminal", () => {
  expect(printTable([["a\u001b[2Jb", "c"]], undefined)).toBe("a\\u{1b}[2Jb  c\n");
});

describe("progress", () => {
  const events = [
    { phase: "read", done: 0, total: 2 },
    { phase: "read", done: 1, total: 2 },
    { phase: "read", done: 2, total: 2 },
    { phase: "emit", done: 0, total: 0 },
  ] as const;

  test("is one line that is rewritten, on a terminal", () => {
    const printed = fakeTerminal({ rewritable: true });
    let now = 0;
    const progress = createProgress(printed.terminal, false, () => (now += 30));
    events.forEach((event) => progress.show(event));
    progress.end();
    expect(printed.err.split("\r\u001b[2K")).toEqual([
      "",
      "reading 0/2 files",
      "reading 2/2 files",
      "emitting 0/0 files",
      "",
    ]);
  });

  test("is a plain line for each phase elsewhere", () => {
    const printed = fakeTerminal();
    const progress = createProgress(printed.terminal, false);
    events.forEach((event) => progress.show(event));
    progress.end();
    expect(printed.err).toBe("reading 2 files\nemitting 0 files\n");
  });

  test("is nothing if quiet", () => {
    const printed = fakeTerminal({ rewritable: true });
    const progress = createProgress(printed.terminal, true);
    events.forEach((event) => progress.show(event));
    progress.end();
    expect(printed.err).toBe("");
  });
});

describe("flags", () => {
  test.each<[string[], Readonly<Record<string, unknown>>]>([
    [[], {}],
    [["--strict", "--no-strict"], { strict: false }],
    [["--no-strict", "--strict"], { strict: true }],
    [["--no-format"], { format: false }],
    [["--no-cache"], { cache: false }],
    [["--overlay", "a", "--overlay=b"], { overlays: ["a", "b"] }],
    [["--dry-run", "-qo", "x"], { dryRun: true, quiet: true, output: "x" }],
    [["--int64", "bigint"], { int64: "bigint" }],
  ])("%j", (args, want) => {
    expect(parseArguments("generate", args)).toEqual({ flags: want, positionals: [] });
  });

  test("a whole number", () => {
    expect(parseArguments("emulate", ["-p", "0", "--seed=7"]).flags).toEqual({ port: 0, seed: 7 });
  });
});

describe("wrong usage", () => {
  test.each<[string[], RegExp, RegExp]>([
    [["--chekc"], /no flag --chekc/, /--check\?/],
    [["--ouput=x"], /no flag --ouput/, /--output\?/],
    [["--frobnicate"], /no flag --frobnicate/, /--help/],
    [["-x"], /no flag -x/, /--help/],
    [["--__proto__"], /no flag --__proto__/, /--help/],
    [["-o"], /output.*missing/i, /--help/],
    [["-o", "--check"], /-o.*ambiguous/i, /--help/],
    [["--check=1"], /check.*does not take an argument/i, /--help/],
    [["--no-output"], /no flag --no-output/, /--output\?/],
    [["--no-strct"], /no flag --no-strct/, /--no-strict\?/],
    [["--reporter", "jsn"], /--reporter must be one of text, json, .*"jsn"/, /mean json\?/],
  ])("%j is an error with a hint", (args, message, hint) => {
    expect.assertions(3);
    try {
      parseArguments("generate", args);
    } catch (error) {
      expect(error).toBeInstanceOf(UsageError);
      expect((error as UsageError).message).toMatch(message);
      expect((error as UsageError).hint).toMatch(hint);
    }
  });

  test("what follows -- is a path", () => {
    expect(parseArguments("generate", ["--", "--check"]).positionals).toEqual(["--check"]);
  });

  test.each(["-1", "1.5", "65536", "1e3", ""])("--port %j is an error", (port) => {
    expect(() => parseArguments("emulate", [`--port=${port}`])).toThrow(
      /--port must be a whole number from 0 to 65535/,
    );
  });

  test("a far name is no suggestion", () => {
    expect(didYouMean("zzzzzz", ["generate", "inspect"])).toBeUndefined();
    expect(didYouMean("genrate", ["generate", "inspect"])).toBe("generate");
  });
});

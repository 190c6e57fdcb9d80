import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { changesJson, changesMarkdown, changesText } from "../../generator/cli/changes.js";
import { run } from "../../generator/cli/diff.js";
import { run as runGenerate } from "../../generator/cli/generate.js";
import { changesBetween, diff, type Change } from "../../generator/build/diff.js";
import { generate, writeLock, writePackage } from "../../generator/build/generate.js";
import { UsageError } from "../../generator/base/usage-error.js";
import { things, type Things } from "../diff/things.js";
import { fakeTerminal } from "./terminal.js";

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "openapi-batch-diff-"));
});
afterEach(() => {
  rmSync(cwd, { recursive: true, force: true });
});

function write(folder: string, change: (document: Things) => unknown = () => undefined) {
  const document = things();
  change(document);
  mkdirSync(join(cwd, folder), { recursive: true });
  writeFileSync(join(cwd, folder, "things.json"), JSON.stringify(document));
}
const breaks = (d: Things) => delete d.components.schemas["Thing"].properties.url;
const adds = (d: Things) => (d.components.schemas["Thing"].properties.more = {});

const hasGit = spawnSync("git", ["--version"]).status === 0;
function git(...args: string[]) {
  const identity = ["-c", "user.name=a", "-c", "user.email=a@b.example"];
  const { status, stderr } = spawnSync("git", [...identity, ...args], { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}

const codes = ({ changes }: { changes: readonly Change[] }) => changes.map(({ code }) => code);

describe("sides", () => {
  test("are folders and files", async () => {
    write("a");
    write("b", breaks);
    expect(codes(await diff({ cwd, old: "a", new: "b" }))).toEqual(["response-field-removed"]);
    expect(codes(await diff({ cwd, old: "b/things.json", new: "a" }))).toEqual([
      "response-field-added",
    ]);
  });

  test("are generated packages, by their openapi-batch.api", async () => {
    write("a");
    write("b", breaks);
    const { files } = await generate({ cwd, paths: ["a"], output: "out", format: false });
    const api = files.find(({ path }) => path === "openapi-batch.api")!.text;
    mkdirSync(join(cwd, "out"));
    writeFileSync(join(cwd, "out/openapi-batch.api"), api);
    expect(codes(await diff({ cwd, old: "out", new: "b" }))).toEqual(["response-field-removed"]);
    expect(codes(await diff({ cwd, old: "a", new: "out/openapi-batch.api" }))).toEqual([]);
    const next = await generate({ cwd, paths: ["b"], output: "out", format: false });
    const other = next.files.find(({ path }) => path === "openapi-batch.api")!.text;
    expect(changesBetween(api, other)?.map(({ code }) => code)).toEqual(["response-field-removed"]);
    expect(changesBetween(api, api)).toEqual([]);
    expect(changesBetween("{}", api)).toBeUndefined();
    expect(changesBetween(api, "no JSON")).toBeUndefined();
  });

  test.skipIf(!hasGit)("are git revisions (skipped without git)", async () => {
    git("init", "-q");
    write("specs");
    write("api/specs");
    git("add", ".");
    git("commit", "-q", "-m", "before");
    git("tag", "before");
    write("specs", breaks);
    write("api/specs", adds);
    git("add", "api");
    git("commit", "-q", "-m", "after");
    const index = readFileSync(join(cwd, ".git/index"));

    const at = (old: string, next: string, folder = "") =>
      diff({ cwd: join(cwd, folder), old, new: next }).then(codes);
    expect(await at("HEAD", "specs")).toEqual(["response-field-removed"]);
    expect(await at("before", "HEAD")).toEqual([]);
    expect(await at("before:api/specs", "HEAD:api/specs")).toEqual(["response-field-added"]);
    expect(await at("before", "specs", "api")).toEqual(["response-field-added"]);
    expect(await at("before:./specs", "HEAD", "api")).toEqual(["response-field-added"]);
    expect(await at("before:specs/things.json", "specs")).toEqual(["response-field-removed"]);
    expect(readFileSync(join(cwd, ".git/index")).equals(index)).toBe(true);
    await expect(at("before:nowhere", "specs")).rejects.toThrow(/no documents at "nowhere"/);
    await expect(at("--output=x", "specs")).rejects.toThrow(UsageError);
  });

  test("are nothing else", async () => {
    write("specs");
    await expect(diff({ cwd, old: "nowhere", new: "specs" })).rejects.toThrow(
      /"nowhere" is neither a path nor a git revision/,
    );
  });

  test("keep the names that one had before", async () => {
    write("a", (d) => (d.paths["/other/things/batch/update"] = d.paths["/things/batch/update"]!));
    write("b", (d) => {
      d.paths["/other/things/batch/update"] = d.paths["/things/batch/update"]!;
      delete d.paths["/things/batch/update"];
    });
    const { changes } = await diff({ cwd, old: "a", new: "b" });
    expect(changes.map(({ code }) => code)).not.toContain("endpoint-renamed");
    expect(changes.map(({ code }) => code)).toContain("endpoint-removed");
  });
});

describe("the command", () => {
  const side = (name: string) => join(cwd, name);

  test.each<[string, string[], (d: Things) => unknown, number, string]>([
    ["nothing", [], () => undefined, 0, "Nothing changed for code that uses the package.\n"],
    ["nothing, --strict", ["--strict"], () => undefined, 0, "Nothing changed"],
    ["what does not break", [], adds, 0, "1 compatible change: a minor version.\n"],
    ["what does not break, --strict", ["--strict"], adds, 4, "1 compatible change"],
    ["what breaks", [], breaks, 3, "1 breaking change: a major version.\n"],
    ["what breaks, --strict", ["--strict"], breaks, 3, "1 breaking change"],
  ])("ends with a code for %s", async (_, flags, change, code, text) => {
    write("a");
    write("b", change);
    const printed = fakeTerminal();
    expect(await run([side("a"), side("b"), ...flags], printed.terminal)).toBe(code);
    expect(printed.out).toContain(text);
    expect(printed.err).toBe("");
  });

  test("says where, what and why", async () => {
    write("a");
    write("b", breaks);
    const printed = fakeTerminal();
    await run([side("a"), side("b")], printed.terminal);
    expect(printed.out).toBe(
      "Breaking\n" +
        "  Thing.url  response-field-removed  url?: string\n" +
        "    Code that reads it does not compile. In things.update.\n" +
        "1 breaking change: a major version.\n",
    );
  });

  test("fails where a document cannot be read", async () => {
    write("a");
    mkdirSync(side("b"));
    writeFileSync(join(side("b"), "things.json"), '{"openapi": "3.1.0", ');
    const printed = fakeTerminal();
    expect(await run([side("a"), side("b")], printed.terminal)).toBe(1);
    expect(printed.err).toContain("error");
    expect(printed.out).toContain("endpoint-removed");
  });

  test("takes two sides", async () => {
    for (const args of [[], ["a"], ["a", "b", "c"]])
      await expect(run(args, fakeTerminal().terminal)).rejects.toThrow(UsageError);
    await expect(run(["a", "b", "--reporter", "html"], fakeTerminal().terminal)).rejects.toThrow(
      /--reporter must be one of text, markdown, json/,
    );
  });
});

describe("generate", () => {
  /** What is printed where the documents of `folder` are generated into `out`. */
  async function generated(folder: string, ...flags: string[]) {
    const printed = fakeTerminal();
    const output = join(cwd, "out");
    const pipeline = {
      writeLock,
      writePackage,
      generate: () => generate({ cwd, paths: [folder], output }),
    };
    const code = await runGenerate(
      ["-o", output, ...flags],
      printed.terminal,
      async () => pipeline,
    );
    return { code, out: printed.out };
  }

  test("prints the changes for code, with those in openapi-batch.api", async () => {
    write("a");
    write("b", breaks);
    write("c", (d) => (d.components.schemas["Thing"].description = "Prose."));
    expect((await generated("a")).out).not.toContain(" version.");
    expect((await generated("a")).out).not.toContain(" version.");
    expect((await generated("c")).out).not.toContain(" version.");
    expect(await generated("b", "--check")).toMatchObject({
      code: 1,
      out: expect.stringContaining("Thing.url  response-field-removed"),
    });
    expect((await generated("b", "--quiet", "--dry-run")).out).not.toContain(" version.");
    expect((await generated("b")).out).toMatch(
      /written.*unchanged\nBreaking\n {2}Thing\.url[^]*\n1 breaking change: a major version\.\n$/,
    );
    expect((await generated("b")).out).not.toContain(" version.");
  });
});

describe("formats", () => {
  const hostile: Change = {
    code: "response-field-removed",
    breaking: true,
    bump: "major",
    at: "Thing.`|<b>\u001b[31m",
    message: "a: string\n| b",
    why: "Code that reads it does not compile.",
    endpoints: ["a.b", "a.c", "a.d", "a.e", "a.f"],
  };
  const one = [hostile];

  test("text drives no terminal", () => {
    const text = changesText(one, "major");
    expect(text).not.toContain("\u001b");
    expect(text).toContain("In a.b, a.c, a.d and 2 more.");
  });

  test("text counts the changes that it does not list", () => {
    expect(changesText([hostile, hostile, hostile], "major", 1)).toContain("… and 2 more changes");
  });

  test("Markdown keeps its table", () => {
    const rows = changesMarkdown(one, "major")
      .split("\n")
      .filter((line) => line.startsWith("|"));
    expect(rows).toEqual([
      "| Where | What | Why | Endpoints |",
      "| --- | --- | --- | --- |",
      "| `Thing.'\\|<b>\\u{1b}[31m` | response-field-removed `a: string\\n\\| b` | Code that reads it does not compile. | `a.b`, `a.c`, `a.d` and 2 more |",
    ]);
  });

  test("JSON has all of it", () => {
    expect(JSON.parse(changesJson(one, "major"))).toMatchObject({
      bump: "major",
      breaking: true,
      changes: [hostile],
    });
  });
});

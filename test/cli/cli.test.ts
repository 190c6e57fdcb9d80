/** The tool as a process: what `npm run build` made of it. */
import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { command } from "./command.js";

const root = join(import.meta.dirname, "..", "..");
const tool = join(root, "dist", "main.js");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  version: string;
};

// Each test starts the tool a few times, on a machine that has other things to do.
let folder: string;
beforeAll(() => {
  if (!existsSync(tool)) throw new Error("There is no dist/: npm run build comes first.");
  folder = mkdtempSync(join(tmpdir(), "openapi-batch-cli-"));
  cpSync(join(root, "specs"), join(folder, "specs"), { recursive: true });
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Options {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  node?: readonly string[];
  /** Given the process once it has started. */
  then?: (child: ReturnType<typeof spawn>) => void;
}

async function run(args: readonly string[], options: Options = {}) {
  const env = { ...process.env, ...options.env };
  delete env["FORCE_COLOR"];
  delete env["NO_COLOR"];
  Object.assign(env, options.env);
  const child = spawn(process.execPath, [...(options.node ?? []), tool, ...args], {
    cwd: options.cwd ?? folder,
    env,
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  options.then?.(child);
  const code = await new Promise((done) => child.on("close", done));
  return { code, stdout, stderr };
}

test("--version", async () => {
  expect(await run(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
});

test.each([
  [["--help"]],
  [["-h"]],
  [["generate", "--help"]],
  [["inspect", "-h"]],
  [["help", "inspect"]],
  ...["init", "diff", "emulate"].map((command) => [[command, "--help"]]),
])("%j shows usage, examples and exit codes", async (args) => {
  const { code, stdout, stderr } = await run(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  for (const part of ["Usage: ", "Examples", "Exit codes", "--help"])
    expect(stdout).toContain(part);
  expect(stdout.split("\n").every((line) => line.length <= 100)).toBe(true);
});

describe("wrong usage is exit code 2, with a hint, and no stack", () => {
  test.each<[string[], RegExp]>([
    [[], /Usage:/],
    [["genrate"], /Did you mean generate\?/],
    [["--verison"], /Did you mean --version\?/],
    [["generate", "--chekc"], /Did you mean --check\?/],
    [["generate", "--reporter", "xml"], /text, json, sarif, github/],
    [["generate", "--int64", "long"], /--int64 must be one of string, number, bigint/],
    [["inspect", "no-such-folder"], /no-such-folder[\s\S]*hint:/],
    [["generate", "no-such-folder", "--dry-run"], /no-such-folder[\s\S]*hint:/],
  ])("%j", async (args, want) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(want);
    expect(stderr).not.toMatch(/^ +at .*\.js:/m);
  });
});

describe("what is loaded", () => {
  const hooks = `
    import { register } from "node:module";
    register("data:text/javascript," + encodeURIComponent(\`
      import { appendFileSync } from "node:fs";
      export async function load(url, context, next) {
        appendFileSync(process.env.LOADED, url + "\\\\n");
        return next(url, context);
      }\`));`;
  const loaded = async (args: string[], cwd = folder): Promise<string> => {
    const file = join(folder, `loaded-${args.join("-").replaceAll(/\W/g, "")}`);
    const { code } = await run(args, {
      cwd,
      env: { LOADED: file },
      node: ["--import", `data:text/javascript,${encodeURIComponent(hooks)}`],
    });
    expect(code).toBe(0);
    return readFileSync(file, "utf8");
  };

  test.each([[["--version"]], [["--help"]], [["generate", "--help"]]])(
    "%j loads nothing but the command line",
    async (args) => {
      const urls = await loaded(args);
      expect(urls).toContain(pathToFileURL(tool).href);
      expect(urls).not.toMatch(
        /node_modules\/(?!leven\/)|dist\/(build\/(?!config\/(options|pick)\.)|openapi|batch|schemas|emit)\b/,
      );
    },
  );

  test("inspect does not load what only emission needs", async () => {
    const urls = await loaded(["inspect"]);
    expect(urls).toMatch(/dist\/batch\//);
    expect(urls).not.toMatch(/node_modules\/(typescript|openapi-typescript|prettier)\//);
  });

  test("a run in which nothing changed loads neither model nor compiler", async () => {
    const cwd = join(folder, "twice");
    cpSync(join(root, "specs"), join(cwd, "specs"), { recursive: true });
    writeFileSync(join(cwd, "package.json"), "{}");
    const args = ["generate", "specs", "--no-format"];
    const heavy =
      /node_modules\/(typescript|openapi-typescript|prettier)\/|dist\/(batch|schemas|emit)\//;
    expect(await loaded(args, cwd)).toMatch(heavy);
    rmSync(join(folder, "loaded-generatespecsnoformat"));
    expect(await loaded(args, cwd)).not.toMatch(heavy);
  });
});

describe("with the specs, in this process", () => {
  test("generate, generate again, check", async () => {
    const args = ["-o", "out", "--name", "@a/b", "--no-format"];
    const generate = (...args: string[]) => command(folder, "generate", ...args);
    const first = await generate(...args);
    expect(first).toMatchObject({ code: 0 });
    expect(first.stdout).toMatch(
      /^\d+ endpoints from \d+ documents, \d+ files written, 0 unchanged/,
    );
    expect((await generate(...args)).stdout).toMatch(/ 0 files written, /);
    expect((await generate(...args, "--check")).code).toBe(0);
    // The name is the one that the output has.
    expect((await generate("-o", "out", "--no-format", "--check")).code).toBe(0);
    expect(readFileSync(join(folder, "out", "package.json"), "utf8")).toContain('"@a/b"');
    writeFileSync(join(folder, "out", "package.json"), "{}");
    const check = await generate(...args, "--check");
    expect(check).toMatchObject({ code: 1, stdout: expect.stringContaining("out/package.json") });
    expect(readFileSync(join(folder, "out", "package.json"), "utf8")).toBe("{}");
  });

  test("inspect --json is what generate emits", async () => {
    const { code, stdout } = await command(folder, "inspect", "--json");
    const rows = JSON.parse(stdout) as { name: string; recognised: boolean }[];
    expect(code).toBe(0);
    expect(rows.map((row) => row.name)).toContain("notes.update");
    expect(rows.every((row) => row.recognised)).toBe(true);
  });
});

describe("with the specs", () => {
  test("colours are for terminals, and for those who ask", async () => {
    const args = ["genrate"];
    expect((await run(args)).stderr).not.toContain("\u001b");
    expect((await run(args, { env: { FORCE_COLOR: "1" } })).stderr).toContain("\u001b[31m");
    expect((await run(args, { env: { NO_COLOR: "1" } })).stderr).not.toContain("\u001b");
  });

  test("a reader that goes away is no error", async () => {
    const { code, stderr } = await run(["generate", "--help"], {
      then: (child) => child.stdout?.destroy(),
    });
    expect(code).toBe(0);
    expect(stderr).not.toContain("EPIPE");
  });

  test("a document with an error: the others are generated, and the exit code is 1", async () => {
    const cwd = join(folder, "broken");
    cpSync(join(folder, "specs"), join(cwd, "specs"), { recursive: true });
    writeFileSync(
      join(cwd, "specs", "broken.yaml"),
      "openapi: 3.1.0\ninfo: {title: x\npaths: {}\n",
    );
    const at = /at specs\/broken\.yaml:\d+:\d+/;
    const inspected = await run(["inspect", "specs/broken.yaml"], { cwd });
    expect(inspected).toMatchObject({ code: 1, stderr: expect.stringMatching(at) });
    const generated = await command(cwd, "generate", "--no-format", "-o", "out");
    expect(generated).toMatchObject({ code: 1, stderr: expect.stringMatching(at) });
    expect(existsSync(join(cwd, "out", "src"))).toBe(true);
  });
});

test("Ctrl-C ends it with 130, and writes nothing by halves", async () => {
  const { code, stderr } = await run(["generate", "-o", "interrupted", "--name", "p"], {
    then: (child) => {
      // The first line of progress says that it has started.
      child.stderr?.once("data", () => child.kill("SIGINT"));
    },
  });
  expect(code).toBe(130);
  expect(stderr).not.toContain("defect");
  expect(existsSync(join(folder, "interrupted"))).toBe(false);
});

test("a writer that is killed leaves what the next run repairs", async () => {
  const out = join(folder, "killed");
  mkdirSync(out);
  const script = (text: string) => `
    const { writePackage } = await import(${JSON.stringify(pathToFileURL(join(root, "dist/build/write/write.js")).href)});
    const files = Array.from({ length: 400 }, (_, i) => ({ path: "src/" + ${JSON.stringify(text)}.length + "/" + i + ".ts", text: ${JSON.stringify(text)} + i }));
    console.log("start");
    const { written } = await writePackage([...files, { path: "same.ts", text: ${JSON.stringify(text)} }], ${JSON.stringify(out)});
    console.log("written " + written.length);`;
  const write = async (text: string, killAfterMs?: number): Promise<string> => {
    const child = spawn(process.execPath, ["--input-type=module", "-e", script(text)]);
    let output = "";
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
      if (killAfterMs !== undefined) setTimeout(() => child.kill("SIGKILL"), killAfterMs);
    });
    await new Promise((done) => child.on("close", done));
    return output;
  };
  for (const ms of [0, 10, 20, 40, 80]) await write("a".repeat(1 + ms), ms);
  expect(await write("zzz")).toContain("written");
  expect(readdirSync(out).sort()).toEqual([".openapi-batch-files", "same.ts", "src"]);
  expect(readdirSync(join(out, "src"))).toEqual(["3"]);
  expect(readFileSync(join(out, "same.ts"), "utf8")).toBe("zzz");
});

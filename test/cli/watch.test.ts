/** `generate --watch` on a folder that changes under its hands: once as a process, else in this one. */
import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { run } from "../../generator/cli/generate.js";
import { printError } from "../../generator/cli/print-error.js";
import { fakeTerminal } from "./terminal.js";

const root = join(import.meta.dirname, "..", "..");
const tool = join(root, "dist", "main.js");

// The machine has other things to do.
const overlay = `overlay: 1.0.0
info: { title: What the documents leave out, version: 1.0.0 }
actions:
  - target: $
    update: { x-batch: { limit: { items: 100 } } }
`;

const cwd = process.cwd();
let folder: string;
let running: Watching | undefined;
beforeAll(() => {
  if (!existsSync(tool)) throw new Error("There is no dist/: npm run build comes first.");
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "openapi-batch-watch-"));
  cpSync(join(root, "specs"), join(folder, "specs"), { recursive: true });
  writeFileSync(path("specs/limits.overlay.yaml"), overlay);
  writeFileSync(join(folder, "package.json"), "{}");
  process.chdir(folder);
});
afterEach(async () => {
  running?.stop();
  await running?.ended;
  running = undefined;
  process.chdir(cwd);
  rmSync(folder, { recursive: true, force: true });
});

interface Watching {
  /** Does what Ctrl-C does. */
  readonly stop: () => void;
  /** What was printed since the last call, up to and with the first match. */
  readonly until: (pattern: RegExp) => Promise<string>;
  /** The exit code. */
  readonly ended: Promise<number | null>;
}

/** Waits for output, never for a time. */
function follow(
  stop: () => void,
  start: (print: (text: string) => void) => Promise<number | null>,
): Watching {
  let text = "";
  let over = false;
  let heard = (): void => undefined;
  const ended = start((part) => {
    text += part;
    heard();
  }).finally(() => {
    over = true;
    heard();
  });
  const until = async (pattern: RegExp): Promise<string> => {
    for (;;) {
      const found = pattern.exec(text);
      if (found) {
        const end = found.index + found[0].length;
        const seen = text.slice(0, end);
        text = text.slice(end);
        return seen;
      }
      if (over) throw new Error(`it ended without ${String(pattern)}, and printed:\n${text}`);
      await new Promise<void>((wake) => (heard = wake));
    }
  };
  running = { stop, until, ended };
  return running;
}

const flags = ["--watch", "--no-format"];

/** The command, as `main.ts` runs it. */
function watch(...args: readonly string[]): Watching {
  const interrupt = new AbortController();
  return follow(
    () => interrupt.abort(),
    (print) => {
      const { terminal } = fakeTerminal({ out: print, err: print, signal: interrupt.signal });
      return run([...flags, ...args], terminal).catch((error: unknown) =>
        printError(error, terminal),
      );
    },
  );
}

/** What `npm run build` made of it. */
function watchAsProcess(...args: readonly string[]): Watching {
  const child = spawn(process.execPath, [tool, "generate", ...flags, ...args], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return follow(
    () => void child.kill("SIGINT"),
    (print) => {
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding("utf8").on("data", print);
      return new Promise((done) => child.on("close", done));
    },
  );
}

const path = (name: string): string => join(folder, name);
const read = (name: string): string => readFileSync(path(name), "utf8");
const change = (name: string, from: string | RegExp, to: string): void => {
  const text = read(name);
  const changed = text.replace(from, to);
  expect(changed).not.toBe(text);
  writeFileSync(path(name), changed);
};
/** The line that ends every pass. */
const summary = /\d+ endpoints? from \d+ documents?, .*\n/;
const ready = /Waiting for changes; Ctrl-C ends it\.\n/;

test("a change of a document: what changed for users, and which files; Ctrl-C is the end", async () => {
  const { until, stop, ended } = watchAsProcess("--name", "seen");
  await until(ready);
  change("specs/notes.yaml", "/objects/notes/batch/update", "/objects/remarks/batch/update");
  const heading = await until(/changed\n/);
  expect(heading).toMatch(/\d\d:\d\d:\d\d specs\/notes\.yaml changed/);
  const printed = await until(/wrote generated\/src\/remarks\.ts\n/);
  expect(printed).toContain("notes.update  endpoint-removed");
  expect(printed).toContain("remarks.update  endpoint-added");
  await until(/removed generated\/src\/notes\.ts\n/);
  expect(existsSync(path("generated/src/remarks.ts"))).toBe(true);
  expect(existsSync(path("generated/src/notes.ts"))).toBe(false);
  stop();
  expect(await ended).toBe(0);
});

test("of a document that is broken the last good version is used, until it is mended", async () => {
  const { until } = watch();
  await until(ready);
  const good = read("specs/notes.yaml");
  const before = read("generated/src/notes.ts");
  writeFileSync(path("specs/notes.yaml"), `${good.slice(0, 400)}\n  : [`);
  const broken = await until(/notes\.yaml has an error: its last good version is used\.\n/);
  expect(broken).toMatch(/error .*\n {2}at specs\/notes\.yaml:\d+:\d+/);
  expect(read("generated/src/notes.ts")).toBe(before);

  change("specs/projects.yaml", "/projects/batch/upsert", "/plans/batch/upsert");
  const other = await until(/has an error: its last good version is used\.\n/);
  expect(other).toContain("wrote generated/src/plans.ts");
  expect(other).toMatch(/\d errors?\n/);
  expect(read("generated/src/notes.ts")).toBe(before);

  writeFileSync(path("specs/notes.yaml"), good.replace("batch/update", "batch/archive"));
  const mended = await until(summary);
  expect(mended).not.toContain("error");
  expect(mended).toContain("warning");
});

test("a document that is emptied before it is written again", async () => {
  const { until } = watch();
  await until(ready);
  const before = read("generated/src/notes.ts");
  writeFileSync(path("specs/notes.yaml"), "");
  await until(/notes\.yaml has an error: its last good version is used\.\n/);
  expect(read("generated/src/notes.ts")).toBe(before);
});

test("files that are named, files that they refer to, and an overlay", async () => {
  const limits = "specs/limits.overlay.yaml";
  const { until } = watch("specs/notes.yaml", "specs/projects.yaml", "--overlay", limits);
  await until(ready);
  change("specs/common.yaml", /description: \S.*/, "description: Changed.");
  expect(await until(summary)).toContain("specs/common.yaml changed");
  change(limits, /items: 100\b/, "items: 99");
  expect(await until(summary)).toContain("specs/limits.overlay.yaml changed");
  // as an editor saves: a new file in the place of the old one
  for (const path of ["/objects/memos/batch/update", "/objects/remarks/batch/update"]) {
    const text = read("specs/notes.yaml").replace(/\/objects\/\w+\/batch\/update/, path);
    writeFileSync(join(folder, "notes.tmp"), text);
    renameSync(join(folder, "notes.tmp"), join(folder, "specs/notes.yaml"));
    expect(await until(summary)).toContain("specs/notes.yaml changed");
  }
  expect(existsSync(path("generated/src/remarks.ts"))).toBe(true);
});

test("files and folders that come and go", async () => {
  const { until } = watch();
  await until(ready);
  mkdirSync(path("specs/more/deep"), { recursive: true });
  const text = read("specs/notes.yaml").replaceAll("common.yaml", "../../common.yaml");
  writeFileSync(path("specs/more/deep/memos.yaml"), text.replaceAll("/notes/", "/memos/"));
  expect(await until(summary)).toContain("specs/more/deep/memos.yaml changed");
  expect(existsSync(path("generated/src/memos.ts"))).toBe(true);
  rmSync(path("specs/more"), { recursive: true });
  expect(await until(summary)).toContain("specs/more/deep/memos.yaml changed");
  expect(existsSync(path("generated/src/memos.ts"))).toBe(false);
});

test("a burst is one run; what was touched only, and what it wrote itself, are none", async () => {
  const { until } = watch("specs", ".", "-o", "out");
  await until(ready);
  utimesSync(path("specs/notes.yaml"), new Date(), new Date());
  for (const name of ["notes", "objects", "projects"])
    change(`specs/${name}.yaml`, /description: .*/, "description: Changed.");
  const printed = await until(summary);
  expect(printed.match(/ changed\n/g)).toHaveLength(1);
  for (const name of ["notes", "objects", "projects"])
    expect(printed).toContain(`specs/${name}.yaml`);
  change("specs/notes.yaml", "description: Changed.", "description: Changed again.");
  const again = await until(summary);
  // nothing came between
  expect(again.match(/ changed\n/g)).toHaveLength(1);
  expect(again).toMatch(/\d specs\/notes\.yaml changed\n/);
});

test("the configuration: written later, broken, mended", async () => {
  const { until } = watch();
  await until(ready);
  const file = "openapi-batch.config.mjs";
  writeFileSync(path(file), 'export default { name: "first", output: "out" };\n');
  await until(summary);
  expect(JSON.parse(read("out/package.json"))).toMatchObject({ name: "first" });
  writeFileSync(path(file), "export default { name: 'second', outptu: 'out' };\n");
  expect(await until(/hint: .*\n/)).toContain("openapi-batch.config.mjs:1:34");
  writeFileSync(path(file), "export default { name: 'second', output: 'out' };\n");
  await until(summary);
  expect(JSON.parse(read("out/package.json"))).toMatchObject({ name: "second" });
});

test("what the configuration imports is a part of it", async () => {
  writeFileSync(path("names.ts"), 'export { name } from "./more";\n');
  writeFileSync(path("more.ts"), 'export const name: string = "first";\n');
  writeFileSync(
    path("openapi-batch.config.ts"),
    'import { name } from "./names.js";\nexport default { name, output: "out" };\n',
  );
  const { until } = watch();
  await until(ready);
  expect(JSON.parse(read("out/package.json"))).toMatchObject({ name: "first" });
  writeFileSync(path("more.ts"), "export const name = ;\n");
  await until(/cannot be loaded/);
  writeFileSync(path("more.ts"), 'export const name = "second";\n');
  await until(summary);
  expect(JSON.parse(read("out/package.json"))).toMatchObject({ name: "second" });
});

test.each([
  [["--check"], /--watch writes files, and --check writes none\./],
  [["--dry-run"], /--watch writes files, and --dry-run writes none\./],
  [["nowhere"], /There is no file or folder nowhere\./],
])("--watch %j is wrong usage", async (args, message) => {
  const { until, ended } = watch(...args);
  await until(message);
  expect(await ended).toBe(2);
});

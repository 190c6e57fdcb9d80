/** `watch` as a library, as the plugin of a bundler would call it. */
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { UsageError } from "../../generator/base/usage-error.js";
import { watch, type WatchedRun } from "../../generator/watch/watch.js";

const specs = join(import.meta.dirname, "..", "..", "specs");

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "openapi-batch-watching-"));
  cpSync(specs, join(cwd, "specs"), { recursive: true });
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

/** Changes `notes.yaml` after each run, in turn, and ends after the last. */
async function watched(changes: readonly ((text: string) => string)[]) {
  const runs: WatchedRun[] = [];
  const controller = new AbortController();
  const file = join(cwd, "specs", "notes.yaml");
  await watch({
    cwd,
    signal: controller.signal,
    onRun(run) {
      const change = changes[runs.push(run) - 1];
      if (change) writeFileSync(file, change(readFileSync(file, "utf8")));
      else controller.abort();
    },
  });
  return { runs, file };
}

test("tells of each run what changed, what was generated and what was written", async () => {
  const { runs, file } = await watched([(text) => text.replaceAll("/notes/", "/memos/")]);
  expect(runs.map(({ changed }) => changed)).toEqual([[], [file]]);
  expect(runs[1]?.written?.written).toContain("src/memos.ts");
  expect(runs[1]?.generated?.kept).toEqual([]);
  expect(existsSync(join(cwd, "generated", "src", "memos.ts"))).toBe(true);
});

test("a document that breaks is kept, and gives the same again when it is mended", async () => {
  const good = readFileSync(join(specs, "notes.yaml"), "utf8");
  const { runs } = await watched([() => "{", () => good]);
  expect(runs.map(({ generated }) => generated?.kept)).toEqual([[], ["specs/notes.yaml"], []]);
  const errors = runs.map(({ generated }) =>
    generated?.diagnostics.filter(({ severity }) => severity === "error"),
  );
  expect(errors.map((each) => each?.length)).toEqual([0, 1, 0]);
  const [first, ...others] = runs.map(({ generated }) => generated?.files);
  for (const other of others) expect(other).toEqual(first);
});

test("what goes wrong later is told, and what goes wrong at first is thrown", async () => {
  const lock = join(cwd, "generated", "openapi-batch.lock");
  const runs: WatchedRun[] = [];
  const controller = new AbortController();
  const { signal } = controller;
  await watch({
    cwd,
    signal,
    onRun(run) {
      runs.push(run);
      if (runs.length === 1) writeFileSync(lock, "version: 7\n");
      else controller.abort();
    },
  });
  expect(runs[1]?.changed).toEqual([lock]);
  expect(runs[1]?.error).toBeInstanceOf(Error);
  await expect(watch({ cwd, paths: ["nowhere"], signal })).rejects.toThrow(UsageError);
});

test.each([
  ["a file that is named", ["specs/notes.yaml"]],
  ["a folder", ["specs"]],
])("%s: a document that becomes a link, and a file again, is heard", async (_, paths) => {
  const file = join(cwd, "specs", "notes.yaml");
  const text = readFileSync(file, "utf8");
  const of = (word: string) => text.replaceAll("/notes/", `/${word}/`);
  const replace = (make: (path: string) => void) => {
    make(`${file}.new`);
    renameSync(`${file}.new`, file);
  };
  writeFileSync(join(cwd, "specs", "other.yaml"), of("others"));
  const changes = [
    () => replace((path) => symlinkSync("other.yaml", path)),
    () => replace((path) => writeFileSync(path, of("memos"))),
    () => writeFileSync(file, of("remarks")),
    // As quick as it can be: in the middle of a run, too.
    () => {
      replace((path) => symlinkSync("other.yaml", path));
      replace((path) => writeFileSync(path, of("letters")));
    },
    () => writeFileSync(file, of("papers")),
  ];
  const controller = new AbortController();
  let runs = 0;
  await watch({
    ...{ cwd, paths, format: false, signal: controller.signal },
    onRun: () => (changes[runs++] ?? (() => controller.abort()))(),
  });
  expect(existsSync(join(cwd, "generated", "src", "papers.ts"))).toBe(true);
});

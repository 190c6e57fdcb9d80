import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "write-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// dist/, as users run it: the test command builds it.
const written = pathToFileURL(
  resolve(import.meta.dirname, "../../../dist/build/write/write.js"),
).href;
const program = `
  import { writePackage } from ${JSON.stringify(written)};
  const own = process.argv[1];
  for (let round = 0; round < 10; round++) {
    const files = Array.from({ length: 20 }, (_, i) => ({ path: "src/" + i + ".ts", text: own + round }));
    await writePackage(files, ${JSON.stringify(join(folder, "out"))});
  }`;

test("processes that write into one folder at once leave the files of one of them, and nothing else", async () => {
  const run = (name: string): Promise<unknown> =>
    promisify(execFile)(process.execPath, ["--input-type=module", "-e", program, name]);
  await run("first");
  await Promise.all(["a", "b", "c"].map(run));
  const paths = readdirSync(join(folder, "out"));
  expect(paths.filter((path) => path.endsWith(".tmp"))).toEqual([]);
  const texts = readdirSync(join(folder, "out/src")).map((path) =>
    readFileSync(join(folder, "out/src", path), "utf8"),
  );
  expect(texts).toHaveLength(20);
  expect(texts[0]).toMatch(/^[abc]9$/);
  expect(new Set(texts).size).toBe(1); // all are of one run
});

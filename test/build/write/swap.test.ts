/** All files of a package change, or none: whatever step a run is killed at, and whatever folder may not be written. */
import {
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
import { afterEach, expect, test, vi } from "vitest";
import { undoInterrupted } from "../../../generator/build/write/swap.js";
import { writePackage } from "../../../generator/build/write/write.js";

/** What counts the changes of the disk, and ends the process before one of them: none of it works any more. */
const disk = vi.hoisted(() => ({ left: Infinity }));
vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof import("node:fs/promises")>();
  const names = ["copyFile", "link", "mkdir", "rename", "rm", "rmdir", "symlink", "writeFile"];
  const mortal = Object.fromEntries(
    names.map((name) => [
      name,
      (...args: readonly unknown[]) => {
        if (--disk.left < 0) throw new Error("killed");
        return (real[name as "rm"] as (...args: readonly unknown[]) => unknown)(...args); // one of these
      },
    ]),
  );
  return { ...real, ...mortal };
});

let out = "";
afterEach(() => {
  disk.left = Infinity;
  vi.restoreAllMocks();
  rmSync(join(out, ".."), { recursive: true, force: true });
});

type Tree = Readonly<Record<string, string>>;
const filesOf = (tree: Tree) => Object.entries(tree).map(([path, text]) => ({ path, text }));

/** Every file, the manifest and what waits included. */
const treeOf = (folder: string): Tree =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [file.slice(folder.length + 1), readFileSync(file, "utf8")]),
  );

const before = { "a.ts": "1", "same.ts": "1", "old/gone.ts": "1", "src/deep/b.ts": "1" };
const after = { "a.ts": "2", "same.ts": "1", "src/deep/b.ts": "2", "new/one.ts": "2", "c.ts": "2" };

async function laidOut(): Promise<Tree> {
  out = join(mkdtempSync(join(tmpdir(), "openapi-batch-swap-")), "out");
  await writePackage(filesOf(before), out);
  return treeOf(out);
}

test("a run that is killed at any step leaves the old files or the new ones", async () => {
  const old = await laidOut();
  await writePackage(filesOf(after), out);
  const changed = treeOf(out);
  const seen = new Set<string>();
  for (let steps = 0; ; steps++) {
    rmSync(out, { recursive: true });
    await writePackage(filesOf(before), out);
    disk.left = steps;
    const done = await writePackage(filesOf(after), out).then(
      () => true,
      () => false,
    );
    disk.left = Infinity;
    if (done) break;
    // The next run: the process of this one has ended, though it has the same number.
    const owner = join(out, ".openapi-batch.tmp/owner");
    if (existsSync(owner)) writeFileSync(owner, "0 killed");
    vi.spyOn(Date, "now").mockReturnValue(Date.now() + 10_000);
    await undoInterrupted(out);
    vi.restoreAllMocks();
    const found = treeOf(out);
    expect([old, changed], `killed before step ${steps}`).toContainEqual(found);
    seen.add(JSON.stringify(found));
  }
  expect(seen.size).toBe(2); // some were undone, some had come to their end
});

test("a folder that may not be written leaves all files as they were, and says so", async () => {
  const old = await laidOut();
  const real = (await vi.importActual<typeof import("node:fs/promises")>("node:fs/promises"))
    .rename;
  const fs = await import("node:fs/promises");
  vi.spyOn(fs, "rename").mockImplementation(async (from, to) => {
    if (String(to).includes("deep") && !String(from).includes("/old/"))
      throw Object.assign(new Error("EACCES: permission denied"), { code: "EACCES", path: to });
    return real(from, to);
  });
  await expect(writePackage(filesOf(after), out)).rejects.toThrow("EACCES");
  expect(treeOf(out)).toEqual(old);
});

test("a journal names only files below the folder", async () => {
  const old = await laidOut();
  const tmp = join(out, ".openapi-batch.tmp");
  mkdirSync(join(tmp, "old"), { recursive: true });
  writeFileSync(join(out, "../victim"), "mine");
  writeFileSync(join(tmp, "owner"), "0 x");
  for (const steps of [
    '[{"path":"../victim","had":false}]',
    '[{"path":7}]',
    '{"a":1}',
    "[null]",
    "{",
  ]) {
    writeFileSync(join(tmp, "journal.json"), steps);
    await undoInterrupted(out);
    expect(readFileSync(join(out, "../victim"), "utf8")).toBe("mine");
    expect(treeOf(out)).toEqual(old);
    mkdirSync(join(tmp, "old"), { recursive: true });
    writeFileSync(join(tmp, "owner"), "0 x");
  }
});

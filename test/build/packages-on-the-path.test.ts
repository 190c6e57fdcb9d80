/** The generator is built on four packages. Without any one of them, a cold run fails, and names the package. */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

/** Where npm puts the packages that the generator needs: `node_modules/a`, `node_modules/a/node_modules/b`. */
function installed(): readonly string[] {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    packages: Record<string, { dev?: boolean; optional?: boolean; link?: boolean }>;
  };
  return Object.entries(packages)
    .filter(
      ([path, { dev, optional, link }]) =>
        /^node_modules\//.test(path) && !dev && !optional && !link,
    )
    .map(([path]) => path);
}

/** A copy of the built generator, with links to packages. */
let copy: string;
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "openapi-batch-path-"));
  for (const part of ["dist", "generator", "package.json", "presets", "specs"])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  installed().forEach(linkPackage);
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** Links what is in a package, but not the packages that it has a copy of: these are linked by their own paths. */
function linkPackage(path: string): void {
  mkdirSync(join(copy, path), { recursive: true });
  for (const name of readdirSync(join(root, path)).filter((name) => name !== "node_modules"))
    symlinkSync(join(root, path, name), join(copy, path, name), "junction");
}

function generateWithout(missing?: string) {
  const folder = `node_modules/${missing}/`;
  const gone = installed().filter((path) => `/${path}/`.includes(`/${folder}`));
  for (const path of gone) rmSync(join(copy, path), { recursive: true, force: true });
  try {
    // A file whose link is followed would find its neighbours in the real `node_modules`.
    const flags = ["--preserve-symlinks", "--preserve-symlinks-main"];
    const args = [join(copy, "dist", "main.js"), "generate", "specs", "-o", "out", "--no-cache"];
    return spawnSync(process.execPath, [...flags, ...args], { cwd: copy, encoding: "utf8" });
  } finally {
    gone.forEach(linkPackage);
  }
}

const timeout = 120_000; // a process each

test("with all of them, it works", { timeout }, () => {
  const { status, stderr } = generateWithout();
  expect(status, stderr).toBe(0);
});

test.each(["openapi-typescript", "ts-morph", "yaml", "prettier"])(
  "without %s",
  { timeout },
  (missing) => {
    const { status, stderr } = generateWithout(missing);
    expect(status).not.toBe(0);
    expect(stderr).toMatch(new RegExp(`'${missing}['/]`));
  },
);

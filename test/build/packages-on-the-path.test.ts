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
  writeFileSync,
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
    // The shortest run that takes all of the way: a package of types, formatted.
    const args = [
      "generate",
      "specs/partner_clients.yaml",
      "-o",
      "out",
      "--no-cache",
      "--types-only",
    ];
    args.unshift(join(copy, "dist", "main.js"));
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

test(
  "a compiler that the project has, and openapi-typescript does not load, is not used",
  { timeout },
  () => {
    const own = join(copy, "node_modules/typescript");
    const nested = "node_modules/openapi-typescript/node_modules/typescript";
    rmSync(own, { recursive: true, force: true });
    mkdirSync(own);
    writeFileSync(join(own, "package.json"), '{ "name": "typescript", "version": "5.0.4" }');
    writeFileSync(join(own, "index.js"), 'throw new Error("the compiler of the project");');
    mkdirSync(join(copy, nested), { recursive: true });
    for (const name of readdirSync(join(root, "node_modules/typescript")))
      symlinkSync(
        join(root, "node_modules/typescript", name),
        join(copy, nested, name),
        "junction",
      );
    try {
      const { status, stderr } = generateWithout();
      expect(status, stderr).toBe(0);
    } finally {
      for (const path of [own, join(copy, nested)]) rmSync(path, { recursive: true, force: true });
      linkPackage("node_modules/typescript");
    }
  },
);

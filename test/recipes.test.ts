/** The recipes of the docs, as they stand there, in a real git repository. */
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";

const root = join(import.meta.dirname, "..");
const page = (name: string) =>
  readFileSync(join(root, "docs", name), "utf8").replaceAll("\r\n", "\n");

/** The block of a page that stands after a comment. */
function block(name: string, comment: string): string {
  const [, text] =
    new RegExp(
      `<!-- ${comment.replaceAll(".", "\\.")} -->\\n+\`\`\`\\w+\\n([\\s\\S]*?)^\`\`\`$`,
      "m",
    ).exec(page(name)) ?? [];
  if (text === undefined) throw new Error(`docs/${name} has no block after ${comment}`);
  return text;
}

/** What the scripts call, and the systems of CI have. */
const missing = ["sh", "git", "curl"].filter((name) => {
  const shell = process.platform === "win32";
  return shell || spawnSync(name, ["--version"]).error !== undefined;
});

let folder: string;
/** The clone that a job checks out, and what the vendor publishes. */
let clone: string;
let vendor: string;
/** What each test begins with: {@link publish}. */
let published: string;
beforeAll(() => {
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), "openapi-batch-recipes-")));
  [folder, published] = [join(scratch, "now"), join(scratch, "published")];
  clone = join(folder, "clone");
  vendor = join(folder, "vendor");
});
afterAll(() => rmSync(dirname(folder), { recursive: true, force: true }));

const environment = () => ({
  ...process.env,
  PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}`,
  GIT_AUTHOR_NAME: "A",
  GIT_AUTHOR_EMAIL: "a@example.com",
  GIT_COMMITTER_NAME: "A",
  GIT_COMMITTER_EMAIL: "a@example.com",
  GIT_CONFIG_GLOBAL: "/dev/null",
});

const git = (...args: string[]): string =>
  execFileSync("git", args, {
    cwd: clone,
    encoding: "utf8",
    env: environment(),
    stdio: "pipe",
  }).trim();

const run = (command: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: clone,
    encoding: "utf8",
    env: environment(),
  });
  return { status, stdout, stderr };
};

/** A repository with a package of one vendor's documents, its bare remote, and a `gh` that writes down what it is asked. */
function publish(): void {
  mkdirSync(join(folder, "bin"), { recursive: true });
  cpSync(join(root, "specs"), vendor, { recursive: true });
  execFileSync("git", ["init", "--quiet", "--bare", join(folder, "remote.git")]);
  execFileSync("git", ["init", "--quiet", "--initial-branch=main", clone]);
  git("remote", "add", "origin", join(folder, "remote.git"));
  const files: Record<string, string> = {
    "package.json": '{ "private": true }',
    ".gitignore": "node_modules\ndist\n",
    "openapi-batch.config.json": '{ "name": "crm-batch", "format": false }',
    "scripts/update-api.sh": block("ci.md", "file: scripts/update-api.sh"),
    "specs/sources.txt": ["common", "notes", "projects"]
      .map((name) => `specs/${name}.yaml ${pathToFileURL(join(vendor, `${name}.yaml`)).href}\n`)
      .join(""),
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(clone, path)), { recursive: true });
    writeFileSync(join(clone, path), text);
  }
  for (const name of ["common", "notes", "projects"])
    cpSync(join(vendor, `${name}.yaml`), join(clone, "specs", `${name}.yaml`));
  const bin = join(clone, "node_modules/.bin");
  mkdirSync(bin, { recursive: true });
  chmodSync(join(root, "dist/main.js"), 0o755);
  symlinkSync(join(root, "dist/main.js"), join(bin, "openapi-batch"));
  const gh = `#!/bin/sh
case "$2" in
  list) [ -f "${folder}/opened" ] && echo 1 || echo 0 ;;
  *)
    printf '%s\\n' "$*" >>"${folder}/asked"
    for last; do :; done
    cp "$last" "${folder}/body"
    touch "${folder}/opened" ;;
esac
`;
  writeFileSync(join(folder, "bin/gh"), gh, { mode: 0o755 });
  // That of npm looks at the registry's settings and the whole tree first, each time.
  const npx = '#!/bin/sh\nprogram="$1"\nshift\nexec "node_modules/.bin/$program" "$@"\n';
  writeFileSync(join(folder, "bin/npx"), npx, { mode: 0o755 });
  expect(run(join(bin, "openapi-batch"), "generate").status).toBe(0);
  git("add", ".");
  git("commit", "--quiet", "--message", "Begin");
  git("push", "--quiet", "origin", "main");
}

const change = (file: string, from: string | RegExp, to: string): void => {
  const text = readFileSync(file, "utf8");
  expect(text.replace(from, to)).not.toBe(text);
  writeFileSync(file, text.replace(from, to));
};
const told = (name: string): string => readFileSync(join(folder, name), "utf8");

describe.skipIf(missing.length > 0)(
  `in a repository (skipped without ${missing.join(", ")})`,
  () => {
    beforeAll(() => {
      publish();
      renameSync(folder, published);
    });
    beforeEach(() => {
      rmSync(folder, { recursive: true, force: true });
      cpSync(published, folder, { recursive: true, verbatimSymlinks: true });
    });

    const update = () => run("sh", "scripts/update-api.sh");

    test("a vendor's change becomes a pull request, and the next one changes it", () => {
      expect(update()).toMatchObject({
        status: 0,
        stdout: expect.stringContaining("Nothing is new."),
      });
      expect(git("branch", "--remotes", "--list", "*update*")).toBe("");

      change(join(vendor, "notes.yaml"), "https://api.hubapi.com", "https://eu.hubapi.com");
      expect(update()).toMatchObject({ status: 0 });
      const [, head] =
        /^(\w+)\trefs\/heads\/openapi-batch\/update$/m.exec(git("ls-remote", "origin")) ?? [];
      expect(head).toBe(git("rev-parse", "openapi-batch/update"));
      expect(git("log", "--format=%s", "main..openapi-batch/update")).toBe(
        "Update the API documents (patch)",
      );
      const files = git("diff", "--name-only", "main", "openapi-batch/update").split("\n");
      expect(files).toEqual(expect.arrayContaining(["generated/src/notes.ts", "specs/notes.yaml"]));
      expect(files.filter((file) => !/^(generated|specs)\//.test(file))).toEqual([]);
      expect(told("asked")).toMatch(
        /^pr create --head openapi-batch\/update --title Update the API documents \(patch\) --body-file \S+\n$/,
      );
      expect(told("body")).toMatch(
        /^### No type changes\n[\s\S]*`notes\.update` \| base-url-changed /,
      );

      // The next morning: the job begins with main again.
      git("checkout", "--quiet", "--force", "main");
      expect(update()).toMatchObject({
        status: 0,
        stdout: expect.stringContaining("as it should be"),
      });
      git("checkout", "--quiet", "--force", "main");
      change(
        join(vendor, "projects.yaml"),
        /^ {2}\/crm\/objects\/v3\/projects.*$/m,
        "  /crm/objects/v3/undertakings/batch/upsert:",
      );
      expect(update()).toMatchObject({ status: 0 });
      expect(told("asked")).toMatch(/\npr edit openapi-batch\/update --title .* \(major\) /);
      expect(told("body")).toMatch(/^### Breaking\n/);
      expect(git("rev-list", "--count", "main..openapi-batch/update")).toBe("1");
    });

    test("half an update is none", () => {
      change(join(vendor, "notes.yaml"), "https://api.hubapi.com", "https://eu.hubapi.com");
      rmSync(join(vendor, "projects.yaml"));
      expect(update().status).not.toBe(0);
      writeFileSync(join(vendor, "projects.yaml"), "openapi: 3.1.0\npaths: {");
      expect(update()).toMatchObject({
        status: 1,
        stderr: expect.stringMatching(/projects\.yaml:2/),
      });
      expect(git("ls-remote", "origin")).not.toContain("update");
    });

    test("what drifts is found", () => {
      const { jobs } = parse(block("ci.md", "file: .github/workflows/check.yml"));
      const steps: { run?: string }[] = jobs.generated.steps;
      const check = () => run("sh", "-c", steps.at(-1)?.run ?? "exit 9");
      expect(check()).toMatchObject({ status: 0 });
      change(join(clone, "specs/notes.yaml"), "https://api.hubapi.com", "https://eu.hubapi.com");
      expect(check()).toMatchObject({ status: 1 });
    });

    test("the next version is what the changes ask for", () => {
      const recipe = block("publishing.md", "tested: test/recipes.test.ts");
      const version = () =>
        JSON.parse(readFileSync(join(clone, "generated/package.json"), "utf8")).version;
      git("tag", "--annotate", "--message", "v", "v0.1.0");
      expect(run("sh", "-euc", recipe)).toMatchObject({ status: 0, stderr: "" });
      expect(version()).toBe("0.1.0");
      change(join(clone, "specs/notes.yaml"), "https://api.hubapi.com", "https://eu.hubapi.com");
      run(process.execPath, join(root, "dist/main.js"), "generate");
      git("commit", "--quiet", "--all", "--message", "More");
      expect(run("sh", "-euc", recipe)).toMatchObject({ status: 0, stderr: "" });
      expect(version()).toBe("0.1.1");
      // It is kept, and it is no drift.
      expect(run("sh", "-c", "npx openapi-batch generate --check").status).toBe(0);
    });
  },
);

test("workflows call what is there", () => {
  const { jobs } = parse(block("ci.md", "file: .github/workflows/update-api.yml"));
  expect(jobs.update.steps.at(-1).run).toBe("sh scripts/update-api.sh");
});

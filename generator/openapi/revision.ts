/** Exports `checkOut`: the documents of a revision of a git repository, in a folder. */
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

/** Files of a revision that may be documents, overlays, files that they refer to, or a lock. */
const documents = [":(icase)*.json", ":(icase)*.yaml", ":(icase)*.yml", ":(icase)*.lock", "*.api"];

export interface CheckedOut {
  /** Holds the documents of the whole revision, below it as they are below the root of the repository. */
  readonly folder: string;
  /** The working directory, relative to the root of the repository; `""` at the root. */
  readonly prefix: string;
  /** Removes the folder. */
  remove(): Promise<void>;
}

/**
 * Writes the documents of a revision into a folder of its own. The working tree and the index stay as they are.
 * @param revision whatever git takes for a commit: a branch, a tag, `HEAD~1`
 * @returns undefined if `cwd` is in no repository, or the repository has no such revision
 */
export async function checkOut(cwd: string, revision: string): Promise<CheckedOut | undefined> {
  const at = await realpath(cwd);
  const root = (await git(at, ["rev-parse", "--show-toplevel"]))?.trimEnd();
  const verify = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`];
  const commit = (await git(at, verify))?.trimEnd();
  if (!root || !commit) return undefined;
  const temporary = await realpath(await mkdtemp(join(tmpdir(), "openapi-batch-")));
  const remove = (): Promise<void> => rm(temporary, { recursive: true, force: true });
  try {
    const folder = join(temporary, "tree");
    await mkdir(folder);
    // An index of its own; and links are written as plain files, so that nothing leads out of the folder.
    const index = { GIT_INDEX_FILE: join(temporary, "index") };
    await must(root, ["read-tree", commit], index);
    const files = await must(root, ["ls-files", "-z", "--", ...documents], index);
    const write = ["-c", "core.symlinks=false", "checkout-index", "-z", "--stdin"];
    await must(root, [...write, `--prefix=${folder}/`], index, files);
    const prefix = relative(await realpath(root), at).replaceAll("\\", "/");
    return { folder, prefix, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function must(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  input = "",
): Promise<string> {
  const text = await git(cwd, args, env, input);
  if (text === undefined) throw new Error(`git ${args.join(" ")} failed`);
  return text;
}

/** What git prints; undefined where it fails, or is not installed. */
function git(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input = "",
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn("git", args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["pipe", "pipe", "ignore"],
    });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stdin.on("error", () => undefined); // it ended before it read everything; its exit code says why
    child.on("error", () => resolve(undefined));
    child.on("close", (code) =>
      resolve(code === 0 ? Buffer.concat(chunks).toString("utf8") : undefined),
    );
    child.stdin.end(input);
  });
}

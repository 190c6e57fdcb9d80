/** The platforms that the generated package is to run on, and where each can be had. */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A program, or why it cannot be had. */
export type Found = { readonly program: string } | { readonly missing: string };

export interface Platform {
  readonly name: string;
  /** Finds or installs the program. `folder`: a temporary folder of its own. */
  find(folder: string): Promise<Found>;
  /** What stands before the file to run. */
  readonly args: readonly string[];
}

/** Installs a package of the npm registry into a folder, and finds the program that it brings. */
const fromNpm =
  (spec: string, programs: readonly string[]): Platform["find"] =>
  async (folder) => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "package.json"), '{ "private": true }');
    const npm = process.platform === "win32" ? "npm.cmd" : "npm";
    try {
      await run(
        npm,
        ["install", "--no-audit", "--no-fund", "--no-package-lock", "--no-save", spec],
        { cwd: folder, timeout: 240_000 },
      );
    } catch (error) {
      return { missing: `npm cannot install ${spec}: ${lastLine(error)}` };
    }
    for (const name of programs) {
      const program = join(folder, "node_modules", name);
      if (!existsSync(program)) continue;
      // The package may have come without the program itself, which a script was to download.
      const works = await run(program, ["--version"], { timeout: 30_000 }).catch(() => undefined);
      if (works) return { program };
    }
    return { missing: `${spec} from the npm registry brings no program for this machine` };
  };

const lastLine = (error: unknown): string =>
  String((error as { stderr?: string }).stderr ?? error)
    .trim()
    .split("\n")
    .at(-1) ?? "";

/** A program that is there already. */
const fromPath =
  (names: readonly string[], hint: string): Platform["find"] =>
  async () => {
    for (const name of names)
      if (await run(name, ["--version"], { timeout: 30_000 }).catch(() => undefined))
        return { program: name };
    return { missing: `none of ${names.join(", ")} is here (${hint})` };
  };

const cpu = `${process.platform}-${process.arch}`;

export const thisNode: Platform = {
  name: `Node ${process.versions.node}`,
  find: () => Promise.resolve({ program: process.execPath }),
  args: [],
};

export const others: readonly Platform[] = [
  {
    name: "the newest Node",
    find: fromNpm("node@latest", ["node/bin/node", `node-bin-${cpu}/bin/node`]),
    args: [],
  },
  {
    name: "Bun",
    find: fromNpm("bun@latest", [`@oven/bun-${cpu}/bin/bun`, "bun/bin/bun.exe", ".bin/bun"]),
    args: ["run"],
  },
  {
    name: "Deno",
    find: fromNpm("deno@latest", [`@deno/${cpu}-glibc/deno`, "deno/deno", ".bin/deno"]),
    args: ["run", "--quiet", "--allow-net", "--allow-read", "--allow-env", "--no-lock"],
  },
];

export const chromium: Platform = {
  name: "headless Chromium",
  find: fromPath(
    ["chromium", "chromium-browser", "google-chrome"],
    "on Debian: apt-get install chromium",
  ),
  args: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
};

/** Runs a file to its end and parses the last line that it prints. */
export async function printed(
  program: string,
  args: readonly string[],
  cwd: string,
): Promise<unknown> {
  const { stdout } = await run(program, args, {
    cwd,
    timeout: 90_000,
    maxBuffer: 10_000_000,
    env: { ...process.env, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
  });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "null");
}

/** Opens a page, and leaves the browser open until `close`. */
export async function browse(
  program: string,
  url: string,
): Promise<{ readonly closed: Promise<string>; close(): Promise<void> }> {
  const profile = await mkdtemp(join(tmpdir(), "portability-profile-"));
  const child: ChildProcess = spawn(
    program,
    [...chromium.args, `--user-data-dir=${profile}`, "--no-first-run", url],
    // A group of its own: a browser is many processes.
    { stdio: ["ignore", "ignore", "pipe"], detached: true },
  );
  let said = "";
  child.stderr?.on("data", (part: Buffer) => (said += part.toString()));
  const closed = new Promise<string>((resolve) => {
    child.once("close", () => resolve(said.slice(-2000)));
    child.once("error", (error) => resolve(String(error)));
  });
  return {
    closed,
    async close() {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      } catch {
        // It has ended by itself.
      }
      await closed;
      await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

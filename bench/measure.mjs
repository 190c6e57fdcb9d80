/** Runs a process and says what it cost; counts what it left behind. */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const scratch = mkdtempSync(join(tmpdir(), "bench-usage-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));

// What the process itself says when it ends: /usr/bin/time is not everywhere.
const reporter = `data:text/javascript,${encodeURIComponent(
  `import { writeFileSync } from "node:fs";
   process.on("exit", () => writeFileSync(process.env.BENCH_USAGE, JSON.stringify(process.resourceUsage())));`,
)}`;

let runs = 0;

/**
 * @param {string} node the Node to run it with
 * @param {readonly string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv, accept?: readonly number[] }} options
 * @returns {Promise<{ ms: number, cpu: number, mb: number, stdout: string }>} wall time; the time that it had processors,
 * in ms, which other programs hardly change; and the most memory that it had
 */
export async function run(node, args, { cwd, env = {}, accept = [0] }) {
  const usage = join(scratch, String(runs++));
  const start = process.hrtime.bigint();
  const child = spawn(node, ["--import", reporter, ...args], {
    cwd,
    env: { ...process.env, ...env, BENCH_USAGE: usage, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (data) => (stdout += data));
  child.stderr.on("data", (data) => (stderr += data));
  const timer = setTimeout(() => child.kill("SIGKILL"), 300_000);
  const code = await new Promise((done, fail) => child.on("close", done).on("error", fail));
  clearTimeout(timer);
  const ms = Number(process.hrtime.bigint() - start) / 1e6;
  if (!accept.includes(code)) {
    throw new Error(
      `exit code ${code}: ${(stderr || stdout).trim().split("\n").slice(-6).join(" | ")}`,
    );
  }
  const { maxRSS, userCPUTime, systemCPUTime } = JSON.parse(readFileSync(usage, "utf8"));
  return { ms, cpu: (userCPUTime + systemCPUTime) / 1000, mb: maxRSS / 1024, stdout };
}

/** Files that match, below a folder. */
export const filesBelow = (folder, match = /./) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => match.test(path) && !path.includes("node_modules"))
    .sort();

export const sizeOf = (folder) => {
  const files = filesBelow(folder);
  return { files: files.length, bytes: files.reduce((sum, file) => sum + statSync(file).size, 0) };
};

export const median = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
};

/**
 * `npm run mutants [-- PART OF A NAME…]`: seeds each defect in a copy of the runtime and runs the tests of
 * `test/runtime` against it. Exits with 1 where one survives, or could not be seeded.
 *
 * With `--simulate`, it runs `npm run simulate` against each instead, and says which of them that sees. Exits with 1
 * where that misses one that it should see.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { defects, seed, type Defect } from "./defects.js";

/** Runs of the property tests for one defect; the rest of them is for `npm test`. */
const RUNS = "150";
/** Tests that hang have found something, too. */
const TEST_MS = 8000;
const GIVE_UP_MS = 120_000;
const PARALLEL = 2;
/** The seeds of a simulation for one defect. */
const SEEDS = "20000";
const SIMULATE_MS = 900_000;
/** Types and sizes do not change with what is done. */
const LEFT_OUT = ["types", "size"];

const root = resolve(".");

type Verdict =
  | { readonly is: "caught"; readonly by: string }
  | { readonly is: "survived" }
  | { readonly is: "broken"; readonly why: string };

/** What vitest's JSON reporter writes. */
interface Report {
  readonly success: boolean;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** A copy of what the tests need. */
async function copy(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "mutants-"));
  await mkdir(join(folder, "generator"));
  await mkdir(join(folder, "test"));
  for (const part of ["generator/runtime", "test/runtime"])
    await cp(resolve(root, part), join(folder, part), { recursive: true });
  await cp(resolve(root, "package.json"), join(folder, "package.json"));
  await cp(resolve(root, "tsconfig.json"), join(folder, "tsconfig.json"));
  await symlink(resolve(root, "node_modules"), join(folder, "node_modules"), "dir");
  return folder;
}

/** Undefined where all tests pass. */
async function firstFailure(folder: string, tests: readonly string[]): Promise<Verdict> {
  const output = join(folder, "report.json");
  await rm(output, { force: true });
  const child = spawn(
    process.execPath,
    [
      join(folder, "node_modules/vitest/vitest.mjs"),
      ...["run", "--root", folder, "--bail", "1", "--maxWorkers", "1"],
      ...["--testTimeout", String(TEST_MS), "--reporter", "json", "--outputFile", output],
      ...tests.map((name) => `test/runtime/${name}.test.ts`),
    ],
    { cwd: folder, env: { ...process.env, RUNS }, stdio: ["ignore", "ignore", "pipe"] },
  );
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (part: string) => (errors += part));
  const timer = setTimeout(() => child.kill("SIGKILL"), GIVE_UP_MS);
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  clearTimeout(timer);
  if (signal) return { is: "caught", by: `no end within ${GIVE_UP_MS / 1000} s` };
  const report = JSON.parse(await readFile(output, "utf8").catch(() => "null")) as Report | null;
  if (!report) return { is: "broken", why: errors.trim().slice(-400) };
  for (const { status, message, assertionResults, name } of report.testResults) {
    const failed = assertionResults.find((each) => each.status === "failed");
    if (failed) return { is: "caught", by: failed.fullName };
    // A file that cannot be read is the fault of the patch.
    if (status === "failed" && !assertionResults.length)
      return { is: "broken", why: `${name}: ${message}` };
  }
  if (code === 0 && report.success) return { is: "survived" };
  const [error] = /^\w*(Error|Rejection)\b.*$/m.exec(errors) ?? ["an error outside of the tests"];
  return { is: "caught", by: error };
}

/** Undefined where no simulation breaks a promise. */
async function simulated(folder: string): Promise<Verdict> {
  const outfile = join(folder, "simulate.mjs");
  const entry = join(folder, "test/runtime/simulation/main.ts");
  await build({
    ...{ entryPoints: [entry], outfile, bundle: true, packages: "external", logLevel: "error" },
    ...{ platform: "node", format: "esm", target: "node20" },
  });
  const child = spawn(process.execPath, [outfile, "--seeds", SEEDS], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (part: string) => (output += part));
  const timer = setTimeout(() => child.kill("SIGKILL"), SIMULATE_MS);
  const [code] = (await once(child, "close")) as [number | null];
  clearTimeout(timer);
  if (code === 0) return { is: "survived" };
  const [by] = /^Seed \d+: .*$/m.exec(output) ?? [];
  // A defect may stop the simulation itself, too.
  return { is: "caught", by: by ?? (output.trim().slice(-200) || "no end") };
}

type Judge = (defect: Defect, folder: string) => Promise<Verdict>;

/** By the tests that most likely notice, and then by the others. */
const byTests =
  (all: readonly string[]): Judge =>
  async ({ tests }, folder) => {
    const first = await firstFailure(folder, tests);
    if (first.is !== "survived") return first;
    return await firstFailure(
      folder,
      all.filter((name) => !tests.includes(name)),
    );
  };

async function judge(
  defect: Defect,
  folder: string,
  by: Judge,
  runtime: ReadonlyMap<string, string>,
): Promise<Verdict> {
  const pathOf = (file: string) => join(folder, "generator/runtime", file);
  let seeded: string | undefined;
  try {
    const { file, text } = seed(defect, runtime);
    seeded = file;
    await writeFile(pathOf(file), text);
    return await by(defect, folder);
  } catch (error) {
    return { is: "broken", why: String(error) };
  } finally {
    if (seeded !== undefined) await writeFile(pathOf(seeded), runtime.get(seeded) ?? "");
  }
}

/** A word for what became of a defect; the second is whether that is well. */
function told({ is }: Verdict, { simulated: sees }: Defect, simulates: boolean): [string, boolean] {
  if (!simulates || is === "broken") return [is, is === "caught"];
  if (is === "caught") return [sees ? "sees" : "sees too", true];
  return [sees ? "MISSES" : "has not", !sees];
}

async function main(wanted: readonly string[], simulates: boolean): Promise<boolean> {
  const all = (await readdir(resolve(root, "test/runtime")))
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => name.slice(0, -".test.ts".length))
    .filter((name) => !LEFT_OUT.includes(name))
    .sort();
  const queue = defects.filter(
    ({ name }) => !wanted.length || wanted.some((part) => name.includes(part)),
  );
  const total = queue.length;
  const by = simulates ? (_: Defect, folder: string) => simulated(folder) : byTests(all);
  const count: Record<string, number> = {};
  let isWell = total > 0;
  const folders = await Promise.all(Array.from({ length: PARALLEL }, copy));
  const start = performance.now();
  try {
    const [folder = ""] = folders;
    const sources = join(folder, "generator/runtime");
    const runtime = new Map<string, string>();
    for (const file of await readdir(sources, { recursive: true }))
      if (file.endsWith(".ts")) runtime.set(file, await readFile(join(sources, file), "utf8"));
    const sound = simulates ? await simulated(folder) : await firstFailure(folder, all);
    if (sound.is !== "survived") {
      console.error("The tests fail without a defect:", sound);
      return false;
    }
    const worker = async (own: string) => {
      for (let defect = queue.shift(); defect; defect = queue.shift()) {
        const verdict = await judge(defect, own, by, runtime);
        const [word, well] = told(verdict, defect, simulates);
        count[word] = (count[word] ?? 0) + 1;
        isWell &&= well;
        const detail =
          verdict.is === "caught" ? verdict.by : verdict.is === "broken" ? verdict.why : "";
        console.log(`${word.padEnd(9)} ${defect.name.padEnd(80)} ${detail}`);
      }
    };
    await Promise.all(folders.map(worker));
  } finally {
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  }
  const seconds = Math.round((performance.now() - start) / 1000);
  const sums = Object.entries(count).map(([word, number]) => `${number} ${word}`);
  console.log(`\n${total} defects: ${sums.sort().join(", ")}; ${seconds} s`);
  return isWell;
}

const HELP = `npm run mutants [-- --simulate] [-- PART OF A NAME…]
  Without a part of a name, all defects are seeded.
  --simulate  run npm run simulate against each defect, instead of the tests`;
const { values, positionals } = parseArgs({
  options: { simulate: { type: "boolean", default: false }, help: { type: "boolean" } },
  allowPositionals: true,
});
if (values.help) console.log(HELP);
else process.exitCode = (await main(positionals, values.simulate)) ? 0 : 1;

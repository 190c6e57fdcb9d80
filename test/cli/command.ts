/** `command`: a command as `main.ts` runs it, in this process. What concerns the process itself is in `cli.test.ts`. */
import { printError } from "../../generator/cli/print-error.js";
import { fakeTerminal } from "./terminal.js";

const commands = {
  diff: () => import("../../generator/cli/diff.js"),
  generate: () => import("../../generator/cli/generate.js"),
  init: () => import("../../generator/cli/init.js"),
  inspect: () => import("../../generator/cli/inspect.js"),
};

/** Runs a command in a folder; the exit code, and what was printed. */
export async function command(
  folder: string,
  name: keyof typeof commands,
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const printed = fakeTerminal();
  const { run } = await commands[name]();
  const before = process.cwd();
  process.chdir(folder);
  const code = await run(args, printed.terminal)
    .catch((error: unknown) => printError(error, printed.terminal))
    .finally(() => process.chdir(before));
  return { code, stdout: printed.out, stderr: printed.err };
}

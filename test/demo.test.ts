/** The demo in a terminal, interrupted. It runs what `npm run build` and `npm run build:generated` made. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";

/** It gives a program a terminal: `script` of util-linux. */
const terminal = spawnSync("script", ["--version"], { encoding: "utf8" });

test.skipIf(!terminal.stdout?.includes("util-linux"))(
  "Ctrl-C prints the sums and shows the cursor again",
  async () => {
    const demo = `"${process.execPath}" scripts/run-ts.mjs demo/demo.ts --inputs 4000`;
    const child = spawn("script", ["-qefc", demo, "/dev/null"], {
      cwd: join(import.meta.dirname, ".."),
      stdio: ["pipe", "pipe", "inherit"],
    });
    let text = "";
    let isPressed = false;
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      if (isPressed || !/[1-9]\d*\/4000/.test(text)) return;
      isPressed = true;
      child.stdin.write("\u0003"); // the terminal makes a SIGINT of it
    });
    const [code] = await once(child, "close");
    expect(text.lastIndexOf("\u001b[?25h")).toBeGreaterThan(text.lastIndexOf("\u001b[?25l"));
    const [, left] = /Interrupted: (\d+) of 4000 inputs were never read\./.exec(text) ?? [];
    const [, updates, creates] = /read +(\d+) +(\d+)/.exec(text) ?? [];
    expect(Number(left)).toBeGreaterThan(0);
    expect(Number(left) + Number(updates) + Number(creates)).toBe(4000);
    expect(text.match(/✔/g)).toHaveLength(5);
    expect(text).not.toContain("✘");
    expect(code).toBe(130);
  },
  60_000,
);

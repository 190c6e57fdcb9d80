#!/usr/bin/env node
/** argv -> command. The only file that prints or exits. */
import nodeModule from "node:module";
import { styleText } from "node:util";
import type { Terminal } from "./cli/terminal.js";
import { toolVersion } from "./base/version.js";

// Half of what a short run costs is compiling modules. Node 22.1 and later can keep what that gave, in the system's
// folder for temporary files; NODE_DISABLE_COMPILE_CACHE=1 switches it off.
// The types are those of the oldest Node that is supported, which has no such function.
(nodeModule as { enableCompileCache?: () => unknown }).enableCompileCache?.();

interface Command {
  readonly summary: string;
  /** Loaded when it is asked for: `--version` and `--help` load nothing heavy. */
  readonly load: () => Promise<{
    run(args: readonly string[], terminal: Terminal): Promise<number>;
  }>;
}

const commands = new Map<string, Command>([
  [
    "init",
    {
      summary: "write a configuration for the OpenAPI documents of a folder",
      load: () => import("./cli/init.js"),
    },
  ],
  [
    "generate",
    {
      summary: "write a TypeScript package for the batch endpoints of OpenAPI documents",
      load: () => import("./cli/generate.js"),
    },
  ],
  [
    "inspect",
    {
      summary: "list the batch endpoints, and how each was recognised",
      load: () => import("./cli/inspect.js"),
    },
  ],
  [
    "diff",
    {
      summary: "say what changed for code that uses the package, and what breaks",
      load: () => import("./cli/diff.js"),
    },
  ],
  [
    "emulate",
    {
      summary: "serve the batch endpoints on this machine, with faults on demand",
      load: () => import("./cli/emulate.js"),
    },
  ],
]);

const help = `Usage: openapi-batch COMMAND [PATH…] [flags]

Generates a typed TypeScript package for the batch endpoints of OpenAPI documents.

${[...commands].map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}\n`).join("")}
  -h, --help     of the tool; openapi-batch COMMAND --help of a command
      --version

Exit codes
  0    done
  1    something is wrong with documents or output. A document with an error is reported, and
       the others are generated all the same
  2    wrong usage
  130  interrupted

Examples
  openapi-batch generate specs -o generated --name my-batch
  openapi-batch inspect specs
`;

async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args;
  if (name === "--help" || name === "-h" || name === "help") {
    const asked = name === "help" ? commands.get(rest[0] ?? "") : undefined;
    if (asked) return (await asked.load()).run(["--help"], terminal);
    terminal.out(help);
    return 0;
  }
  if (name === "--version") {
    terminal.out(`${toolVersion}\n`);
    return 0;
  }
  if (name === undefined) {
    terminal.err(help);
    return 2;
  }
  const command = commands.get(name);
  if (!command) {
    const { didYouMean } = await import("./cli/arguments.js");
    const { UsageError } = await import("./base/usage-error.js");
    const near = didYouMean(name, [...commands.keys(), "--help", "--version"]);
    throw new UsageError(
      `There is no ${name.startsWith("-") ? "flag" : "command"} ${JSON.stringify(name)}.`,
      near ? `Did you mean ${near}?` : "openapi-batch --help lists the commands.",
    );
  }
  return (await command.load()).run(rest, terminal);
}

// A reader that went away (`| head`) is no reason to stop half-way: what is printed is dropped from then on.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

const interrupt = new AbortController();
// Once: a second Ctrl-C ends the process at once.
process.once("SIGINT", () => interrupt.abort());

const terminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  width: process.stdout.isTTY ? process.stdout.columns : undefined,
  rewritable: process.stderr.isTTY && process.env["TERM"] !== "dumb",
  style: (style, text) => styleText(style, text, { stream: process.stderr }),
  signal: interrupt.signal,
};

try {
  process.exitCode = await main(process.argv.slice(2), terminal);
} catch (error) {
  // What still runs (a document being read) is of no use any more, so this does not wait for it.
  if (interrupt.signal.aborted) process.exit(130);
  const { explain } = await import("./cli/explain.js");
  process.exitCode = explain(error, terminal);
}

#!/usr/bin/env node
/** argv -> command. The only file that prints or exits. */
import nodeModule from "node:module";
import { styleText } from "node:util";
import type { Terminal } from "./cli/terminal.js";
import { toolVersion } from "./base/version.js";

// A short run spends half of its time on the compilation of modules. Node 22.1 and later can cache the result in the
// system's folder for temporary files; NODE_DISABLE_COMPILE_CACHE=1 turns that off.
// The cast is needed because the types are those of the oldest supported Node, which lacks this function.
(nodeModule as { enableCompileCache?: () => unknown }).enableCompileCache?.();

interface Command {
  readonly summary: string;
  /** Called when the command runs, so that `--version` and `--help` load little. `run` returns the exit code. */
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
      summary: "list what changed for code that uses the package, and what is breaking",
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
  [
    "preset",
    {
      summary: "list what the tool knows of vendors and protocols, with sources",
      load: () => import("./cli/preset.js"),
    },
  ],
]);

const help = `Usage: openapi-batch COMMAND [PATH…] [flags]

Generates a typed TypeScript package for the batch endpoints of OpenAPI documents.

${[...commands].map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}\n`).join("")}
  -h, --help     print this text; openapi-batch COMMAND --help prints that of a command
      --version  print the version

Exit codes
  0    done
  1    a document or the output has an error. A document with an error is reported, and the
       others are generated
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
    const { didYouMean } = await import("./cli/parse-arguments.js");
    const { UsageError } = await import("./base/usage-error.js");
    const near = didYouMean(name, [...commands.keys(), "--help", "--version"]);
    throw new UsageError(
      `There is no ${name.startsWith("-") ? "flag" : "command"} ${JSON.stringify(name)}.`,
      near ? `Did you mean ${near}?` : "openapi-batch --help lists the commands.",
    );
  }
  return (await command.load()).run(rest, terminal);
}

// If a reader closes the pipe (`| head`), the run continues, and its further output is lost.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

const interrupt = new AbortController();
// Once: a second Ctrl-C ends the process immediately.
process.once("SIGINT", () => interrupt.abort());

/** @throws {UsageError} if it is too large */
async function standardInput(): Promise<Uint8Array> {
  const { bounds } = await import("./base/bounds.js");
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bounds.fileBytes.most) {
      const { UsageError } = await import("./base/usage-error.js");
      throw new UsageError(
        `Standard input has more than ${bounds.fileBytes.most} ${bounds.fileBytes.of}.`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const terminal: Terminal = {
  input: standardInput,
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
  // Work that is still running, such as the reading of a document, is of no use after an interrupt.
  if (interrupt.signal.aborted) process.exit(130);
  const { printError } = await import("./cli/print-error.js");
  process.exitCode = printError(error, terminal);
}

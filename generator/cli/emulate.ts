/** `openapi-batch emulate`: a local server that behaves like the API of the documents. */
import { UsageError } from "../base/usage-error.js";
import { oneOf, parseCommand } from "./arguments.js";
import { countOf, printDiagnostics, untilAborted } from "./problems.js";
import { printTable } from "./table.js";
import { count, cut, printable } from "./terminal.js";
import type { Terminal } from "./terminal.js";

const help = `Usage: openapi-batch emulate [PATH…] [flags]

Serves the batch endpoints of OpenAPI documents on this machine: validates requests, keeps
things in memory, keeps to limits and rates, and fails as it is told to. For tests of what
calls the API. Ctrl-C ends it.

PATH is a file, a folder (with all its subfolders) or a glob. Default: specs

      --faults FILE|NAME  what goes wrong: none, mild, moderate, harsh, or a file (YAML or
                          JSON). Default: none
      --host HOST         the address to listen on. Default: 127.0.0.1
      --overlay FILE      an OpenAPI Overlay to apply as well; may be given more than once
  -p, --port N            the port to listen on; 0 is any that is free. Default: 4010
  -q, --quiet             print the address and problems only
      --seed N            chance, made repeatable: the same request has the same fate under
                          the same seed. Default: 1
  -h, --help

Besides the endpoints it answers
  GET  /__emulator/stats   what was asked and applied, as JSON; ?keys=true also by id
  POST /__emulator/reset   forget everything

Exit codes
  0    ended by Ctrl-C
  1    the port is taken, or something is wrong with documents or faults
  2    wrong usage

Examples
  openapi-batch emulate
  openapi-batch emulate specs --port 8080 --faults moderate --seed 7
  curl -X POST localhost:4010/__emulator/reset
`;

const options = {
  faults: { type: "string", default: "none" },
  host: { type: "string", default: "127.0.0.1" },
  overlay: { type: "string", multiple: true },
  port: { type: "string", short: "p", default: "4010" },
  quiet: { type: "boolean", short: "q", default: false },
  seed: { type: "string", default: "1" },
  help: { type: "boolean", short: "h", default: false },
} as const;

const presetNames = ["none", "mild", "moderate", "harsh"] as const;

/** What the command needs of `emulate.ts`, which is loaded only when there is something to do. */
export type Library = Pick<typeof import("../emulator/emulate.js"), "startEmulator" | "readFaults">;

/** @returns The exit code, after Ctrl-C. @throws {UsageError} */
export async function run(
  args: readonly string[],
  terminal: Terminal,
  load: () => Promise<Library> = () => import("../emulator/emulate.js"),
): Promise<number> {
  const { values, positionals } = parseCommand("emulate", args, options);
  if (values.help) {
    terminal.out(help);
    return 0;
  }
  const port = wholeNumber("--port", values.port, 65_535);
  const seed = wholeNumber("--seed", values.seed, Number.MAX_SAFE_INTEGER);
  const { startEmulator, readFaults } = await load();
  const plan = await planOf(values.faults, readFaults);
  if (plan.diagnostics.length > 0) {
    const source = (): string | undefined => plan.text;
    await printDiagnostics(plan.diagnostics, terminal, { format: "text", quiet: false, source });
    return 1;
  }

  type Emulator = Awaited<ReturnType<Library["startEmulator"]>>;
  let emulator: Emulator;
  try {
    emulator = await untilAborted(
      startEmulator({
        ...(positionals.length > 0 && { paths: positionals }),
        ...(values.overlay && { overlays: values.overlay }),
        ...(plan.behaviour && { behaviour: plan.behaviour }),
        faults: plan.faults,
        host: values.host,
        port,
        seed,
        ...(!values.quiet && {
          onRequest: (handled) => terminal.err(requestLine(handled, terminal)),
        }),
      }),
      terminal.signal,
    );
  } catch (error) {
    const reason = cannotListen(error, values.host, port);
    if (reason === undefined) throw error;
    terminal.err(`${terminal.style("red", "error")} ${printable(reason)}\n`);
    return 1;
  }
  try {
    const { diagnostics, endpoints, locate, url } = emulator;
    const shown = { format: "text", quiet: values.quiet, locate, source: () => undefined } as const;
    await printDiagnostics(diagnostics, terminal, shown);
    const noEndpoints = endpoints.length === 0;
    if (noEndpoints) {
      terminal.err("There is no batch endpoint in these documents; inspect --all says why.\n");
    }
    if (noEndpoints || countOf(diagnostics, "error") > 0) return 1;
    if (!values.quiet) {
      const rows = endpoints.map(({ name, method, path, kind, limit }) => [
        ...[method, path, name, kind ?? "-"],
        limit === undefined ? "-" : String(limit),
      ]);
      const header = ["METHOD", "PATH", "NAME", "KIND", "LIMIT"];
      terminal.out(printTable([header, ...rows], terminal.width));
    }
    terminal.out(`${count(endpoints.length, "endpoint")} at ${url}\n`);
    await aborted(terminal.signal);
    return 0;
  } finally {
    await emulator.close();
  }
}

async function planOf(given: string, readFaults: Library["readFaults"]) {
  const preset = presetNames.find((name) => name === given);
  if (preset) return { faults: preset, behaviour: undefined, diagnostics: [], text: "" };
  // what looks like a file is one; anything else is a name that was mistyped
  if (!/[./\\]/.test(given)) oneOf("--faults", given, presetNames);
  return readFaults(given);
}

function wholeNumber(flag: string, text: string, most: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : NaN;
  if (number <= most) return number;
  throw new UsageError(`${flag} is a whole number up to ${most}; not ${JSON.stringify(text)}.`);
}

function cannotListen(error: unknown, host: string, port: number): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE") return `Port ${port} is taken; --port 0 takes any that is free.`;
  if (code === "EACCES") return `Port ${port} needs rights that this user does not have.`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
    return `${host} is no address of this machine.`;
  return undefined;
}

type Handled = Parameters<
  NonNullable<Parameters<Library["startEmulator"]>[0]>["onRequest"] & {}
>[0];

/** `POST /notes/batch/update  100 items  207  itemFailures`. */
function requestLine(
  { method, path, items, status, faults, ms }: Handled,
  terminal: Terminal,
): string {
  const style = status === 0 || status >= 500 ? "red" : status >= 300 ? "yellow" : "green";
  const said = status === 0 ? "broken off" : String(status);
  const parts = [
    `${method} ${path}`,
    count(items, "item"),
    said,
    `${Math.round(ms)} ms`,
    ...faults,
  ];
  const line = cut(printable(parts.join("  ")), terminal.width);
  return `${line.replace(`  ${said}  `, `  ${terminal.style(style, said)}  `)}\n`;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

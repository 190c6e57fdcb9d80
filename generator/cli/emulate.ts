/** `openapi-batch emulate`: a local server that behaves like the API of the documents. */
import { options } from "../build/config/options.js";
import { helpOf, type HelpText } from "./help.js";
import { oneOf, parseArguments } from "./parse-arguments.js";
import { countOf, printDiagnostics, untilAborted } from "./print-diagnostics.js";
import { printTable } from "./table.js";
import { count, cut, printable } from "./terminal.js";
import type { Terminal } from "./terminal.js";

const help: HelpText = {
  usage: "[PATH…] [flags]",
  intro: [
    "Serves the batch endpoints of OpenAPI documents on this machine, for tests of code that calls the API. It validates requests, keeps resources in memory, enforces limits and rates, and injects faults. Ctrl-C ends it.",
    "PATH is a file, a folder (with all its subfolders) or a glob. Default: specs.",
  ],
  notes: [
    [
      "Besides the endpoints it answers",
      "GET  /__emulator/stats   what was requested and applied, as JSON; ?keys=true also by id",
      "POST /__emulator/reset   forget all resources",
    ],
  ],
  exitCodes: [
    [0, "ended by Ctrl-C"],
    [1, "the port is in use, or the documents or faults have an error"],
    [2, "wrong usage"],
  ],
  examples: ["", " specs --port 8080 --faults moderate --seed 7"],
};

const presetNames = ["none", "mild", "moderate", "harsh"] as const;

/** The functions of the emulator that the command needs. It is loaded only when there is something to do. */
export type Library = Pick<typeof import("../emulator/emulate.js"), "startEmulator" | "readFaults">;

/** @returns The exit code, after Ctrl-C. @throws {UsageError} */
export async function run(
  args: readonly string[],
  terminal: Terminal,
  load: () => Promise<Library> = () => import("../emulator/emulate.js"),
): Promise<number> {
  const { flags, positionals } = parseArguments("emulate", args);
  if (flags.help) {
    terminal.out(helpOf("emulate", help));
    return 0;
  }
  const { startEmulator, readFaults } = await load();
  const faults = await resolveFaults(flags.faults ?? options.faults.default, readFaults);
  if (faults.diagnostics.length > 0) {
    await printDiagnostics(faults.diagnostics, terminal, {
      reporter: "text",
      quiet: false,
      source: () => faults.text,
    });
    return 1;
  }
  const settings = {
    ...(positionals.length > 0 && { paths: positionals }),
    ...(flags.overlays && { overlays: flags.overlays }),
    ...(flags.presets && { presets: flags.presets }),
    ...(faults.behaviour && { behaviour: faults.behaviour }),
    faults: faults.faults,
    host: flags.host ?? options.host.default,
    port: flags.port ?? options.port.default,
    seed: flags.seed ?? options.seed.default,
  };
  const quiet = flags.quiet ?? options.quiet.default;
  const onRequest = (handled: Handled): void => terminal.err(requestLine(handled, terminal));
  let emulator: Emulator;
  try {
    const starting = startEmulator({ ...settings, ...(!quiet && { onRequest }) });
    emulator = await untilAborted(starting, terminal.signal);
  } catch (error) {
    const reason = cannotListen(error, settings);
    if (reason === undefined) throw error;
    terminal.err(`${terminal.style("red", "error")} ${printable(reason)}\n`);
    return 1;
  }
  try {
    return await serve(emulator, terminal, quiet);
  } finally {
    await emulator.close();
  }
}

type Emulator = Awaited<ReturnType<Library["startEmulator"]>>;

/** Prints the endpoints, and waits for Ctrl-C. @returns the exit code */
async function serve(
  { diagnostics, endpoints, locate, url }: Emulator,
  terminal: Terminal,
  quiet: boolean,
): Promise<number> {
  const shown = { reporter: "text", quiet, locate, source: () => undefined } as const;
  await printDiagnostics(diagnostics, terminal, shown);
  if (endpoints.length === 0) {
    terminal.err(
      "These documents have no batch endpoint; openapi-batch inspect --all lists the reasons.\n",
    );
  }
  if (endpoints.length === 0 || countOf(diagnostics, "error") > 0) return 1;
  if (!quiet) terminal.out(printEndpoints(endpoints, terminal.width));
  terminal.out(`${count(endpoints.length, "endpoint")} at ${url}\n`);
  await aborted(terminal.signal);
  return 0;
}

function printEndpoints(endpoints: Emulator["endpoints"], width: number | undefined): string {
  const header = ["METHOD", "PATH", "NAME", "KIND", "LIMIT"];
  const rows = endpoints.map(({ name, method, path, kind, limit }) => [
    ...[method, path, name, kind ?? "-"],
    limit === undefined ? "-" : String(limit),
  ]);
  return printTable([header, ...rows], width);
}

/** A preset, or the content of a file. @throws {UsageError} if it is neither */
async function resolveFaults(given: string, readFaults: Library["readFaults"]) {
  const preset = presetNames.find((name) => name === given);
  if (preset) return { faults: preset, behaviour: undefined, diagnostics: [], text: "" };
  // a name without a dot or slash is a mistyped preset, not a file
  if (!/[./\\]/.test(given)) oneOf("--faults", given, presetNames);
  return readFaults(given);
}

/** The message for an address that is not free; undefined for another error. */
function cannotListen(
  error: unknown,
  { host, port }: { readonly host: string; readonly port: number },
): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE") return `Port ${port} is in use; --port 0 takes any free port.`;
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
  const result = status === 0 ? "broken off" : String(status);
  const parts = [
    `${method} ${path}`,
    count(items, "item"),
    result,
    `${Math.round(ms)} ms`,
    ...faults,
  ];
  const line = cut(printable(parts.join("  ")), terminal.width);
  return `${line.replace(`  ${result}  `, `  ${terminal.style(style, result)}  `)}\n`;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

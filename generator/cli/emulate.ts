/** `openapi-batch emulate`: a local server that behaves like the API of the documents. */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { options } from "../build/config/options.js";
import { MistakesError } from "../base/mistakes-error.js";
import { helpOf, type HelpText } from "./help.js";
import { oneOf, parseArguments, type Flags } from "./parse-arguments.js";
import { loadSettings, reportMistakes, withInput } from "./settings.js";
import { countOf, printDiagnostics, untilAborted } from "./print-diagnostics.js";
import { printTable } from "./table.js";
import { count, cut, printable } from "./terminal.js";
import type { Terminal } from "./terminal.js";

const help: HelpText = {
  usage: "[PATH…] [flags]",
  intro: [
    "Serves the batch endpoints of OpenAPI documents on this machine, for tests of code that calls the API. It validates requests, keeps resources in memory, enforces limits and rates, and injects faults. Ctrl-C ends it.",
    "PATH is a file, a folder (with all its subfolders) or a glob. Default: the inputs of the configuration, with its overlays, presets and x-batch values; without one, specs.",
    "With --exec it serves while one command runs, such as your tests in CI: the command finds the address in OPENAPI_BATCH_URL, and its exit code is that of openapi-batch. Nothing has to be started, awaited or stopped by hand.",
  ],
  notes: [
    [
      "Besides the endpoints it answers",
      "GET  /__emulator/stats   what was requested and applied, as JSON; ?keys=true also by id",
      "POST /__emulator/reset   forget all resources",
    ],
  ],
  exitCodes: [
    [0, "ended by Ctrl-C; with --exec, the exit code of the command"],
    [1, "the port is in use, or the documents or faults have an error"],
    [2, "wrong usage"],
  ],
  examples: [
    "",
    " specs --port 8080 --faults moderate --seed 7",
    ' --faults harsh --exec "npm test"',
  ],
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
  const loaded = await reportMistakes(() => readDocuments(flags, positionals, terminal), terminal, {
    code: 2,
  });
  if ("code" in loaded) return loaded.code;
  const settings = {
    ...loaded.done,
    ...(faults.behaviour && { behaviour: faults.behaviour }),
    faults: faults.faults,
    host: flags.host ?? options.host.default,
    // A command knows the address from its environment, so that two runs on one machine need not share a port.
    port: flags.port ?? (flags.exec === undefined ? options.port.default : 0),
    seed: flags.seed ?? options.seed.default,
  };
  const quiet = flags.quiet ?? options.quiet.default;
  const endpoints = new Map<string, Emulator["endpoints"][number]>();
  const onRequest = (handled: Handled): void =>
    terminal.err(requestLine(handled, endpoints.get(handled.endpoint ?? ""), terminal));
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
  for (const one of emulator.endpoints) endpoints.set(one.name, one);
  try {
    return await serve(emulator, terminal, { quiet, command: flags.exec });
  } finally {
    await emulator.close();
  }
}

/** What is served: the documents of all packages of the configuration, or of the one that a flag selects. */
async function readDocuments(
  flags: Flags<"emulate">,
  positionals: readonly string[],
  terminal: Terminal,
) {
  const { packages } = await withInput(await loadSettings(flags, positionals), terminal);
  const { checkOverrides } = await import("../build/config/overrides.js");
  const batches = packages.flatMap((one) => {
    const { batches, diagnostics } = checkOverrides(one, (pointer) => one.locate?.(pointer));
    if (diagnostics.length > 0) throw new MistakesError(diagnostics, () => undefined);
    return [...batches];
  });
  const all = <T>(lists: readonly (readonly T[] | undefined)[]): readonly T[] => [
    ...new Set(lists.flatMap((list) => list ?? [])),
  ];
  const stdin = packages[0]?.stdin;
  return {
    ...(stdin && { stdin }),
    paths: all(packages.map(({ paths = options.inputs.default }) => paths)),
    overlays: all(packages.map(({ overlays }) => overlays)),
    presets: all(packages.map(({ presets }) => presets)),
    batches: new Map(batches),
  };
}

type Emulator = Awaited<ReturnType<Library["startEmulator"]>>;

/** Prints the endpoints, and waits for Ctrl-C, or for the command. @returns the exit code */
async function serve(
  { diagnostics, endpoints, locate, url }: Emulator,
  terminal: Terminal,
  { quiet, command }: { readonly quiet: boolean; readonly command: string | undefined },
): Promise<number> {
  const shown = { reporter: "text", quiet, locate, source: () => undefined } as const;
  await printDiagnostics(diagnostics, terminal, shown);
  if (endpoints.length === 0) {
    terminal.err(
      "These documents have no batch endpoint; openapi-batch inspect --all lists the reasons.\n",
    );
  }
  if (endpoints.length === 0 || countOf(diagnostics, "error") > 0) return 1;
  const address = `${count(endpoints.length, "endpoint")} at ${url}\n`;
  if (command !== undefined) {
    // What goes to stdout is the command's.
    if (!quiet) terminal.err(address);
    return execute(command, url);
  }
  if (!quiet) terminal.out(printEndpoints(endpoints, terminal.width));
  terminal.out(address);
  await aborted(terminal.signal);
  return 0;
}

/**
 * Runs a command line in the shell of the system, which also finds `npm.cmd` on Windows. Ctrl-C reaches it as well: it
 * decides how it ends.
 * @returns its exit code; 128 and the number of the signal that ended it, as shells do
 */
async function execute(command: string, url: string): Promise<number> {
  const env = { ...process.env, OPENAPI_BATCH_URL: url };
  const child = spawn(command, { shell: true, stdio: "inherit", env });
  const ended = await new Promise<readonly [code: number | null, signal: NodeJS.Signals | null]>(
    (resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code, signal) => resolve([code, signal]));
    },
  );
  const [code, signal] = ended;
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}

function printEndpoints(endpoints: Emulator["endpoints"], width: number | undefined): string {
  const header = ["METHOD", "PATH", "NAME", "KIND", "LIMIT"];
  const rows = endpoints.map(({ name, method, path, constants, kind, limit }) => [
    method,
    [path, ...constants.map((one) => `${one.name}: ${one.value}`)].join(" "),
    ...[name, kind ?? "-"],
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

/** The words of an answer after the count: what happened to the items of a request. */
function itemsText({ items, applied }: Handled, kind: string | undefined): string {
  if (applied === 0) return "nothing applied";
  const verb = kind === "read" ? "read" : "applied";
  return applied === items
    ? `${count(items, "item")} ${verb}`
    : `${applied} of ${count(items, "item")} ${verb}`;
}

/** `POST /notes/batch/update  207  97 of 100 items applied  12 ms  itemFailures`; why, where all of it was refused. */
function requestLine(
  handled: Handled,
  endpoint: Emulator["endpoints"][number] | undefined,
  terminal: Terminal,
): string {
  const { method, path, status, reason, faults, ms } = handled;
  const style = status === 0 || status >= 500 ? "red" : status >= 300 ? "yellow" : "green";
  const result = status === 0 ? "broken off" : String(status);
  const parts = [
    `${method} ${path}`,
    ...(endpoint && endpoint.constants.length > 0 ? [endpoint.name] : []),
    result,
    ...(handled.endpoint === undefined ? [] : [itemsText(handled, endpoint?.kind)]),
    `${Math.round(ms)} ms`,
    ...faults,
  ];
  const line = cut(printable(parts.join("  ")), terminal.width);
  const why = reason === undefined ? "" : `  ${cut(printable(reason), longestReason)}\n`;
  return `${line.replace(`  ${result}  `, `  ${terminal.style(style, result)}  `)}\n${why}`;
}

/** A reason may quote what a client has sent. */
const longestReason = 400;

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

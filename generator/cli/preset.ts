/** `openapi-batch preset`: what the tool knows of vendors and protocols, where it is from, and what is not verified. */
import { UsageError } from "../base/usage-error.js";
import type { DescribedPreset } from "../build/presets.js";
import { helpOf, type HelpText } from "./help.js";
import { parseArguments } from "./parse-arguments.js";
import { printTable } from "./table.js";
import { printable, type Terminal } from "./terminal.js";

const help: HelpText = {
  usage: "list | show NAME",
  intro: [
    "A preset is what the documents of a vendor, or of a protocol, do not say about their batch endpoints: limits, matching, statuses, retries. generate --preset NAME uses it.",
    "list has a line for each preset of the tool. show has all of one: the documents that it was made for, what it says of which operations, the source of each value, and what could not be verified. NAME may be npm:PACKAGE or a path, too.",
  ],
  exitCodes: [
    [0, "done"],
    [2, "wrong usage"],
  ],
  examples: [" list", " show NAME"],
};

/** @returns The exit code. @throws {UsageError} */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { flags, positionals } = parseArguments("preset", args);
  if (flags.help) {
    terminal.out(helpOf("preset", help));
    return 0;
  }
  const [action, name, more] = positionals;
  const { describePreset, describeShipped } = await import("../build/presets.js");
  if (action === "list" && name === undefined) {
    terminal.out(list(await describeShipped(), terminal.width));
    return 0;
  }
  if (action === "show" && name !== undefined && more === undefined) {
    terminal.out(show(await describePreset(name, process.cwd())));
    return 0;
  }
  throw new UsageError(
    "openapi-batch preset takes list, or show NAME.",
    "openapi-batch preset list has the names.",
  );
}

function list(presets: readonly DescribedPreset[], width: number | undefined): string {
  const rows = presets.map(({ name, service, covers, unverified }) => [
    ...[name, service, String(unverified.length), covers],
  ]);
  return printTable([["NAME", "SERVICE", "OPEN", "COVERS"], ...rows], width);
}

function show(preset: DescribedPreset): string {
  const lines = [
    `${preset.name}: ${preset.service}`,
    preset.covers,
    ...section("Made for", preset.documents),
    ...preset.actions.flatMap(({ target, says, sources }) =>
      section(target, [...says, ...sources]),
    ),
    ...section("Not verified, left to the caller", preset.unverified),
  ];
  return lines.map((line) => `${printable(line)}\n`).join("");
}

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length > 0 ? ["", title, ...lines.map((line) => `  ${line}`)] : [];

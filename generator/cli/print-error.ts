/** Exports `printError`: the error that ended a command, for people. Loaded only when there is one. */
import { UsageError } from "../base/usage-error.js";
import { OutputError } from "../base/output-error.js";
import { systemReason } from "../base/system-error.js";
import { printable, type Terminal } from "./terminal.js";

/** Prints an error that ended a command, with its hint. @returns the exit code */
export function printError(error: unknown, terminal: Terminal): number {
  const label = terminal.style("red", "error");
  if (error instanceof UsageError || error instanceof OutputError) {
    terminal.err(`${label} ${printable(error.message)}\n`);
    if (error.hint) terminal.err(`  ${terminal.style("bold", "hint:")} ${printable(error.hint)}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
  const reason = systemReason(error);
  if (reason !== undefined && error instanceof Error) {
    const path = "path" in error ? ` ${String(error.path)}` : "";
    const message = `The system refused to read or write${path}: ${reason}.`;
    terminal.err(`${label} ${printable(message)}\n`);
    return 1;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const lines = text.split("\n").map(printable).join("\n");
  terminal.err(`${label} The tool failed; this is a defect of openapi-batch.\n${lines}\n`);
  return 1;
}

/** Exports diagnostics in forms for programs (JSON, SARIF, GitHub): all of them, in the order they were found. */
import type { Log } from "sarif";
import type { Diagnostic, Locate, Location, Severity } from "../base/diagnostics.js";
import { knownPosition, withPositions } from "../base/positions.js";
import { toolVersion } from "../base/version.js";
import { printable, printableJson } from "./terminal.js";

/** An array of {@link Diagnostic}, with the line and column of each location that has one. */
export function reportJson(
  diagnostics: readonly Diagnostic[],
  locate: Locate = knownPosition,
): string {
  return printableJson(withPositions(diagnostics, locate), 2) + "\n";
}

const levels: { readonly [S in Severity]: "error" | "warning" | "note" } = {
  error: "error",
  warning: "warning",
  info: "note",
};

/** SARIF 2.1.0 (OASIS), one run. Columns count UTF-16 code units, from 1. */
export function reportSarif(
  diagnostics: readonly Diagnostic[],
  locate: Locate = knownPosition,
): string {
  const codes = [...new Set(diagnostics.map(({ code }) => code))];
  const region = (location: Location) => {
    const position = locate(location);
    return position && { region: { startLine: position.line, startColumn: position.column } };
  };
  const results = diagnostics.map(({ code, severity, message, hint, location }) => ({
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: levels[severity],
    message: { text: hint ? `${message}\n${hint}` : message },
    ...(location && {
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: fileUri(location.file) },
            ...region(location),
          },
          ...(location.pointer && {
            logicalLocations: [{ fullyQualifiedName: location.pointer }],
          }),
        },
      ],
    }),
  }));
  const driver = {
    name: "openapi-batch",
    version: toolVersion,
    rules: codes.map((id) => ({ id })),
  };
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [{ tool: { driver }, columnKind: "utf16CodeUnits", results }],
  } satisfies Log;
  return printableJson(log, 2) + "\n";
}

/** A path as a relative URI reference: a colon in its first segment must not look like a scheme. */
function fileUri(file: string): string {
  return file.split("/").map(encodeURIComponent).join("/");
}

const annotations: { readonly [S in Severity]: string } = {
  error: "error",
  warning: "warning",
  info: "notice",
};

/** Workflow commands of GitHub Actions: each becomes an annotation of its line. */
export function reportGithub(
  diagnostics: readonly Diagnostic[],
  locate: Locate = knownPosition,
): string {
  return diagnostics
    .map(({ code, severity, message, hint, location }) => {
      const position = location && locate(location);
      const properties = {
        ...(location && { file: location.file }),
        ...(position && { line: String(position.line), col: String(position.column) }),
        title: code,
      };
      const text = (hint ? [message, hint] : [message]).map((line) => escape(printable(line)));
      const list = Object.entries(properties).map(([name, value]) => `${name}=${property(value)}`);
      return `::${annotations[severity]} ${list.join(",")}::${text.join("%0A")}\n`;
    })
    .join("");
}

function escape(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return escape(printable(text)).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

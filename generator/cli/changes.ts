/** Exports the forms in which changes of a package are printed: text, Markdown and JSON. */
import type { Bump, Change } from "../build/diff.js";
import { toolVersion } from "../base/version.js";
import { count, printable, printableJson } from "./terminal.js";

const sections: readonly (readonly [bump: Bump, title: string])[] = [
  ["major", "Breaking"],
  ["minor", "Compatible"],
  ["patch", "No type changes"],
];

const mostEndpoints = 3;

/** `notes.update, objects.create and 3 more`. */
function listed(endpoints: readonly string[], write: (name: string) => string): string {
  const shown = endpoints.slice(0, mostEndpoints).map(write).join(", ");
  const rest = endpoints.length - mostEndpoints;
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

/** The endpoints that a change concerns; none where it is a change of that endpoint itself. */
const elsewhere = ({ at, endpoints }: Change): readonly string[] =>
  endpoints.length === 1 && at.startsWith(endpoints[0] ?? "") ? [] : endpoints;

/**
 * As text: a section for each kind of version, and a summary.
 * @param most how many changes are listed; the others are counted. Default: all
 */
export function changesText(
  changes: readonly Change[],
  bump: Bump | "none",
  most = Infinity,
): string {
  const shown = changes.slice(0, most);
  const lines = sections.flatMap(([severity, title]) => {
    const own = shown.filter((change) => change.bump === severity);
    if (own.length === 0) return [];
    const entries = own.map((change) => {
      const endpoints = elsewhere(change);
      const where = endpoints.length > 0 ? ` In ${listed(endpoints, printable)}.` : "";
      return (
        `  ${printable(change.at)}  ${change.code}` +
        `${change.message ? `  ${printable(change.message)}` : ""}\n    ${change.why}${where}`
      );
    });
    return [title, ...entries];
  });
  const rest = changes.length - shown.length;
  if (rest > 0) lines.push(`  … and ${count(rest, "more change")}`);
  return `${[...lines, changesSummary(changes, bump)].join("\n")}\n`;
}

/** `2 breaking changes, 5 compatible: a major version`. */
function changesSummary(changes: readonly Change[], bump: Bump | "none"): string {
  if (bump === "none") return "Nothing changed for code that uses the package.";
  const breaking = changes.filter((change) => change.breaking).length;
  const compatible = changes.length - breaking;
  const parts = [
    ...(breaking > 0 ? [count(breaking, "breaking change")] : []),
    ...(compatible > 0 ? [count(compatible, "compatible change")] : []),
  ];
  return `${parts.join(", ")}: a ${bump} version.`;
}

/** Nothing is escaped in a code span, so characters that end it, or a cell, are replaced. */
const code = (text: string): string =>
  `\`${printable(text).replaceAll("`", "'").replaceAll("|", "\\|")}\``;

/** As Markdown, for the description of a pull request. */
export function changesMarkdown(changes: readonly Change[], bump: Bump | "none"): string {
  const parts = sections.flatMap(([severity, title]) => {
    const own = changes.filter((change) => change.bump === severity);
    if (own.length === 0) return [];
    const rows = own.map((change) => {
      const endpoints = elsewhere(change);
      const message = change.message ? ` ${code(change.message)}` : "";
      return `| ${code(change.at)} | ${change.code}${message} | ${change.why} | ${listed(endpoints, code)} |`;
    });
    const head = ["| Where | What | Why | Endpoints |", "| --- | --- | --- | --- |"];
    return [`### ${title}`, "", ...head, ...rows, ""];
  });
  return `${[...parts, changesSummary(changes, bump)].join("\n")}\n`;
}

/** As JSON: `{tool, bump, breaking, changes}`. */
export function changesJson(changes: readonly Change[], bump: Bump | "none"): string {
  const breaking = changes.some((change) => change.breaking);
  return `${printableJson({ tool: `openapi-batch ${toolVersion}`, bump, breaking, changes }, 2)}\n`;
}

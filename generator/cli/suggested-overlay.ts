/**
 * Exports `suggestedOverlay`, an OpenAPI Overlay for operations that may be batches, and `missingOverlay`, one with what is
 * missing for those that are.
 */
import type { Row } from "../build/generate.js";
import { printable, printableJson } from "./terminal.js";

/** @param rows those with a suggestion */
export function suggestedOverlay(rows: readonly Row[]): string {
  const seen = new Set<string>();
  const actions = rows.flatMap(({ method, path, document, suggestion }) => {
    // Versions and copies of a document have the same operation: one entry serves them all.
    const target = `$.paths[${jsonPathName(path)}].${method}`;
    const value = JSON.stringify(suggestion);
    if (suggestion === undefined || hasControls(path) || seen.has(target + value)) return [];
    seen.add(target + value);
    return [
      `  # ${printable(document)}`,
      `  - target: ${printableJson(target)}`,
      "    update:",
      "      x-batch:",
      ...Object.entries(suggestion).map(
        ([field, member]: [string, unknown]) => `        ${field}: ${printableJson(member)}`,
      ),
    ];
  });
  if (actions.length === 0) return "";
  return [
    "# These may be batches. Keep the entries that are, in a file beside the documents, and add",
    '# what is known: limit: {"items": 100}, kind: "update" (how a second send is judged).',
    "overlay: 1.0.0",
    "info: { title: Batches that the documents do not show, version: 1.0.0 }",
    "actions:",
    ...actions,
    "",
  ].join("\n");
}

/**
 * An overlay that changes nothing until somebody removes the `#` before a field: what is missing, with the sentences of the
 * document that may say it.
 */
export function missingOverlay(rows: readonly Row[]): string {
  const seen = new Set<string>();
  const actions = rows.flatMap(({ method, path, document, name, items, gaps = [] }) => {
    const target = `$.paths[${jsonPathName(path)}].${method}`;
    if (gaps.length === 0 || hasControls(path) || seen.has(target)) return [];
    seen.add(target);
    return [
      `  # ${printable(`${name ?? ""} of ${document}`)}`,
      `  - target: ${printableJson(target)}`,
      "    update:",
      "      x-batch:",
      `        items: ${printableJson(items)}`,
      ...gaps.flatMap(({ field, example, quotes }) => [
        ...quotes.map((quote) => `        # > ${printable(quote)}`),
        `        # ${field}: ${example}`,
      ]),
    ];
  });
  if (actions.length === 0) return "# Nothing is missing.\n";
  return [
    "# What the documents do not say. Remove the # before each field whose value you know, and the",
    "# entries that you know nothing of: an entry lifts the caution of a guess. Lines with > quote the document.",
    "overlay: 1.0.0",
    "info: { title: What is missing, version: 1.0.0 }",
    "actions:",
    ...actions,
    "",
  ].join("\n");
}

/** A member name in a JSONPath (RFC 9535, 2.3.1.1), in single quotes. */
const jsonPathName = (name: string): string => `'${name.replace(/['\\]/g, "\\$&")}'`;

/** The JSONPath of overlays cannot name such a path. */
const hasControls = (path: string): boolean => [...path].some((character) => character < " ");

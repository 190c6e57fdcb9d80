/** Exports `suggestedOverlay`: an OpenAPI Overlay for operations that may be batches; each entry can be kept or removed. */
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

/** A member name in a JSONPath (RFC 9535, 2.3.1.1), in single quotes. */
const jsonPathName = (name: string): string => `'${name.replace(/['\\]/g, "\\$&")}'`;

/** The JSONPath of overlays cannot name such a path. */
const hasControls = (path: string): boolean => [...path].some((character) => character < " ");

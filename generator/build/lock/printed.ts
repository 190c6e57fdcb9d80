/** A lock as it was printed: line by line, since YAML's own parser takes twenty times as long. */
import type { JsonObject } from "../../openapi/spec.js";

/** A string as JSON has it, a mark, or a plain word. */
const parts = /"(?:[^"\\]|\\.)*"|[{}:,]|[^\s{}:,"]+/g;

/**
 * What a text holds if `printLock` gave it, and perhaps something else if not: who asks compares what it would print.
 * Undefined where it is certainly no such text.
 */
export function parsePrinted(text: string): JsonObject | undefined {
  const json: string[] = [];
  let depth = 0;
  for (const line of text.replaceAll("\n    : ", ": ").split("\n")) {
    if (line.startsWith("#") || line === "") continue;
    const level = /^ */.exec(line)?.[0].length ?? 0;
    const content = line.slice(level).replace(/^\? /, "");
    while (depth > level / 2) {
      json.push("},");
      depth--;
    }
    const words = content.match(parts) ?? [];
    const plain = words.map((word) =>
      /^["{}:,]/.test(word) || word === "true" || /^\d+$/.test(word) ? word : JSON.stringify(word),
    );
    json.push(...plain);
    if (words.at(-1) === ":") {
      json.push("{");
      depth++;
    } else json.push(",");
  }
  const whole = `{${json.join("")}${"}".repeat(depth + 1)}`.replace(/,(?=\})/g, "");
  try {
    return JSON.parse(whole) as JsonObject; // it begins with a brace
  } catch {
    return undefined;
  }
}

/**
 * Exports `parsePrinted`: reads a lock as `printLock` prints it, line by line. A YAML parser takes twenty times as
 * long.
 */
import type { JsonObject } from "../../base/json.js";

/** A string as JSON has it, a mark, or a plain word. */
const parts = /"(?:[^"\\]|\\.)*"?|[{}:,]|[^\s{}:,"]+/g;

/**
 * The value of a text that `printLock` printed. Of another text, it may be wrong: the caller prints it again and
 * compares. Undefined for what is certainly no such text.
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

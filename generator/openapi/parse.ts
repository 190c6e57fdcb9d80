/** Exports `parse`: from JSON or YAML to plain JSON, and every mistake with its offset. */
import type { ParseError } from "jsonc-parser";
import { messageOf } from "../base/message-of.js";
import { jsonLibrary } from "./parsers.js";
import { isObject, type JsonValue } from "../base/json.js";
import { walk } from "../base/pointer.js";
import { bounds } from "../base/bounds.js";
import { duplicateKey, type Problem } from "./problem.js";
import { readYamlNodes } from "./yaml-values.js";
import { parseYamlDocument } from "./yaml.js";

export interface Parsed {
  /** `undefined` when a problem is an error. */
  readonly value: JsonValue | undefined;
  readonly problems: readonly Problem[];
}

function failure(code: string, message: string, offset = 0, hint?: string): Parsed {
  const problem: Problem = { code, severity: "error", message, offset };
  return { value: undefined, problems: [hint === undefined ? problem : { ...problem, hint }] };
}

/** `text` without a byte order mark. Never throws. */
export function parse(text: string, format: "json" | "yaml"): Parsed {
  // JSON in a .yaml file is common and read a hundred times faster as such.
  if (format === "yaml" && /^\s*\{/.test(text)) {
    const parsed = parseJson(text);
    if (parsed.value !== undefined) return parsed;
  }
  return format === "json" ? parseJson(text) : parseYaml(text);
}

function parseJson(text: string): Parsed {
  try {
    // JSON.parse makes `__proto__` an own property like any other.
    const value = JSON.parse(text) as JsonValue; // what JSON.parse gives is JSON
    const bound = exceededBound(value);
    if (bound) return beyond(bound);
    const problems = duplicateKeys(text, value);
    return { value: problems.length > 0 ? undefined : value, problems };
  } catch (error) {
    return jsonFailure(text, messageOf(error));
  }
}

function jsonFailure(text: string, fallback: string): Parsed {
  const errors: ParseError[] = [];
  try {
    jsonLibrary().parse(text, errors, { disallowComments: true, allowEmptyContent: false });
  } catch {
    // It recurses: the problem of a text that is nested too deeply has no offset.
  }
  const first = errors[0];
  if (first === undefined) return failure("invalid-json", fallback);
  const words = jsonLibrary()
    .printParseErrorCode(first.error)
    .replace(/(?<=[a-z])(?=[A-Z])/g, " ");
  return failure("invalid-json", `This is not JSON: ${words.toLowerCase()}.`, first.offset);
}

/** Of two members with one name, `JSON.parse` keeps the last, and says nothing. */
function duplicateKeys(text: string, value: JsonValue): readonly Problem[] {
  let kept = 0;
  for (const { value: container } of walk(value))
    if (isObject(container)) kept += Object.keys(container).length;
  if (countKeys(text) === kept) return [];
  const problems: Problem[] = [];
  const open: Map<string, number>[] = [];
  jsonLibrary().visit(text, {
    onObjectBegin: () => void open.push(new Map()),
    onObjectEnd: () => void open.pop(),
    onObjectProperty(name, offset) {
      const other = open.at(-1)?.get(name);
      if (other !== undefined) problems.push(duplicateKey(name, offset, other));
      else open.at(-1)?.set(name, offset);
    },
  });
  return problems.slice(0, 10);
}

/** How many strings of a JSON text are the name of a member. */
function countKeys(text: string): number {
  const space = /\s/;
  let count = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at)) {
    let end = text.indexOf('"', at + 1);
    while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
    for (at = end + 1; space.test(text[at] ?? ""); at++);
    if (text[at] === ":") count++;
  }
  return count;
}

function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text[before - 1] === "\\") before--;
  return (at - before) % 2 === 1;
}

export type DocumentBound = typeof bounds.depth | typeof bounds.pointerCharacters;

/** The bound that a value exceeds: it would be too much for functions that recurse, or for maps of pointers. */
export function exceededBound(value: JsonValue): DocumentBound | undefined {
  const open = [{ value, depth: 1, pointerLength: 0 }];
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    const { value: container, depth, pointerLength } = entry;
    if (typeof container !== "object" || container === null) continue;
    if (depth > bounds.depth.most) return bounds.depth;
    for (const [name, child] of Object.entries(container)) {
      const length = pointerLength + 1 + name.length;
      if (length > bounds.pointerCharacters.most) return bounds.pointerCharacters;
      if (typeof child === "object" && child !== null)
        open.push({ value: child, depth: depth + 1, pointerLength: length });
    }
  }
  return undefined;
}

const beyond = ({ code, most, of }: DocumentBound): Parsed =>
  failure(code, `The document exceeds the bound of ${most} ${of}.`);

function parseYaml(text: string): Parsed {
  try {
    const document = parseYamlDocument(text);
    if (document === "too deep") return beyond(bounds.depth);
    if (document === "too large") {
      return failure(
        "document-too-large",
        `A YAML document may have ${bounds.yamlTokens.most} words and marks; this has more.`,
        0,
        "Convert it to JSON, which has no such limit.",
      );
    }
    const problems: Problem[] = [
      ...document.errors.slice(0, 10).map((error): Problem => ({
        code: "invalid-yaml",
        severity: "error",
        message: error.message,
        offset: error.pos[0],
      })),
      ...document.warnings.slice(0, 10).map((warning): Problem => ({
        code: "yaml-warning",
        severity: "warning",
        message: warning.message,
        offset: warning.pos[0],
      })),
    ];
    if (problems.some(isError)) return { value: undefined, problems };
    const { value, problems: mistakes } = readYamlNodes(document.contents);
    problems.push(...mistakes);
    if (mistakes.some(isError)) return { value: undefined, problems };
    const bound = exceededBound(value);
    return bound ? beyond(bound) : { value, problems };
  } catch (error) {
    if (error instanceof RangeError) return beyond(bounds.depth);
    return failure("invalid-yaml", messageOf(error));
  }
}

const isError = ({ severity }: Problem): boolean => severity === "error";

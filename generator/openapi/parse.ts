/** Exports `parse`: from JSON or YAML to plain JSON, and every mistake with its offset. */
import type { ParseError } from "jsonc-parser";
import type { Alias } from "yaml";
import { jsonLibrary, yamlLibrary } from "./parsers.js";
import type { JsonValue } from "../base/json.js";
import { childrenOf } from "../base/pointer.js";
import { depthLimit, lexemeLimit, parseYamlDocument } from "./yaml.js";

export interface Problem {
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly offset: number;
  readonly hint?: string;
  /** The offset of a second part of the problem; `%s` in the message becomes its `line:column`. */
  readonly other?: number;
}

export interface Parsed {
  /** `undefined` when a problem is an error. */
  readonly value: JsonValue | undefined;
  readonly problems: readonly Problem[];
}

/** Values in a YAML document when every alias is written out. */
const expandedLimit = 5_000_000;

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
    return isTooDeep(value) ? nestedTooDeeply() : { value, problems: [] };
  } catch (error) {
    return jsonFailure(text, error instanceof Error ? error.message : String(error));
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

/** Whether a value is nested too deeply for functions that recurse. */
export function isTooDeep(value: JsonValue): boolean {
  const open: { container: JsonValue; depth: number }[] = [{ container: value, depth: 1 }];
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    const { container, depth } = entry;
    if (typeof container !== "object" || container === null) continue;
    if (depth > depthLimit) return true;
    for (const child of childrenOf(container)) {
      if (typeof child === "object" && child !== null)
        open.push({ container: child, depth: depth + 1 });
    }
  }
  return false;
}

function nestedTooDeeply(): Parsed {
  return failure(
    "nested-too-deeply",
    `Arrays and objects are nested more than ${depthLimit} levels deep.`,
  );
}

function parseYaml(text: string): Parsed {
  try {
    const document = parseYamlDocument(text);
    if (document === "too deep") return nestedTooDeeply();
    if (document === "too large") {
      return failure(
        "document-too-large",
        `A YAML document may have ${lexemeLimit} words and marks; this has more.`,
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
    if (document.errors.length === 0) problems.push(...checkNodes(document.contents));
    if (problems.some((problem) => problem.severity === "error"))
      return { value: undefined, problems };
    // Aliases were counted by checkNodes. With these options the result is JSON.
    const value = document.toJS({ maxAliasCount: -1 }) as JsonValue;
    return isTooDeep(value) ? nestedTooDeeply() : { value, problems };
  } catch (error) {
    if (error instanceof RangeError) return nestedTooDeeply();
    return failure("invalid-yaml", error instanceof Error ? error.message : String(error));
  }
}

/** Nodes of a YAML document while they are counted. */
interface Count {
  readonly problems: Problem[];
  readonly anchors: Map<string, unknown>;
  /** Values that a node has with its aliases written out; 0 while it is counted. */
  readonly sizes: Map<unknown, number>;
}

/** Duplicate keys, aliases into themselves, and documents that aliases make enormous. */
function checkNodes(root: unknown): readonly Problem[] {
  const count: Count = { problems: [], anchors: new Map(), sizes: new Map() };
  if (sizeOf(root, count) > expandedLimit) {
    count.problems.push({
      code: "yaml-alias-bomb",
      severity: "error",
      message: `With its aliases written out, this document has more than ${expandedLimit} values.`,
      offset: 0,
    });
  }
  return count.problems;
}

function sizeOf(node: unknown, count: Count): number {
  const { isAlias, isMap, isPair, isScalar, isSeq } = yamlLibrary();
  const { anchors, sizes } = count;
  if (isAlias(node)) return sizeOfAlias(node, count);
  if (isPair(node)) return sizeOf(node.key, count) + sizeOf(node.value, count);
  if (isScalar(node) || isMap(node) || isSeq(node)) {
    if (node.anchor !== undefined) anchors.set(node.anchor, node);
  }
  if (!isMap(node) && !isSeq(node)) {
    sizes.set(node, 1);
    return 1;
  }
  sizes.set(node, 0);
  if (isMap(node)) count.problems.push(...duplicateKeys(node.items));
  let size = 1;
  for (const item of node.items) size += sizeOf(item, count);
  sizes.set(node, size);
  return size;
}

function sizeOfAlias({ source, range }: Alias, { problems, anchors, sizes }: Count): number {
  const size = sizes.get(anchors.get(source));
  const problem = { severity: "error", offset: range?.[0] ?? 0 } as const;
  if (size === undefined)
    problems.push({
      code: "invalid-yaml",
      message: `The alias *${source} names no anchor before it.`,
      ...problem,
    });
  if (size === 0)
    problems.push({
      code: "yaml-alias-cycle",
      message: `The alias *${source} is inside the value that it names.`,
      ...problem,
    });
  return size ?? 1;
}

function duplicateKeys(items: readonly { readonly key: unknown }[]): Problem[] {
  const { isScalar } = yamlLibrary();
  const problems: Problem[] = [];
  const seen = new Map<string, number>();
  for (const { key } of items) {
    if (!isScalar(key) || key.value === "<<") continue;
    const name = String(key.value);
    const offset = key.range?.[0] ?? 0;
    const first = seen.get(name);
    if (first === undefined) seen.set(name, offset);
    else {
      problems.push({
        code: "duplicate-key",
        severity: "error",
        message: `The key ${JSON.stringify(name)} is here and at %s.`,
        offset,
        other: first,
        hint: "Remove one of the two.",
      });
    }
  }
  return problems;
}

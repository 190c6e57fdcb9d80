/**
 * `createLocator`: the line and column of a JSON Pointer in the text of a file. Lazy: no text is read and no parser
 * loaded before the first question.
 */
import type { Document, Node } from "yaml";
import type { Locate, Position } from "../base/diagnostics.js";
import { knownPosition } from "../base/positions.js";
import { formatPointer, parsePointer } from "../base/pointer.js";
import { jsonLibrary, yamlLibrary } from "./parsers.js";
import { formatOf } from "./text.js";
import { parseYamlDocument } from "./yaml.js";

/**
 * Finds the position of locations: the name of the member (or the element of the list) at the pointer, or the nearest
 * one above it that exists. A location that has a line keeps it.
 * @param textOf the text of a file by its name in locations; undefined where it is not available
 * @param known positions that were found before; those found now are added
 */
export function createLocator(
  textOf: (file: string) => string | undefined,
  known: Map<string, Position> = new Map(),
): Locate {
  const files = new Map<string, FileLocator | undefined>();
  const fileLocator = (file: string): FileLocator | undefined => {
    if (!files.has(file)) {
      const text = textOf(file);
      files.set(
        file,
        text === undefined ? undefined : createFileLocator(text, formatOf(file, text)),
      );
    }
    return files.get(file);
  };
  return (location) => {
    const { file, pointer } = location;
    const key = `${file}#${pointer}`;
    const before = knownPosition(location) ?? known.get(key);
    if (before) return before;
    const found = fileLocator(file)?.(pointer);
    if (!found) return undefined;
    const position = { line: found.line, column: found.column };
    known.set(key, position);
    return position;
  };
}

/** A position, and how far the pointer could be followed to find it. */
export interface FoundPosition extends Position {
  readonly pointer: string;
}

/** Answers with the member's name (or the array's element) at `pointer`, or the nearest one above it that exists. */
export type FileLocator = (pointer: string) => FoundPosition;

export function createFileLocator(text: string, format: "json" | "yaml"): FileLocator {
  const positionOf = createPositions(text);
  const offsets = format === "json" ? jsonOffsets(text) : yamlOffsets(text);
  return (pointer) => {
    const tokens = pointer.startsWith("/") ? parsePointer(pointer) : [];
    const found = offsets(tokens);
    return { ...positionOf(found.offset), pointer: formatPointer(tokens.slice(0, found.depth)) };
  };
}

/** Line and column of an offset in `text`. */
export function createPositions(text: string): (offset: number) => Position {
  let starts: number[] | undefined;
  return (offset) => {
    if (starts === undefined) {
      starts = [0];
      for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1))
        starts.push(at + 1);
    }
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}

interface Found {
  readonly offset: number;
  /** How many tokens were followed. */
  readonly depth: number;
}

/** A container is scanned when a pointer first goes through it; what it contains is skipped, not parsed. */
function jsonOffsets(text: string): (tokens: readonly string[]) => Found {
  interface Member {
    /** Of the name, or of the element. */
    readonly at: number;
    readonly value: number;
  }
  const scanner = jsonLibrary().createScanner(text, true);
  const scanned = new Map<number, ReadonlyMap<string, Member>>();

  /** The first character of the next token; `undefined` at the end of the text. */
  function next(): string | undefined {
    scanner.scan();
    return text[scanner.getTokenOffset()];
  }

  function skipValue(first: string | undefined): void {
    let depth = 0;
    for (let token = first; token !== undefined; token = next()) {
      if (token === "{" || token === "[") depth++;
      if (token === "}" || token === "]") depth--;
      if (depth <= 0) return;
    }
  }

  function membersAt(offset: number): ReadonlyMap<string, Member> {
    const known = scanned.get(offset);
    if (known !== undefined) return known;
    const members = new Map<string, Member>();
    scanned.set(offset, members);
    scanner.setPosition(offset);
    const open = next();
    if (open !== "{" && open !== "[") return members;
    for (let index = 0; ; index++) {
      let token = next();
      if (token === ",") token = next();
      if (token === undefined || token === "}" || token === "]") return members;
      const at = scanner.getTokenOffset();
      if (open === "{") {
        const name = scanner.getTokenValue();
        next(); // the colon
        const first = next();
        members.set(name, { at, value: scanner.getTokenOffset() }); // of two, the last counts, as in JSON.parse
        skipValue(first);
      } else {
        members.set(String(index), { at, value: at });
        skipValue(token);
      }
    }
  }

  return (tokens) => {
    scanner.setPosition(0);
    scanner.scan();
    let offset = scanner.getTokenOffset();
    let value = offset;
    let depth = 0;
    for (const token of tokens) {
      const member = membersAt(value).get(token);
      if (member === undefined) break;
      offset = member.at;
      value = member.value;
      depth++;
    }
    return { offset, depth };
  };
}

function yamlOffsets(text: string): (tokens: readonly string[]) => Found {
  let document: Document.Parsed | undefined;
  return (tokens) => {
    if (document === undefined) {
      const parsed = parseYamlDocument(text);
      if (typeof parsed === "string") return { offset: 0, depth: 0 }; // refused when it was read, too
      document = parsed;
    }
    let node: unknown = document.contents;
    let offset = document.contents?.range[0] ?? 0;
    let depth = 0;
    for (const token of tokens) {
      const member = yamlMember(node, token, document);
      if (member === undefined) break;
      offset = member.offset ?? offset;
      node = member.value;
      depth++;
    }
    return { offset, depth };
  };
}

function yamlMember(
  node: unknown,
  token: string,
  document: Document,
): { offset: number | undefined; value: unknown } | undefined {
  const { isAlias, isMap, isScalar, isSeq } = yamlLibrary();
  if (isAlias(node)) return yamlMember(node.resolve(document), token, document);
  if (isSeq(node)) {
    const item = /^\d+$/.test(token) ? (node.items[Number(token)] as Node | undefined) : undefined;
    return item === undefined ? undefined : { offset: item.range?.[0], value: item };
  }
  if (!isMap(node)) return undefined;
  const merged: unknown[] = [];
  for (const { key, value } of node.items) {
    if (!isScalar(key)) continue;
    if (String(key.value) === token) return { offset: key.range?.[0], value };
    if (key.value === "<<") merged.push(...(isSeq(value) ? value.items : [value]));
  }
  for (const source of merged) {
    const member = yamlMember(source, token, document);
    if (member !== undefined) return member;
  }
  return undefined;
}

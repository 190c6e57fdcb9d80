/**
 * Exports `createLocator`: the line and column of a JSON Pointer in the text of a file. It reads no text and loads no
 * parser before the first call.
 */
import type { Locate, Position } from "../base/diagnostics.js";
import { knownPosition } from "../base/positions.js";
import { formatPointer, parsePointer } from "../base/pointer.js";
import { jsonOffsets, yamlOffsets } from "./offsets.js";
import { formatOf } from "./text.js";

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
    if (files.has(file)) return files.get(file);
    const text = textOf(file);
    const locator = text === undefined ? undefined : createFileLocator(text, formatOf(file, text));
    files.set(file, locator);
    return locator;
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

/** Finds the member's name (or the array's element) at `pointer`, or the nearest one above it that exists. */
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

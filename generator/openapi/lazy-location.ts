/** Places whose lines nobody counts before they are printed. */
import type { Location } from "../base/diagnostics.js";

/** Lines and columns count from 1; columns in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A location whose line and column are looked up when first asked for: most are never printed. */
export function lazyLocation(file: string, pointer: string, find: () => Position): Location {
  const look = (location: object): Position => {
    const { line, column } = find();
    Object.defineProperties(location, {
      line: { value: line, enumerable: true },
      column: { value: column, enumerable: true },
    });
    return { line, column };
  };
  return {
    file,
    get line() {
      return look(this).line;
    },
    get column() {
      return look(this).column;
    },
    pointer,
  };
}

/** Whether its line was looked up, so that asking for it costs nothing. */
export const isLookedUp = (location: Location): boolean =>
  Object.getOwnPropertyDescriptor(location, "line")?.get === undefined;

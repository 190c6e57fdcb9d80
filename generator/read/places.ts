/** Files that were read in an earlier run: their text, and where values stand in them. */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Location } from "../diagnostics.js";
import { createLocator, lazyLocation, type Locator } from "./locate.js";
import { decode, formatOf } from "./text.js";

export interface Places {
  /** The text of a file by its name in messages; undefined if it cannot be read. */
  readonly text: (file: string) => string | undefined;
  /** Where the value at `pointer` stands in a file, looked up when it is asked for. */
  readonly locate: (file: string, pointer: string) => Location;
}

/** @param cwd what the names of files are relative to */
export function createPlaces(cwd: string): Places {
  const locators = new Map<string, Locator>();
  const text = (file: string): string | undefined => {
    try {
      return decode(readFileSync(path.resolve(cwd, file)));
    } catch {
      return undefined;
    }
  };
  const locatorOf = (file: string): Locator => {
    const known = locators.get(file);
    if (known) return known;
    const content = text(file) ?? "";
    const locator = createLocator(content, formatOf(file, content));
    locators.set(file, locator);
    return locator;
  };
  return {
    text,
    locate: (file, pointer) => lazyLocation(file, pointer, () => locatorOf(file)(pointer)),
  };
}

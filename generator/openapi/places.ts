/** Where values stand in files that were read in an earlier run. */
import path from "node:path";
import type { Location } from "../base/diagnostics.js";
import { lazyLocation } from "./lazy-location.js";
import { createLocator, type Locator } from "./locate.js";
import { formatOf, textOf } from "./text.js";

/**
 * Where the value at `pointer` stands in a file, looked up when it is asked for.
 * @param cwd what the names of files are relative to
 */
export function createPlaces(cwd: string): (file: string, pointer: string) => Location {
  const locators = new Map<string, Locator>();
  const locatorOf = (file: string): Locator => {
    const known = locators.get(file);
    if (known) return known;
    const content = textOf(path.resolve(cwd, file)) ?? "";
    const locator = createLocator(content, formatOf(file, content));
    locators.set(file, locator);
    return locator;
  };
  return (file, pointer) => lazyLocation(file, pointer, () => locatorOf(file)(pointer));
}

/**
 * Exports `readRegular`, which reads files that a document, a package or a cache has: a pipe or a device in the place of
 * one would never end.
 */
import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { bounds } from "./bounds.js";

/** Thrown for a file that is larger than its bound. */
export class FileTooLarge extends Error {}

/**
 * The bytes of a file.
 * @throws FileTooLarge, the system's error, or an Error if there is something else than a file
 */
export function readRegular(path: string): Buffer {
  // Without a writer, a pipe is opened at once, and seen to be one.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw new Error("it is not a regular file");
    if (stats.size > bounds.fileBytes.most)
      throw new FileTooLarge(`it has more than ${bounds.fileBytes.most} ${bounds.fileBytes.of}`);
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * Exports `readStored` and `writeStored`: texts on the disk that are believed only if this very tool wrote them for the
 * same key, and whole; and `writeWhole`, which both kinds of cached files are written with. A file of their own, because
 * nothing here knows what the files hold.
 */
import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { sha256 } from "./hash.js";
import { readRegular } from "../../base/read-file.js";

/**
 * What was written under the same key; undefined if the file is missing, cut off, changed, or of another key.
 * @param key all that the text is only good for: the tool, and options where they matter
 */
export function readStored(file: string, key: string): string | undefined {
  let text: string;
  try {
    if (isOfOthers(file)) return undefined;
    text = readRegular(file).toString();
  } catch {
    return undefined;
  }
  const end = text.indexOf("\n");
  const stored = text.slice(end + 1);
  return text.slice(0, end) === checksum(key, stored) ? stored : undefined;
}

/** As `writeWhole`. */
export const writeStored = (file: string, key: string, text: string): void =>
  writeWhole(file, `${checksum(key, text)}\n${text}`);

/**
 * Replaces the file whole, and closes it and the cache to others. Reports nothing: without a cache, the next run does
 * everything again.
 * @param cache the folder of the cache, at or above that of the file
 */
export function writeWhole(file: string, data: string | Uint8Array, cache = dirname(file)): void {
  // Processes may write at once: each writes to a name of its own, and renames what is complete.
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(cache), { recursive: true }); // as other tools make it, which use it, too
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    try {
      writeFileSync(temporary, data, { mode: 0o600 });
      renameSync(temporary, file);
    } finally {
      rmSync(temporary, { force: true });
    }
  } catch {
    // The disk is read-only or full.
  }
}

/** Whether another user may have written a file: its texts become code. Windows keeps such rights elsewhere. */
function isOfOthers(file: string): boolean {
  const user = process.getuid?.();
  if (user === undefined) return false;
  return [file, dirname(file)].some((path) => {
    const { uid, mode } = statSync(path);
    return (uid !== user && uid !== 0) || (mode & 0o022) !== 0;
  });
}

const checksum = (key: string, text: string): string => sha256(`${key}\n${text}`);

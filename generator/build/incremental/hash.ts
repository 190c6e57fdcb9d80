/** Hashes of texts and files, for the cache and the watcher. */
import { createHash } from "node:crypto";
import { readRegular } from "../../base/read-file.js";

/** Hexadecimal. */
export const sha256 = (data: string | Uint8Array): string =>
  createHash("sha256").update(data).digest("hex");

/** Of the bytes of a file; undefined if it cannot be read. */
export function hashOfFile(path: string): string | undefined {
  try {
    return sha256(readRegular(path));
  } catch {
    return undefined;
  }
}

/** Of a text with LF endings: a checkout on Windows changes nothing. Undefined if it cannot be read. */
export function hashOfText(path: string): string | undefined {
  try {
    return sha256(readRegular(path).toString().replaceAll("\r\n", "\n"));
  } catch {
    return undefined;
  }
}

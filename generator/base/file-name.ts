/** What a file name is, on every system: `fileNameProblem` judges one, `shortened` and `foldedName` make and compare them. */
import { createHash } from "node:crypto";

/** The longest name of a file, in bytes of UTF-8. File systems allow 255, and tools that copy them put words around. */
const mostBytes = 100;

/** The longest name without its ending: the longest ending is `.d.ts.map`, of a built package. */
const mostBytesOfStem = mostBytes - ".d.ts.map".length;

/** Not in a file name on Windows, or with a meaning of its own there; control characters anywhere. */
const unportable = /[\u0000-\u001f\u007f<>:"|?*\\/]|[. ]$/;

/** What Windows takes for a device, whatever ending follows. */
const device = /^(con|prn|aux|nul|(com|lpt)[\d¹²³]|con(in|out)\$)$/i;

const utf8 = new TextEncoder();
const bytesOf = (text: string): number => utf8.encode(text).length;

/** Whether Windows takes a file of this name for a device. */
export const isDevice = (name: string): boolean => device.test(name.replace(/\..*$/s, ""));

/** Why `name` cannot be the name of a file on every system; undefined if it can. */
export function fileNameProblem(name: string): string | undefined {
  if (name === "") return "a folder in it has no name";
  if (name === "." || name === "..") return `it holds "${name}"`;
  if (unportable.test(name) || /\p{Surrogate}/u.test(name))
    return "it holds a character that not every system allows";
  if (isDevice(name)) return "Windows has a device of this name";
  if (bytesOf(name) > mostBytes) return `a name in it has more than ${mostBytes} bytes`;
  return undefined;
}

/** A name that is short enough for a file: one that is cut ends with a digest of the whole, so that two stay two. */
export function shortened(name: string): string {
  if (name.length * 3 <= mostBytesOfStem || bytesOf(name) <= mostBytesOfStem) return name;
  const end = `_${createHash("sha256").update(name).digest("hex").slice(0, 8)}`;
  let start = "";
  let bytes = end.length;
  for (const letter of name) {
    bytes += bytesOf(letter);
    if (bytes > mostBytesOfStem) break;
    start += letter;
  }
  return start + end;
}

/** The same for all names that are one file where case, or how accents are written, does not count. */
export const foldedName = (name: string): string =>
  /^[ -~]*$/.test(name)
    ? name.toLowerCase()
    : name.normalize("NFC").toUpperCase().toLowerCase().normalize("NFC");

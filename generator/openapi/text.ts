/** Exports functions that find the encoding, format and kind of a file by its bytes, its text and its value. */
import path from "node:path";
import { isAddress } from "../base/is-address.js";
import type { JsonValue } from "../base/json.js";
import { readRegular } from "../base/read-file.js";
import { getChild } from "../base/pointer.js";

// A version has to follow: other files have members of these names too.
const claim = /^[ \t{]*(["']?)(?:openapi|swagger|overlay)\1[ \t]*:[ \t]*["']?\d/m;
const claimJson = /"(?:openapi|swagger|overlay)"\s*:\s*"?\d/;

const overlayClaim = /\boverlay["']?\s*:\s*["']?\d/;

// A huge file of another kind is not parsed unless a document refers to it.
export const claims = (text: string, format: "json" | "yaml"): boolean =>
  claimJson.test(text) || (format === "yaml" && claim.test(text));

/** Reads UTF-8 and UTF-16; a byte order mark is not part of the text. What is wrong becomes U+FFFD. */
export const decode = (bytes: Uint8Array): string =>
  new TextDecoder(encodingOf(bytes)).decode(bytes);

/** @throws Error if the bytes are no text */
export function decodeStrictly(bytes: Uint8Array): string {
  const encoding = encodingOf(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    const { length } = bytes;
    if (length > 2 ** 29) throw error; // more than a string can have
    const before = new TextDecoder(encoding).decode(bytes).split("\ufffd", 1)[0] ?? "";
    const line = before.split("\n").length;
    throw new Error(`line ${line} is not ${encoding.toUpperCase()}, the encoding of the file`);
  }
}

/** By the byte order mark, or by the zeros that ASCII has in UTF-16. */
function encodingOf([first, second]: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return "utf-16le";
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0)) return "utf-16be";
  return "utf-8";
}

/** The text of a file; undefined if it cannot be read. @param id absolute */
export function textOf(id: string): string | undefined {
  try {
    return decode(readRegular(id));
  } catch {
    return undefined;
  }
}

export function formatOf(id: string, text: string): "json" | "yaml" {
  const extension = path.extname(isAddress(id) ? new URL(id).pathname : id).toLowerCase();
  if (extension === ".json") return "json";
  if (extension === ".yaml" || extension === ".yml") return "yaml";
  return /^\s*[[{]/.test(text) ? "json" : "yaml";
}

/** The kinds that a file may have, by its text. */
export interface Look {
  /** It cannot be read, or looks like an OpenAPI document or an overlay. */
  readonly claims: boolean;
  /** It may be an overlay. */
  readonly overlay: boolean;
  /** It may have an address of its own (`$self`). */
  readonly self: boolean;
}

export const lookAt = (text: string, format: "json" | "yaml"): Look => ({
  claims: claims(text, format),
  overlay: overlayClaim.test(text),
  self: text.includes("$self"),
});

/** The kind of a file, by the members at its root. */
export function kindOf(value: JsonValue): "openapi" | "overlay" | undefined {
  for (const member of ["openapi", "swagger"] as const) {
    const version = getChild(value, member);
    if (typeof version === "string" || typeof version === "number") return "openapi";
  }
  // A configuration may have a member of that name too; an overlay has its version there.
  return /^\d+(\.\d+)*$/.test(versionText(value, "overlay")) &&
    getChild(value, "actions") !== undefined
    ? "overlay"
    : undefined;
}

/** The version at the root, which YAML reads as a number where it is not quoted. */
export function versionText(value: JsonValue, member: string): string {
  const version = getChild(value, member);
  return typeof version === "number" || typeof version === "string" ? String(version) : "";
}

/** Exports functions that find the encoding, format and kind of a file by its bytes, its text and its value. */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { JsonValue } from "../base/json.js";
import { getChild } from "../base/pointer.js";

// A version has to follow: other files have members of these names too.
const claim = /^[ \t{]*(["']?)(?:openapi|swagger|overlay)\1[ \t]*:[ \t]*["']?\d/m;
const claimJson = /"(?:openapi|swagger|overlay)"\s*:\s*"?\d/;

const overlayClaim = /\boverlay["']?\s*:\s*["']?\d/;

// A huge file of another kind is not parsed unless a document refers to it.
export const claims = (text: string, format: "json" | "yaml"): boolean =>
  claimJson.test(text) || (format === "yaml" && claim.test(text));

/** Reads UTF-8 (and UTF-16 with a byte order mark); the mark is not part of the text. */
export function decode(bytes: Uint8Array): string {
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(utf16 ? "utf-16le" : "utf-8").decode(bytes);
}

/** The text of a file; undefined if it cannot be read. @param id absolute */
export function textOf(id: string): string | undefined {
  try {
    return decode(readFileSync(id));
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

export function isAddress(id: string): boolean {
  return /^https?:\/\//i.test(id);
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

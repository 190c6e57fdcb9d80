/** Exports functions that resolve the text of a reference: to a file, an address, or a schema with an `$id`. */
import { realpathSync } from "node:fs";
import path from "node:path";
import { isBelow } from "./find-files.js";
import { isObject, type JsonValue } from "../base/json.js";
import { childrenOf, escapeToken, getChild } from "../base/pointer.js";
import type { SourceStore } from "./source.js";
import { isAddress } from "../base/is-address.js";

/** Whether a document has a reference that is not `#/…`. Most have none, and need not be embedded. */
export function needsEmbedding(document: JsonValue): boolean {
  for (const ref of referencesIn(document)) {
    if (ref !== "#" && (!ref.startsWith("#/") || ref.includes("%"))) return true;
  }
  return false;
}

/** Every text that looks like a reference or a mapping of a discriminator, even in data. */
export function* referencesIn(document: JsonValue): Generator<string> {
  const open: JsonValue[] = [document];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== "object" || value === null) continue;
    const ref = getChild(value, "$ref");
    if (typeof ref === "string") yield ref;
    const mapping = getChild(getChild(value, "discriminator"), "mapping");
    if (isObject(mapping)) {
      for (const target of Object.values(mapping)) {
        if (typeof target === "string" && looksLikeReference(target)) yield target;
      }
    }
    for (const child of childrenOf(value)) {
      if (typeof child === "object" && child !== null) open.push(child);
    }
  }
}

/** A mapping of a discriminator has references, and names of schemas. */
export function looksLikeReference(text: string): boolean {
  return text.includes("#") || text.includes("/") || /\.(json|ya?ml)$/i.test(text);
}

export function splitRef(ref: string): { file: string; fragment: string } {
  const hash = ref.indexOf("#");
  return hash < 0
    ? { file: ref, fragment: "" }
    : { file: ref.slice(0, hash), fragment: ref.slice(hash + 1) };
}

/** The id of the file that a reference leads to; `undefined` when it leads to its own file, or to none. */
export function resolveFile(from: string, ref: string): string | undefined {
  const { file } = splitRef(ref);
  if (file === "") return undefined;
  if (isAddress(file) || isAddress(from)) {
    const base = isAddress(from) ? from : undefined;
    const address = URL.canParse(file, base) ? new URL(file, base).href : "";
    return isAddress(address) ? address : undefined;
  }
  if (/^[a-z][a-z0-9+.-]+:/i.test(file)) return undefined; // urn:, file: and the like
  let name = file;
  try {
    name = decodeURIComponent(file);
  } catch {
    // A stray %.
  }
  const absolute = path.resolve(path.dirname(from), name.replaceAll("\\", "/"));
  try {
    return realpathSync(absolute);
  } catch {
    return absolute;
  }
}

/** Why the file of a reference is not read; undefined if it is. */
export function refusal(
  id: string,
  {
    root,
    sources,
  }: { readonly root: string; readonly sources: Pick<SourceStore, "remoteRefusal"> },
): string | undefined {
  if (isAddress(id)) return sources.remoteRefusal(id);
  return isBelow(root, id) ? undefined : "it leads out of the folder that is read";
}

// Relative identifiers are resolved against this, so that they can be compared.
const noBase = "http://relative.invalid/";

/** An `$id`, or a reference without its fragment, relative to the `$id` around it (`""`: none). */
export function resolveId(id: string, base: string): string {
  const bare = splitRef(id).file;
  const against = base === "" ? noBase : base;
  return URL.canParse(bare, against) ? new URL(bare, against).href : bare;
}

// A document does not change after it is read, so its index stays right as long as the document exists.
const idIndex = new WeakMap<object, ReadonlyMap<string, string>>();

/** The pointers of the schemas that have an `$id`, by that `$id`. */
export function idsOf(document: JsonValue): ReadonlyMap<string, string> {
  if (typeof document !== "object" || document === null) return new Map();
  const known = idIndex.get(document);
  if (known !== undefined) return known;
  const found = new Map<string, string>();
  const open: { value: JsonValue; pointer: string; base: string }[] = [
    { value: document, pointer: "", base: "" },
  ];
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    const { value, pointer } = entry;
    if (typeof value !== "object" || value === null) continue;
    const id = getChild(value, "$id");
    const base = typeof id === "string" ? resolveId(id, entry.base) : entry.base;
    if (typeof id === "string" && !found.has(base)) found.set(base, pointer);
    for (const [key, child] of Object.entries(value).reverse()) {
      if (typeof child === "object") {
        open.push({ value: child, pointer: `${pointer}/${escapeToken(key)}`, base });
      }
    }
  }
  idIndex.set(document, found);
  return found;
}

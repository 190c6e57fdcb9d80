/** Files (and, where allowed, addresses) as parsed JSON: each is read once, however many documents refer to it. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Diagnostic, Location } from "../diagnostics.js";
import { displayName } from "./display-name.js";
import { createLocator, createPositions, lazyLocation, type Locator } from "./locate.js";
import type { Memory } from "./memory.js";
import { parse, type Problem } from "./parse.js";
import { formatPointer, getChild, parsePointer } from "./pointer.js";
import { fetchText } from "./remote.js";
import type { JsonValue } from "./spec.js";

export interface Source {
  /** An absolute real path, or an http(s) address. */
  readonly id: string;
  /** As in messages. */
  readonly file: string;
  /** SHA-256 of the bytes, hexadecimal. */
  readonly hash: string;
  readonly value: JsonValue;
  readonly locate: (pointer: string) => Location;
}

/** What became of a file. Diagnostics are those of parsing. */
export interface Loaded {
  /** `undefined` when it could not be read or parsed. */
  readonly source: Source | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** The text says that it wants to be an OpenAPI document or an overlay, even where it cannot be parsed. */
  readonly claims: boolean;
}

export interface SourceStore {
  /** Reads and parses, once. */
  readonly load: (id: string) => Promise<Loaded>;
  /** As `load`, but leaves a file unparsed (`undefined`) that is neither an OpenAPI document nor an overlay. */
  readonly loadDocument: (id: string) => Promise<Loaded | undefined>;
  /** What was loaded before. */
  readonly get: (id: string) => Loaded | undefined;
  /** What a file that cannot be parsed now was when it could, if that is remembered. Its places are not looked up. */
  readonly lastGood: (id: string) => Source | undefined;
  /** The files that `lastGood` stood in for, as in messages. */
  readonly kept: ReadonlySet<string>;
  /** The text of a file by its name in messages. */
  readonly text: (file: string) => string | undefined;
  /** Everything that was read or tried, with the SHA-256 of its bytes; `undefined` where it could not be read. */
  readonly hashes: ReadonlyMap<string, string | undefined>;
}

// A version has to follow: other files have members of these names too.
const claim = /^[ \t{]*(["']?)(?:openapi|swagger|overlay)\1[ \t]*:[ \t]*["']?\d/m;
const claimJson = /"(?:openapi|swagger|overlay)"\s*:\s*"?\d/;

/** Reads UTF-8 (and UTF-16 with a byte order mark); the mark is not part of the text. */
export function decode(bytes: Uint8Array): string {
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(utf16 ? "utf-16le" : "utf-8").decode(bytes);
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

/**
 * @param cwd what the names of files in messages are relative to
 * @param remembered files that were read before: those with the same bytes are not parsed again
 */
export function createSourceStore(
  cwd: string,
  remembered: Memory["files"] = new Map<string, never>(),
): SourceStore {
  const loaded = new Map<string, Loaded>();
  const idOfFile = new Map<string, string>();
  const remoteText = new Map<string, string>();
  const hashes = new Map<string, string | undefined>();
  const kept = new Set<string>();

  function lastGood(id: string): Source | undefined {
    const good = remembered.get(id)?.good;
    if (good === undefined || !hashes.has(id)) return undefined;
    const { file } = good;
    kept.add(file);
    return { ...good, locate: (pointer) => ({ file, line: 1, column: 1, pointer }) };
  }

  function textOf(id: string): string | undefined {
    if (isAddress(id)) return remoteText.get(id);
    try {
      return decode(readFileSync(id));
    } catch {
      return undefined; // gone since it was read
    }
  }

  async function loadFrom(id: string, onlyDocuments: boolean): Promise<Loaded | undefined> {
    const known = loaded.get(id);
    if (known !== undefined) return known;
    const file = isAddress(id) ? id : displayName(cwd, id);
    idOfFile.set(file, id);
    let result: Loaded;
    hashes.set(id, undefined);
    try {
      const bytes = isAddress(id) ? await fetchText(id) : await readFile(id);
      const hash = hashOf(bytes);
      hashes.set(id, hash);
      const before = remembered.get(id);
      if (before?.hash === hash && (before.loaded !== undefined || onlyDocuments)) {
        if (before.loaded !== undefined) loaded.set(id, before.loaded);
        return before.loaded;
      }
      const text = decode(bytes);
      if (isAddress(id)) remoteText.set(id, text);
      const format = formatOf(id, text);
      // A giant file that is none of ours is not parsed before something refers to it.
      const claims = claimJson.test(text) || (format === "yaml" && claim.test(text));
      if (onlyDocuments && !claims) {
        remembered.set(id, { hash, ...(before?.good && { good: before.good }) });
        return undefined;
      }
      result = { ...fromText(id, file, text, format, hash), claims };
      const good = result.source ?? before?.good;
      remembered.set(id, { hash, loaded: result, ...(good && { good }) });
    } catch (error) {
      const message = `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
      result = {
        source: undefined,
        diagnostics: [{ code: "unreadable-file", severity: "error", message }],
        claims: true,
      };
    }
    loaded.set(id, result);
    return result;
  }

  function fromText(
    id: string,
    file: string,
    text: string,
    format: "json" | "yaml",
    hash: string,
  ): Omit<Loaded, "claims"> {
    const { value, problems } = parse(text, format);
    const positionOf = createPositions(text);
    const diagnostics = problems.map((problem) => toDiagnostic(problem, file, positionOf));
    if (value === undefined) return { source: undefined, diagnostics };
    let locator: Locator | undefined;
    const locate = (pointer: string): Location => {
      const existing = existingPart(value, pointer);
      return lazyLocation(file, existing, () => {
        // The text is read again when first asked for: hundreds of documents need not stay in memory twice.
        locator ??= createLocator(textOf(id) ?? "", format);
        return locator(existing);
      });
    };
    return { source: { id, file, hash, value, locate }, diagnostics };
  }

  return {
    async load(id) {
      const result = await loadFrom(id, false);
      if (result === undefined) throw new Error(`${id} was not loaded`); // only documents are left out
      const source = result.source ?? lastGood(id);
      if (source === result.source) return result;
      const patched = { ...result, source };
      loaded.set(id, patched);
      return patched;
    },
    loadDocument: (id) => loadFrom(id, true),
    get: (id) => loaded.get(id),
    lastGood,
    kept,
    text(file) {
      const id = idOfFile.get(file);
      return id === undefined ? undefined : textOf(id);
    },
    hashes,
  };
}

function toDiagnostic(
  problem: Problem,
  file: string,
  positionOf: (offset: number) => { line: number; column: number },
): Diagnostic {
  const other = problem.other === undefined ? undefined : positionOf(problem.other);
  const message =
    other === undefined
      ? problem.message
      : problem.message.replace("%s", () => `${other.line}:${other.column}`);
  const diagnostic: Diagnostic = {
    code: problem.code,
    severity: problem.severity,
    message,
    location: { file, ...positionOf(problem.offset), pointer: "" },
  };
  return problem.hint === undefined ? diagnostic : { ...diagnostic, hint: problem.hint };
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The pointer, or the nearest one above it that leads somewhere. */
function existingPart(value: JsonValue, pointer: string): string {
  if (!pointer.startsWith("/")) return "";
  const tokens: string[] = [];
  let at: JsonValue | undefined = value;
  for (const token of parsePointer(pointer)) {
    at = getChild(at, token);
    if (at === undefined) break;
    tokens.push(token);
  }
  return formatPointer(tokens);
}

/** What the file says that it is, by the member at its root. */
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

/** Files (and, where allowed, addresses) as parsed JSON: each is read once, however many documents refer to it. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Diagnostic, Location } from "../base/diagnostics.js";
import { displayName } from "../base/display-name.js";
import { createPositions } from "./locate.js";
import { parse, type Problem } from "./parse.js";
import type { JsonValue } from "../base/json.js";
import { formatPointer, getChild, parsePointer } from "../base/pointer.js";
import { claims, decode, formatOf, isAddress, lookAt, textOf, type Look } from "./text.js";
import { fetchText } from "./remote.js";

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

/** A parsed file, and the SHA-256 of its bytes. */
export interface StoredFile {
  readonly hash: string;
  /** Absent for a file that was not parsed. */
  readonly loaded?: Loaded;
  /** The file as it could last be parsed. */
  readonly good?: Source;
}

export interface SourceStore {
  /** Reads a file and does not parse it; undefined where its bytes have the SHA-256 `known`. */
  readonly look: (id: string, known?: string | null) => Look | undefined;
  /** The SHA-256 of a file's bytes, read once; undefined if it cannot be read. */
  readonly hash: (id: string) => string | undefined;
  /** Reads and parses, once. What cannot be parsed stands as it was when it could, if that is remembered. */
  readonly load: (id: string) => Promise<Loaded>;
  /** As `load`, for what only one document needs: see `release`. */
  readonly loadDocument: (id: string) => Promise<Loaded>;
  /** Forgets what was parsed, unless `load` was asked for it: hundreds of documents need not be in memory at once. */
  readonly release: (id: string) => void;
  /** What was loaded before. */
  readonly get: (id: string) => Loaded | undefined;
  /** The files that cannot be parsed now and stand as they were when they could, as in messages. */
  readonly kept: ReadonlySet<string>;
  /** The text of a file by its name in messages. */
  readonly text: (file: string) => string | undefined;
  /** Everything that was read or tried, with the SHA-256 of its bytes; `undefined` where it could not be read. */
  readonly hashes: ReadonlyMap<string, string | undefined>;
}

/**
 * @param cwd what the names of files in messages are relative to
 * @param remembered files that were read before: those with the same bytes are not parsed again
 * @param hashed files whose bytes were looked at just now
 */
export function createSourceStore(
  cwd: string,
  remembered: Map<string, StoredFile> = new Map(),
  hashed: ReadonlyMap<string, string | undefined> = new Map(),
): SourceStore {
  const loaded = new Map<string, Loaded>();
  const idOfFile = new Map<string, string>();
  const remoteText = new Map<string, string>();
  const hashes = new Map<string, string | undefined>();
  const kept = new Set<string>();
  const shared = new Set<string>();

  /** Its positions are not looked up: the file holds something else by now. */
  function lastGood(id: string): Source | undefined {
    const good = remembered.get(id)?.good;
    if (good === undefined || !hashes.has(id)) return undefined;
    const { file } = good;
    kept.add(file);
    return { ...good, locate: (pointer) => ({ file, pointer, line: 1, column: 1 }) };
  }

  // A file may be gone since it was read.
  const contentOf = (id: string): string | undefined =>
    isAddress(id) ? remoteText.get(id) : textOf(id);

  const named = (id: string): void => void idOfFile.set(displayName(cwd, id), id);

  /** The bytes of a file. @throws the system's error */
  function bytesOf(id: string): Uint8Array {
    named(id);
    hashes.set(id, undefined);
    const bytes = readFileSync(id);
    hashes.set(id, hashOf(bytes));
    return bytes;
  }

  async function fetched(id: string): Promise<Uint8Array> {
    idOfFile.set(id, id);
    hashes.set(id, undefined);
    const bytes = await fetchText(id);
    hashes.set(id, hashOf(bytes));
    remoteText.set(id, decode(bytes));
    return bytes;
  }

  async function loadFrom(id: string): Promise<Loaded> {
    const known = loaded.get(id);
    if (known !== undefined) return known;
    const file = isAddress(id) ? id : displayName(cwd, id);
    let result: Loaded;
    try {
      const bytes = isAddress(id) ? await fetched(id) : bytesOf(id);
      const hash = hashes.get(id) ?? "";
      const before = remembered.get(id);
      if (before?.hash === hash && before.loaded !== undefined) result = before.loaded;
      else {
        const text = decode(bytes);
        const format = formatOf(id, text);
        result = { ...fromText(id, file, text, format, hash), claims: claims(text, format) };
      }
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
    const locate = (pointer: string): Location => ({ file, pointer: existingPart(value, pointer) });
    return { source: { id, file, hash, value, locate }, diagnostics };
  }

  return {
    look(id, known) {
      if (known !== undefined && hashed.get(id) === known) {
        named(id);
        hashes.set(id, hashed.get(id));
        return undefined;
      }
      try {
        const bytes = bytesOf(id);
        if (hashes.get(id) === known) return undefined;
        const text = decode(bytes);
        return lookAt(text, formatOf(id, text));
      } catch {
        return { claims: true, overlay: false, self: false }; // loading it says why
      }
    },
    hash(id) {
      if (hashed.has(id) && !hashes.has(id)) {
        named(id);
        hashes.set(id, hashed.get(id));
      } else if (!hashes.has(id) && !isAddress(id)) {
        try {
          bytesOf(id);
        } catch {
          return undefined;
        }
      }
      return hashes.get(id);
    },
    async load(id) {
      const known = shared.has(id) ? loaded.get(id) : undefined;
      if (known !== undefined) return known;
      const result = await loadFrom(id);
      shared.add(id);
      const hash = hashes.get(id);
      const good = result.source ?? remembered.get(id)?.good;
      // What cannot be read has no bytes by which it would be known again.
      if (hash !== undefined) remembered.set(id, { hash, loaded: result, ...(good && { good }) });
      const source = result.source ?? lastGood(id);
      if (source === result.source) return result;
      const patched = { ...result, source };
      loaded.set(id, patched);
      return patched;
    },
    loadDocument: loadFrom,
    release(id) {
      if (!shared.has(id)) loaded.delete(id);
    },
    get: (id) => loaded.get(id),
    kept,
    text(file) {
      const id = idOfFile.get(file);
      return id === undefined ? undefined : contentOf(id);
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
    location: { file, pointer: "", ...positionOf(problem.offset) },
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

/**
 * Exports `createSourceStore`: files (and, where allowed, addresses) as parsed JSON. It reads each file once, however
 * many documents refer to it.
 */
import { createHash } from "node:crypto";
import { isAddress } from "../base/is-address.js";
import { messageOf } from "../base/message-of.js";
import type { Diagnostic, Location } from "../base/diagnostics.js";
import { displayName } from "../base/display-name.js";
import { FileTooLarge, readRegular } from "../base/read-file.js";
import { systemReason } from "../base/system-error.js";
import { createPositions } from "./locate.js";
import { parse } from "./parse.js";
import type { Problem } from "./problem.js";
import type { JsonValue } from "../base/json.js";
import { formatPointer, getChild, parsePointer } from "../base/pointer.js";
import { claims, decode, decodeStrictly, formatOf, lookAt, textOf, type Look } from "./text.js";
import { createRemote, type Remote } from "./remote.js";

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

/** The result of loading a file. Diagnostics are those of parsing. */
export interface Loaded {
  /** `undefined` when it could not be read or parsed. */
  readonly source: Source | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** The text looks like an OpenAPI document or an overlay, even where it cannot be parsed. */
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
  /** Reads and parses, once. A file that cannot be parsed is used as it last could, if `stored` has it. */
  readonly load: (id: string) => Promise<Loaded>;
  /** As `load`, for a file that only one document needs: see `release`. */
  readonly loadDocument: (id: string) => Promise<Loaded>;
  /** Fetches an input that is an address, unless its bytes are given. If that fails, loading it says why. */
  readonly fetchInput: (id: string) => Promise<void>;
  /** Drops a parsed file, unless `load` was asked for it: hundreds of documents need not be in memory at once. */
  readonly release: (id: string) => void;
  /** The result of an earlier load. */
  readonly get: (id: string) => Loaded | undefined;
  /** The files that cannot be parsed now, and are used as they last could, as in messages. */
  readonly outdated: ReadonlySet<string>;
  /** Why a file at an address is not fetched; undefined if it is. */
  readonly remoteRefusal: Remote["refusal"];
  /** The text of a file by its name in messages. */
  readonly text: (file: string) => string | undefined;
  /** Every file that was read or tried, with the SHA-256 of its bytes; `undefined` where it could not be read. */
  readonly hashes: ReadonlyMap<string, string | undefined>;
}

interface State {
  readonly cwd: string;
  readonly remote: Remote;
  readonly stored: Map<string, StoredFile>;
  readonly hashed: ReadonlyMap<string, string | undefined>;
  /** The bytes of inputs that are no files, or why there are none. */
  readonly given: Map<string, Uint8Array | Error>;
  readonly loaded: Map<string, Loaded>;
  /** Ids by the names in messages. */
  readonly ids: Map<string, string>;
  readonly remoteTexts: Map<string, string>;
  readonly hashes: Map<string, string | undefined>;
  readonly outdated: Set<string>;
  /** Files that `load` was asked for. */
  readonly shared: Set<string>;
}

/**
 * @param cwd what the names of files in messages are relative to
 * @param stored files of earlier calls: those with the same bytes are not parsed again
 * @param hashed files that the caller has just read, with the SHA-256 of their bytes
 * @param hosts those that documents may be fetched from
 * @param given the bytes of ids that are no files
 */
export function createSourceStore(
  cwd: string,
  stored: Map<string, StoredFile> = new Map(),
  hashed: ReadonlyMap<string, string | undefined> = new Map(),
  hosts: readonly string[] = [],
  given: ReadonlyMap<string, Uint8Array> = new Map(),
): SourceStore {
  const state: State = {
    cwd,
    remote: createRemote(hosts),
    stored,
    hashed,
    given: new Map<string, Uint8Array | Error>(given),
    loaded: new Map(),
    ids: new Map(),
    remoteTexts: new Map(),
    hashes: new Map(),
    outdated: new Set(),
    shared: new Set(),
  };
  return {
    look: (id, known) => look(state, id, known),
    hash: (id) => hashOfFile(state, id),
    load: (id) => load(state, id),
    loadDocument: (id) => loadOnce(state, id),
    fetchInput: (id) => fetchInput(state, id),
    release: (id) => {
      if (!state.shared.has(id)) state.loaded.delete(id);
    },
    get: (id) => state.loaded.get(id),
    outdated: state.outdated,
    remoteRefusal: state.remote.refusal,
    text: (file) => textByName(state, file),
    hashes: state.hashes,
  };
}

function look(state: State, id: string, known?: string | null): Look | undefined {
  if (known !== undefined && state.hashed.get(id) === known) {
    takeHash(state, id);
    return undefined;
  }
  try {
    const bytes = readBytes(state, id);
    if (state.hashes.get(id) === known) return undefined;
    const text = decode(bytes);
    return lookAt(text, formatOf(id, text));
  } catch {
    return { claims: true, overlay: false, self: false }; // loading it reports why
  }
}

function hashOfFile(state: State, id: string): string | undefined {
  const { hashed, hashes } = state;
  if (hashes.has(id)) return hashes.get(id);
  if (hashed.has(id)) takeHash(state, id);
  else if (!isAddress(id)) {
    try {
      readBytes(state, id);
    } catch {
      return undefined;
    }
  }
  return hashes.get(id);
}

/** Takes the hash that the caller has. */
function takeHash(state: State, id: string): void {
  state.ids.set(displayName(state.cwd, id), id);
  state.hashes.set(id, state.hashed.get(id));
}

/** @throws the system's error, or why an address could not be fetched */
function readBytes(state: State, id: string): Uint8Array {
  state.ids.set(displayName(state.cwd, id), id);
  state.hashes.set(id, undefined);
  const given = state.given.get(id);
  if (given instanceof Error) throw given;
  const bytes = given ?? readRegular(id);
  state.hashes.set(id, hashOf(bytes));
  return bytes;
}

async function fetchInput({ given, remote }: State, id: string): Promise<void> {
  if (given.has(id)) return;
  const bytes = await remote.fetch(id).catch((error: unknown) => asError(error));
  given.set(id, bytes);
}

const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(String(error));

async function fetchBytes(state: State, id: string): Promise<Uint8Array> {
  state.ids.set(id, id);
  state.hashes.set(id, undefined);
  const bytes = await state.remote.fetch(id);
  state.hashes.set(id, hashOf(bytes));
  state.remoteTexts.set(id, decode(bytes));
  return bytes;
}

/** Undefined also for a file that was removed since it was read. */
function textByName({ ids, given, remoteTexts }: State, file: string): string | undefined {
  const id = ids.get(file);
  if (id === undefined) return undefined;
  const bytes = given.get(id);
  if (bytes !== undefined) return bytes instanceof Error ? undefined : decode(bytes);
  return isAddress(id) ? remoteTexts.get(id) : textOf(id);
}

async function load(state: State, id: string): Promise<Loaded> {
  const { loaded, shared, stored, hashes } = state;
  const known = shared.has(id) ? loaded.get(id) : undefined;
  if (known !== undefined) return known;
  const result = await loadOnce(state, id);
  shared.add(id);
  const hash = hashes.get(id);
  const good = result.source ?? stored.get(id)?.good;
  // A file that cannot be read has no bytes to compare with next time.
  if (hash !== undefined) stored.set(id, { hash, loaded: result, ...(good && { good }) });
  const source = result.source ?? lastGood(state, id);
  if (source === result.source) return result;
  const patched = { ...result, source };
  loaded.set(id, patched);
  return patched;
}

/** The file as it could last be parsed. It has no positions: the text is another by now. */
function lastGood({ stored, hashes, outdated }: State, id: string): Source | undefined {
  const good = stored.get(id)?.good;
  if (good === undefined || !hashes.has(id)) return undefined;
  const { file } = good;
  outdated.add(file);
  return { ...good, locate: (pointer) => ({ file, pointer, line: 1, column: 1 }) };
}

async function loadOnce(state: State, id: string): Promise<Loaded> {
  const known = state.loaded.get(id);
  if (known !== undefined) return known;
  const file = displayName(state.cwd, id);
  let result: Loaded;
  try {
    const isFetched = isAddress(id) && !state.given.has(id);
    const bytes = isFetched ? await fetchBytes(state, id) : readBytes(state, id);
    const hash = state.hashes.get(id) ?? "";
    const before = state.stored.get(id);
    const unchanged = before?.hash === hash ? before.loaded : undefined;
    result = unchanged ?? parseSource(id, file, decodeStrictly(bytes), hash);
  } catch (error) {
    const code = error instanceof FileTooLarge ? "document-too-large" : "unreadable-file";
    const words = messageOf(error);
    const message = `${file} cannot be read: ${systemReason(error) ?? words}.`;
    result = {
      source: undefined,
      diagnostics: [{ code, severity: "error", message }],
      claims: true,
    };
  }
  state.loaded.set(id, result);
  return result;
}

function parseSource(id: string, file: string, text: string, hash: string): Loaded {
  const format = formatOf(id, text);
  const { value, problems } = parse(text, format);
  const positionOf = createPositions(text);
  const diagnostics = problems.map((problem) => toDiagnostic(problem, file, positionOf));
  const locate = (pointer: string): Location => ({
    file,
    pointer: value === undefined ? "" : existingPart(value, pointer),
  });
  return {
    source: value === undefined ? undefined : { id, file, hash, value, locate },
    diagnostics,
    claims: claims(text, format),
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

/** The longest part of the pointer that has a value. */
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

/**
 * Exports `readLock` and `printLock`. The lock is a file that keeps every name once given, of endpoints and of types.
 * It has one line for each name, in code point order, so that git merges two branches that add names line by line, and
 * a name that both give to different operations is found as given twice.
 */
import { existsSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { byCodePoint } from "../../base/order.js";
import type { Diagnostic, Location } from "../../base/diagnostics.js";
import { MistakesError } from "../../base/mistakes-error.js";
import { parseTypes, printTypes } from "./lock-types.js";
import { parsePrinted } from "./printed.js";
import { parseName, printName } from "../../batch/names/name.js";
import { type Locked, type LockedName } from "../../batch/names/lock.js";
import { withoutControls } from "../../base/printable.js";
import { readRegular } from "../../base/read-file.js";
import { withPositions } from "../../base/positions.js";
import { displayName } from "../../base/display-name.js";
import { createLocator, createPositions } from "../../openapi/locate.js";
import { isObject, type JsonObject, type JsonValue } from "../../base/json.js";
import { formatPointer } from "../../base/pointer.js";
import { createSourceStore, type Source } from "../../openapi/source.js";

/**
 * All packages that the lock knows, by their output folder relative to the lock: `.` where the lock is in that folder.
 */
export type Lock = ReadonlyMap<string, LockedPackage>;

interface LockedPackage extends Locked {
  /** The presets that it was generated with, by name: the SHA-256 of the overlay of each. */
  readonly presets?: ReadonlyMap<string, string>;
  /** The documents at addresses that it was generated from: the SHA-256 of each. */
  readonly inputs?: ReadonlyMap<string, string>;
}

const version = 1;
const hint =
  "After a merge: keep the lines of both sides. Or take the last good version from your repository; without a lock, names are made anew.";

/** The key of a package in the lock. Both arguments are absolute. */
export function packageKey(file: string, output: string): string {
  return relative(dirname(file), output).replaceAll("\\", "/") || ".";
}

/**
 * Reads a lock. A lock that does not exist is empty.
 * @param cwd what the names of files in messages are relative to
 * @throws MistakesError with the location of each mistake in it
 */
export async function readLock(
  file: string,
  cwd: string,
): Promise<{ readonly lock: Lock; readonly text: (file: string) => string | undefined }> {
  const path = resolve(cwd, file);
  // The text is needed later for messages, when the file may already be the new one.
  const content = existsSync(path) ? readRegular(path).toString() : undefined;
  if (content === undefined) return { lock: new Map(), text: () => undefined };
  const name = displayName(cwd, path);
  const text = (asked: string): string | undefined => (asked === name ? content : undefined);
  const conflict = /^(<{7}|={7}|>{7})/m.exec(content);
  if (conflict) {
    const location = { file: name, pointer: "", ...createPositions(content)(conflict.index) };
    const message = "The lock has the marks of a merge that was not finished.";
    throw new MistakesError(
      [{ code: "lock-conflict", severity: "error", message, hint, location }],
      text,
    );
  }
  const own = content.replaceAll("\r\n", "\n");
  const printed = parsePrinted(own);
  if (printed) {
    const mistakes: Diagnostic[] = [];
    const locate = (pointer: string): Location => ({ file: name, pointer });
    const lock = parseLock({ value: printed, locate }, mistakes);
    if (mistakes.length === 0 && printLock(lock) === own) return { lock, text };
  }
  const { source, diagnostics } = await createSourceStore(cwd).load(path);
  const problems: Diagnostic[] = [];
  const lock = source ? parseLock(source, problems) : new Map<string, LockedPackage>();
  // Later mistakes of a text often follow from the first.
  const [first] = diagnostics;
  if (first) problems.push({ ...first, severity: "error", hint: first.hint ?? hint });
  if (problems.length > 0)
    throw new MistakesError(withPositions(problems, createLocator(text)), text);
  return { lock, text };
}

function parseLock(source: Pick<Source, "value" | "locate">, problems: Diagnostic[]): Lock {
  const mistake = (pointer: readonly string[], message: string): void => {
    const location = source.locate(formatPointer(pointer));
    problems.push({ code: "invalid-lock", severity: "error", message, location, hint });
  };
  const lock = new Map<string, LockedPackage>();
  const { value } = source;
  if (!isObject(value) || typeof member(value, "version") !== "number") {
    mistake([], "This is no lock of openapi-batch: expected `version` and `packages`.");
    return lock;
  }
  if (member(value, "version") !== version) {
    const found = JSON.stringify(member(value, "version"));
    mistake(["version"], `Expected a lock of version ${version}, found ${found}.`);
    return lock;
  }
  /** The members of a package, by its output folder. */
  const packagesIn = (section: string): ReadonlyMap<string, JsonObject> => {
    const packages = member(value, section) ?? {};
    if (!isObject(packages)) mistake([section], `\`${section}\` holds names by output folder.`);
    return new Map(
      Object.entries(isObject(packages) ? packages : {}).map(([key, names]) => {
        if (!isObject(names) && names !== null) mistake([section, key], "Expected names.");
        return [key, isObject(names) ? names : {}];
      }),
    );
  };
  const at = (tokens: readonly string[]): Location => {
    const pointer = formatPointer(tokens);
    return { ...source.locate(pointer), pointer };
  };
  const types = packagesIn("types");
  const [presets, inputs] = [packagesIn("presets"), packagesIn("inputs")];
  const hashesIn = (names: JsonObject = {}): ReadonlyMap<string, string> =>
    new Map(
      Object.entries(names).flatMap(([name, hash]) =>
        typeof hash === "string" ? [[name, hash] as const] : [],
      ),
    );
  for (const [key, names] of packagesIn("packages"))
    lock.set(key, {
      endpoints: parseNames(key, names, at, mistake),
      types: parseTypes(key, types.get(key) ?? {}, at, mistake),
      presets: hashesIn(presets.get(key)),
      inputs: hashesIn(inputs.get(key)),
    });
  return lock;
}

function parseNames(
  key: string,
  names: JsonObject,
  at: (tokens: readonly string[]) => Location,
  mistake: (pointer: readonly string[], message: string) => void,
): LockedName[] {
  const spelled = new Map<string, string>();
  return Object.entries(names).flatMap(([text, entry]) => {
    const pointer = ["packages", key, text];
    const name = parseName(text);
    const folded = text.toLowerCase();
    const other = spelled.get(folded);
    if (!name) {
      mistake(pointer, `Expected a name such as \`notes.update\`, found ${JSON.stringify(text)}.`);
    } else if (other !== undefined) {
      mistake(pointer, `${text} and ${other} would be one file where case does not count.`);
    }
    spelled.set(folded, text);
    const operation = member(entry, "operation");
    const found = typeof operation === "string" ? /^([A-Z]+) (\/.*)$/s.exec(operation) : undefined;
    const document = member(entry, "document");
    if (!found || typeof document !== "string") {
      mistake(pointer, 'Expected `{ operation: "METHOD /path", document: "FILE" }`.');
      return [];
    }
    if (!name) return [];
    const [, method = "", path = ""] = found;
    const removed = member(entry, "removed") === true;
    return [{ name, method, path, document, removed, at: () => at(pointer) }];
  });
}

const member = (value: JsonValue, key: string): JsonValue | undefined =>
  isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;

const banner = `# The names that openapi-batch has given, and keeps: commit this file.
# \`rename\` in the configuration changes a name; delete the line of a removed operation to free its name.
`;

/** The text of a lock: the same names give the same bytes. */
export function printLock(lock: Lock): string {
  const packages = [...lock].sort(([a], [b]) => byCodePoint(a, b));
  const section = (title: string, linesOf: (names: LockedPackage) => readonly string[]): string => {
    const texts = packages.map(([key, names]) => {
      const lines = linesOf(names).map((text) => `    ${text}\n`);
      // JSON's strings are YAML's.
      return lines.length > 0 || title === "packages"
        ? `  ${JSON.stringify(key)}:\n${lines.join("")}`
        : "";
    });
    return `${title}:\n${texts.join("")}`;
  };
  const endpoints = section("packages", (names) => names.endpoints.map(line));
  const types = section("types", (names) => printTypes(names.types));
  const hashes = (of: "presets" | "inputs"): string =>
    section(of, (names) =>
      [...(names[of] ?? [])].map(
        ([name, hash]) => `${JSON.stringify(name)}: ${JSON.stringify(hash)}`,
      ),
    );
  const more = [types, hashes("presets"), hashes("inputs")].filter((text) => text.includes("\n "));
  // Within quotes: a name that has them is never plain.
  return withoutControls(`${banner}version: ${version}\n${endpoints}${more.join("")}`);
}

const line = ({ name, method, path, document, removed }: LockedName): string => {
  const operation = JSON.stringify(`${method} ${path}`);
  const from = JSON.stringify(document);
  return `${printName(name)}: { operation: ${operation}, document: ${from}${removed ? ", removed: true" : ""} }`;
};

/** Exports `readConfigFile`: a configuration file as a value, with the locations of its members. */
import { readFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { messageOf } from "../../base/message-of.js";
import { sha256 } from "../incremental/hash.js";
import type { Diagnostic, Location } from "../../base/diagnostics.js";
import { MistakesError } from "../../base/mistakes-error.js";
import { displayName } from "../../base/display-name.js";
import { createLocator, createPositions } from "../../openapi/locate.js";
import { parsePointer } from "../../base/pointer.js";
import { createSourceStore } from "../../openapi/source.js";

export interface ConfigFile {
  /** Absolute. */
  readonly path: string;
  readonly value: unknown;
  /**
   * The location of a member, by its JSON Pointer, or of the nearest one above it, with line and column. In a program
   * it is looked for by name.
   */
  readonly locate: (pointer: string) => Location;
  /** The text of the file by its name in messages. */
  readonly text: (file: string) => string | undefined;
}

/** @throws MistakesError if the file is not valid JSON or YAML, or the program in it fails */
export async function readConfigFile(file: string, cwd: string): Promise<ConfigFile> {
  return /\.(json|ya?ml)$/.test(file) ? readData(file, cwd) : readProgram(file, cwd);
}

async function readData(file: string, cwd: string): Promise<ConfigFile> {
  const store = createSourceStore(cwd);
  const { source, diagnostics } = await store.load(file);
  const problems = source
    ? diagnostics.filter(({ severity }) => severity === "error")
    : diagnostics;
  if (!source || problems.length > 0) throw new MistakesError(problems, store.text);
  const positionOf = createLocator(store.text);
  const locate = (pointer: string): Location => {
    const location = source.locate(pointer);
    return { ...location, ...positionOf(location) };
  };
  return { path: file, value: source.value, locate, text: store.text };
}

async function readProgram(file: string, cwd: string): Promise<ConfigFile> {
  const name = displayName(cwd, file);
  const source = await readFile(file, "utf8");
  const text = (asked: string): string | undefined => (asked === name ? source : undefined);
  const positionOf = createPositions(source);
  const locate = (pointer: string): Location => {
    const offset = offsetOf(source, parsePointer(pointer));
    return { file: name, pointer, ...positionOf(offset) };
  };
  try {
    const value = file.endsWith(".mjs") ? await importModule(file, source) : await importAny(file);
    return { path: file, value, locate, text };
  } catch (error) {
    const place = placeOf(error, file);
    const diagnostic: Diagnostic = {
      code: "config-failed",
      severity: "error",
      message: `The configuration cannot be loaded: ${firstLineOf(error)}`,
      location: { file: name, pointer: "", ...place },
    };
    throw new MistakesError([diagnostic], text);
  }
}

/** Node loads a module once for each URL: with the hash of its content in the URL, a changed module is loaded again. */
async function importModule(file: string, source: string): Promise<unknown> {
  const found = (await import(`${pathToFileURL(file).href}?${sha256(source)}`)) as {
    readonly default?: unknown;
  }; // a module
  return found.default;
}

/**
 * Node 20 cannot load TypeScript, nor ES modules in a package without `"type": "module"`; jiti can, and has no
 * dependencies.
 */
async function importAny(file: string): Promise<unknown> {
  const { createJiti } = await import("jiti");
  // So that `defineConfig` can be imported where the tool is not installed beside the configuration (npx).
  const own = fileURLToPath(new URL("./define-config.js", import.meta.url));
  const options = {
    fsCache: false,
    moduleCache: false,
    interopDefault: false,
    alias: { "openapi-batch": own },
  };
  const found = await createJiti(file, options).import<{ readonly default?: unknown }>(file);
  return found.default;
}

/** The hash that `importModule` appends to a URL. */
const version = /\?[0-9a-f]{64}/;

const firstLineOf = (error: unknown): string => {
  const [first = ""] = messageOf(error).split("\n");
  return first.replaceAll("file://", "").replace(version, "").trim();
};

/** The position in the file that a stack, or the message of a parser, names; the beginning if they name none. */
function placeOf(error: unknown, file: string): { line: number; column: number } {
  const text = error instanceof Error ? `${error.message}\n${error.stack ?? ""}` : "";
  const names = [file, pathToFileURL(file).href].map((name) =>
    name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"),
  );
  const found =
    new RegExp(`(?:${names.join("|")})(?:${version.source})?:(\\d+)(?::(\\d+))?`).exec(text) ??
    /\((\d+):(\d+)\)/.exec(text);
  return { line: Number(found?.[1] ?? 1), column: Number(found?.[2] ?? 1) };
}

/** Looks for the names of a pointer one after the other; ends at the first that is not found. */
function offsetOf(source: string, tokens: readonly string[]): number {
  let offset = /\bexport default\b|\bdefineConfig\s*\(/.exec(source)?.index ?? 0;
  for (const token of tokens) {
    if (/^\d+$/.test(token)) continue;
    const name = token.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    const member = new RegExp(`(?:(["'\`])${name}\\1|(?<![\\w$])${name})\\s*:`, "g");
    member.lastIndex = offset;
    const found = member.exec(source);
    if (!found) break;
    offset = found.index;
  }
  return offset;
}

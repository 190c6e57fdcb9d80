/** `Name`: the name of an endpoint, how it is written, and what may not be one. */
import { pascalCase, wordsOf } from "../../base/words.js";

/** What a name is made from. */
export interface Nameable {
  readonly method: string;
  readonly path: string;
  readonly operationId?: string;
  /** The document's title: it names what the path does not. */
  readonly title: string;
  /** The document's own name, such as `crm/notes.json`. */
  readonly document?: string;
  /** What the operation does, where that is known. */
  readonly kind?: string;
}

export interface Name {
  /** The module, such as `notes` or `v3/notes`. */
  readonly resource: string;
  /** The function in it, such as `update`. */
  readonly name: string;
}

/** Modules that every package has, or that mean something else. */
const takenModules = new Set(["client", "default", "index", "service", "then"]);
const takenFolders = new Set(["runtime", "schemas"]);
/** What a module of endpoints imports, and what means something else to those who import it. */
const takenNames = new Set([
  "__proto__",
  "default",
  "endpoint",
  "selectEndpoint",
  "service",
  "then",
]);

/**
 * `notes.update` or `v3/notes.update`: a module, perhaps below an entry point, and a function in it. Undefined for what
 * cannot be emitted, or would hang or hide something.
 */
export function parseName(text: string): Name | undefined {
  const found = /^((?:([A-Za-z0-9][A-Za-z0-9-]*)\/)?([A-Za-z_$][\w$]*))\.([A-Za-z_$][\w$]*)$/.exec(
    text,
  );
  const [, resource = "", folder = "", module = "", name = ""] = found ?? [];
  if (!found || text.length > 200) return undefined;
  if (takenModules.has(module.toLowerCase()) || takenFolders.has(folder.toLowerCase())) {
    return undefined;
  }
  if (takenNames.has(name) || module === "__proto__") return undefined;
  return { resource, name };
}

export const printName = ({ resource, name }: Name): string => `${resource}.${name}`;

/** The name of a type that belongs to a function: `UpdateParams` for `update`. */
export const typeName = (functionName: string, suffix: string): string =>
  pascalCase(wordsOf(functionName)) + suffix;

/** `Name`: the name of an endpoint; how it is parsed and printed, and which names are not allowed. */
import { fileNameProblem } from "../../base/file-name.js";
import { knownLetters } from "../../base/letters.js";
import { pascalCase, wordsOf } from "../../base/words.js";

/** The parts of an operation that its name is made from. */
export interface Nameable {
  readonly method: string;
  readonly path: string;
  readonly operationId?: string;
  readonly summary?: string;
  /** The title of the document, for what the path does not name. */
  readonly title: string;
  /** `Spec.name` of the document, such as `crm/notes.json`. */
  readonly document?: string;
  /** The `kind` of its x-batch; absent if that is not known. */
  readonly kind?: string;
}

export interface Name {
  /** The module, such as `notes` or `v3/notes`. */
  readonly resource: string;
  /** The function in it, such as `update`. */
  readonly name: string;
}

/** Names of modules that every package has, or with another meaning. */
export const takenModules: ReadonlySet<string> = new Set([
  ...["client", "default", "index", "service", "then"],
  ...["codecs", "journal", "postgres", "redis", "sqlite"],
]);
const takenFolders = new Set(["runtime", "schemas"]);
/** Names that a module of endpoints imports, or with another meaning to those who import the module. */
const takenNames = new Set([
  "__proto__",
  "default",
  "endpoint",
  "selectEndpoint",
  "service",
  "then",
]);

/**
 * Parses `notes.update` or `v3/notes.update`: a module, perhaps below an entry point, and a function in it. Undefined for
 * a name that cannot be emitted, or that would hang an import or hide another name.
 */
export function parseName(text: string): Name | undefined {
  const found =
    /^((?:([A-Za-z0-9][\w-]*)\/)?([\p{ID_Start}_$][\p{ID_Continue}$]*))\.([\p{ID_Start}_$][\p{ID_Continue}$]*)$/u.exec(
      text,
    );
  const [, resource = "", folder = "", module = "", name = ""] = found ?? [];
  if (
    !found ||
    knownLetters(text) !== text ||
    [folder || "v1", `${module}.d.ts.map`, name].some(fileNameProblem)
  )
    return undefined;
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
